//! Compiles `proto/` with protox, so that no protoc is needed.

use std::error::Error;
use std::path::Path;

const PROTO_ROOT: &str = "../../proto";
const FILES: [&str; 4] = [
    "throughline/trigger/v1/trigger.proto",
    "throughline/run/v1/run_request.proto",
    "throughline/capture/v1/capture.proto",
    "throughline/task/v1/task.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    for file in FILES {
        println!("cargo:rerun-if-changed={}", Path::new(PROTO_ROOT).join(file).display());
    }
    let descriptors = protox::compile(FILES, [PROTO_ROOT])?;
    prost_build::Config::new().bytes(["."]).include_file("messages.rs").compile_fds(descriptors)?;
    Ok(())
}

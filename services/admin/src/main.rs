//! Starts the process: `throughline-admin`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use throughline_admin::{Arguments, Context};
use throughline_chassis::process::{install_crypto_provider, load_config};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    install_crypto_provider();
    match execute(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "throughline-admin: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn execute(arguments: Arguments) -> anyhow::Result<()> {
    let context = Context::new(load_config(arguments.config.as_deref())?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(throughline_admin::run(&context, arguments.command))?;
    let text = if arguments.json { report.json()? } else { report.text() };
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

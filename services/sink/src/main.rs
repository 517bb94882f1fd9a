//! Starts the process: `throughline-sink`.

fn main() {}

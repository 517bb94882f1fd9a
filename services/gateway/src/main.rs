//! Starts the process: `throughline-gateway`.

fn main() {}

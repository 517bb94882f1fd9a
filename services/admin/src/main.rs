//! Starts the process: `throughline-admin`.

fn main() {}

//! Starts the process: `throughline-worker`.

fn main() {}

//! Starts the process: `throughline-scheduler`.

fn main() {}

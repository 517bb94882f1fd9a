//! Against real third-party software, installed and started by `cargo xtask real up`.

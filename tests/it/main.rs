//! The integration tests of Throughline: one binary, real servers.

//! Executes runs; the only process with egress to the systems of tenants.

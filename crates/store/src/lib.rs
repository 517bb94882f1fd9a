//! Postgres: one file per aggregate; every function takes a tenant; the only crate with SQL.

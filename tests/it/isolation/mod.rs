//! Tenants see nothing of each other: at the API, and in the database itself.

mod api;
mod database;

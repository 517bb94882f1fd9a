//! What the API refuses, and how it says so.

mod authorization;
mod configuration;
mod export;
mod hooks;
mod hostile;
mod house;
mod pages;
mod sessions;
mod waiting;

//! What each outage may cost: nothing that was accepted.

mod processes;
mod servers;
mod signals;

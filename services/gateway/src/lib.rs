//! HTTP edge: API, listener hooks, live updates, console files.

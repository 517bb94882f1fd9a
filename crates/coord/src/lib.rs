//! Redis: in-flight leases, token buckets, live updates, login throttling. Nothing here may be missed.

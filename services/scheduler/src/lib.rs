//! Owns time: due, parked, retried, expired; decides now or later.

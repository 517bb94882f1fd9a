//! Waiting for what another process will do soon.

use std::{
    fmt::Debug,
    future::Future,
    time::{Duration, Instant},
};

/// How often a condition is looked at.
const PAUSE: Duration = Duration::from_millis(25);

/// Asks `probe` again and again until it answers `Ok`, and gives that answer.
///
/// # Panics
/// When `within` has passed, with `what` and the last `Err`: this is an assertion for tests.
#[allow(clippy::panic, reason = "an assertion, like assert!")]
pub async fn eventually<T, E, P, F>(what: &str, within: Duration, mut probe: P) -> T
where
    P: FnMut() -> F,
    F: Future<Output = Result<T, E>>,
    E: Debug,
{
    let deadline = Instant::now() + within;
    loop {
        let error = match probe().await {
            Ok(value) => return value,
            Err(error) => error,
        };
        if Instant::now() >= deadline {
            panic!("not within {within:?}: {what}; last seen: {error:?}");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// `Ok` when the condition holds, for use with [`eventually`].
///
/// # Errors
/// With `seen`, when it does not hold.
pub fn holds<S: Debug>(condition: bool, seen: S) -> Result<(), S> {
    if condition { Ok(()) } else { Err(seen) }
}

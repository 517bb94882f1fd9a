//! Places at the work-bench: how many runs work at the same time. A run that only waits (for a record that another run
//! holds) gives its place to another one.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

/// All places of one lane.
#[derive(Debug, Clone)]
pub struct Places(Arc<Semaphore>);

impl Places {
    /// So many places.
    pub fn new(count: usize) -> Self {
        Self(Arc::new(Semaphore::new(count)))
    }

    /// Waits for a place.
    pub async fn enter(&self) -> Place {
        let permit = Arc::clone(&self.0).acquire_owned().await.ok();
        Place { places: self.clone(), permit: Mutex::new(permit) }
    }
}

/// One place; free again when dropped.
#[derive(Debug)]
pub struct Place {
    places: Places,
    permit: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Place {
    /// Waits for `wait` without a place, then for a place.
    pub(crate) async fn aside<T>(&self, wait: impl Future<Output = T>) -> T {
        let mut permit = self.permit.lock().await;
        drop(permit.take());
        let waited = wait.await;
        *permit = Arc::clone(&self.places.0).acquire_owned().await.ok();
        waited
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_aside_makes_room() {
        let places = Places::new(1);
        let first = places.enter().await;
        first.aside(async { drop(places.enter().await) }).await;
        assert_eq!(places.0.available_permits(), 0);
        drop(first);
        assert_eq!(places.0.available_permits(), 1);
    }
}

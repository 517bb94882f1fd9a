//! What stands before a partner's API: the faults, the rate limit, and the port itself.

use std::{
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    extract::Request,
    http::Uri,
    response::{IntoResponse, Response},
};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use tokio::{sync::watch, time::sleep};

use super::{
    breakage,
    fault::{Fault, FaultMode, FaultSwitch},
    limit::{Bucket, RateLimit},
    problem::Problem,
};

/// The switches of one partner.
#[derive(Debug, Default)]
pub(crate) struct Gates {
    fault: FaultSwitch,
    bucket: Mutex<Option<Bucket>>,
    port: OnceLock<watch::Sender<bool>>,
}

impl Gates {
    /// Puts the gates before `api`, and the standing faults beside it.
    pub(crate) fn guard(self: &Arc<Self>, api: Router) -> Router {
        let gates = Arc::clone(self);
        Router::new().fallback(move |request| gates.answer(api, request))
    }

    /// Names the port, once the server has started.
    pub(crate) fn own_port(&self, port: watch::Sender<bool>) {
        let _ = self.port.set(port);
    }

    /// Switches a fault on, or off with `None`; a fault with `for_ms` ends by itself.
    pub(crate) fn set_fault(self: &Arc<Self>, fault: Option<Fault>) {
        let ends = fault.as_ref().and_then(|fault| fault.for_ms);
        self.open_port(fault.as_ref().is_none_or(|fault| fault.mode != FaultMode::Refused));
        let generation = self.fault.set(fault);
        if let Some(after) = ends {
            let gates = Arc::clone(self);
            tokio::spawn(async move {
                sleep(Duration::from_millis(after)).await;
                if gates.fault.is_current(generation) {
                    gates.set_fault(None);
                }
            });
        }
    }

    /// Sets or removes the rate limit.
    pub(crate) fn set_limit(&self, limit: Option<RateLimit>) {
        *self.bucket() = limit.map(Bucket::new);
    }

    /// What is switched on.
    pub(crate) fn shown(&self) -> Value {
        json!({"fault": self.fault.current(), "rate_limit": self.bucket().as_ref().map(Bucket::limit)})
    }

    async fn answer(self: Arc<Self>, api: Router, mut request: Request) -> Response {
        let standing = take_standing_fault(request.uri_mut());
        let fault = standing.or_else(|| self.fault.hit(request.method(), request.uri()));
        if let Some(fault) = fault {
            return breakage::answer(&fault, api, request).await;
        }
        let taken = self.bucket().as_mut().map_or(Ok(()), Bucket::take);
        match taken {
            Ok(()) => pass(api, request).await,
            Err(seconds) => Problem::rate_limited(seconds).into_response(),
        }
    }

    fn open_port(&self, open: bool) {
        if let Some(port) = self.port.get() {
            port.send_replace(open);
        }
    }

    fn bucket(&self) -> MutexGuard<'_, Option<Bucket>> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets the API answer.
pub(crate) async fn pass(api: Router, request: Request) -> Response {
    let Ok(response) = TowerToHyperService::new(api).call(request).await;
    response
}

/// Takes `/faulty/<mode>` off the path, when it is there.
fn take_standing_fault(uri: &mut Uri) -> Option<Fault> {
    let rest = uri.path_and_query()?.as_str().strip_prefix("/faulty/")?;
    let (mode, path) = rest.split_at(rest.find('/')?);
    let fault = Fault::of(mode.parse().ok()?);
    let path = path.parse().ok()?;
    *uri = path;
    Some(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_faulty_address_is_the_same_api_behind_a_fault() {
        let mut uri: Uri = "/faulty/rate_limit/api/incidents?limit=5".parse().unwrap();
        let fault = take_standing_fault(&mut uri).unwrap();
        assert_eq!(fault.mode, FaultMode::RateLimit);
        assert_eq!(uri.to_string(), "/api/incidents?limit=5");
    }

    #[test]
    fn other_addresses_are_left_alone() {
        for address in ["/api/incidents", "/faulty/unheard_of/api", "/faulty/drop"] {
            let mut uri: Uri = address.parse().unwrap();
            assert!(take_standing_fault(&mut uri).is_none());
            assert_eq!(uri.to_string(), address);
        }
    }
}

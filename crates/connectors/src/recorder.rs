//! The recorder of a run's exchanges: keeps them in memory, masks them when they are asked for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use secrecy::{ExposeSecret, SecretString};
use throughline_mask::{MaskedJson, MaskedText, Masker};

use crate::exchange::Exchange;

/// Bytes of bodies that one recorder keeps; later bodies are dropped, their exchanges stay.
const KEPT_IN_ALL: usize = 32 * 1024 * 1024;

/// The exchanges of one phase of one run. A cheap handle: clones write to the same list.
#[derive(Clone)]
pub struct Recorder {
    shared: Arc<Shared>,
    record: Option<Arc<str>>,
}

struct Shared {
    masker: ArcSwap<Masker>,
    keeps: bool,
    list: Mutex<List>,
}

#[derive(Default)]
struct List {
    exchanges: Vec<Exchange>,
    issued: u64,
    bytes: usize,
    learnt: Vec<SecretString>,
}

/// The masked exchanges of a phase: `{"exchanges": […]}`.
pub type Exchanges = MaskedJson;

impl Recorder {
    /// Keeps every exchange.
    pub fn new(masker: Masker) -> Self {
        Self::with(masker, true)
    }

    /// Numbers exchanges and masks messages, but keeps nothing.
    pub fn discarding(masker: Masker) -> Self {
        Self::with(masker, false)
    }

    fn with(masker: Masker, keeps: bool) -> Self {
        let shared = Shared { masker: ArcSwap::from_pointee(masker), keeps, list: Mutex::default() };
        Self { shared: Arc::new(shared), record: None }
    }

    /// The same recorder; its exchanges are marked with the source record's key.
    pub fn for_record(&self, key: &str) -> Self {
        Self { shared: Arc::clone(&self.shared), record: Some(key.into()) }
    }

    /// Adds a secret that came up on the way, such as a token that was just issued: masked from now on, also in the
    /// exchanges that are already here.
    pub fn learn(&self, secret: &SecretString) {
        let mut list = self.list();
        if list.learnt.iter().any(|known| known.expose_secret() == secret.expose_secret()) {
            return;
        }
        list.learnt.push(secret.clone());
        let masker = Masker::clone(&self.masker()).with_secrets(std::slice::from_ref(secret));
        self.shared.masker.store(Arc::new(masker));
    }

    /// The masker of this run.
    pub fn masker(&self) -> Arc<Masker> {
        self.shared.masker.load_full()
    }

    /// Masks a text with this run's masker.
    pub fn mask(&self, text: &str) -> MaskedText {
        self.shared.masker.load().text(text)
    }

    /// How many exchanges there were.
    pub fn count(&self) -> u64 {
        self.list().issued
    }

    /// Everything that was kept, masked, as the `extract_http` and `load_http` phases show it.
    pub fn exchanges(&self) -> Exchanges {
        let masker = self.masker();
        let list = self.list();
        let documents = list.exchanges.iter().map(|exchange| exchange.document(&masker));
        MaskedJson::object([("exchanges", MaskedJson::array(documents))])
    }

    /// Gives the exchange its id and record, and keeps it; the id.
    pub(crate) fn add(&self, mut exchange: Exchange) -> String {
        let mut list = self.list();
        list.issued += 1;
        exchange.id = format!("e{}", list.issued);
        exchange.record = self.record.as_deref().map(str::to_owned);
        let id = exchange.id.clone();
        if self.shared.keeps {
            list.keep(exchange);
        }
        id
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.shared.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl List {
    fn keep(&mut self, mut exchange: Exchange) {
        if self.bytes > KEPT_IN_ALL {
            exchange.body = None;
            if let Some(response) = &mut exchange.response {
                response.body = None;
            }
        }
        self.bytes += exchange.size();
        self.exchanges.push(exchange);
    }
}

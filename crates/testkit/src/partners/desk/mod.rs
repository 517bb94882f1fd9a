//! The service desk: incidents with validation rules, permissions, expiring tokens, and a log of every write.

mod accounts;
mod api;
mod book;
pub(super) mod control;
mod fields;
mod keepsake;
mod oauth;
pub(super) mod page;
mod query;
mod rules;
mod writes;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{
    Router,
    routing::{get, post},
};

use self::{accounts::Accounts, book::Book, writes::WriteLog};
pub use self::{rules::Rules, writes::Write};
use super::{clock::Ticker, gates::Gates, problem::Problem};

/// The desk.
#[derive(Debug)]
pub(crate) struct Desk {
    /// Address of the control listener, where the pages for people are.
    control: String,
    pub(super) gates: Arc<Gates>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    book: Book,
    writes: WriteLog,
    accounts: Accounts,
    rules: Rules,
    ticker: Ticker,
}

impl Desk {
    pub(super) fn new(control: String, ticker: Ticker) -> Arc<Self> {
        let state = State {
            book: Book::default(),
            writes: WriteLog::default(),
            accounts: Accounts::default(),
            rules: Rules::default(),
            ticker,
        };
        Arc::new(Self { control, gates: Arc::default(), state: Mutex::new(state) })
    }

    /// Everything under the desk's own address.
    pub(super) fn router(self: &Arc<Self>) -> Router {
        let api = Router::new()
            .route("/oauth/token", post(oauth::token))
            .route("/api/me", get(api::me))
            .route("/api/projects", get(api::projects))
            .route("/api/fields/incident", get(api::fields))
            .route("/api/incidents", get(api::list).post(api::create))
            .route("/api/incidents/{number}", get(api::read).patch(api::update))
            .route("/api/incidents/{number}/comments", get(api::comments).post(api::comment))
            .fallback(|| async { Problem::not_found("such path") })
            .with_state(Arc::clone(self));
        self.gates.guard(api)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

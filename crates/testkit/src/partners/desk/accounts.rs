//! Who may use the desk: accounts, and access tokens that expire or are revoked.

use std::collections::HashMap;

use axum::http::{HeaderMap, header};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::partners::{clock::wall, problem::Problem};

/// Life of an access token in seconds, unless the control API says otherwise.
const TOKEN_LIFE: i64 = 300;

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Role {
    Agent,
    Reader,
}

#[derive(Debug, Clone)]
struct Account {
    secret: String,
    role: Role,
    locked: bool,
}

/// A change that the control API makes to an account.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountChange {
    secret: Option<String>,
    locked: Option<bool>,
}

#[derive(Debug)]
struct Token {
    client_id: String,
    expires_at: DateTime<Utc>,
    revoked: bool,
}

/// Who a request comes from.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) account: String,
    pub(super) role: Role,
}

/// All accounts and tokens.
#[derive(Debug)]
pub(super) struct Accounts {
    accounts: HashMap<String, Account>,
    tokens: HashMap<String, Token>,
    token_life: i64,
}

impl Default for Accounts {
    fn default() -> Self {
        let account = |secret: &str, role, locked| Account { secret: secret.to_owned(), role, locked };
        let accounts = [
            ("integration", account("desk-secret", Role::Agent, false)),
            ("reader", account("reader-secret", Role::Reader, false)),
            ("locked", account("locked-secret", Role::Agent, true)),
        ];
        let accounts = accounts.into_iter().map(|(id, account)| (id.to_owned(), account)).collect();
        Self { accounts, tokens: HashMap::new(), token_life: TOKEN_LIFE }
    }
}

impl Accounts {
    /// A new access token and its life in seconds; `None` for wrong credentials.
    pub(super) fn issue(&mut self, client_id: &str, secret: &str) -> Option<(String, i64)> {
        self.accounts.get(client_id).filter(|account| account.secret == secret)?;
        let token = Uuid::new_v4().simple().to_string();
        let expires_at = wall() + Duration::seconds(self.token_life);
        let issued = Token { client_id: client_id.to_owned(), expires_at, revoked: false };
        self.tokens.insert(token.clone(), issued);
        Some((token, self.token_life))
    }

    /// Revokes all tokens; later ones are not touched.
    pub(super) fn revoke_all(&mut self) {
        self.tokens.values_mut().for_each(|token| token.revoked = true);
    }

    /// Sets the life of tokens issued from now on.
    pub(super) fn set_token_life(&mut self, seconds: i64) {
        self.token_life = seconds;
    }

    /// Changes an account; `None` when there is none of that id.
    pub(super) fn change(&mut self, client_id: &str, change: AccountChange) -> Option<()> {
        let account = self.accounts.get_mut(client_id)?;
        account.secret = change.secret.unwrap_or_else(|| account.secret.clone());
        account.locked = change.locked.unwrap_or(account.locked);
        Some(())
    }

    /// Who sent these headers.
    pub(super) fn caller(&self, headers: &HeaderMap) -> Result<Caller, Problem> {
        let account = match bearer(headers) {
            Some(token) => self.by_token(token)?,
            None => self.by_key(headers)?,
        };
        let found = self.accounts.get(account).ok_or_else(wrong_credentials)?;
        if found.locked {
            return Err(Problem::forbidden("account_locked", format!("The account {account} is locked.")));
        }
        Ok(Caller { account: account.to_owned(), role: found.role })
    }

    fn by_token(&self, token: &str) -> Result<&str, Problem> {
        let token = self.tokens.get(token).ok_or_else(wrong_credentials)?;
        if token.revoked {
            return Err(Problem::unauthorized("token_revoked", "This access token has been revoked."));
        }
        if token.expires_at <= wall() {
            return Err(Problem::unauthorized("token_expired", "This access token has expired."));
        }
        Ok(&token.client_id)
    }

    fn by_key(&self, headers: &HeaderMap) -> Result<&str, Problem> {
        let key = headers.get("x-desk-key").and_then(|key| key.to_str().ok());
        let key = key.ok_or_else(|| {
            Problem::unauthorized("unauthenticated", "Send an access token, or a key in X-Desk-Key.")
        })?;
        let owner = self.accounts.iter().find(|(_, account)| account.secret == key);
        owner.map(|(id, _)| id.as_str()).ok_or_else(wrong_credentials)
    }
}

impl Caller {
    /// Refuses writes to those who only read.
    pub(super) fn require_write(&self) -> Result<(), Problem> {
        match self.role {
            Role::Agent => Ok(()),
            Role::Reader => {
                Err(Problem::forbidden("read_only", format!("The account {} may only read.", self.account)))
            }
        }
    }
}

fn wrong_credentials() -> Problem {
    Problem::unauthorized("bad_credentials", "These credentials are not known here.")
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

//! Small secrets in rows: credentials, hook tokens, inputs of failed records.

use throughline_domain::{IntegrationId, SystemId};
use zeroize::Zeroizing;

use crate::aead;
use crate::error::VaultError;
use crate::key::Key;
use crate::tenant::TenantKey;

const VERSION: u8 = 1;
const HEAD: usize = 5;

/// The row and column that a secret is sealed for; it opens for no other. The tenant is that of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row<'a> {
    /// `systems.sealed_credentials`: a JSON object of secrets.
    Credentials(SystemId),
    /// `hooks.sealed_token`.
    HookToken {
        /// The integration.
        integration: IntegrationId,
        /// Key of the action.
        action: &'a str,
    },
    /// `failed_records.sealed_input`.
    FailedRecord {
        /// The integration.
        integration: IntegrationId,
        /// Key of the action.
        action: &'a str,
        /// Key of the record in the source.
        source_key: &'a str,
    },
    /// `idempotency_keys.body`: an answer, which may show a webhook address.
    Answer {
        /// The `Idempotency-Key`.
        key: &'a str,
    },
}

impl Row<'_> {
    /// Calls `with` with the words that name this row.
    fn name<T>(&self, with: impl FnOnce(&[&[u8]]) -> T) -> T {
        match self {
            Self::Credentials(system) => with(&[b"systems.credentials", system.as_uuid().as_bytes()]),
            Self::HookToken { integration, action } => {
                with(&[b"hooks.token", integration.as_uuid().as_bytes(), action.as_bytes()])
            }
            Self::FailedRecord { integration, action, source_key } => with(&[
                b"failed_records.input",
                integration.as_uuid().as_bytes(),
                action.as_bytes(),
                source_key.as_bytes(),
            ]),
            Self::Answer { key } => with(&[b"idempotency_keys.body", key.as_bytes()]),
        }
    }
}

impl TenantKey {
    /// Seals `plain` for `row`.
    pub fn seal_secret(&self, row: Row<'_>, plain: &[u8]) -> Vec<u8> {
        self.seal_secret_with(aead::nonce(), row, plain)
    }

    /// Opens what was sealed for `row`.
    ///
    /// # Errors
    /// When it was sealed for another row, by another key, or was changed.
    pub fn open_secret(&self, row: Row<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        if sealed.first() != Some(&VERSION) {
            return Err(VaultError::Malformed("unknown version of a secret"));
        }
        self.check_key_id(sealed.get(1..HEAD))?;
        row.name(|place| aead::open(&self.secrets_key(), HEAD, place, sealed)).map(Zeroizing::new)
    }

    pub(crate) fn seal_secret_with(&self, nonce: [u8; aead::NONCE], row: Row<'_>, plain: &[u8]) -> Vec<u8> {
        let [a, b, c, d] = self.id().0;
        row.name(|place| aead::seal(&self.secrets_key(), nonce, &[VERSION, a, b, c, d], place, plain))
    }

    fn secrets_key(&self) -> Key {
        self.key().derive(&[b"throughline secrets", self.tenant().as_uuid().as_bytes()])
    }
}

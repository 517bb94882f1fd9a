//! The operator's keys, which seal nothing but tenants' data keys.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use throughline_domain::TenantId;
use zeroize::Zeroizing;

use crate::aead;
use crate::error::VaultError;
use crate::key::{KEY, Key};
use crate::tenant::TenantKey;

const VERSION: u8 = 1;

/// The current master key and the former ones. Seals with the current, opens with any.
#[derive(Debug, Clone)]
pub struct MasterKeys {
    current: Named,
    former: Vec<Named>,
}

#[derive(Debug, Clone)]
struct Named {
    name: String,
    key: Key,
}

/// A data key as its tenant's row keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedTenantKey {
    /// The name of the master key that sealed it (`tenants.master_key_id`).
    pub master_key_id: String,
    /// The sealed key (`tenants.sealed_data_key`).
    pub bytes: Vec<u8>,
}

impl MasterKeys {
    /// The ring of the master key `name`: 32 random bytes in base64.
    ///
    /// # Errors
    /// When the text is not that.
    pub fn new(name: &str, base64: &SecretString) -> Result<Self, VaultError> {
        Ok(Self { current: Named::read(name, base64.expose_secret())?, former: Vec::new() })
    }

    /// Adds a former key, written `name:base64`.
    ///
    /// # Errors
    /// When the text is not that, or the name is taken.
    pub fn with_former(mut self, named: &SecretString) -> Result<Self, VaultError> {
        let (name, base64) = named
            .expose_secret()
            .split_once(':')
            .ok_or_else(|| fault("(former)", "should be written as name:base64"))?;
        if self.find(name).is_ok() {
            return Err(fault(name, "the name is used twice"));
        }
        self.former.push(Named::read(name, base64)?);
        Ok(self)
    }

    /// The name of the current key: data keys under another one are to be sealed anew.
    pub fn current_id(&self) -> &str {
        &self.current.name
    }

    /// Seals a data key for its tenant's row.
    pub fn seal(&self, key: &TenantKey) -> SealedTenantKey {
        let name = &self.current.name;
        let bytes = aead::seal(
            &self.current.key,
            aead::nonce(),
            &[VERSION],
            &place(name, key.tenant().as_uuid().as_bytes()),
            key.key().bytes(),
        );
        SealedTenantKey { master_key_id: name.clone(), bytes }
    }

    /// Opens the data key of `tenant`.
    ///
    /// # Errors
    /// When the ring has no key of that name, or the bytes were not sealed by it for this tenant.
    pub fn open(&self, tenant: TenantId, sealed: &SealedTenantKey) -> Result<TenantKey, VaultError> {
        if sealed.bytes.first() != Some(&VERSION) {
            return Err(VaultError::Malformed("unknown version of a data key"));
        }
        let name = &sealed.master_key_id;
        let opened =
            aead::open(&self.find(name)?.key, 1, &place(name, tenant.as_uuid().as_bytes()), &sealed.bytes)?;
        let bytes = <[u8; KEY]>::try_from(Zeroizing::new(opened).as_slice())
            .map_err(|_| VaultError::Malformed("a data key has 32 bytes"))?;
        Ok(TenantKey::of(tenant, Key::new(bytes)))
    }

    fn find(&self, name: &str) -> Result<&Named, VaultError> {
        std::iter::once(&self.current)
            .chain(&self.former)
            .find(|candidate| candidate.name == name)
            .ok_or_else(|| VaultError::MasterKeyUnknown { name: name.to_owned() })
    }
}

impl Named {
    fn read(name: &str, base64: &str) -> Result<Self, VaultError> {
        if name.is_empty() || name.len() > 64 {
            return Err(fault(name, "a name has 1 to 64 characters"));
        }
        let bytes =
            Zeroizing::new(STANDARD.decode(base64.trim()).map_err(|_| fault(name, "is not valid base64"))?);
        let bytes =
            <[u8; KEY]>::try_from(bytes.as_slice()).map_err(|_| fault(name, "should have 32 bytes"))?;
        Ok(Self { name: name.to_owned(), key: Key::new(bytes) })
    }
}

fn fault(name: &str, reason: &'static str) -> VaultError {
    VaultError::MasterKey { name: name.to_owned(), reason }
}

fn place<'a>(name: &'a str, tenant: &'a [u8]) -> [&'a [u8]; 3] {
    [b"throughline data key", name.as_bytes(), tenant]
}

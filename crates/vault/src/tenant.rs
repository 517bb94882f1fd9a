//! The data key of one tenant.

use throughline_domain::TenantId;

use crate::key::{Key, KeyId};

/// The data key of one tenant, opened. Wiped when dropped; `Debug` shows no key.
#[derive(Debug, Clone)]
pub struct TenantKey {
    tenant: TenantId,
    key: Key,
    id: KeyId,
}

impl TenantKey {
    /// A new random key for `tenant`.
    pub fn generate(tenant: TenantId) -> Self {
        Self::of(tenant, Key::generate())
    }

    pub(crate) fn of(tenant: TenantId, key: Key) -> Self {
        let id = key.id();
        Self { tenant, key, id }
    }

    /// Whose key it is.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// A key for the tags of masks: equal secrets of the tenant get equal tags, and nobody outside can compare.
    pub fn tag_key(&self) -> [u8; 32] {
        *self.key.derive(&[b"throughline mask tags", self.tenant.as_uuid().as_bytes()]).bytes()
    }

    /// Which key it is.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    pub(crate) const fn key(&self) -> &Key {
        &self.key
    }
}

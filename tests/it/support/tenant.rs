//! A tenant with an API token, made the way the operator makes one.

use secrecy::SecretString;
use sha2::{Digest, Sha256};
use throughline_chassis::config::Config;
use throughline_domain::{ApiTokenId, Clock, Role, SystemClock, TenantId};
use throughline_store::Store;
use throughline_store::api_tokens::{self, NewApiToken};
use throughline_store::tenants::{self, NewTenant, SealedKey};
use throughline_vault::{MasterKeys, TenantKey};

/// A tenant and a token of each role.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    pub(crate) id: TenantId,
    pub(crate) owner_token: String,
}

/// Makes a tenant as the owner of the schema.
pub(crate) async fn create(config: &Config, slug: &str) -> anyhow::Result<Tenant> {
    let url = config.postgres.admin_url.as_ref().expect("the owner's address");
    let store = Store::connect(url.expose(), 1)?;
    let id = TenantId::new(SystemClock.now());
    let master = config.vault.master_key.as_ref().expect("a master key");
    let keys = MasterKeys::new(&config.vault.key_id, &SecretString::from(master.expose()))?;
    let sealed = keys.seal(&TenantKey::generate(id));
    let mut tx = store.tenant(id).await?;
    let key = SealedKey { sealed: sealed.bytes, master_key_id: sealed.master_key_id };
    tenants::create(&mut tx, &NewTenant { id, name: slug.to_owned(), slug: slug.to_owned(), key }).await?;
    tx.commit().await?;
    let owner_token = token(&store, id, Role::Owner).await?;
    store.close().await;
    Ok(Tenant { id, owner_token })
}

/// Makes an API token of that role.
pub(crate) async fn token(store: &Store, tenant: TenantId, role: Role) -> anyhow::Result<String> {
    let secret = format!("tl_{}", uuid::Uuid::new_v4().simple());
    let new = NewApiToken {
        id: ApiTokenId::new(SystemClock.now()),
        name: format!("test {role}"),
        role,
        hash: hex::encode(Sha256::digest(&secret)),
        prefix: secret[..8].to_owned(),
        created_by: None,
        expires_at: None,
    };
    let mut tx = store.tenant(tenant).await?;
    api_tokens::create(&mut tx, tenant, &new).await?;
    tx.commit().await?;
    Ok(secret)
}

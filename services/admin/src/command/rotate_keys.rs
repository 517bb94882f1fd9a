//! `rotate-keys`

use serde_json::json;
use throughline_store::tenants::{self, SealedKey};
use throughline_vault::SealedTenantKey;

use crate::{Context, Report};

/// All in one transaction: afterwards every key is sealed by the current master key, or nothing has changed.
pub(super) async fn run(context: &Context) -> anyhow::Result<Report> {
    let (ring, store) = (context.master_keys()?, context.store()?);
    let mut tx = store.service().await?;
    let others = tenants::sealed_by_others(&mut tx, ring.current_id()).await?;
    for (tenant, key) in &others {
        let sealed = SealedTenantKey { master_key_id: key.master_key_id.clone(), bytes: key.sealed.clone() };
        let anew = ring.seal(&ring.open(*tenant, &sealed)?);
        let key = SealedKey { sealed: anew.bytes, master_key_id: anew.master_key_id };
        tenants::reseal(&mut tx, *tenant, &key).await?;
    }
    tx.commit().await?;
    let (count, current) = (others.len(), ring.current_id());
    let text = format!(
        "{count} tenants' keys were sealed anew; all are under `{current}` now. Former keys can be removed."
    );
    Ok(Report::new(text, json!({ "resealed": count, "master_key_id": current })))
}

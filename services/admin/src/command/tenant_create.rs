//! `tenant create`

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use throughline_domain::{Role, TenantId, UserId};
use throughline_gateway::auth::{password, secret};
use throughline_store::tenants::{self, NewTenant as Row, SealedKey};
use throughline_store::users::{self, Login, User};
use throughline_store::{Store, StoreError};
use throughline_vault::TenantKey;

use crate::arguments::NewTenant;
use crate::{Context, Report};

pub(super) async fn run(context: &Context, wanted: NewTenant) -> anyhow::Result<Report> {
    check(&wanted)?;
    let store = context.store()?;
    if let Some(known) = known(&store, &wanted.slug).await? {
        ensure!(wanted.if_missing, "there is a tenant with the slug `{}` already", wanted.slug);
        let facts = json!({ "tenant_id": known.to_string(), "slug": wanted.slug, "created": false });
        return Ok(Report::facts("The tenant is there already; nothing was changed.", facts));
    }
    let given = wanted.password.clone();
    let password = given.clone().unwrap_or_else(|| secret::generate(""));
    let tenant = create(context, &store, &wanted, &password).await?;
    let mut facts = json!({
        "tenant_id": tenant.to_string(), "name": wanted.name, "slug": wanted.slug,
        "owner_email": wanted.owner_email.to_lowercase(), "created": true,
    });
    if given.is_none() {
        facts["password"] = Value::from(password);
    }
    Ok(Report::facts("The tenant was made. Keep the password; it is not shown again.", facts))
}

fn check(wanted: &NewTenant) -> anyhow::Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let slug = &wanted.slug;
    ensure!(
        (1..=63).contains(&slug.len()) && slug.chars().all(plain) && !slug.starts_with('-'),
        "--slug should have up to 63 lower-case letters, digits and dashes, and not begin with a dash"
    );
    ensure!(!wanted.name.trim().is_empty(), "--name should not be empty");
    ensure!(
        wanted.owner_email.find('@').is_some_and(|at| at > 0),
        "--owner-email should be an e-mail address"
    );
    ensure!(
        wanted.password.as_ref().is_none_or(|password| password.len() >= 8),
        "--password should have 8 characters or more"
    );
    Ok(())
}

async fn known(store: &Store, slug: &str) -> anyhow::Result<Option<TenantId>> {
    let mut tx = store.service().await?;
    match tenants::by_slug(&mut tx, slug).await {
        Ok(tenant) => Ok(Some(tenant)),
        Err(StoreError::NotFound) => Ok(None),
        Err(error) => Err(error).context("looking for the tenant; has the database been migrated?"),
    }
}

async fn create(
    context: &Context,
    store: &Store,
    wanted: &NewTenant,
    password: &str,
) -> anyhow::Result<TenantId> {
    let now = context.now();
    let tenant = TenantId::new(now);
    let sealed = context.master_keys()?.seal(&TenantKey::generate(tenant));
    let key = SealedKey { sealed: sealed.bytes, master_key_id: sealed.master_key_id };
    let row = Row { id: tenant, name: wanted.name.trim().to_owned(), slug: wanted.slug.clone(), key };
    let email = wanted.owner_email.to_lowercase();
    let name = wanted.owner_name.clone().unwrap_or_else(|| email.clone());
    let login =
        Login { user: User { id: UserId::new(now), email, name }, password_hash: password::hash(password)? };
    let mut tx = store.tenant(tenant).await?;
    tenants::create(&mut tx, &row).await?;
    users::enrol(&mut tx, tenant, &login, Role::Owner).await?;
    tx.commit().await?;
    Ok(tenant)
}

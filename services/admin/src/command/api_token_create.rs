//! `api-token create`

use anyhow::Context as _;
use serde_json::json;
use throughline_domain::{ApiTokenId, Role};
use throughline_gateway::auth::secret;
use throughline_store::api_tokens::{self, NewApiToken};
use throughline_store::tenants;

use crate::arguments::NewToken;
use crate::{Context, Report};

pub(super) async fn run(context: &Context, wanted: NewToken) -> anyhow::Result<Report> {
    let role: Role = wanted.role.parse().context("--role")?;
    let store = context.store()?;
    let tenant = {
        let mut tx = store.service().await?;
        tenants::by_slug(&mut tx, &wanted.tenant)
            .await
            .with_context(|| format!("the tenant `{}`", wanted.tenant))?
    };
    let (now, token) = (context.now(), secret::generate(secret::API_TOKEN));
    let kept = NewApiToken {
        id: ApiTokenId::new(now),
        name: wanted.name,
        role,
        hash: secret::hash(&token),
        prefix: secret::visible_prefix(&token),
        created_by: None,
        expires_at: wanted.expires_in_days.map(|days| now + chrono::Duration::days(days.into())),
    };
    let mut tx = store.tenant(tenant).await?;
    let made = api_tokens::create(&mut tx, tenant, &kept).await?;
    tx.commit().await?;
    let facts = json!({
        "id": made.id.to_string(), "tenant": wanted.tenant, "name": made.name, "role": made.role.as_str(),
        "expires_at": made.expires_at.map(|at| at.to_rfc3339()), "token": token,
    });
    Ok(Report::facts("The token was made. Keep it; it is not shown again.", facts))
}

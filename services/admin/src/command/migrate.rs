//! `migrate`

use secrecy::SecretString;
use serde_json::json;
use throughline_chassis::Service;
use throughline_store::RolePasswords;

use crate::{Context, Report};

const SERVICES: [Service; 4] = [Service::Gateway, Service::Scheduler, Service::Worker, Service::Sink];

pub(super) async fn run(context: &Context) -> anyhow::Result<Report> {
    let passwords = RolePasswords {
        by_service: SERVICES.into_iter().filter_map(|service| password(context, service)).collect(),
    };
    let named: Vec<_> = passwords.by_service.iter().map(|(service, _)| service.clone()).collect();
    let count = throughline_store::migrate(context.owner_url()?, &passwords).await?;
    let text = match named.as_slice() {
        [] => format!("The database is up to date ({count} migrations)."),
        named => format!(
            "The database is up to date ({count} migrations); passwords set for {}.",
            named.join(", ")
        ),
    };
    Ok(Report::new(text, json!({ "migrations": count, "passwords_set": named })))
}

/// The password in a service's own address, if it logs in as its role.
fn password(context: &Context, service: Service) -> Option<(String, SecretString)> {
    let url = url::Url::parse(context.config.postgres_url(service)?.expose()).ok()?;
    if url.username() != format!("throughline_{service}") {
        return None;
    }
    let password = percent_encoding::percent_decode_str(url.password()?).decode_utf8().ok()?;
    Some((service.to_string(), SecretString::from(password.into_owned())))
}

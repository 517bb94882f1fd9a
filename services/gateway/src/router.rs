//! Every operation of the API, read from top to bottom. The guard, the OpenAPI document and the authorization tests all
//! come from this table.

use throughline_domain::Permission as P;

use crate::operation::Access::{Member, Needs, Public};
use crate::operation::{Operation, operation};

/// The table.
#[rustfmt::skip]
pub(crate) fn operations() -> Vec<Operation> {
    vec![
        operation!(POST   "/v1/auth/login",                              Public,                       auth::login),
        operation!(POST   "/v1/auth/refresh",                            Public,                       auth::refresh),
        operation!(POST   "/v1/auth/logout",                             Public,                       auth::logout),
        operation!(GET    "/v1/me",                                      Member,                       me::show),

        operation!(GET    "/v1/api-tokens",                              Needs(P::TokensWrite),        api_tokens::list),
        operation!(POST   "/v1/api-tokens",                              Needs(P::TokensWrite),        api_tokens::create),
        operation!(DELETE "/v1/api-tokens/{id}",                         Needs(P::TokensWrite),        api_tokens::revoke),

        operation!(GET    "/v1/connectors",                              Needs(P::ConfigurationRead),  connectors::list),
        operation!(GET    "/v1/connectors/{name}",                       Needs(P::ConfigurationRead),  connectors::show),

        operation!(GET    "/v1/systems",                                 Needs(P::ConfigurationRead),  systems::list),
        operation!(POST   "/v1/systems",                                 Needs(P::ConfigurationWrite), systems::create),
        operation!(GET    "/v1/systems/{id}",                            Needs(P::ConfigurationRead),  systems::show),
        operation!(PUT    "/v1/systems/{id}",                            Needs(P::ConfigurationWrite), systems::update),
        operation!(DELETE "/v1/systems/{id}",                            Needs(P::ConfigurationWrite), systems::delete),
        operation!(POST   "/v1/systems/{id}/test",                       Needs(P::ConfigurationWrite), systems::test),
        operation!(GET    "/v1/systems/{id}/schema",                     Needs(P::ConfigurationRead),  systems::schema),
        operation!(POST   "/v1/systems/{id}/schema/reload",              Needs(P::ConfigurationWrite), systems::reload_schema),

        operation!(GET    "/v1/integrations",                            Needs(P::ConfigurationRead),  integrations::list),
        operation!(POST   "/v1/integrations",                            Needs(P::ConfigurationWrite), integrations::create),
        operation!(GET    "/v1/integrations/{id}",                       Needs(P::ConfigurationRead),  integrations::show),
        operation!(PUT    "/v1/integrations/{id}",                       Needs(P::ConfigurationWrite), integrations::update),
        operation!(DELETE "/v1/integrations/{id}",                       Needs(P::ConfigurationWrite), integrations::delete),
        operation!(GET    "/v1/integrations/{id}/revisions",             Needs(P::ConfigurationRead),  integrations::revisions),
        operation!(GET    "/v1/integrations/{id}/revisions/{number}",    Needs(P::ConfigurationRead),  integrations::revision),
        operation!(POST   "/v1/integrations/{id}/validate",              Needs(P::ConfigurationRead),  integrations::validate),
        operation!(POST   "/v1/integrations/{id}/publish",               Needs(P::ConfigurationWrite), integrations::publish),
        operation!(POST   "/v1/integrations/{id}/enable",                Needs(P::ConfigurationWrite), integrations::enable),
        operation!(POST   "/v1/integrations/{id}/disable",               Needs(P::ConfigurationWrite), integrations::disable),
        operation!(POST   "/v1/integrations/{id}/actions/{key}/run",     Needs(P::RunsWrite),          integrations::run),
        operation!(POST   "/v1/integrations/{id}/actions/{key}/hook/rotate", Needs(P::ConfigurationWrite), integrations::rotate_hook),

        operation!(GET    "/v1/runs",                                    Needs(P::RunsRead),           runs::list),
        operation!(GET    "/v1/runs/{id}",                               Needs(P::RunsRead),           runs::show),
        operation!(GET    "/v1/runs/{id}/phases/{phase}",                Needs(P::PayloadsRead),       runs::phase),
        operation!(GET    "/v1/runs/{id}/records",                       Needs(P::RunsRead),           runs::records),
        operation!(GET    "/v1/runs/{id}/export",                        Needs(P::PayloadsRead),       runs::export),
        operation!(POST   "/v1/runs/{id}/cancel",                        Needs(P::RunsWrite),          runs::cancel),

        operation!(GET    "/v1/stats",                                   Needs(P::RunsRead),           stats::show),
        operation!(GET    "/v1/settings",                                Needs(P::ConfigurationRead),  settings::show),
        operation!(PUT    "/v1/settings",                                Needs(P::SettingsWrite),      settings::update),
        operation!(GET    "/v1/events",                                  Needs(P::RunsRead),           events::stream),

        operation!(POST   "/hooks/{token}",                              Public,                       hooks::receive),

        operation!(GET    "/healthz",                                    Public,                       service::healthz),
        operation!(GET    "/readyz",                                     Public,                       service::readyz),
        operation!(GET    "/version",                                    Public,                       service::version),
        operation!(GET    "/openapi.json",                               Public,                       service::openapi),
        operation!(GET    "/docs",                                       Public,                       docs::browser),
        operation!(GET    "/docs/assets/{name}",                         Public,                       docs::asset),
        operation!(GET    "/docs/problems",                              Public,                       docs::problems),
        operation!(GET    "/docs/problems/{code}",                       Public,                       docs::problem),
    ]
}

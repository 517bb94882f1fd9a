//! The document as a whole.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, InfoBuilder, LicenseBuilder, OpenApiBuilder, Paths, Required, Tag};

use super::doc::Doc;
use super::{parameters, responses, schemas};
use crate::operation::{Access, Operation};
use crate::router::operations;

/// Nouns in the order of the document, and what each is about.
const TAGS: [(&str, &str, &str); 13] = [
    ("auth", "Login", "Access tokens for people: log in, renew, log out."),
    ("me", "Me", "Who the caller is, and what he may do."),
    ("api_tokens", "API tokens", "Tokens for programs: hashed, with a role, expiring."),
    ("connectors", "Connectors", "The kinds of systems that can be connected."),
    ("systems", "Systems", "Connections to instances of connectors."),
    ("integrations", "Integrations", "Two systems kept in step by actions; drafts, revisions, publishing."),
    ("runs", "Runs", "What happened, phase by phase."),
    ("stats", "Statistics", "Counts over a period."),
    ("settings", "Settings", "What of runs is kept, and for how long."),
    ("events", "Events", "What happens now."),
    ("hooks", "Webhooks", "Where systems push to."),
    ("service", "Service", "Health, version, this document."),
    ("docs", "Documentation", "Pages for people."),
];

/// The OpenAPI document of the gateway.
pub fn document() -> Value {
    let mut paths = Paths::new();
    let mut components = Components::new();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer()));
    let mut given = BTreeSet::from(["Problem".to_owned(), "Fault".to_owned()]);
    let problem = Doc::default().answer::<crate::problem::WireProblem>(500, "");
    components.schemas.extend(problem.given);
    for operation in operations() {
        let mut doc = (operation.doc)();
        given.extend(doc.given.iter().map(|(name, _)| name.clone()));
        components.schemas.extend(std::mem::take(&mut doc.given));
        components.schemas.extend(std::mem::take(&mut doc.taken));
        paths.add_path_operation(operation.path, vec![method(&operation)], described(&operation, doc));
    }
    let api = OpenApiBuilder::new()
        .info(info())
        .paths(paths)
        .components(Some(components))
        .tags(Some(tags()))
        .build();
    let mut document = serde_json::to_value(api).unwrap_or_default();
    // Extensions have no order of their own, and the file must not change by itself.
    document["paths"].sort_all_objects();
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        schemas::complete(schemas, &given);
    }
    document
}

fn described(operation: &Operation, mut doc: Doc) -> utoipa::openapi::path::Operation {
    let noun = operation.id.split('.').next().unwrap_or_default();
    let tag = TAGS.iter().find(|(id, ..)| *id == noun).map_or(noun, |(_, name, _)| name);
    let body = doc.body.take();
    let mut described = OperationBuilder::new()
        .operation_id(Some(operation.id))
        .tag(tag)
        .summary(Some(doc.summary))
        .description((!doc.description.is_empty()).then_some(doc.description));
    for parameter in parameters::all(operation, doc.query, doc.if_match) {
        described = described.parameter(parameter);
    }
    let takes = body.is_some();
    if let Some(body) = body {
        let content = ContentBuilder::new().schema(Some(body.schema)).example(body.example).build();
        let required = if body.required { Required::True } else { Required::False };
        let body =
            RequestBodyBuilder::new().content("application/json", content).required(Some(required)).build();
        described = described.request_body(Some(body));
    }
    let probe = Doc { body: takes.then(any_body), ..doc };
    for (status, response) in responses::all(operation, &probe) {
        described = described.response(status, response);
    }
    secured(described, operation.access).build()
}

/// Only that there is a body matters to the problems that follow from it.
fn any_body() -> super::doc::Body {
    super::doc::Body { schema: <String as utoipa::PartialSchema>::schema(), required: true, example: None }
}

fn secured(described: OperationBuilder, access: Access) -> OperationBuilder {
    let (permission, least) = match access {
        Access::Public => return described.securities(Some([SecurityRequirement::default()])),
        Access::Member => (Value::Null, Value::from("viewer")),
        Access::Needs(permission) => {
            (Value::from(permission.as_str()), Value::from(permission.least_role().as_str()))
        }
    };
    let extensions =
        ExtensionsBuilder::new().add("x-permission", permission).add("x-least-role", least).build();
    let none: [&str; 0] = [];
    described.security(SecurityRequirement::new("bearer", none)).extensions(Some(extensions))
}

fn method(operation: &Operation) -> HttpMethod {
    match operation.method.as_str() {
        "POST" => HttpMethod::Post,
        "PUT" => HttpMethod::Put,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

fn bearer() -> Http {
    let mut scheme = Http::new(HttpAuthScheme::Bearer);
    scheme.description = Some("An access token from `/v1/auth/login`, or an API token (`tl_…`).".to_owned());
    scheme
}

fn info() -> utoipa::openapi::Info {
    InfoBuilder::new()
        .title("Throughline")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(include_str!("about.md")))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build()
}

fn tags() -> Vec<Tag> {
    let tag = |name: &str, about: &str| {
        let mut tag = Tag::new(name);
        tag.description = Some(about.to_owned());
        tag
    };
    TAGS.iter().map(|(_, name, about)| tag(name, about)).collect()
}

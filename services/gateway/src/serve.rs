//! From the table of operations to an actix application.

use std::collections::BTreeMap;
use std::rc::Rc;

use actix_web::body::BoxBody;
use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::middleware::from_fn;
use actix_web::{HttpRequest, HttpResponse, Resource, web};

use crate::console;
use crate::guard::guard;
use crate::operation::Operation;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::remember::remember;
use crate::router::operations;

/// Adds every operation, and the console for everything else.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let mut by_path: BTreeMap<&'static str, Vec<Operation>> = BTreeMap::new();
    let mut order = Vec::new();
    for operation in operations() {
        if !by_path.contains_key(operation.path) {
            order.push(operation.path);
        }
        by_path.entry(operation.path).or_default().push(operation);
    }
    for path in order {
        config.service(resource(path, by_path.remove(path).unwrap_or_default()));
    }
    config.default_service(web::route().to(console::serve));
}

fn resource(path: &'static str, operations: Vec<Operation>) -> Resource {
    let methods: Vec<&str> = operations.iter().map(|operation| operation.method.as_str()).collect();
    let allowed: Rc<str> = methods.join(", ").into();
    let resource = operations
        .into_iter()
        .fold(web::resource(path), |resource, operation| resource.route(route(operation)));
    resource.default_service(
        web::route().to(move |request: HttpRequest| wrong_method(request, Rc::clone(&allowed))),
    )
}

fn route(operation: Operation) -> actix_web::Route {
    let (access, remembers, method) =
        (operation.access, operation.remembers_answers(), operation.method.clone());
    let route = (operation.mount)();
    let route = if remembers { route.wrap(from_fn(remember)) } else { route };
    route.method(method).wrap(from_fn(move |request, next: actix_web::middleware::Next<BoxBody>| {
        guard(access, request, next)
    }))
}

async fn wrong_method(request: HttpRequest, allowed: Rc<str>) -> Answer<HttpResponse> {
    if request.method() == Method::OPTIONS {
        return Ok(HttpResponse::NoContent().insert_header((ALLOW, allowed.as_ref())).finish());
    }
    let detail = format!("It takes {allowed}.");
    Err(Problem::new(ProblemCode::MethodNotAllowed, detail).header(ALLOW, &allowed))
}

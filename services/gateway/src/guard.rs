//! Between the router and the handlers: who is it, and may he?

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

use crate::app::App;
use crate::auth::bearer;
use crate::caller::Caller;
use crate::operation::Access;
use crate::problem::{Answer, Problem, ProblemCode};

/// Lets a request through to its handler, or answers it.
pub(crate) async fn guard(
    access: Access,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if access == Access::Public {
        return next.call(request).await;
    }
    match admit(access, &request).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.call(request).await
        }
        Err(problem) => Ok(request.error_response(problem)),
    }
}

async fn admit(access: Access, request: &ServiceRequest) -> Answer<Caller> {
    let app = request
        .app_data::<web::Data<App>>()
        .ok_or_else(|| Problem::internal(anyhow::anyhow!("the gateway has no state")))?;
    let caller = bearer::caller(app, request.headers()).await?;
    match access {
        Access::Needs(permission) if !caller.may(permission) => Err(Problem::new(
            ProblemCode::RoleNotSufficient,
            format!(
                "It needs the permission `{permission}`, which begins with the role {}; you are {}.",
                permission.least_role(),
                caller.role
            ),
        )),
        _ => Ok(caller),
    }
}

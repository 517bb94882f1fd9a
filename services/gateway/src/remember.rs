//! `Idempotency-Key`: the second request with a key gets the first one's answer. Answers may show a webhook address, which
//! is a secret, so they are kept sealed with the tenant's data key.

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use throughline_store::idempotency::{self, Claim};
use throughline_vault::Row;

use crate::app::App;
use crate::auth::session::commit;
use crate::caller::Caller;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::json::read_body;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Answers from memory, or lets the request through and remembers its answer.
pub(crate) async fn remember(
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if !request.headers().contains_key(&KEY) {
        return next.call(request).await;
    }
    match claim(&mut request).await {
        Ok(Claimed::Fresh(memory)) => keep(memory, next.call(request).await?).await,
        Ok(Claimed::Answered(answer)) => Ok(request.into_response(answer)),
        Err(problem) => Ok(request.error_response(problem)),
    }
}

struct Memory {
    app: web::Data<App>,
    caller: Caller,
    key: String,
}

enum Claimed {
    Fresh(Memory),
    Answered(HttpResponse),
}

async fn claim(request: &mut ServiceRequest) -> Answer<Claimed> {
    let lost = || Problem::internal(anyhow::anyhow!("a remembered operation is not behind the guard"));
    let app = request.app_data::<web::Data<App>>().cloned().ok_or_else(lost)?;
    let caller = request.extensions().get::<Caller>().cloned().ok_or_else(lost)?;
    let key = key(request)?;
    let payload = request.take_payload();
    let body = read_body(&request.parts().0.clone(), payload, app.config.api_body_limit.bytes()).await?;
    let hash = request_hash(request, &body);
    request.set_payload(Payload::from(body));
    let mut tx = app.store.tenant(caller.tenant).await?;
    let claim = idempotency::claim(&mut tx, caller.tenant, &key, &hash, app.clock.now()).await?;
    commit(tx).await?;
    match claim {
        Claim::Fresh => Ok(Claimed::Fresh(Memory { app, caller, key })),
        Claim::Answered { status, body } => {
            let tenant_key = app.keys.of(&app.store, caller.tenant).await?;
            let body = tenant_key.open_secret(Row::Answer { key: &key }, &body)?;
            Ok(Claimed::Answered(replay(status, body.to_vec())))
        }
        Claim::InProgress => {
            let detail = "Wait for its answer, or repeat this request in a moment.";
            Err(Problem::new(ProblemCode::IdempotencyInProgress, detail).retry_after(1))
        }
        Claim::OtherRequest => Err(Problem::new(
            ProblemCode::IdempotencyKeyReused,
            "Its method, address or body was another. Use a new key for every new request.",
        )),
    }
}

fn key(request: &ServiceRequest) -> Answer<String> {
    let text = request.headers().get(&KEY).and_then(|value| value.to_str().ok()).unwrap_or_default().trim();
    if text.is_empty() || text.len() > 200 {
        let detail = "`Idempotency-Key` should have 1 to 200 visible ASCII characters.";
        return Err(Problem::new(ProblemCode::InvalidParameter, detail));
    }
    Ok(text.to_owned())
}

fn request_hash(request: &ServiceRequest, body: &[u8]) -> String {
    let line = format!("{} {}\n", request.method(), request.uri());
    hex::encode(Sha256::new().chain_update(line).chain_update(body).finalize())
}

fn replay(status: u16, body: Vec<u8>) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    response.insert_header((REPLAYED, "true"));
    if body.is_empty() {
        response.finish()
    } else {
        response.insert_header((CONTENT_TYPE, "application/json")).body(body)
    }
}

/// Remembers good answers. A refusal leaves nothing behind, so the request may be made again with the same key.
async fn keep(memory: Memory, response: ServiceResponse<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let status = response.status();
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let body: Bytes = to_bytes(body).await.unwrap_or_default();
    if let Err(problem) = memory.write(status, &body).await {
        tracing::warn!(error = %problem, "the answer could not be remembered for its Idempotency-Key");
    }
    Ok(ServiceResponse::new(request, head.set_body(body.boxed())))
}

impl Memory {
    async fn write(&self, status: StatusCode, body: &[u8]) -> Answer<()> {
        let tenant = self.caller.tenant;
        let tenant_key = self.app.keys.of(&self.app.store, tenant).await?;
        let mut tx = self.app.store.tenant(tenant).await?;
        if status.is_success() {
            let sealed = tenant_key.seal_secret(Row::Answer { key: &self.key }, body);
            idempotency::finish(&mut tx, tenant, &self.key, status.as_u16(), &sealed).await?;
        } else {
            idempotency::release(&mut tx, tenant, &self.key).await?;
        }
        commit(tx).await
    }
}

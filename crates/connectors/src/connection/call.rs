//! Sending the requests of a manifest: rendered, authenticated, retried, judged.

use std::time::Duration;

use bytes::Bytes;
use throughline_domain::{Clock, SystemClock};
use url::Url;

use super::Connection;
use super::answer::Reply;
use super::operation::Operation;
use crate::egress::{Answer, Request, Trouble};
use crate::failure::Failure;
use crate::manifest::{RequestTemplate, is_whole};
use crate::recorder::Recorder;
use crate::retry::retry_after;
use crate::template::{Scope, TemplateError};

impl Connection {
    /// Renders a request and calls.
    pub(super) async fn call(
        &self,
        template: &RequestTemplate,
        scope: &Scope,
        operation: Operation,
        rec: &Recorder,
    ) -> Result<Reply, Failure> {
        let request = self.request(template, scope).map_err(|error| self.template_fault(&error))?;
        self.perform(&request, scope, operation, rec).await
    }

    /// Sends a request, again where that is safe and may help; the accepted answer, or the failure in words for the tenant.
    pub(super) async fn perform(
        &self,
        request: &Request,
        scope: &Scope,
        operation: Operation,
        rec: &Recorder,
    ) -> Result<Reply, Failure> {
        let outcome = self.attempt(request, operation, rec).await;
        let judged = outcome.and_then(|outcome| match outcome {
            Ok(answer) => self.judge(answer, request, scope, operation),
            Err(trouble) => Err(self.unreachable(&trouble, operation)),
        });
        judged.map_err(|failure| Failure { message: rec.mask(&failure.message).into_inner(), ..failure })
    }

    /// The last outcome of as many attempts as the policy allows. An answer of 401 to an access token gets one new token.
    async fn attempt(
        &self,
        request: &Request,
        operation: Operation,
        rec: &Recorder,
    ) -> Result<Result<Answer, Trouble>, Failure> {
        let mut attempt = 1;
        let mut may_renew = operation != Operation::Token;
        loop {
            let mut request = request.clone();
            let token =
                if operation == Operation::Token { None } else { self.authorise(&mut request, rec).await? };
            let outcome = self.egress.send(&request, attempt, rec).await;
            let refused = matches!(&outcome, Ok(answer) if answer.status == 401);
            if let (true, true, Some(token)) = (refused, may_renew, token) {
                self.auth.forget(&token).await;
                may_renew = false;
                attempt += 1;
                continue;
            }
            match self.wait(&outcome, operation, attempt) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Ok(outcome),
            }
            attempt += 1;
        }
    }

    /// How long to wait for another attempt, if there is to be one. Writes are sent again only when they were certainly not done.
    fn wait(
        &self,
        outcome: &Result<Answer, Trouble>,
        operation: Operation,
        attempt: u32,
    ) -> Option<Duration> {
        let asked = outcome.as_ref().ok().and_then(asked_to_wait);
        let again = match outcome {
            Ok(answer) => match answer.status {
                429 => true,
                503 => asked.is_some() || !operation.writes(),
                500 | 502 | 504 => !operation.writes(),
                _ => false,
            },
            Err(trouble) => trouble.kind.passes() && !(operation.writes() && trouble.reached),
        };
        if again { self.retry.wait_after(attempt, asked) } else { None }
    }

    /// The request as the manifest says, without authentication.
    pub(super) fn request(
        &self,
        template: &RequestTemplate,
        scope: &Scope,
    ) -> Result<Request, TemplateError> {
        let mut url = self.address(&template.path.render_path(scope)?)?;
        let query = template.query.render(scope)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut headers = vec![("accept".to_owned(), "application/json".to_owned())];
        for (name, value) in self.manifest.headers.iter().chain(&template.headers) {
            if let Some(value) = value.render_some(scope)? {
                headers.retain(|(given, _)| !given.eq_ignore_ascii_case(name));
                headers.push((name.clone(), value));
            }
        }
        let body = body_of(template, scope)?;
        headers.extend(body.as_ref().map(|(kind, _)| ("content-type".to_owned(), (*kind).to_owned())));
        Ok(Request { method: template.method.into(), url, headers, body: body.map(|(_, bytes)| bytes) })
    }

    /// A path below the system's address; a whole address stands for itself.
    pub(super) fn address(&self, path: &str) -> Result<Url, TemplateError> {
        let base = self.base.as_str().trim_end_matches('/');
        let joined =
            if is_whole(path) { path.to_owned() } else { format!("{base}/{}", path.trim_start_matches('/')) };
        Url::parse(&joined).map_err(|error| TemplateError { source_text: joined, reason: error.to_string() })
    }
}

/// What `Retry-After` asks for.
pub(super) fn asked_to_wait(answer: &Answer) -> Option<Duration> {
    retry_after(answer.header("retry-after"), SystemClock.now())
}

fn body_of(
    template: &RequestTemplate,
    scope: &Scope,
) -> Result<Option<(&'static str, Bytes)>, TemplateError> {
    if let Some(form) = &template.form {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(form.render(scope)?);
        return Ok(Some(("application/x-www-form-urlencoded", pairs.finish().into())));
    }
    let Some(body) = &template.body else { return Ok(None) };
    let document = body.render(scope)?.unwrap_or_default();
    Ok(Some(("application/json", document.to_string().into())))
}

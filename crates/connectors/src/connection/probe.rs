//! The connection test.

use super::Connection;
use super::operation::Operation;
use crate::failure::Failure;
use crate::manifest::Probe;
use crate::recorder::Recorder;
use crate::template::{Scope, Text};

/// What a connection test found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestReport {
    /// The account that the credentials belong to.
    pub identity: Option<String>,
    /// The version of the system.
    pub version: Option<String>,
    /// One sentence for the tenant.
    pub message: String,
}

impl Connection {
    /// Asks the system who we are.
    pub async fn test(&self, rec: &Recorder) -> Result<TestReport, Failure> {
        let Some(probe) = &self.manifest.test else { return Ok(self.untested()) };
        let reply = self.call(&probe.request, &self.scope, Operation::Test, rec).await?;
        let scope = reply.scope(&self.scope);
        if let Some(message) = self.disappointment(probe, &scope)? {
            return Err(self.not_understood(&reply.answer, rec.mask(&message).into_inner(), Operation::Test));
        }
        let text = |text: Option<&Text>| match text {
            Some(text) => text.render_some(&scope).map_err(|error| self.template_fault(&error)),
            None => Ok(None),
        };
        let masked = |text: Option<String>| text.map(|text| rec.mask(&text).into_inner());
        let (identity, version) =
            (masked(text(probe.identity.as_ref())?), masked(text(probe.version.as_ref())?));
        let who = identity.as_ref().map(|who| format!(" as {who}")).unwrap_or_default();
        let which = version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
        Ok(TestReport {
            message: format!("Connected to {}{which}{who}.", self.manifest.title),
            identity,
            version,
        })
    }

    fn disappointment(&self, probe: &Probe, scope: &Scope) -> Result<Option<String>, Failure> {
        for expectation in &probe.expect {
            let held = expectation.that.holds(scope).map_err(|error| self.template_fault(&error))?;
            if !held {
                return expectation
                    .otherwise
                    .render(scope)
                    .map(Some)
                    .map_err(|error| self.template_fault(&error));
            }
        }
        Ok(None)
    }

    fn untested(&self) -> TestReport {
        let message = format!("{} has no connection test; its first run will tell.", self.manifest.title);
        TestReport { identity: None, version: None, message }
    }
}

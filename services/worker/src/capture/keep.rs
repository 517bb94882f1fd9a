//! What of a run is kept, and in words for a person why the rest is not.

use throughline_contract::RunRequest;
use throughline_domain::{HttpCapture, Phase, RunStatus, Timestamp, TriggerKind};
use throughline_flow::Action;

/// The capture settings in force for one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keep {
    http: HttpCapture,
    http_by_action: bool,
    payload: bool,
    payload_by_action: bool,
    trigger: TriggerKind,
}

impl Keep {
    /// The tenant's settings, and over them the action's own.
    pub(crate) fn of(request: &RunRequest, action: &Action, now: Timestamp) -> Self {
        let own = action.capture.unwrap_or_default();
        Self {
            http: own.http.unwrap_or_else(|| request.capture.http_at(now)),
            http_by_action: own.http.is_some(),
            payload: own.payload.unwrap_or(request.capture.payload),
            payload_by_action: own.payload.is_some(),
            trigger: request.trigger,
        }
    }

    /// The HTTP capture mode.
    pub(crate) const fn http(&self) -> HttpCapture {
        self.http
    }

    /// Whether records and documents are collected.
    pub(crate) const fn payload(&self) -> bool {
        self.payload
    }

    /// Why this phase of a run that ended with `status` is not kept; `None` when it is.
    pub(crate) fn refuses(&self, phase: Phase, status: RunStatus) -> Option<String> {
        if self.is_idle(status) {
            return Some("The poll found nothing, so only this line was kept. Set Collect HTTP data to All to keep its query and exchanges as well.".to_owned());
        }
        if phase.is_payload() && !self.payload {
            return Some(format!("Collect payload data is switched off {}.", place(self.payload_by_action)));
        }
        match self.http {
            _ if !phase.is_http() => None,
            HttpCapture::All => None,
            HttpCapture::Off => {
                Some(format!("Collect HTTP data is switched off {}.", place(self.http_by_action)))
            }
            HttpCapture::Failures if is_good(status) => Some(format!(
                "Collect HTTP data is set to Failures {}, and this run did not fail.",
                place(self.http_by_action)
            )),
            HttpCapture::Failures => None,
        }
    }

    /// One sentence on both settings, for the status phase.
    pub(crate) fn sentence(&self) -> String {
        let payload = if self.payload { "on" } else { "off" };
        format!(
            "HTTP data: {} ({}); payload data: {payload} ({}).",
            self.http,
            place(self.http_by_action),
            place(self.payload_by_action)
        )
    }

    /// A poll that found nothing is one small row, unless somebody wants to see everything, or waits for the result.
    fn is_idle(&self, status: RunStatus) -> bool {
        status == RunStatus::NothingToDo && self.trigger == TriggerKind::Poll && self.http != HttpCapture::All
    }
}

const fn place(by_action: bool) -> &'static str {
    if by_action { "for this action" } else { "in the settings" }
}

const fn is_good(status: RunStatus) -> bool {
    matches!(status, RunStatus::Succeeded | RunStatus::NothingToDo)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(http: HttpCapture, payload: bool) -> Keep {
        Keep { http, http_by_action: false, payload, payload_by_action: true, trigger: TriggerKind::Poll }
    }

    #[test]
    fn modes_keep_what_they_say() {
        use HttpCapture::{All, Failures, Off};
        use RunStatus::{Cancelled, Failed, NothingToDo, PartlyFailed, Succeeded};
        for (http, payload, status, phase, kept) in [
            (All, true, Succeeded, Phase::LoadHttp, true),
            (Failures, true, Succeeded, Phase::LoadHttp, false),
            (Failures, true, Failed, Phase::LoadHttp, true),
            (Failures, true, PartlyFailed, Phase::ExtractHttp, true),
            (Failures, true, Cancelled, Phase::ExtractHttp, true),
            (Off, true, Failed, Phase::ExtractHttp, false),
            (Off, true, Failed, Phase::Uql, true),
            (All, false, Failed, Phase::Extract, false),
            (All, false, Failed, Phase::Status, true),
            (Failures, true, Succeeded, Phase::Response, true),
            (Failures, true, NothingToDo, Phase::Status, false),
            (All, true, NothingToDo, Phase::ExtractHttp, true),
        ] {
            assert_eq!(
                keep(http, payload).refuses(phase, status).is_none(),
                kept,
                "{http} {payload} {status} {phase}"
            );
        }
        let reason = keep(All, false).refuses(Phase::Load, Succeeded).unwrap();
        assert_eq!(reason, "Collect payload data is switched off for this action.");
    }
}

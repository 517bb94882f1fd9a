//! Settings as the API shows and takes them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use throughline_domain::{CapturePolicy, Retention};
use utoipa::ToSchema;

use crate::answer::{HttpCaptureWord, RetentionClassWord, Time};

/// The settings of a tenant.
#[derive(Serialize, ToSchema)]
pub(crate) struct Settings {
    #[serde(flatten)]
    values: SettingsValues,
    /// What a new tenant begins with.
    defaults: SettingsValues,
}

/// What can be set.
#[derive(Serialize, ToSchema)]
pub(crate) struct SettingsValues {
    capture: CaptureSettings,
    retention: RetentionSettings,
}

/// What of a run is kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaptureSettings {
    /// HTTP exchanges: never, of runs that did not succeed, or of every run.
    http: HttpCaptureWord,
    /// Until when `http` holds; afterwards `failures`. Null: for good.
    http_until: Option<Time>,
    /// Whether records and documents are kept.
    payload: bool,
}

/// For how long.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetentionSettings {
    /// Runs, their records, and the phases `status` and `uql`.
    status: RetentionClassWord,
    /// The phases `extract`, `load` and `response`.
    payload: RetentionClassWord,
    /// The phases `extract_http` and `load_http`.
    http: RetentionClassWord,
}

/// New settings.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingsInput {
    capture: CaptureInput,
    retention: RetentionSettings,
}

/// What of a run should be kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaptureInput {
    http: HttpCaptureWord,
    /// Until when `http` holds; afterwards `failures`. Null: for good.
    #[schema(value_type = Option<Time>)]
    http_until: Option<DateTime<Utc>>,
    payload: bool,
}

impl Settings {
    /// The settings beside their defaults.
    pub(super) fn of(capture: &CapturePolicy, retention: &Retention) -> Self {
        let defaults = SettingsValues::of(&CapturePolicy::default(), &Retention::default());
        Self { values: SettingsValues::of(capture, retention), defaults }
    }
}

impl SettingsValues {
    fn of(capture: &CapturePolicy, retention: &Retention) -> Self {
        Self {
            capture: CaptureSettings {
                http: capture.http.into(),
                http_until: capture.http_until.map(Time),
                payload: capture.payload,
            },
            retention: RetentionSettings {
                status: retention.status.into(),
                payload: retention.payload.into(),
                http: retention.http.into(),
            },
        }
    }
}

impl SettingsInput {
    /// What of runs should be kept.
    pub(super) fn capture(&self) -> CapturePolicy {
        let CaptureInput { http, http_until, payload } = self.capture;
        CapturePolicy { http: http.0, http_until, payload }
    }

    /// For how long.
    pub(super) fn retention(&self) -> Retention {
        let RetentionSettings { status, payload, http } = self.retention;
        Retention { status: status.0, payload: payload.0, http: http.0 }
    }
}

//! Why a run or a record failed: eight classes, stable codes, the evidence.

use crate::phase::Phase;
use crate::token::words;

words! {
    /// The eight kinds of failure that a person can act on.
    ErrorClass as "error class" {
        /// The system does not accept the credentials.
        Authentication = "authentication",
        /// The account lacks a right.
        Permission = "permission",
        /// A mapping or expression gave no valid value.
        Mapping = "mapping",
        /// The system cannot be reached, or does not answer as its API should.
        Connectivity = "connectivity",
        /// The target refused a value.
        Validation = "validation",
        /// The record's counterpart cannot be found or written.
        Correlation = "correlation",
        /// The system asked to slow down for longer than the run may wait.
        RateLimit = "rate_limit",
        /// The fault is ours.
        Internal = "internal",
    }
}

words! {
    /// On whose side the fault lies.
    Side as "side" {
        /// The system that is read.
        Source = "source",
        /// The integration's own configuration.
        Mapping = "mapping",
        /// The system that is written.
        Target = "target",
        /// This service.
        Throughline = "throughline",
    }
}

words! {
    /// A stable code. Each owns a page, `docs/problems/<code>.md`, and never changes its meaning.
    ErrorCode as "error code" {
        /// 401, or the manifest's error table says so.
        CredentialsRefused = "credentials_refused",
        /// A token could not be obtained or refreshed.
        TokenRefused = "token_refused",
        /// A setting or secret that the connector needs is absent.
        CredentialsMissing = "credentials_missing",
        /// 403.
        PermissionDenied = "permission_denied",
        /// A template, expression or rule failed.
        ExpressionFailed = "expression_failed",
        /// The result has the wrong type for the field.
        ValueTypeMismatch = "value_type_mismatch",
        /// A value map has no entry and no default.
        ValueNotMapped = "value_not_mapped",
        /// A rule names a source field that the record does not have.
        SourceFieldMissing = "source_field_missing",
        /// A template or expression used more steps than allowed.
        FuelExhausted = "fuel_exhausted",
        /// The name does not resolve.
        NameNotResolved = "name_not_resolved",
        /// Connection refused or reset.
        ConnectionFailed = "connection_failed",
        /// TLS handshake or certificate.
        TlsFailed = "tls_failed",
        /// No answer in time.
        RequestTimedOut = "request_timed_out",
        /// 5xx.
        ServerError = "server_error",
        /// The address is private, or not allowed by the operator.
        AddressRefused = "address_refused",
        /// The answer is larger than the limit.
        AnswerTooLarge = "answer_too_large",
        /// The answer is not what the manifest promises: HTML, broken JSON, missing record selector.
        AnswerNotUnderstood = "answer_not_understood",
        /// Too many redirects, or one to a refused place.
        RedirectRefused = "redirect_refused",
        /// 404 for the endpoint itself.
        EndpointNotFound = "endpoint_not_found",
        /// 400 or 422: the target refused a value.
        ValueRefused = "value_refused",
        /// The target wants a field that was not sent.
        RequiredFieldMissing = "required_field_missing",
        /// The pushed document is not what the listener expects.
        EventNotUnderstood = "event_not_understood",
        /// The linked record is gone from the target.
        LinkedRecordMissing = "linked_record_missing",
        /// An update has no counterpart.
        NoLinkedRecord = "no_linked_record",
        /// Several records match.
        SeveralMatches = "several_matches",
        /// The record has no key.
        RecordKeyMissing = "record_key_missing",
        /// A write may or may not have happened.
        WriteInDoubt = "write_in_doubt",
        /// 409: someone else changed the record.
        WriteConflict = "write_conflict",
        /// Another run holds this record for too long.
        RecordBusy = "record_busy",
        /// 429 for longer than the run may wait.
        RateLimited = "rate_limited",
        /// The run used up its time.
        RunTimedOut = "run_timed_out",
        /// The run's worker was lost and no other one finished it.
        RunAbandoned = "run_abandoned",
        /// Delivered too often without success.
        DeliveryExhausted = "delivery_exhausted",
        /// The configuration that the run names cannot be used.
        ConfigurationUnusable = "configuration_unusable",
        /// Anything else on our side.
        InternalFault = "internal_fault",
    }
}

impl ErrorCode {
    /// The class that this code belongs to.
    pub const fn class(self) -> ErrorClass {
        use ErrorCode as C;
        match self {
            C::CredentialsRefused | C::TokenRefused | C::CredentialsMissing => ErrorClass::Authentication,
            C::PermissionDenied => ErrorClass::Permission,
            C::ExpressionFailed
            | C::ValueTypeMismatch
            | C::ValueNotMapped
            | C::SourceFieldMissing
            | C::FuelExhausted => ErrorClass::Mapping,
            C::NameNotResolved
            | C::ConnectionFailed
            | C::TlsFailed
            | C::RequestTimedOut
            | C::ServerError
            | C::AddressRefused
            | C::AnswerTooLarge
            | C::AnswerNotUnderstood
            | C::RedirectRefused
            | C::EndpointNotFound => ErrorClass::Connectivity,
            C::ValueRefused | C::RequiredFieldMissing | C::EventNotUnderstood => ErrorClass::Validation,
            C::LinkedRecordMissing
            | C::NoLinkedRecord
            | C::SeveralMatches
            | C::RecordKeyMissing
            | C::WriteInDoubt
            | C::WriteConflict
            | C::RecordBusy => ErrorClass::Correlation,
            C::RateLimited => ErrorClass::RateLimit,
            C::RunTimedOut
            | C::RunAbandoned
            | C::DeliveryExhausted
            | C::ConfigurationUnusable
            | C::InternalFault => ErrorClass::Internal,
        }
    }

    /// Whether the same input may succeed later without anybody changing anything.
    pub const fn is_transient(self) -> bool {
        use ErrorCode as C;
        matches!(
            self,
            C::NameNotResolved
                | C::ConnectionFailed
                | C::RequestTimedOut
                | C::ServerError
                | C::WriteConflict
                | C::RecordBusy
                | C::RateLimited
                | C::RunAbandoned
                | C::InternalFault
        )
    }
}

/// Where to look for the proof of an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The phase that shows it.
    pub phase: Option<Phase>,
    /// The HTTP exchange within the phase, such as `e3`.
    pub exchange: Option<String>,
    /// A JSON pointer into the phase's document or the exchange's answer.
    pub pointer: Option<String>,
    /// The pointer of the rule in the integration document.
    pub rule: Option<String>,
    /// The source record's key.
    pub record: Option<String>,
}

/// Why a run or one of its records failed. The message is for the tenant: it names no secret and no internals.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct RunError {
    /// The stable code; its class follows.
    pub code: ErrorCode,
    /// One sentence on what happened, masked.
    pub message: String,
    /// On whose side.
    pub side: Side,
    /// Where the proof is.
    pub evidence: Evidence,
}

impl RunError {
    /// An error without evidence yet.
    pub fn new(code: ErrorCode, side: Side, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), side, evidence: Evidence::default() }
    }

    /// An error of ours.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InternalFault, Side::Throughline, message)
    }

    /// The class of the code.
    pub const fn class(&self) -> ErrorClass {
        self.code.class()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_a_code() {
        for class in ErrorClass::ALL {
            assert!(ErrorCode::ALL.iter().any(|code| code.class() == *class), "{class}");
        }
    }

    #[test]
    fn codes_read_back() {
        for code in ErrorCode::ALL {
            assert_eq!(code.as_str().parse::<ErrorCode>().as_ref(), Ok(code));
        }
    }
}

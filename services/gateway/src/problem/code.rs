//! Every way in which the API says no. The code is stable; its page is `docs/problems/<code>.md`.

use actix_web::http::StatusCode;

macro_rules! problem_codes {
    ($($(#[$meta:meta])* $name:ident = $text:literal, $status:ident, $title:literal;)+) => {
        /// A stable code of the API.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ProblemCode { $($(#[$meta])* $name),+ }

        impl ProblemCode {
            /// Every code, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable spelling.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// The HTTP status that goes with it.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status),+ }
            }

            /// One line for people, the same for every occurrence.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }
        }
    };
}

problem_codes! {
    /// The body is not JSON.
    MalformedJson = "malformed_json", BAD_REQUEST, "The body is not valid JSON";
    /// The body is not UTF-8.
    InvalidEncoding = "invalid_encoding", BAD_REQUEST, "The body is not UTF-8 text";
    /// The JSON nests deeper than allowed.
    JsonTooDeep = "json_too_deep", BAD_REQUEST, "The JSON is nested too deeply";
    /// A path or query parameter holds no valid value.
    InvalidParameter = "invalid_parameter", BAD_REQUEST, "A parameter holds no valid value";
    /// The cursor was not made by this list.
    InvalidCursor = "invalid_cursor", BAD_REQUEST, "The cursor is not one of this list";
    /// The request breaks the rules of HTTP, or its body ended early.
    MalformedRequest = "malformed_request", BAD_REQUEST, "The request cannot be read";
    /// No token was sent.
    TokenMissing = "token_missing", UNAUTHORIZED, "No access token was sent";
    /// The token is not one of ours, or was revoked.
    TokenInvalid = "token_invalid", UNAUTHORIZED, "The access token is not valid";
    /// The token has ended.
    TokenExpired = "token_expired", UNAUTHORIZED, "The access token has expired";
    /// The address or the password is wrong.
    LoginRefused = "login_refused", UNAUTHORIZED, "The e-mail address or the password is wrong";
    /// The refresh token is unknown, has ended, or was revoked.
    SessionEnded = "session_ended", UNAUTHORIZED, "The session has ended";
    /// A refresh token was used twice; the session was revoked.
    SessionRevoked = "session_revoked", UNAUTHORIZED, "The session was ended for safety";
    /// The role does not have the permission.
    RoleNotSufficient = "role_not_sufficient", FORBIDDEN, "Your role does not allow this";
    /// There is no such thing in this tenant.
    NotFound = "not_found", NOT_FOUND, "There is no such thing here";
    /// There is no such address.
    RouteNotFound = "route_not_found", NOT_FOUND, "There is nothing at this address";
    /// No listener has this token.
    HookUnknown = "hook_unknown", NOT_FOUND, "No webhook address is known by this token";
    /// The phase was not captured.
    PhaseNotCaptured = "phase_not_captured", NOT_FOUND, "This phase was not captured";
    /// The address does not take this method.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "The address does not take this method";
    /// The name is taken.
    NameTaken = "name_taken", CONFLICT, "The name is already taken";
    /// Integrations use the system.
    SystemInUse = "system_in_use", CONFLICT, "Integrations use this system";
    /// Somebody else changed the same thing at the same moment.
    WriteCollision = "write_collision", CONFLICT, "Somebody else changed this at the same moment";
    /// The integration has no published revision.
    NotPublished = "not_published", CONFLICT, "The integration has not been published";
    /// The integration is disabled.
    IntegrationDisabled = "integration_disabled", CONFLICT, "The integration is disabled";
    /// The run has ended.
    RunEnded = "run_ended", CONFLICT, "The run has already ended";
    /// The key was used for another request.
    IdempotencyKeyReused = "idempotency_key_reused", CONFLICT, "The Idempotency-Key was used for another request";
    /// The first request with this key is still at work.
    IdempotencyInProgress = "idempotency_in_progress", CONFLICT, "The first request with this key is still at work";
    /// The phase has expired.
    PhaseExpired = "phase_expired", GONE, "This phase has expired";
    /// The thing changed since it was read.
    PreconditionFailed = "precondition_failed", PRECONDITION_FAILED, "This was changed since you read it";
    /// The body is larger than allowed.
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE, "The body is too large";
    /// The body is not of a type that the address takes.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "The body is not of a type that is accepted here";
    /// Fields are missing, unknown, or of the wrong type.
    InvalidBody = "invalid_body", UNPROCESSABLE_ENTITY, "Some fields are not valid";
    /// The database does not take a value.
    ValueNotStorable = "value_not_storable", UNPROCESSABLE_ENTITY, "A value cannot be stored";
    /// The integration document is not of the format.
    InvalidDocument = "invalid_document", UNPROCESSABLE_ENTITY, "The integration document cannot be read";
    /// The revision has faults, so it cannot be published.
    IntegrationHasFaults = "integration_has_faults", UNPROCESSABLE_ENTITY, "The integration has faults and cannot be published";
    /// A change was sent without `If-Match`.
    PreconditionRequired = "precondition_required", PRECONDITION_REQUIRED, "Say which version you want to change";
    /// Too many wrong logins.
    TooManyAttempts = "too_many_attempts", TOO_MANY_REQUESTS, "Too many attempts to log in";
    /// The system could not be asked for its schema.
    SystemUnreachable = "system_unreachable", BAD_GATEWAY, "The system did not give what was asked";
    /// Anything else on our side.
    InternalFault = "internal_fault", INTERNAL_SERVER_ERROR, "Something went wrong on our side";
    /// Postgres is away.
    DatabaseUnavailable = "database_unavailable", SERVICE_UNAVAILABLE, "The service cannot reach its database";
    /// RabbitMQ is away, and so is what would stand in for it.
    BrokerUnavailable = "broker_unavailable", SERVICE_UNAVAILABLE, "The service cannot reach its message broker";
    /// S3 is away.
    StorageUnavailable = "storage_unavailable", SERVICE_UNAVAILABLE, "The service cannot reach its storage";
    /// Redis is away, so nobody hears the wish.
    CoordinationUnavailable = "coordination_unavailable", SERVICE_UNAVAILABLE, "The service cannot pass the wish on";
    /// No worker answered in time.
    WorkerUnavailable = "worker_unavailable", GATEWAY_TIMEOUT, "No worker answered in time";
}

impl std::fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

//! The captured steps of a run.

use crate::token::words;

words! {
    /// One captured step of a run, in the order in which the console shows them.
    Phase as "phase" {
        /// What happened, record by record; top-level errors.
        Status = "status",
        /// HTTP exchanges with the source.
        ExtractHttp = "extract_http",
        /// Records after the filter, and what the filter left out.
        Extract = "extract",
        /// Records after the field map, and the rule behind each field.
        Load = "load",
        /// HTTP exchanges with the target.
        LoadHttp = "load_http",
        /// What the target answered.
        Response = "response",
        /// The query, its native form, and what was pushed down.
        Uql = "uql",
    }
}

impl Phase {
    /// Whether this phase holds HTTP exchanges, which have a capture mode and a retention of their own.
    pub const fn is_http(self) -> bool {
        matches!(self, Self::ExtractHttp | Self::LoadHttp)
    }

    /// Whether this phase holds records of the tenant, kept for the payload retention.
    pub const fn is_payload(self) -> bool {
        matches!(self, Self::Extract | Self::Load | Self::Response)
    }
}

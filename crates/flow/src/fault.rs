//! What is wrong with a document, and where: every check reports all that it finds, each with a JSON pointer.

use std::fmt;

/// One fault of an integration document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// RFC 6901 pointer to the offending place; empty for the whole document.
    pub pointer: String,
    /// Stable code, one of [`codes`].
    pub code: &'static str,
    /// One sentence for the person who edits the document.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{place}: {} ({})", self.message, self.code)
    }
}

/// Faults gathered while a document is read or checked.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, pointer: impl Into<String>, code: &'static str, message: impl Into<String>) {
        if self.0.len() < crate::limits::FAULTS {
            self.0.push(Fault { pointer: pointer.into(), code, message: message.into() });
        }
    }

    pub(crate) fn extend(&mut self, faults: impl IntoIterator<Item = Fault>) {
        let room = crate::limits::FAULTS - self.0.len();
        self.0.extend(faults.into_iter().take(room));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_vec(self) -> Vec<Fault> {
        self.0
    }
}

/// Appends one reference token to a JSON pointer, escaped as RFC 6901 says.
pub(crate) fn pointer_to(parent: &str, token: impl fmt::Display) -> String {
    let token = token.to_string();
    if token.contains(['~', '/']) {
        format!("{parent}/{}", token.replace('~', "~0").replace('/', "~1"))
    } else {
        format!("{parent}/{token}")
    }
}

/// The stable codes of faults.
pub mod codes {
    /// A key that the document format does not have.
    pub const UNKNOWN_KEY: &str = "unknown_key";
    /// A key that must be there is absent.
    pub const MISSING_KEY: &str = "missing_key";
    /// The JSON type is wrong.
    pub const WRONG_TYPE: &str = "wrong_type";
    /// The type is right, the value is not one of those allowed here.
    pub const INVALID_VALUE: &str = "invalid_value";
    /// Two keys exclude each other, or one of several is needed.
    pub const WRONG_COMBINATION: &str = "wrong_combination";
    /// More items than allowed.
    pub const TOO_MANY: &str = "too_many";
    /// Longer than allowed.
    pub const TOO_LONG: &str = "too_long";
    /// Nested deeper than allowed.
    pub const TOO_DEEP: &str = "too_deep";
    /// Something occurs twice that must be unique.
    pub const DUPLICATE: &str = "duplicate";
    /// Two rules write the same target field, or one writes inside what the other writes.
    pub const TARGET_CONFLICT: &str = "target_conflict";
    /// The schema has no such field.
    pub const UNKNOWN_FIELD: &str = "unknown_field";
    /// The target does not let anybody write this field.
    pub const READ_ONLY_FIELD: &str = "read_only_field";
    /// A field that the target requires gets no value.
    pub const REQUIRED_FIELD_NOT_MAPPED: &str = "required_field_not_mapped";
    /// A constant has the wrong type for its field, or is not one of its values.
    pub const VALUE_NOT_ALLOWED: &str = "value_not_allowed";
    /// The operator does not work on this type of field.
    pub const OPERATOR_NOT_ALLOWED: &str = "operator_not_allowed";
    /// The expression or template does not compile.
    pub const INVALID_EXPRESSION: &str = "invalid_expression";
    /// An expression names a variable, filter, test or function that does not exist.
    pub const UNKNOWN_NAME: &str = "unknown_name";
    /// An expression uses one that is defined later.
    pub const DEFINED_LATER: &str = "defined_later";
    /// Expressions depend on each other in a circle.
    pub const CYCLIC_EXPRESSIONS: &str = "cyclic_expressions";
    /// The regular expression does not compile, or would be too large.
    pub const INVALID_REGEX: &str = "invalid_regex";
    /// The cron pattern cannot be read.
    pub const INVALID_CRON: &str = "invalid_cron";
    /// The cron pattern describes no date that exists.
    pub const CRON_NEVER_FIRES: &str = "cron_never_fires";
    /// No such IANA time zone.
    pub const UNKNOWN_TIME_ZONE: &str = "unknown_time_zone";
    /// The action does not exist.
    pub const UNKNOWN_ACTION: &str = "unknown_action";
    /// Part of the format, not available yet.
    pub const NOT_SUPPORTED: &str = "not_supported";
}

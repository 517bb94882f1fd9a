//! The tenant's own masking rules, and what is sensitive by its name alone.

use std::sync::LazyLock;

use regex::Regex;

/// One masking rule of a tenant.
#[derive(Clone, Debug)]
pub struct MaskRule(pub(crate) Rule);

#[derive(Clone, Debug)]
pub(crate) enum Rule {
    Header(String),
    Pointer(Vec<String>),
    Pattern(Regex),
}

/// Why a masking rule cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MaskRuleError {
    /// A pointer that is not empty begins with `/`.
    #[error("a JSON pointer begins with `/`, such as `/user/email` or `/items/*/price`")]
    Pointer,
    /// The pattern does not compile, or is too large.
    #[error("the pattern cannot be used: {0}")]
    Pattern(#[from] regex::Error),
    /// An empty pattern or header name would mask nothing, or everything.
    #[error("the rule is empty")]
    Empty,
}

impl MaskRule {
    /// Masks the value of every header of this name.
    pub fn header(name: &str) -> Result<Self, MaskRuleError> {
        let name = name.trim().to_ascii_lowercase();
        if name.is_empty() { Err(MaskRuleError::Empty) } else { Ok(Self(Rule::Header(name))) }
    }

    /// Masks the value at this JSON pointer (RFC 6901) of a body or a record; `*` stands for any one name or index.
    pub fn pointer(pointer: &str) -> Result<Self, MaskRuleError> {
        let path = pointer.strip_prefix('/').ok_or(MaskRuleError::Pointer)?;
        let segments = path.split('/').map(|segment| segment.replace("~1", "/").replace("~0", "~"));
        Ok(Self(Rule::Pointer(segments.collect())))
    }

    /// Masks whatever this regular expression matches, in any text.
    pub fn pattern(pattern: &str) -> Result<Self, MaskRuleError> {
        let regex = regex::RegexBuilder::new(pattern).size_limit(1 << 20).build()?;
        if regex.is_match("") { Err(MaskRuleError::Empty) } else { Ok(Self(Rule::Pattern(regex))) }
    }
}

/// Names of members and parameters that hold a secret by convention, without `-`, `_` and case.
const FIELDS: &[&str] = &[
    "accesstoken",
    "apikey",
    "apitoken",
    "authtoken",
    "authorization",
    "clientassertion",
    "clientsecret",
    "idtoken",
    "passwd",
    "password",
    "privatekey",
    "refreshtoken",
    "secret",
    "secretkey",
    "sessionid",
    "sessiontoken",
];

/// Further names that hold a secret in a URL's query.
const PARAMETERS: &[&str] = &["auth", "code", "key", "sig", "signature", "token"];

/// Parts of a header name that make its value sensitive.
const HEADER_PARTS: &[&str] =
    &["authorization", "cookie", "api-key", "apikey", "token", "secret", "password", "signature", "session"];

/// Whether a JSON member or form field of this name holds a secret.
pub(crate) fn sensitive_field(name: &str) -> bool {
    let plain: String =
        name.chars().filter(|c| !matches!(c, '-' | '_')).collect::<String>().to_ascii_lowercase();
    FIELDS.contains(&plain.as_str())
}

/// Whether a query parameter of this name holds a secret.
pub(crate) fn sensitive_parameter(name: &str) -> bool {
    sensitive_field(name) || PARAMETERS.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether a header of this name (lower case) holds a secret.
pub(crate) fn sensitive_header(name: &str) -> bool {
    HEADER_PARTS.iter().any(|part| name.contains(part)) || name.ends_with("-key")
}

static COMMON_FIELDS: LazyLock<Option<Regex>> = LazyLock::new(|| compiled_fields(&[]));

/// Matches `"name": "value"` and `name=value` of sensitive names, for text that does not parse.
pub(crate) fn field_pattern(more: &[String]) -> Option<Regex> {
    if more.is_empty() { COMMON_FIELDS.clone() } else { compiled_fields(more) }
}

fn compiled_fields(more: &[String]) -> Option<Regex> {
    let words = FIELDS.iter().map(|name| loosened(name)).chain(more.iter().map(|name| regex::escape(name)));
    let names = words.collect::<Vec<_>>().join("|");
    let json = format!(r#"(?:"(?:{names})"\s*:\s*(?:"((?:[^"\\]|\\.)*)|([^\s",\[{{][^\s,}}\]]*)))"#);
    let form = format!(r"(?:(?:^|[?&\s])(?:{names})=([^&\s]*))");
    regex::RegexBuilder::new(&format!("(?s){json}|{form}"))
        .case_insensitive(true)
        .size_limit(8 << 20)
        .build()
        .ok()
}

/// `clientsecret` → a pattern that allows `-` and `_` between any two letters.
fn loosened(name: &str) -> String {
    name.chars().map(String::from).collect::<Vec<_>>().join("[-_]?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_dashes_and_case() {
        assert!(
            sensitive_field("Client-Secret") && sensitive_field("API_KEY") && !sensitive_field("keyboard")
        );
        assert!(
            sensitive_header("x-redmine-api-key")
                && sensitive_header("x-monitor-key")
                && !sensitive_header("etag")
        );
    }

    #[test]
    fn a_rule_that_matches_nothing_or_everything_is_refused() {
        assert!(MaskRule::pattern(".*").is_err() && MaskRule::pattern("(").is_err());
        assert!(MaskRule::header(" ").is_err() && MaskRule::pointer("user").is_err());
    }
}

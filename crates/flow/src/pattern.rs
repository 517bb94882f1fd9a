//! Regular expressions: linear-time, bounded, and compiled once.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use regex::{Regex, RegexBuilder};

use crate::limits;

/// Compiled patterns by text. A pure memo: losing it costs time only.
static COMPILED: LazyLock<RwLock<HashMap<String, Regex>>> = LazyLock::new(RwLock::default);

/// The compiled pattern, or why it does not compile.
pub(crate) fn compiled(pattern: &str) -> Result<Regex, String> {
    if let Some(found) = COMPILED.read().unwrap_or_else(PoisonError::into_inner).get(pattern) {
        return Ok(found.clone());
    }
    let regex = compile(pattern)?;
    let mut memo = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
    if memo.len() >= limits::REGEX_CACHE {
        memo.clear();
    }
    memo.insert(pattern.to_owned(), regex.clone());
    Ok(regex)
}

fn compile(pattern: &str) -> Result<Regex, String> {
    if pattern.len() > limits::REGEX_BYTES {
        return Err(format!("a regular expression has at most {} bytes", limits::REGEX_BYTES));
    }
    RegexBuilder::new(pattern)
        .size_limit(limits::REGEX_COMPILED_BYTES)
        .dfa_size_limit(limits::REGEX_COMPILED_BYTES)
        .nest_limit(50)
        .build()
        .map_err(|error| explain(&error))
}

fn explain(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "the regular expression is too large once compiled".to_owned(),
        // The last line says what is wrong; those above draw the pattern.
        other => {
            other.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_patterns_are_refused() {
        assert!(compiled(&"a".repeat(limits::REGEX_BYTES + 1)).is_err());
        assert_eq!(
            compiled(r"(\w{500}){500}").unwrap_err(),
            "the regular expression is too large once compiled"
        );
        assert!(compiled("(").unwrap_err().contains("unclosed group"));
        assert!(compiled(&"(".repeat(400)).is_err());
    }

    #[test]
    fn what_explodes_elsewhere_is_linear_here() {
        let text = "a".repeat(50_000);
        assert!(!compiled("^(a+)+$b").unwrap().is_match(&text));
    }
}

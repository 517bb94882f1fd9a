//! Masking headers.

use crate::masked::{Masked, MaskedText};
use crate::masker::Masker;
use crate::rules::sensitive_header;
use crate::tag::Kind;

/// Authentication schemes (RFC 9110 and custom): a word that may stay in front of the mask.
const SCHEMES: &[&str] = &["basic", "bearer", "digest", "token", "negotiate", "apikey"];

impl Masker {
    /// Masks the value of a header: wholly if its name is sensitive, what is secret in it otherwise.
    pub fn header(&self, name: &str, value: &str) -> MaskedText {
        let name = name.to_ascii_lowercase();
        if sensitive_header(&name) || self.headers.contains(&name) {
            return Masked::new(self.whole_header(value));
        }
        if matches!(name.as_str(), "location" | "content-location" | "referer" | "link") {
            return self.url(value);
        }
        self.text(value)
    }

    fn whole_header(&self, value: &str) -> String {
        let scheme =
            value.split_once(' ').filter(|(word, _)| SCHEMES.contains(&word.to_ascii_lowercase().as_str()));
        match scheme {
            Some((word, rest)) => format!("{word} {}", self.tagger.mask(Kind::Header, rest.as_bytes())),
            None => self.tagger.mask(Kind::Header, value.as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{MaskRule, Masker};

    #[test]
    fn sensitive_headers_are_hidden_whole_and_keep_their_scheme() {
        let masker = Masker::new(b"k", &[], &[MaskRule::header("X-Customer").unwrap()]);
        assert!(masker.header("Authorization", "Bearer abc").as_str().starts_with("Bearer [masked:header:"));
        assert!(masker.header("authorization", "my own").as_str().starts_with("[masked:header:"));
        assert!(masker.header("x-customer", "ACME").as_str().starts_with("[masked:header:"));
        assert_eq!(masker.header("Content-Type", "text/plain").as_str(), "text/plain");
    }
}

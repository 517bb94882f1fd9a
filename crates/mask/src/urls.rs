//! Masking URLs.

use crate::masked::{Masked, MaskedText};
use crate::masker::Masker;
use crate::rules::sensitive_parameter;
use crate::tag::Kind;

impl Masker {
    /// Masks a URL: its user information, sensitive query parameters, and every literal secret in it.
    pub fn url(&self, url: &str) -> MaskedText {
        Masked::new(self.hide(&self.hide_query(&self.hide_userinfo(url))))
    }

    /// `https://user:password@host` → `https://[masked:url:…]@host`.
    fn hide_userinfo(&self, url: &str) -> String {
        let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        match authority.rsplit_once('@') {
            Some((user, host)) => {
                format!("{scheme}://{}@{host}{path}", self.tagger.mask(Kind::Url, user.as_bytes()))
            }
            None => url.to_owned(),
        }
    }

    /// The values of sensitive parameters, in the query and in a fragment that looks like one.
    fn hide_query(&self, url: &str) -> String {
        url.split_inclusive(['?', '&', '#']).map(|part| self.hide_parameter(part)).collect()
    }

    fn hide_parameter(&self, part: &str) -> String {
        let (pair, end) = match part.char_indices().next_back() {
            Some((at, '?' | '&' | '#')) => part.split_at(at),
            _ => (part, ""),
        };
        match pair.split_once('=') {
            Some((name, value)) if sensitive_parameter(name) && !value.is_empty() => {
                format!("{name}={}{end}", self.tagger.mask(Kind::Url, value.as_bytes()))
            }
            _ => part.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Masker;

    #[test]
    fn user_information_and_sensitive_parameters_are_hidden() {
        let masker = Masker::new(b"k", &[], &[]);
        let masked =
            masker.url("https://bob:pa55@host.example:8443/a/b?page=2&api_key=abc&x=@#access_token=zzz");
        let text = masked.as_str();
        assert!(!text.contains("pa55") && !text.contains("abc") && !text.contains("zzz"), "{text}");
        assert!(
            text.starts_with("https://[masked:url:")
                && text.contains("@host.example:8443/a/b?page=2&api_key=[")
        );
        assert!(text.contains("&x=@#access_token=[masked"));
    }

    #[test]
    fn an_ordinary_url_stays_as_it_is() {
        let url = "https://host.example/issues.json?sort=updated_on:asc&offset=0";
        assert_eq!(Masker::new(b"k", &[], &[]).url(url).as_str(), url);
    }
}

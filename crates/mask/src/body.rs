//! Masking and cutting bodies.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::masked::{Masked, MaskedJson};
use crate::masker::Masker;
use crate::spans::{Span, replace};
use crate::tag::Kind;

/// A body as it is kept: masked, cut, with the size and digest of what it was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CapturedBody {
    /// What is kept of it.
    pub content: BodyContent,
    /// The media type, as the header said.
    pub content_type: Option<String>,
    /// Bytes of the whole body, before masking and cutting.
    pub size: u64,
    /// SHA-256 of the whole body as hex; of what was read, if reading was given up.
    pub sha256: String,
    /// Whether something is missing at the end.
    pub truncated: bool,
}

/// Text stays readable; anything else is kept as bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BodyContent {
    /// UTF-8.
    Text(String),
    /// Not UTF-8.
    Bytes(Vec<u8>),
}

/// A masked body.
pub type MaskedBody = Masked<CapturedBody>;

impl Masker {
    /// Masks the whole of a body, then keeps at most `limit` bytes of it.
    pub fn body(&self, bytes: &[u8], content_type: Option<&str>, limit: usize) -> MaskedBody {
        self.captured(bytes, content_type, limit, false)
    }

    /// Masks a body whose reading was given up; what may be the beginning of a secret at its end is left out.
    pub fn cut_body(&self, bytes: &[u8], content_type: Option<&str>, limit: usize) -> MaskedBody {
        self.captured(bytes, content_type, limit, true)
    }

    fn captured(&self, bytes: &[u8], content_type: Option<&str>, limit: usize, cut: bool) -> MaskedBody {
        let kept = if cut { &bytes[..bytes.len().saturating_sub(self.doubtful_tail())] } else { bytes };
        let content = match std::str::from_utf8(kept) {
            Ok(text) => BodyContent::Text(self.body_text(text)),
            Err(error) if cut && error.error_len().is_none() => {
                BodyContent::Text(self.body_text(&String::from_utf8_lossy(&kept[..error.valid_up_to()])))
            }
            Err(_) => BodyContent::Bytes(self.hide_bytes(kept).into_owned()),
        };
        let (content, over) = content.cut_to(limit);
        Masked::new(CapturedBody {
            content,
            content_type: content_type.map(|text| self.hide(text)),
            size: bytes.len() as u64,
            sha256: hex::encode(Sha256::digest(bytes)),
            truncated: cut || over,
        })
    }

    /// JSON is masked by structure where that hides something; its own text is kept otherwise.
    fn body_text(&self, text: &str) -> String {
        match serde_json::from_str::<Value>(text) {
            Ok(value) if self.hides_structure(&value) => self.json(&value).into_inner().to_string(),
            Ok(_) => self.hide(text),
            Err(_) => self.hide(&self.hide_fields(text)),
        }
    }

    /// Sensitive fields of forms, and of JSON that is broken or cut.
    fn hide_fields(&self, text: &str) -> String {
        let Some(pattern) = &self.fields else { return text.to_owned() };
        let values = pattern.captures_iter(text).filter_map(|found| found.iter().skip(1).flatten().next());
        let spans = values.filter(|value| !value.is_empty());
        let spans = spans.map(|value| Span::of(text.as_bytes(), value.range(), Kind::Field, &self.tagger));
        String::from_utf8_lossy(&replace(text.as_bytes(), spans.collect())).into_owned()
    }
}

impl BodyContent {
    fn cut_to(self, limit: usize) -> (Self, bool) {
        match self {
            Self::Text(mut text) if text.len() > limit => {
                text.truncate(text.floor_char_boundary(limit));
                (Self::Text(text), true)
            }
            Self::Bytes(mut bytes) if bytes.len() > limit => {
                bytes.truncate(limit);
                (Self::Bytes(bytes), true)
            }
            whole => (whole, false),
        }
    }
}

impl From<&MaskedBody> for MaskedJson {
    /// `{text | base64, content_type, size, sha256, truncated}`.
    fn from(body: &MaskedBody) -> Self {
        let CapturedBody { content, content_type, size, sha256, truncated } = body.get();
        let (form, content) = match content {
            BodyContent::Text(text) => ("text", text.clone()),
            BodyContent::Bytes(bytes) => ("base64", STANDARD.encode(bytes)),
        };
        let text = |text: String| Self::new(Value::String(text));
        Self::object([
            (form, text(content)),
            ("content_type", content_type.clone().map_or_else(Self::null, text)),
            ("size", (*size).into()),
            ("sha256", text(sha256.clone())),
            ("truncated", (*truncated).into()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(body: &MaskedBody) -> &str {
        match &body.get().content {
            BodyContent::Text(text) => text,
            BodyContent::Bytes(_) => "(bytes)",
        }
    }

    #[test]
    fn a_body_is_masked_before_it_is_cut() {
        let masker = Masker::new(b"k", &["planted-secret".into()], &[]);
        let body = masker.body(b"0123456789 planted-secret", Some("text/plain"), 18);
        assert_eq!(text_of(&body), "0123456789 [masked");
        assert!(body.get().truncated && body.get().size == 25);
    }

    #[test]
    fn the_beginning_of_a_secret_at_a_cut_is_left_out() {
        let masker = Masker::new(b"k", &["planted-secret".into()], &[]);
        let long = format!("{} planted-sec", "x".repeat(1000));
        assert!(!text_of(&masker.cut_body(long.as_bytes(), None, 1 << 18)).contains("planted"));
    }

    #[test]
    fn broken_json_and_forms_keep_no_sensitive_field() {
        let masker = Masker::new(b"k", &[], &[crate::MaskRule::pointer("/user/mail").unwrap()]);
        let broken = masker.body(br#"{"access_token": "abc\"def", "mail": "a@x.y", "pin": 1"#, None, 1000);
        assert!(!text_of(&broken).contains("def") && !text_of(&broken).contains("a@x.y"), "{broken:?}");
        let form = masker.body(b"grant_type=client_credentials&client_secret=s3cr3t&x=1", None, 1000);
        assert!(!text_of(&form).contains("s3cr3t") && text_of(&form).ends_with("&x=1"));
    }

    #[test]
    fn json_without_secrets_keeps_its_own_text() {
        let masker = Masker::new(b"k", &["planted-secret".into()], &[]);
        let text = "{ \"a\" : 1.10, \"b\": 1e400000 }";
        assert_eq!(text_of(&masker.body(text.as_bytes(), None, 1000)), text);
    }

    #[test]
    fn bytes_stay_bytes_without_the_secret() {
        let masker = Masker::new(b"k", &["planted-secret".into()], &[]);
        let body = masker.body(b"\xff\xfeplanted-secret\x00", None, 1000);
        let BodyContent::Bytes(bytes) = &body.get().content else { panic!("{body:?}") };
        assert!(bytes.starts_with(b"\xff\xfe[masked:secret:"));
    }
}

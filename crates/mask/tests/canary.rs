//! A planted secret never survives, whatever it is wrapped in.
#![allow(clippy::unwrap_used, missing_docs)]

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use secrecy::SecretString;
use serde_json::json;
use throughline_mask::{MaskedBody, MaskedJson, Masker};

fn masker(secret: &str) -> Masker {
    Masker::new(b"tag key", &[SecretString::from(secret)], &[])
}

/// Secrets of 8 to 40 characters with everything that needs escaping, not part of the text of a mask.
fn secret() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9/+=%&\"'<> \\\\é✓😀:@?#_.~-]{6,38}".prop_map(|middle| format!("Q{middle}Z"))
}

/// Every way in which the property plants a secret.
fn wrapped(secret: &str, before: &str, after: &str) -> Vec<String> {
    let plain = format!("{before}{secret}{after}");
    let quoted = serde_json::to_string(&plain).unwrap();
    let ascii: String = plain.chars().flat_map(escaped).collect();
    let percent = utf8_percent_encode(&plain, NON_ALPHANUMERIC).to_string();
    let all_percent: String = plain.bytes().map(|byte| format!("%{byte:02x}")).collect();
    vec![
        plain.clone(),
        quoted.clone(),
        serde_json::to_string(&quoted).unwrap(),
        ascii,
        percent.clone(),
        all_percent,
        serde_json::to_string(&percent).unwrap(),
        utf8_percent_encode(&percent, NON_ALPHANUMERIC).to_string(),
        STANDARD.encode(&plain),
        URL_SAFE_NO_PAD.encode(&plain),
        utf8_percent_encode(&STANDARD.encode(&plain), NON_ALPHANUMERIC).to_string(),
        STANDARD.encode(&plain).replace('/', "\\/"),
        plain.bytes().map(|byte| format!("{byte:02x}")).collect(),
        url::form_urlencoded::byte_serialize(plain.as_bytes()).collect(),
    ]
}

fn escaped(c: char) -> Vec<char> {
    let mut units = [0; 2];
    c.encode_utf16(&mut units)
        .iter()
        .flat_map(|unit| format!("\\u{unit:04x}").chars().collect::<Vec<_>>())
        .collect()
}

/// Everything a reader could undo with one tool: the masked text and its decoded forms.
fn readings(text: &str) -> Vec<String> {
    let percent = percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let plus = percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let unquoted =
        serde_json::from_str::<String>(text).or_else(|_| serde_json::from_str(&format!("\"{text}\"")));
    let from64 = STANDARD.decode(text).or_else(|_| URL_SAFE_NO_PAD.decode(text)).unwrap_or_default();
    let from_hex = hex::decode(text).unwrap_or_default();
    let bytes = [from64, from_hex].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    [text.to_owned(), percent, plus, unquoted.unwrap_or_default()].into_iter().chain(bytes).collect()
}

fn survives(secret: &str, shown: &str) -> bool {
    readings(shown).iter().any(|reading| reading.contains(secret))
}

proptest! {
    #[test]
    fn a_planted_secret_never_survives(secret in secret(), before in "[a-z0-9 :]{0,5}", after in "[a-z0-9 ]{0,5}") {
        let secret = secret.trim();
        let masker = masker(secret);
        for text in wrapped(secret, &before, &after) {
            prop_assert!(!survives(secret, masker.text(&text).as_str()), "text {text}");
            prop_assert!(!survives(secret, masker.header("X-Note", &text).as_str()), "header {text}");
            prop_assert!(!survives(secret, masker.url(&format!("https://h/{text}?q={text}")).as_str()), "url {text}");
            let body = MaskedJson::from(&masker.body(text.as_bytes(), None, 4096));
            prop_assert!(!survives(secret, body.get()["text"].as_str().unwrap()), "body {text}");
            let document = json!({"a": [{"b": text, &text: 1}]});
            prop_assert!(!survives(secret, &masker.json(&document).get().to_string()), "json {text}");
        }
    }

    #[test]
    fn masking_bytes_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), limit in 0usize..300) {
        let masker = masker("planted-secret");
        let _: MaskedBody = masker.body(&bytes, None, limit);
        let _: MaskedBody = masker.cut_body(&bytes, None, limit);
    }

    #[test]
    fn texts_without_secrets_stay(text in "[a-z {}:,0-9]{0,80}") {
        let masker = masker("PLANTED-SECRET");
        prop_assert_eq!(masker.text(&text).into_inner(), text);
    }
}

#[test]
fn short_secrets_are_hidden_only_as_whole_tokens() {
    let masker = masker("admin");
    assert_eq!(masker.text("administrator").as_str(), "administrator");
    assert!(masker.text("user=admin;").as_str().starts_with("user=[masked:secret:"));
    assert_eq!(masker.text("YWRtaW4=").as_str().split(':').next(), Some("[masked"));
}

#[test]
fn very_short_secrets_are_left_alone() {
    assert_eq!(masker("abc").text("abc").as_str(), "abc");
}

#[test]
fn one_secret_has_one_tag_in_every_form() {
    let masker = masker("pl/nted secret");
    let plain = masker.text("pl/nted secret").into_inner();
    assert_eq!(masker.text("pl%2Fnted%20secret").as_str(), plain);
    assert_eq!(masker.text("pl\\/nted\\u0020secret").as_str(), plain);
}

#[test]
fn a_basic_authorization_in_a_body_is_hidden_whole() {
    let masker = masker("S3cr3t-Pass");
    let sent = format!("authorization was Basic {}.", STANDARD.encode("user:S3cr3t-Pass"));
    let masked = masker.text(&sent).into_inner();
    assert!(
        masked.starts_with("authorization was Basic [masked:secret:") && masked.ends_with("]."),
        "{masked}"
    );
}

//! Whether a webhook comes from whom it says.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use throughline_domain::ErrorCode;

use super::Connection;
use crate::failure::Failure;
use crate::manifest::{Encoding, Signature};
use crate::template::TemplateError;

impl Connection {
    /// Checks the sender's proof. Without a secret there is nothing to prove.
    pub(super) fn check_signature(
        &self,
        signature: &Signature,
        headers: &[(String, String)],
        body: &[u8],
    ) -> Result<(), Failure> {
        let holds =
            self.signature_holds(signature, headers, body).map_err(|error| self.template_fault(&error))?;
        let refuse = || {
            let title = &self.manifest.title;
            let message = format!(
                "The webhook does not carry the secret that the system `{title}` was given. Set the same secret on both sides."
            );
            Failure::new(ErrorCode::CredentialsRefused, message)
        };
        if holds { Ok(()) } else { Err(refuse()) }
    }

    fn signature_holds(
        &self,
        signature: &Signature,
        headers: &[(String, String)],
        body: &[u8],
    ) -> Result<bool, TemplateError> {
        let scope = self.secret_scope();
        let (Signature::SharedHeader { header, secret, prefix }
        | Signature::HmacSha256 { header, secret, prefix, .. }) = signature;
        let Some(secret) = secret.render_some(&scope)? else { return Ok(true) };
        let name = header.render(&scope)?;
        let given = headers
            .iter()
            .find(|(given, _)| given.eq_ignore_ascii_case(&name))
            .map(|(_, value)| value.trim());
        let Some(given) = given.and_then(|value| value.strip_prefix(prefix.as_str())) else {
            return Ok(false);
        };
        Ok(match signature {
            // Digests are compared, so that the time taken tells nothing.
            Signature::SharedHeader { .. } => Sha256::digest(given) == Sha256::digest(&secret),
            Signature::HmacSha256 { encoding, .. } => {
                decoded(given, *encoding).is_some_and(|given| hmac_matches(secret.as_bytes(), body, &given))
            }
        })
    }
}

fn decoded(text: &str, encoding: Encoding) -> Option<Vec<u8>> {
    match encoding {
        Encoding::Hex => hex::decode(text).ok(),
        Encoding::Base64 => STANDARD.decode(text).ok(),
    }
}

fn hmac_matches(secret: &[u8], body: &[u8], given: &[u8]) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return false };
    mac.update(body);
    mac.verify_slice(given).is_ok()
}

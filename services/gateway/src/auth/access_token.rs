//! Access tokens: JWTs signed with Ed25519, valid for minutes, checked without the database.

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use throughline_domain::{Role, TenantId, Timestamp, UserId};
use uuid::Uuid;

use crate::caller::{Caller, Principal};
use crate::problem::{Answer, Problem, ProblemCode};

const ISSUER: &str = "throughline";

/// Makes and checks access tokens.
pub(crate) struct AccessTokens {
    signs: EncodingKey,
    checks: DecodingKey,
    validation: Validation,
    seconds: u32,
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: Uuid,
    tid: Uuid,
    role: String,
    iat: i64,
    exp: i64,
}

impl AccessTokens {
    /// With the private key `pem` (Ed25519, PKCS#8); without one, with a key of this process alone.
    ///
    /// # Errors
    /// When the key is not that.
    pub(crate) fn new(pem: Option<&str>, seconds: u32) -> anyhow::Result<Self> {
        let signs = match pem {
            Some(pem) => EncodingKey::from_ed_pem(pem.as_bytes()).map_err(|error| {
                anyhow::anyhow!("[gateway] jwt_private_key is not an Ed25519 key in PEM: {error}")
            })?,
            None => EncodingKey::from_ed_der(&pkcs8(&rand::random())),
        };
        let checks = DecodingKey::from_jwk(&Jwk::from_encoding_key(&signs, Algorithm::EdDSA)?)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        // The clock is ours, so the end of a token is checked below.
        validation.validate_exp = false;
        validation.validate_aud = false;
        Ok(Self { signs, checks, validation, seconds })
    }

    /// How long a token is valid, in seconds.
    pub(crate) const fn seconds(&self) -> u32 {
        self.seconds
    }

    /// A token for a person who works in a tenant.
    pub(crate) fn issue(&self, tenant: TenantId, user: UserId, role: Role, now: Timestamp) -> Answer<String> {
        let iat = now.timestamp();
        let claims = Claims {
            iss: ISSUER.to_owned(),
            sub: user.as_uuid(),
            tid: tenant.as_uuid(),
            role: role.as_str().to_owned(),
            iat,
            exp: iat + i64::from(self.seconds),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &claims, &self.signs).map_err(Problem::internal)
    }

    /// Whom a token stands for.
    pub(crate) fn check(&self, token: &str, now: Timestamp) -> Answer<Caller> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.checks, &self.validation)
            .map_err(|_| invalid())?
            .claims;
        if claims.exp <= now.timestamp() {
            return Err(Problem::new(
                ProblemCode::TokenExpired,
                "Renew it with /v1/auth/refresh, or log in again.",
            ));
        }
        Ok(Caller {
            tenant: TenantId::from_uuid(claims.tid),
            principal: Principal::User(UserId::from_uuid(claims.sub)),
            role: claims.role.parse().map_err(|_| invalid())?,
        })
    }
}

fn invalid() -> Problem {
    Problem::new(ProblemCode::TokenInvalid, "The bearer token was not made by this service, or was changed.")
}

/// An Ed25519 private key in PKCS#8 (RFC 8410, section 7): a fixed head and 32 bytes.
fn pkcs8(seed: &[u8; 32]) -> Vec<u8> {
    const HEAD: [u8; 16] =
        [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    [HEAD.as_slice(), seed].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use throughline_domain::{Clock, SystemClock};

    #[test]
    fn a_token_stands_for_its_holder_until_it_ends() {
        let (tokens, now) = (AccessTokens::new(None, 900).unwrap(), SystemClock.now());
        let (tenant, user) = (TenantId::new(now), UserId::new(now));
        let token = tokens.issue(tenant, user, Role::Editor, now).unwrap();
        let caller = tokens.check(&token, now).unwrap();
        assert_eq!((caller.tenant, caller.role, caller.user()), (tenant, Role::Editor, Some(user)));
        let later = now + chrono::Duration::seconds(901);
        assert_eq!(tokens.check(&token, later).unwrap_err().code(), ProblemCode::TokenExpired);
    }

    #[test]
    fn tokens_of_another_key_are_refused() {
        let now = SystemClock.now();
        let other = AccessTokens::new(None, 900).unwrap();
        let token = other.issue(TenantId::new(now), UserId::new(now), Role::Owner, now).unwrap();
        let ours = AccessTokens::new(None, 900).unwrap();
        assert_eq!(ours.check(&token, now).unwrap_err().code(), ProblemCode::TokenInvalid);
        assert_eq!(ours.check("a.b.c", now).unwrap_err().code(), ProblemCode::TokenInvalid);
    }
}

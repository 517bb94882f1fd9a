//! Values that must not be printed.

use secrecy::{ExposeSecret, SecretString};

/// A secret of the configuration: `Debug` and `config print` never show it; zeroised when dropped.
#[derive(Debug, Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// The secret itself, at the point of use.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The secret as the type that other crates take.
    pub fn to_secret_string(&self) -> SecretString {
        self.0.clone()
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(SecretString::from(text))
    }
}

/// The address of a server; its password is never shown.
#[derive(Clone)]
pub struct ServerUrl(SecretString);

impl ServerUrl {
    /// The whole address with its password, for the client that connects.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<&str> for ServerUrl {
    fn from(text: &str) -> Self {
        Self(SecretString::from(text))
    }
}

/// The address with its password, if it has one, replaced.
impl std::fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&without_password(self.expose()))
    }
}

impl std::fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "[redacted]".to_owned() };
    let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(authority_end);
    let path = path.split('?').next().unwrap_or_default();
    match authority.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:[redacted]@{host}{path}")
        }
        None => format!("{scheme}://{authority}{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        let cases = [
            ("postgres://app:pa@ss@db:5432/x?password=y", "postgres://app:[redacted]@db:5432/x"),
            ("redis://cache", "redis://cache"),
            ("secret", "[redacted]"),
        ];
        for (given, shown) in cases {
            assert_eq!(ServerUrl::from(given).to_string(), shown);
            assert_eq!(format!("{:?}", ServerUrl::from(given)), shown);
        }
        assert!(!format!("{:?}", Secret::from("hush")).contains("hush"));
    }
}

//! Passwords: argon2id with the parameters that OWASP recommends (19 MiB, 2 passes).

use std::time::Duration;

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// How many passwords are checked at the same time: each takes 19 MiB and tens of milliseconds of a core.
static ROOM: Semaphore = Semaphore::const_new(4);

/// How long somebody waits for room. Longer, and a flood of guesses would hold up everybody for minutes.
const PATIENCE: Duration = Duration::from_secs(3);

/// The hash of a password that nobody has: checked for unknown users, so that they take as long as known ones.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$dGhyb3VnaGxpbmUtbm9ib2R5$3pXAsJ9cUOZ9AM7mXvOQPqPMxYcZ4Tn0zSTxP0xZcmM";

/// The PHC string of a password.
///
/// # Errors
/// When the machine gives no random salt.
pub fn hash(password: &str) -> anyhow::Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|error| anyhow::anyhow!("hashing a password: {error}"))?.to_string())
}

/// Whether `password` is the one of `hash`. Takes as long when there is no hash, and is `false` then. `None`: so many are
/// being checked that this one was not.
pub(crate) async fn verify(password: Zeroizing<String>, hash: Option<String>) -> Option<bool> {
    let _room = tokio::time::timeout(PATIENCE, ROOM.acquire()).await.ok()?.ok()?;
    let checked = tokio::task::spawn_blocking(move || {
        matches(&password, hash.as_deref().unwrap_or(NOBODY)) && hash.is_some()
    });
    Some(checked.await.unwrap_or(false))
}

fn matches(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    PasswordVerifier::<PasswordHash>::verify_password(&Argon2::default(), password.as_bytes(), &hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_is_right() {
        let known = hash("correct horse").unwrap();
        let verify = async |password: &str, hash| verify(Zeroizing::new(password.to_owned()), hash).await;
        assert_eq!(verify("correct horse", Some(known.clone())).await, Some(true));
        assert_eq!(verify("wrong horse", Some(known)).await, Some(false));
        assert_eq!(verify("anything", None).await, Some(false));
    }

    #[test]
    fn checking_nobody_costs_the_same_work() {
        let known = hash("x").unwrap();
        let (known, nobody) = (PasswordHash::new(&known).unwrap(), PasswordHash::new(NOBODY).unwrap());
        assert_eq!(known.params.to_string(), nobody.params.to_string());
        assert_eq!(known.algorithm, nobody.algorithm);
    }
}

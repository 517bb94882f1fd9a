//! People who can log in, and what they are in which tenant.

use throughline_domain::{Role, TenantId, UserId};

use crate::column::word;
use crate::error::{Result, StoreError};
use crate::session::{Store, Tx};

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Identity.
    pub id: UserId,
    /// Address, in lower case.
    pub email: String,
    /// Name for people.
    pub name: String,
}

/// A person, and what proves that it is him.
#[derive(Debug, Clone)]
pub struct Login {
    /// The person.
    pub user: User,
    /// argon2id, PHC string.
    pub password_hash: String,
}

/// What a person is in a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The tenant.
    pub tenant: TenantId,
    /// What he may do there.
    pub role: Role,
}

/// The person with this address, to check a password against.
///
/// # Errors
/// When the database is not available.
pub async fn login(store: &Store, email: &str) -> Result<Option<Login>> {
    let mut tx = store.presented(email).await?;
    let row = sqlx::query!("select user_id, email, name, password_hash from users where email = $1", email)
        .fetch_optional(&mut *tx)
        .await?;
    Ok(row.map(|row| Login {
        user: User { id: UserId::from_uuid(row.user_id), email: row.email, name: row.name },
        password_hash: row.password_hash,
    }))
}

/// The tenants of a person who has proved who he is, the oldest membership first.
///
/// # Errors
/// When the database is not available.
pub async fn memberships(store: &Store, user: UserId) -> Result<Vec<Membership>> {
    let mut tx = store.presented(&user.to_string()).await?;
    let rows = sqlx::query!(
        "select tenant_id, role from memberships where user_id = $1 order by created_at, tenant_id",
        user.as_uuid()
    )
    .fetch_all(&mut *tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Membership { tenant: TenantId::from_uuid(row.tenant_id), role: word("role", &row.role)? })
        })
        .collect()
}

/// A member of the tenant, and what he is there.
///
/// # Errors
/// `NotFound` when he is no member.
pub async fn member(tx: &mut Tx, tenant: TenantId, user: UserId) -> Result<(User, Role)> {
    let row = sqlx::query!(
        "select u.email, u.name, m.role from memberships m join users u using (user_id)
         where m.tenant_id = $1 and m.user_id = $2",
        tenant.as_uuid(),
        user.as_uuid()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((User { id: user, email: row.email, name: row.name }, word("role", &row.role)?))
}

/// Makes a person, unless the address is known, and makes him a member. For the owner of the schema only.
/// The id of the person who has the address now; a known person keeps his name and password.
///
/// # Errors
/// `Conflict` when he is a member already.
pub async fn enrol(tx: &mut Tx, tenant: TenantId, login: &Login, role: Role) -> Result<UserId> {
    let user = &login.user;
    sqlx::query!("select set_config('app.presented', $1, true)", user.email).fetch_one(&mut **tx).await?;
    sqlx::query!(
        "insert into users (user_id, email, name, password_hash) values ($1, $2, $3, $4) on conflict do nothing",
        user.id.as_uuid(),
        user.email,
        user.name,
        login.password_hash
    )
    .execute(&mut **tx)
    .await?;
    let id = sqlx::query_scalar!("select user_id from users where email = $1", user.email)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or_else(|| StoreError::Corrupt("the user that was just made cannot be seen".to_owned()))?;
    sqlx::query!(
        "insert into memberships (tenant_id, user_id, role) values ($1, $2, $3)",
        tenant.as_uuid(),
        id,
        role.as_str()
    )
    .execute(&mut **tx)
    .await?;
    Ok(UserId::from_uuid(id))
}

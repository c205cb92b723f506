//! Passwords of people.

use bus::Revocation;
use model::{Actor, SecretString, UserId};
use serde_json::json;
use vault::password::PasswordError;
use vault::{Password, StoredPassword, Verdict};

use crate::authorise::acting_user;
use crate::{ControlPlane, Error, credentials};

/// Changes the acting user's password and ends whatever somebody who knew the old one may have
/// made: all their other logins, API tokens, and the tokens of their sessions' agents (S10).
pub async fn password_change(
    plane: &ControlPlane,
    actor: &Actor,
    current: SecretString,
    new: SecretString,
) -> Result<(), Error> {
    let id = acting_user(actor)?;
    let Some(login) = credentials::current_login(actor) else {
        let message = "a password can only be changed from a browser that is signed in";
        return Err(Error::denied("not_a_login", message));
    };
    let new = Password::choose(new)
        .map_err(|error| Error::invalid("invalid_password", error.to_string()))?;
    let user = plane.store.user(id).await?.ok_or(Error::not_found("user"))?;
    verify_current(plane, &user.username, current).await?;
    let hash = plane.passwords.hash(&**plane.rng(), new).await.map_err(hashing_failed)?;
    let object = format!("user:{id}");
    let record = plane.audit(actor, "password.change", object, &json!({}));
    let now = plane.now();
    let (logins, tokens) = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                tx.user_set_password(id, hash.as_phc()).await?;
                let logins = tx.logins_delete_others(id, login).await?;
                let tokens = tx.api_tokens_delete(id).await?;
                tx.proxy_tokens_revoke_user(id, now).await?;
                tx.audit_append(record).await?;
                Ok((logins, tokens))
            })
        })
        .await?;
    credentials::revoked(plane, Revocation::Logins { user: id, logins });
    for token in tokens {
        credentials::revoked(plane, Revocation::ApiToken(token));
    }
    Ok(())
}

/// Refuses whoever does not know an account's password.
pub(crate) async fn verify_current(
    plane: &ControlPlane,
    username: &str,
    current: SecretString,
) -> Result<(), Error> {
    let wrong = || Error::denied("wrong_password", "the current password is wrong");
    let attempt = Password::attempt(current).map_err(|_| wrong())?;
    let known = plane.store.user_by_name(username).await?;
    let hash = known.and_then(|(_, hash)| hash).map(StoredPassword::from_phc);
    let verdict = plane.passwords.verify(attempt, hash.as_ref()).await.map_err(hashing_failed)?;
    if verdict == Verdict::Wrong { Err(wrong()) } else { Ok(()) }
}

/// Hashes a password anew that was right but hashed with weaker settings.
pub(crate) async fn rehash(
    plane: &ControlPlane,
    user: UserId,
    password: Password,
) -> Result<(), Error> {
    let hash = plane.passwords.hash(&**plane.rng(), password).await.map_err(hashing_failed)?;
    plane
        .store
        .write(move |tx| Box::pin(async move { tx.user_set_password(user, hash.as_phc()).await }))
        .await?;
    Ok(())
}

pub(crate) fn hashing_failed(error: PasswordError) -> Error {
    if error.is_retryable() {
        return Error::throttled(error.to_string(), 3);
    }
    Error::internal(error)
}

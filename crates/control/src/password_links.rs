//! One-time links with which a person chooses a password: somebody who is invited for the first
//! time, or somebody who has forgotten theirs. Whoever makes such a link never knows the password.

use std::net::IpAddr;
use std::time::Duration;

use bus::Revocation;
use contract::users::UserRef;
use model::user::{LinkPurpose, User, UserKind, UserState};
use model::{Actor, SecretString, SignInId, Timestamp, UserId};
use serde_json::json;
use store::Tx;
use store::sign_in_links::SignInLink;
use vault::token::SignIn;
use vault::{Password, Token};

use crate::passwords::hashing_failed;
use crate::second_step::{Entered, admit};
use crate::sign_in::{self, Entry, link_used};
use crate::users::account_to_change;
use crate::{ControlPlane, Error, credentials};

/// For how many hours a link works if nothing is said.
const DEFAULT_HOURS: u16 = 72;

/// The longest time for which one can be asked for.
const MAX_HOURS: u16 = 168;

/// A link as it is given to whoever passes it on, once.
#[derive(Debug)]
pub struct Usable {
    /// Its secret.
    pub secret: SecretString,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// A link that only has to be stored.
pub(crate) struct Ready(SignInLink);

impl Ready {
    /// Makes a link for a user.
    pub(crate) fn make(
        plane: &ControlPlane,
        user: UserId,
        hours: Option<u16>,
    ) -> Result<(Self, Usable), Error> {
        let hours = hours.unwrap_or(DEFAULT_HOURS);
        if !(1..=MAX_HOURS).contains(&hours) {
            let message = format!("a link works for 1 to {MAX_HOURS} hours, not {hours}");
            return Err(Error::invalid("invalid_lifetime", message));
        }
        let now = plane.now();
        let token = Token::<SignIn>::mint(&**plane.rng(), SignInId::new(now, &**plane.rng()));
        let expires_at = now + Duration::from_hours(hours.into());
        let link = SignInLink {
            id: token.id(),
            secret_hash: *token.digest().as_bytes(),
            user: Some(user),
            purpose: LinkPurpose::Password,
            created_at: now,
            expires_at,
        };
        Ok((Self(link), Usable { secret: token.text(), expires_at }))
    }

    /// Stores it in the place of every link that its user had.
    pub(crate) async fn store(self, tx: &mut Tx) -> Result<(), Error> {
        if let Some(user) = self.0.user {
            tx.sign_in_links_delete(user).await?;
        }
        Ok(tx.sign_in_link_insert(&self.0).await?)
    }
}

/// Makes a new link for somebody's account: an invitation again, or a way back in. The password
/// that there is works until the link is used.
pub async fn password_link_create(
    plane: &ControlPlane,
    actor: &Actor,
    user: UserRef,
    hours: Option<u16>,
) -> Result<(User, Usable), Error> {
    let user = account_to_change(plane, actor, user).await?;
    if user.kind == UserKind::Service {
        let message = "a service account has tokens, no password";
        return Err(Error::conflict("service_account", message));
    }
    if user.state == UserState::Disabled {
        let error = Error::conflict("account_disabled", "this account is disabled");
        return Err(error.with_hint("enable it first"));
    }
    let (ready, usable) = Ready::make(plane, user.id, hours)?;
    let object = format!("user:{}", user.id);
    let record = plane.audit_about(actor, user.tenant, "password_link.create", object, &json!({}));
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                ready.store(tx).await?;
                Ok(tx.audit_append(record).await?)
            })
        })
        .await?;
    Ok((user, usable))
}

/// Chooses a password with a link and signs in, with a second step for whoever has one: a new
/// password does not switch it off. Whatever somebody who knew the old one may have made
/// ends (S10); whoever was invited has an account from now on.
pub async fn password_link_use(
    plane: &ControlPlane,
    secret: &SecretString,
    password: SecretString,
    user_agent: &str,
    source: IpAddr,
) -> Result<Entered, Error> {
    let token = sign_in::parse_link(secret)?;
    let password = Password::choose(password)
        .map_err(|error| Error::invalid("invalid_password", error.to_string()))?;
    let link = sign_in::link_of(plane, &token, source).await?;
    let id = link.user.filter(|_| link.purpose == LinkPurpose::Password).ok_or_else(link_used)?;
    let hash = plane.passwords.hash(&**plane.rng(), password).await.map_err(hashing_failed)?;
    let now = plane.now();
    let who = format!("user:{id}");
    let known = plane.store.user(id).await?.ok_or_else(link_used)?;
    let tenant = Some(known.tenant);
    let facts = json!({ "how": "link", "source": source.to_string() });
    let record = plane.audit_in(tenant, who.clone(), "password.change", &who, "ok", &facts);
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let (user, _) = tx.user(id).await?.ok_or_else(link_used)?;
                let may = user.state.is_open();
                if !may || !tx.sign_in_link_consume(link.id, now).await? {
                    return Err(link_used());
                }
                tx.user_set_password(id, hash.as_phc()).await?;
                tx.user_set_state(id, UserState::Active).await?;
                credentials::end_all(tx, id, now).await?;
                Ok(tx.audit_append(record).await?)
            })
        })
        .await?;
    credentials::revoked(plane, Revocation::User(id));
    let user = plane.store.user(id).await?.ok_or_else(link_used)?;
    admit(plane, user, Entry::new("link", user_agent, source)).await
}

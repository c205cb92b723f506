//! The first administrator, and the way back in from the server's own terminal (S01–S03).

use std::net::IpAddr;
use std::time::Duration;

use model::user::{LinkPurpose, User, UserKind, UserState};
use model::{Actor, Role, SecretString, SignInId, TenantId, UserId};
use serde_json::json;
use store::sign_in_links::SignInLink;
use store::users::NewUser;
use vault::token::SignIn;
use vault::{Password, Token};

use crate::sign_in::SignedIn;
use crate::{ControlPlane, Error, text};

/// How long a sign-in link works.
const LINK_LASTS: Duration = Duration::from_hours(1);

/// How long the set-up link works; a new one is made at each start.
const SETUP_LASTS: Duration = Duration::from_hours(24);

/// The name of the service account behind the shared token of the command line.
pub(crate) const SHARED_TOKEN_ACCOUNT: &str = "shared-token";

/// What is needed to make the first administrator.
#[derive(Debug)]
pub struct FirstAdministrator {
    /// From the link that the server printed.
    pub secret: SecretString,
    /// The name used to sign in.
    pub username: String,
    /// The name shown to others.
    pub display_name: Option<String>,
    /// The password.
    pub password: SecretString,
}

/// Whether the first administrator is still to be made.
pub async fn setup_required(plane: &ControlPlane) -> Result<bool, Error> {
    Ok(plane.store.administrator().await?.is_none())
}

/// Makes a one-time link for whoever sits at the server's own terminal: the set-up link while
/// there is no administrator, else one that signs the first administrator in.
pub async fn link_create(plane: &ControlPlane) -> Result<SecretString, Error> {
    let now = plane.now();
    let token = Token::<SignIn>::mint(&**plane.rng(), SignInId::new(now, &**plane.rng()));
    let (id, digest) = (token.id(), *token.digest().as_bytes());
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                tx.sign_in_links_delete_expired(now).await?;
                let user = tx.administrator().await?.map(|user| user.id);
                if user.is_none() {
                    tx.setup_links_delete().await?;
                }
                let lasts = if user.is_some() { LINK_LASTS } else { SETUP_LASTS };
                let link = SignInLink {
                    id,
                    secret_hash: digest,
                    user,
                    purpose: LinkPurpose::SignIn,
                    created_at: now,
                    expires_at: now + lasts,
                };
                tx.sign_in_link_insert(&link).await?;
                Ok(())
            })
        })
        .await?;
    Ok(token.text())
}

/// Makes the first administrator and signs them in. Of two at once one succeeds; afterwards this
/// never works again.
pub async fn administrator_create(
    plane: &ControlPlane,
    request: FirstAdministrator,
    user_agent: &str,
    source: IpAddr,
) -> Result<SignedIn, Error> {
    let token = crate::sign_in::parse_link(&request.secret)?;
    let username = text::username(&request.username)?;
    let display_name = match &request.display_name {
        Some(name) => text::name("the display name", name, 100)?,
        None => username.clone(),
    };
    let password = Password::choose(request.password)
        .map_err(|error| Error::invalid("invalid_password", error.to_string()))?;
    crate::sign_in::link_of(plane, &token, source).await?.user.map_or(Ok(()), |_| Err(set_up()))?;
    let hash = plane.passwords.hash(&**plane.rng(), password).await;
    let hash = hash.map_err(crate::passwords::hashing_failed)?;

    let now = plane.now();
    let rng = &**plane.rng();
    let tenant = default_tenant(plane).await?;
    let user = new_administrator(tenant, UserId::new(now, rng), username, display_name, now);
    let new_user = NewUser { password_hash: Some(hash.as_phc().to_owned()), ..new_user(&user) };
    let (login, cookie) = crate::credentials::new_login(plane, &user, user_agent);
    let digest = *cookie.digest().as_bytes();
    let link = token.id();
    let facts = json!({ "source": source.to_string() });
    let who = format!("user:{}", user.id);
    let record = plane.audit_in(Some(tenant), who.clone(), "setup", &who, "ok", &facts);
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if tx.administrator().await?.is_some()
                    || !tx.sign_in_link_consume(link, now).await?
                {
                    return Err(set_up());
                }
                tx.setup_links_delete().await?;
                tx.user_insert(&new_user).await?;
                tx.login_insert(&login, &digest).await?;
                tx.audit_append(record).await?;
                Ok(())
            })
        })
        .await?;
    let user = plane.store.user(user.id).await?.ok_or(Error::not_found("user"))?;
    Ok(SignedIn { user, cookie: cookie.text(), reset: None })
}

/// Makes the service account behind the shared token, if there is such a token.
pub async fn shared_token_account_ensure(plane: &ControlPlane) -> Result<(), Error> {
    if plane.config.shared_token.is_some() {
        let title = "Scripts (shared token)";
        service_account(plane, SHARED_TOKEN_ACCOUNT, title, Role::SystemAdmin).await?;
    }
    Ok(())
}

/// The service account of this name, made if it is not there.
pub(crate) async fn service_account(
    plane: &ControlPlane,
    username: &'static str,
    display_name: &str,
    role: Role,
) -> Result<UserId, Error> {
    if let Some((account, _)) = plane.store.user_by_name(username).await? {
        if account.kind == UserKind::Service {
            return Ok(account.id);
        }
        let message = format!("the name {username} belongs to a person");
        return Err(Error::conflict("name_taken", message));
    }
    let now = plane.now();
    let id = UserId::new(now, &**plane.rng());
    let account = NewUser {
        id,
        tenant: default_tenant(plane).await?,
        username: username.to_owned(),
        display_name: display_name.to_owned(),
        kind: UserKind::Service,
        role,
        state: UserState::Active,
        password_hash: None,
        created_at: now,
    };
    let object = format!("user:{id}");
    let record = plane.audit(&Actor::System, "user.create", object, &json!({ "kind": "service" }));
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                tx.user_insert(&account).await?;
                Ok(tx.audit_append(record).await?)
            })
        })
        .await?;
    Ok(id)
}

/// The tenant of everybody who is in no other, made if it is not there.
pub(crate) async fn default_tenant(plane: &ControlPlane) -> Result<TenantId, Error> {
    let now = plane.now();
    let new = TenantId::new(now, &**plane.rng());
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if let Some(first) = tx.tenant_first().await? {
                    return Ok(first);
                }
                tx.tenant_insert(new, "Default", now).await?;
                Ok(new)
            })
        })
        .await
}

fn set_up() -> Error {
    Error::conflict("already_set_up", "this server has an administrator already")
        .with_hint("sign in with a password, or use the link that the server prints at its start")
}

fn new_administrator(
    tenant: TenantId,
    id: UserId,
    username: String,
    display_name: String,
    now: model::Timestamp,
) -> User {
    User {
        id,
        number: 0,
        tenant,
        username,
        display_name,
        kind: UserKind::Person,
        role: Role::SystemAdmin,
        state: UserState::Active,
        created_at: now,
    }
}

fn new_user(user: &User) -> NewUser {
    NewUser {
        id: user.id,
        tenant: user.tenant,
        username: user.username.clone(),
        display_name: user.display_name.clone(),
        kind: user.kind,
        role: user.role,
        state: UserState::Active,
        password_hash: None,
        created_at: user.created_at,
    }
}

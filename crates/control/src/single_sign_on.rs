//! Signing in with an OpenID provider that the operator has named. Who somebody is there is bound to
//! an account here by issuer and subject, never by a name or an address, which anybody may get
//! elsewhere: an account that is there is only linked by whoever is signed in to it.

mod admission;

use std::net::IpAddr;
use std::time::Duration;

use bus::Revocation;
use model::identity::{Identity, RoleFrom};
use model::user::{User, UserKind, UserState};
use model::{Actor, IdentityId, LoginId, Role, SecretString, TenantId, UserId};
use openid::{Begun, OpenIdError, Provider, Returned};
use outbound::{Connector, Guard};
use serde_json::json;
use store::users::NewUser;
use subtle::ConstantTimeEq;

pub use self::admission::{Admission, RoleOfGroup};
use crate::authorise::{acting_tenant, authorise_in};
use crate::brief::{self, Brief, Digest};
use crate::second_step::{Entered, admit};
use crate::sign_in::Entry;
use crate::{ControlPlane, Error, credentials, text, users};
pub use openid::Settings as ProviderSettings;

/// How long somebody may be away at their provider.
pub const AWAY_LASTS: Duration = Duration::from_mins(10);

/// How long connecting to a provider may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// People who may be away, from one address and in all; the oldest gives way.
const MAX_AWAY_FROM: usize = 64;
const MAX_AWAY: usize = 4_096;

/// A provider with which people sign in, as the operator has named it.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    /// By what it is named in addresses and in the log.
    pub id: String,
    /// What its button says.
    pub name: String,
    /// Where it is, and who we are there.
    pub settings: openid::Settings,
    /// The number of the tenant whose people it knows.
    pub tenant: i64,
    /// For whom an account is made, and what it may do.
    pub admission: Admission,
}

/// Every provider, and who is away at one.
#[derive(Debug)]
pub(crate) struct SingleSignOn {
    providers: Vec<(ProviderConfig, Provider)>,
    away: Brief<Digest, Away>,
}

/// A browser that was sent to a provider.
#[derive(Debug)]
struct Away {
    provider: String,
    begun: Begun,
    purpose: Purpose,
    source: IpAddr,
}

/// What somebody goes to a provider for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To sign in.
    SignIn,
    /// To link who they are there to the account that they are signed in to.
    Link(UserId, LoginId),
}

/// Where a browser is to go, and what it keeps meanwhile.
#[derive(Debug)]
pub struct Sent {
    /// The page of the provider.
    pub url: String,
    /// For a cookie: what proves, beside the `state`, that it is the same browser that comes back.
    pub secret: SecretString,
}

/// What came of being away.
#[derive(Debug)]
pub enum CameBack {
    /// Signed in, as far as that goes.
    Entered(Entered),
    /// Linked.
    Linked,
}

/// What a browser brings back from a provider.
#[derive(Debug)]
pub struct Brought {
    /// What it was sent with.
    pub state: SecretString,
    /// What it was given for us.
    pub code: Option<SecretString>,
    /// Who has given it, if that is said.
    pub issuer: Option<String>,
    /// Why it was given nothing.
    pub refusal: Option<String>,
}

impl SingleSignOn {
    pub(crate) fn new(providers: Vec<ProviderConfig>, trusted: &[String]) -> Self {
        let connector = Connector::new(Guard::new(trusted), CONNECT_WITHIN);
        let ready = |config: ProviderConfig| {
            let provider = Provider::new(config.settings.clone(), connector.clone());
            (config, provider)
        };
        let providers = providers.into_iter().map(ready).collect();
        Self { providers, away: Brief::new(AWAY_LASTS, MAX_AWAY) }
    }

    fn named(&self, id: &str) -> Result<&(ProviderConfig, Provider), Error> {
        let known = self.providers.iter().find(|(config, _)| config.id == id);
        known.ok_or(Error::not_found("provider"))
    }
}

/// The providers with which people sign in: identifier and name.
pub fn providers(plane: &ControlPlane) -> Vec<(String, String)> {
    let all = plane.single_sign_on.providers.iter();
    all.map(|(config, _)| (config.id.clone(), config.name.clone())).collect()
}

/// Begins to sign in with a provider.
pub async fn sign_in_begin(
    plane: &ControlPlane,
    provider: &str,
    redirect_uri: String,
    source: IpAddr,
) -> Result<Sent, Error> {
    send_away(plane, provider, redirect_uri, Purpose::SignIn, source).await
}

/// Begins to link who the acting user is at a provider to their account.
pub async fn link_begin(
    plane: &ControlPlane,
    actor: &Actor,
    provider: &str,
    redirect_uri: String,
    source: IpAddr,
) -> Result<Sent, Error> {
    let user = authorise_in(actor, policy::Action::CredentialManageOwn, acting_tenant(actor)?)?;
    let login = credentials::current_login(actor).ok_or_else(|| {
        let message = "a provider can only be linked from a browser that is signed in";
        Error::denied("not_a_login", message)
    })?;
    send_away(plane, provider, redirect_uri, Purpose::Link(user, login), source).await
}

async fn send_away(
    plane: &ControlPlane,
    id: &str,
    redirect_uri: String,
    purpose: Purpose,
    source: IpAddr,
) -> Result<Sent, Error> {
    let (_, provider) = plane.single_sign_on.named(id)?;
    let tick = plane.clock().tick();
    let begun = provider
        .begin(&**plane.rng(), tick, redirect_uri)
        .await
        .map_err(|error| refused(&error))?;
    let (secret, digest) = brief::secret(&**plane.rng());
    let url = begun.url.clone();
    let away = Away { provider: id.to_owned(), begun, purpose, source };
    let is_alike = |known: &Away| known.source == source;
    plane.single_sign_on.away.put(tick, digest, away, MAX_AWAY_FROM, is_alike);
    Ok(Sent { url, secret })
}

/// Takes in what a browser brings back: signs in, makes an account for whoever is admitted, or links.
/// It counts once, and only in the browser that was sent away.
pub async fn come_back(
    plane: &ControlPlane,
    secret: &str,
    brought: Brought,
    actor: Option<&Actor>,
    user_agent: &str,
    source: IpAddr,
) -> Result<CameBack, Error> {
    let tick = plane.clock().tick();
    let away = plane.single_sign_on.away.take(tick, &brief::digest(secret)).ok_or_else(over)?;
    if !is_same(&away.begun.state, &brought.state) {
        return Err(over());
    }
    if let Some(words) = brought.refusal {
        return Err(refused(&OpenIdError::Refused(words)));
    }
    let code = brought.code.ok_or_else(over)?;
    let (config, provider) = plane.single_sign_on.named(&away.provider)?;
    let returned = Returned { code, issuer: brought.issuer };
    let found = provider
        .finish(&away.begun, &returned, plane.now(), tick)
        .await
        .map_err(|error| refused(&error))?;
    let tenant = tenant_of(plane, config).await?;
    match away.purpose {
        Purpose::Link(user, login) => {
            let is_same = actor.is_some_and(|actor| {
                actor.user() == Some(user) && credentials::current_login(actor) == Some(login)
            });
            let actor = actor.filter(|_| is_same).ok_or_else(over)?;
            link(plane, actor, config, tenant, user, &found).await?;
            Ok(CameBack::Linked)
        }
        Purpose::SignIn => {
            let user = somebody(plane, config, tenant, &found).await?;
            let entry = Entry::new("provider", user_agent, source);
            admit(plane, user, entry).await.map(CameBack::Entered)
        }
    }
}

fn is_same(known: &SecretString, given: &SecretString) -> bool {
    use model::ExposeSecret;
    known.expose_secret().as_bytes().ct_eq(given.expose_secret().as_bytes()).into()
}

async fn tenant_of(plane: &ControlPlane, config: &ProviderConfig) -> Result<TenantId, Error> {
    let tenants = plane.store.tenants().await?;
    let known = tenants.into_iter().find(|tenant| tenant.number == config.tenant);
    known.map(|tenant| tenant.id).ok_or_else(|| {
        Error::internal(format!("the provider {} is for tenant {}", config.id, config.tenant))
    })
}

/// The account of somebody whom a provider knows, as it is now: one that there is, or a new one.
async fn somebody(
    plane: &ControlPlane,
    config: &ProviderConfig,
    tenant: TenantId,
    found: &openid::Identity,
) -> Result<User, Error> {
    let issuer = &config.settings.issuer;
    let Some(identity) = plane.store.identity(issuer, &found.subject).await? else {
        return account_make(plane, config, tenant, found).await;
    };
    let user = plane.store.user(identity.user).await?.filter(|user| user.tenant == tenant);
    let user = user.filter(|user| user.state == UserState::Active).ok_or_else(|| {
        Error::denied("account_disabled", "this account may not sign in")
            .with_hint("ask an administrator")
    })?;
    if identity.role_from == RoleFrom::Here {
        return Ok(user);
    }
    match config.admission.role_of(&found.groups) {
        Some(role) if role == user.role => Ok(user),
        Some(role) => role_follow(plane, config, &user, role).await,
        None => {
            if user.role != Role::ReadOnly {
                role_follow(plane, config, &user, Role::ReadOnly).await?;
            }
            Err(no_role(config))
        }
    }
}

/// Gives an account the role that its groups mean, and ends whatever was begun with another (S10).
async fn role_follow(
    plane: &ControlPlane,
    config: &ProviderConfig,
    user: &User,
    role: Role,
) -> Result<User, Error> {
    let facts = json!({ "role": role, "provider": config.id });
    let object = format!("user:{}", user.id);
    let who = format!("provider:{}", config.id);
    let record = plane.audit_in(Some(user.tenant), who, "user.change", object, "ok", &facts);
    let (id, now) = (user.id, plane.now());
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let ends = users::apply(tx, id, None, Some(role), None).await?;
                if ends {
                    credentials::end_all(tx, id, now).await?;
                }
                Ok(tx.audit_append(record).await?)
            })
        })
        .await?;
    credentials::revoked(plane, Revocation::User(id));
    plane.store.user(id).await?.ok_or(Error::not_found("user"))
}

/// Makes an account for whoever is admitted. One that has the same name is somebody else's until its
/// owner says otherwise.
async fn account_make(
    plane: &ControlPlane,
    config: &ProviderConfig,
    tenant: TenantId,
    found: &openid::Identity,
) -> Result<User, Error> {
    if !config.admission.admits(found) {
        let message = format!("there is no account here for whoever you are at {}", config.name);
        return Err(Error::denied("not_admitted", message).with_hint(
            "whoever has an account signs in with its password and links it in the settings; \
             others ask an administrator",
        ));
    }
    let role = config.admission.role_of(&found.groups).ok_or_else(|| no_role(config))?;
    let (row, identity) = new_account(plane, config, tenant, found, role)?;
    let id = row.id;
    let facts = json!({ "kind": row.kind, "role": role, "provider": config.id });
    let who = format!("provider:{}", config.id);
    let object = format!("user:{id}");
    let record = plane.audit_in(Some(tenant), who, "user.create", object, "ok", &facts);
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if let Err(error) = tx.user_insert(&row).await {
                    let taken = error.is_duplicate();
                    return Err(if taken { name_taken(&row.username) } else { error.into() });
                }
                if !tx.identity_insert(&identity).await? {
                    return Err(over());
                }
                Ok(tx.audit_append(record).await?)
            })
        })
        .await?;
    plane.store.user(id).await?.ok_or(Error::not_found("user"))
}

fn new_account(
    plane: &ControlPlane,
    config: &ProviderConfig,
    tenant: TenantId,
    found: &openid::Identity,
    role: Role,
) -> Result<(NewUser, Identity), Error> {
    let (now, rng) = (plane.now(), &**plane.rng());
    let named = found.username.as_ref().or(found.email.as_ref()).unwrap_or(&found.subject);
    let username = text::username(named)?;
    let display_name = found.name.as_ref().unwrap_or(&username);
    let user = NewUser {
        id: UserId::new(now, rng),
        tenant,
        display_name: text::name("the display name", display_name, 100)?,
        username,
        kind: UserKind::Person,
        role,
        state: UserState::Active,
        password_hash: None,
        created_at: now,
    };
    let identity = Identity {
        id: IdentityId::new(now, rng),
        user: user.id,
        issuer: config.settings.issuer.clone(),
        subject: found.subject.clone(),
        shown: shown(found),
        role_from: RoleFrom::Provider,
        created_at: now,
    };
    Ok((user, identity))
}

async fn link(
    plane: &ControlPlane,
    actor: &Actor,
    config: &ProviderConfig,
    tenant: TenantId,
    user: UserId,
    found: &openid::Identity,
) -> Result<(), Error> {
    if actor.tenant() != Some(tenant) {
        let message = format!("{} is not for this organisation", config.name);
        return Err(Error::denied("foreign_provider", message));
    }
    let now = plane.now();
    let identity = Identity {
        id: IdentityId::new(now, &**plane.rng()),
        user,
        issuer: config.settings.issuer.clone(),
        subject: found.subject.clone(),
        shown: shown(found),
        role_from: RoleFrom::Here,
        created_at: now,
    };
    let facts = json!({ "provider": config.id });
    let record = plane.audit(actor, "identity.link", format_args!("user:{user}"), &facts);
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if !tx.identity_insert(&identity).await? {
                    return Err(Error::conflict(
                        "identity_taken",
                        "whoever you are there belongs to an account here already",
                    )
                    .with_hint("unlink it there first, or sign in with it"));
                }
                Ok(tx.audit_append(record).await?)
            })
        })
        .await
}

/// The acting user's links to providers.
pub async fn identities(plane: &ControlPlane, actor: &Actor) -> Result<Vec<Identity>, Error> {
    Ok(plane.store.identities(crate::authorise::acting_user(actor)?).await?)
}

/// By what a provider is called that is asked for, if it is still there.
pub fn provider_name(plane: &ControlPlane, issuer: &str) -> Option<String> {
    let mut all = plane.single_sign_on.providers.iter();
    let known = all.find(|(config, _)| config.settings.issuer == issuer);
    known.map(|(config, _)| config.name.clone())
}

/// Unlinks the acting user's account from a provider. The last way in stays.
pub async fn unlink(plane: &ControlPlane, actor: &Actor, id: IdentityId) -> Result<(), Error> {
    let user = authorise_in(actor, policy::Action::CredentialManageOwn, acting_tenant(actor)?)?;
    let record = plane.audit(actor, "identity.unlink", format_args!("identity:{id}"), &json!({}));
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if !tx.identity_delete(id, user).await? {
                    return Err(Error::not_found("identity"));
                }
                let (_, password) = tx.user(user).await?.ok_or(Error::not_found("user"))?;
                if password.is_none() && tx.identities_left(user).await? == 0 {
                    let message = "this is the only way in to this account";
                    return Err(Error::conflict("last_way_in", message)
                        .with_hint("ask an administrator for a link to choose a password first"));
                }
                Ok(tx.audit_append(record).await?)
            })
        })
        .await
}

/// How somebody is called there, for themselves to recognise.
fn shown(found: &openid::Identity) -> String {
    let named = found.email.as_ref().or(found.username.as_ref()).unwrap_or(&found.subject);
    text::one_line(named, 200)
}

fn over() -> Error {
    let message = "no sign-in with a provider is under way in this browser, or not any more";
    Error::unauthenticated("sign_in_over", message).with_hint("begin again")
}

fn no_role(config: &ProviderConfig) -> Error {
    let message = format!("none of your groups at {} may work here", config.name);
    Error::denied("no_role", message).with_hint("ask an administrator which groups may")
}

fn name_taken(username: &str) -> Error {
    let message = format!("there is an account called {username} already");
    Error::conflict("username_taken", message).with_hint(
        "if it is yours, sign in with its password and link it in the settings of your account",
    )
}

/// What went wrong at a provider, by meaning. What the server could not reach goes to its log.
fn refused(error: &OpenIdError) -> Error {
    let message = error.to_string();
    match error {
        OpenIdError::Unreachable { .. } | OpenIdError::Answer { .. } => {
            tracing::warn!(error = %chain(error), "a provider of sign-ins does not answer as it should");
            Error::unavailable("provider_unavailable", "the provider does not answer as it should")
                .with_hint("try again; the server's log says what happened")
        }
        OpenIdError::Refused(_) => Error::unauthenticated("provider_refused", message)
            .with_hint("try again, or ask whoever runs the provider"),
        OpenIdError::Foreign(_) | OpenIdError::Token(_) => {
            tracing::warn!(error = %message, "a sign-in with a provider was refused");
            Error::unauthenticated("sign_in_refused", message)
                .with_hint("begin again; if it happens again, tell whoever runs this server")
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

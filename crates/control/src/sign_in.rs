//! Signing in and out.

use std::net::IpAddr;

use model::second_factor::SecondFactorReset;
use model::user::{LinkPurpose, User, UserState};
use model::{Actor, ExposeSecret, SecretString};
use serde_json::json;
use store::sign_in_links::SignInLink;
use vault::token::SignIn;
use vault::{Password, StoredPassword, Token, TokenDigest, Verdict};

use crate::second_factors::codes::Given;
use crate::second_step::{Entered, admit};
use crate::throttle::Subject;
use crate::{ControlPlane, Error, credentials, passwords};

/// Somebody is signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// The secret for the browser's cookie.
    pub cookie: SecretString,
    /// That an administrator has switched their second factor off, while they have no new one.
    pub reset: Option<SecondFactorReset>,
}

/// How somebody comes in.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// What they have shown, as it is written down.
    pub(crate) how: &'static str,
    /// Their browser as it names itself.
    pub(crate) user_agent: String,
    /// Where they come from.
    pub(crate) source: IpAddr,
    /// Whose failures are forgiven when they are in.
    pub(crate) forgiven: Vec<Subject>,
}

impl Entry {
    pub(crate) fn new(how: &'static str, user_agent: &str, source: IpAddr) -> Self {
        Self { how, user_agent: user_agent.to_owned(), source, forgiven: Vec::new() }
    }
}

/// What a one-time link is good for.
#[derive(Debug)]
pub enum Redeemed {
    /// Making the first administrator. The link is not used up yet.
    Setup,
    /// Choosing a password. The link is not used up yet.
    Password(User),
    /// Signing in, which it did.
    SignedIn(SignedIn),
}

/// Signs in with name and password, as far as that goes.
pub async fn sign_in(
    plane: &ControlPlane,
    username: &str,
    password: SecretString,
    user_agent: &str,
    source: IpAddr,
) -> Result<Entered, Error> {
    let subjects = Subject::of_sign_in(username, source);
    plane.throttle_check(&subjects).await?;
    let attempt = Password::attempt(password).map_err(|_| wrong())?;
    let known = plane.store.user_by_name(username).await?;
    let (user, hash) = match known {
        Some((user, hash)) => (Some(user), hash.map(StoredPassword::from_phc)),
        None => (None, None),
    };
    let verdict = plane.passwords.verify(attempt.clone(), hash.as_ref()).await;
    let verdict = verdict.map_err(passwords::hashing_failed)?;
    let active = |user: &User| user.state == UserState::Active;
    let Some(user) = user.filter(|user| verdict != Verdict::Wrong && active(user)) else {
        return Err(refuse(plane, username, &subjects, source).await?);
    };
    if verdict == Verdict::RightButOutdated {
        passwords::rehash(plane, user.id, attempt).await?;
    }
    let forgiven = subjects.to_vec();
    admit(plane, user, Entry { forgiven, ..Entry::new("password", user_agent, source) }).await
}

/// Looks at a one-time link: signs in with it, or says what else it is for.
pub async fn link_redeem(
    plane: &ControlPlane,
    secret: &SecretString,
    user_agent: &str,
    source: IpAddr,
) -> Result<Redeemed, Error> {
    let token = parse_link(secret)?;
    let link = link_of(plane, &token, source).await?;
    let Some(user) = link.user else { return Ok(Redeemed::Setup) };
    let user = plane.store.user(user).await?.ok_or_else(link_used)?;
    if !user.state.is_open() {
        return Err(link_used());
    }
    if link.purpose == LinkPurpose::Password {
        return Ok(Redeemed::Password(user));
    }
    let now = plane.now();
    let id = link.id;
    let consumed = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move { Ok(tx.sign_in_link_consume(id, now).await?) })
        })
        .await?;
    if !consumed {
        return Err(link_used());
    }
    // Whoever reads the server's own terminal could open what is sealed: no code proves more.
    let entry = Entry::new("link", user_agent, source);
    start_login(plane, user, entry, None).await.map(Redeemed::SignedIn)
}

/// Signs out: ends the login that acts.
pub async fn sign_out(plane: &ControlPlane, actor: &Actor) -> Result<(), Error> {
    match credentials::current_login(actor) {
        Some(login) => credentials::login_end(plane, actor, login).await,
        None => Err(Error::invalid("not_a_login", "only a browser's login can be signed out")),
    }
}

pub(crate) fn parse_link(secret: &SecretString) -> Result<Token<SignIn>, Error> {
    Token::<SignIn>::parse(secret.expose_secret())
        .map_err(|error| Error::denied("link_invalid", error.to_string()))
}

/// The link behind a token, if it can still be used.
pub(crate) async fn link_of(
    plane: &ControlPlane,
    token: &Token<SignIn>,
    source: IpAddr,
) -> Result<SignInLink, Error> {
    let subjects = [Subject::Source(source)];
    plane.throttle_check(&subjects).await?;
    let link = plane.store.sign_in_link(token.id()).await?.filter(|link| {
        link.expires_at >= plane.now() && TokenDigest::from_bytes(link.secret_hash).matches(token)
    });
    match link {
        Some(link) => Ok(link),
        None => {
            plane.throttle_count(&subjects).await?;
            Err(link_used())
        }
    }
}

/// Starts a login. A code that is given with it is used up in the same write, and where it comes
/// from is where the code came from.
pub(crate) async fn start_login(
    plane: &ControlPlane,
    user: User,
    entry: Entry,
    code: Option<(Given, IpAddr)>,
) -> Result<SignedIn, Error> {
    let Entry { how, user_agent, source, forgiven } = entry;
    let (login, cookie) = credentials::new_login(plane, &user, &user_agent);
    let digest = *cookie.digest().as_bytes();
    let how = code.map_or(how.to_owned(), |(given, _)| format!("{how}+{}", given.how()));
    let source = code.map_or(source, |(_, source)| source);
    let mut facts = json!({ "how": how, "source": source.to_string() });
    if let Some((Given::Passkey(passkey, _), _)) = code {
        facts["passkey"] = json!(passkey.to_string());
    }
    let (id, now) = (user.id, plane.now());
    let who = format!("user:{}", user.id);
    let object = format!("login:{}", login.id);
    let record = plane.audit_in(Some(user.tenant), who, "login.start", object, "ok", &facts);
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if let Some((given, source)) = code {
                    given.use_up(tx, id, now, source).await?;
                }
                for subject in &forgiven {
                    tx.throttle_clear(&subject.to_string()).await?;
                }
                tx.login_insert(&login, &digest).await?;
                tx.audit_append(record).await?;
                Ok(())
            })
        })
        .await?;
    let reset = plane.store.second_factor_reset(id).await?;
    Ok(SignedIn { user, cookie: cookie.text(), reset })
}

async fn refuse(
    plane: &ControlPlane,
    username: &str,
    subjects: &[Subject],
    source: IpAddr,
) -> Result<Error, Error> {
    plane.throttle_count(subjects).await?;
    // Unknown names are not written down: they are often passwords typed into the wrong field.
    if let Some((user, _)) = plane.store.user_by_name(username).await? {
        let record = credentials::refused_sign_in(plane, Some(&user), "password", source);
        plane
            .store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move { Ok(tx.audit_append(record).await?) })
            })
            .await?;
    }
    Ok(wrong())
}

/// The same answer for an unknown name and a wrong password (S08).
fn wrong() -> Error {
    Error::unauthenticated("wrong_credentials", "wrong username or password")
        .with_hint("look at both again; upper and lower case count in the password")
}

pub(crate) fn link_used() -> Error {
    Error::denied("link_used", "this link was used already or is too old").with_hint(
        "an administrator can make a new one; every start of the server prints one for them",
    )
}

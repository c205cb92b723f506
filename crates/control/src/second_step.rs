//! Between a right password and a login: whoever has a second factor shows it first, and whoever must
//! have one and has none sets it up. Until then there is no login and nothing that could be used as
//! one, only a secret in the cookie of the browser that gave the password, for ten minutes.

use std::net::IpAddr;
use std::time::Duration;

use model::second_factor::SecondFactorDemand;
use model::user::{User, UserState};
use model::{SecretString, UserId};
use serde_json::json;
use vault::TotpSecret;

use crate::brief::{self, Brief, Digest};
use crate::second_factors::codes::{self, WRONG};
use crate::second_factors::offers::{self, Fresh};
use crate::second_factors::{Offer, RecoveryCodes};
use crate::sign_in::{Entry, SignedIn, start_login};
use crate::{ControlPlane, Error, credentials};

/// How long the second step may take.
pub const STEP_LASTS: Duration = Duration::from_mins(10);

/// Codes that one sign-in may get wrong; then the password is asked for again.
const MAX_WRONG: u32 = 5;

/// Sign-ins of one account from one address that may be under way; the oldest gives way.
const MAX_ALIKE: usize = 8;

/// Sign-ins that may be under way in all; the oldest gives way.
const MAX_UNDER_WAY: usize = 4_096;

/// What has come of a first step.
#[derive(Debug)]
pub enum Entered {
    /// Nothing more is asked.
    SignedIn(SignedIn),
    /// A second step is.
    Halfway(Halfway),
}

/// A sign-in of which the second step is still to come.
#[derive(Debug)]
pub struct Halfway {
    /// What the second step is.
    pub step: Step,
    /// For the cookie of the browser that has made the first one. It opens nothing but the second.
    pub secret: SecretString,
}

/// What is asked in a second step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A code of the authenticator, or a recovery code.
    Code,
    /// Setting up an authenticator, because everybody must have one.
    SetUp,
}

/// Sign-ins that are under way.
#[derive(Debug)]
pub(crate) struct HalfwaySignIns(Brief<Digest, FirstStep>);

#[derive(Debug, Clone)]
struct FirstStep {
    user: UserId,
    step: Step,
    entry: Entry,
    wrong: u32,
    offered: Option<TotpSecret>,
}

impl Default for HalfwaySignIns {
    fn default() -> Self {
        Self(Brief::new(STEP_LASTS, MAX_UNDER_WAY))
    }
}

impl HalfwaySignIns {
    /// Ends what somebody has begun.
    pub(crate) fn forget(&self, user: UserId) {
        self.0.forget(|first| first.user == user);
    }
}

/// Lets somebody in who has made the first step, or says what the second is.
pub(crate) async fn admit(
    plane: &ControlPlane,
    user: User,
    entry: Entry,
) -> Result<Entered, Error> {
    let Some(step) = next_step(plane, &user).await? else {
        return start_login(plane, user, entry, None).await.map(Entered::SignedIn);
    };
    let (secret, digest) = brief::secret(&**plane.rng());
    let (id, source) = (user.id, entry.source);
    let is_alike = |known: &FirstStep| known.user == id && known.entry.source == source;
    let first = FirstStep { user: id, step, entry, wrong: 0, offered: None };
    plane.halfway.0.put(plane.clock().tick(), digest, first, MAX_ALIKE, is_alike);
    Ok(Entered::Halfway(Halfway { step, secret }))
}

async fn next_step(plane: &ControlPlane, user: &User) -> Result<Option<Step>, Error> {
    if plane.store.authenticator(user.id).await?.is_some() {
        return Ok(Some(Step::Code));
    }
    let demand = plane.store.second_factor_demanded(user.tenant).await?;
    Ok((demand == SecondFactorDemand::Required).then_some(Step::SetUp))
}

/// Makes the second step with a code, and signs in.
pub async fn code_give(
    plane: &ControlPlane,
    secret: &str,
    code: &SecretString,
    source: IpAddr,
) -> Result<SignedIn, Error> {
    let (user, first) = under_way(plane, secret, Step::Code).await?;
    let id = user.id;
    let authenticator = plane.store.authenticator(id).await?.ok_or_else(over)?;
    let done = match codes::recognise(plane, &authenticator, code, source).await {
        Ok(given) => {
            let done = start_login(plane, user.clone(), first.entry, Some((given, source))).await;
            codes::counted(plane, id, source, done).await
        }
        Err(error) => Err(error),
    };
    match done {
        Err(error) if error.code == WRONG => Err(refuse(plane, secret, &user, source).await?),
        Err(error) => Err(error),
        Ok(signed_in) => {
            plane.halfway.0.take(plane.clock().tick(), &brief::digest(secret));
            Ok(signed_in)
        }
    }
}

/// Offers a secret to the authenticator of somebody who must have one.
pub async fn set_up_begin(plane: &ControlPlane, secret: &str) -> Result<Offer, Error> {
    let (user, _) = under_way(plane, secret, Step::SetUp).await?;
    let (offered, offer) = offers::offer(plane, &user);
    let keep = |first: &mut FirstStep| first.offered = Some(offered);
    plane.halfway.0.with(plane.clock().tick(), &brief::digest(secret), keep).ok_or_else(over)?;
    Ok(offer)
}

/// Switches the second factor on with a code of what was offered, and signs in.
pub async fn set_up_confirm(
    plane: &ControlPlane,
    secret: &str,
    code: &SecretString,
    source: IpAddr,
) -> Result<(SignedIn, RecoveryCodes), Error> {
    let (user, first) = under_way(plane, secret, Step::SetUp).await?;
    let offered = first.offered.ok_or_else(offers::over)?;
    let (fresh, texts) = match Fresh::make(plane, &user, &offered, code, source) {
        Err(error) if error.code == WRONG => return Err(as_stranger(error)),
        made => made?,
    };
    let id = user.id;
    let who = format!("user:{id}");
    let record = plane.audit_in(
        Some(user.tenant),
        who.clone(),
        "second_factor.enable",
        &who,
        "ok",
        &json!({ "source": source.to_string() }),
    );
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                // Who has one by now shows that.
                if tx.authenticator(id).await?.is_some() {
                    return Err(over());
                }
                fresh.store(tx).await?;
                Ok(tx.audit_append(record).await?)
            })
        })
        .await?;
    plane.halfway.0.take(plane.clock().tick(), &brief::digest(secret));
    let entry = Entry { how: "password+new_authenticator", ..first.entry };
    Ok((start_login(plane, user, entry, None).await?, texts))
}

/// The sign-in that is under way in a browser, and whose it is.
async fn under_way(
    plane: &ControlPlane,
    secret: &str,
    step: Step,
) -> Result<(User, FirstStep), Error> {
    let digest = brief::digest(secret);
    let first = plane.halfway.0.with(plane.clock().tick(), &digest, |first| first.clone());
    let first = first.filter(|first| first.step == step).ok_or_else(over)?;
    let user = plane.store.user(first.user).await?;
    let user = user.filter(|user| user.state == UserState::Active).ok_or_else(over)?;
    Ok((user, first))
}

/// Writes a wrong code down; after a few of them the password is asked for again.
async fn refuse(
    plane: &ControlPlane,
    secret: &str,
    user: &User,
    source: IpAddr,
) -> Result<Error, Error> {
    let record = credentials::refused_sign_in(plane, Some(user), "code", source);
    plane
        .store
        .write::<_, Error, _>(move |tx| Box::pin(async move { Ok(tx.audit_append(record).await?) }))
        .await?;
    let (now, digest) = (plane.clock().tick(), brief::digest(secret));
    let count = |first: &mut FirstStep| {
        first.wrong += 1;
        first.wrong
    };
    if plane.halfway.0.with(now, &digest, count).is_none_or(|wrong| wrong >= MAX_WRONG) {
        plane.halfway.0.take(now, &digest);
        return Ok(over());
    }
    Ok(as_stranger(codes::wrong()))
}

/// Nobody is signed in yet, so nobody in particular is refused.
fn as_stranger(error: Error) -> Error {
    let stranger = Error::unauthenticated(error.code, error.message);
    match error.hint {
        Some(hint) => stranger.with_hint(hint),
        None => stranger,
    }
}

fn over() -> Error {
    Error::unauthenticated(
        "sign_in_over",
        "no sign-in is under way in this browser, or not any more",
    )
    .with_hint("sign in with the password again")
}

//! Between a right password and a login: whoever has a second factor shows it first, and whoever must
//! have one and has none sets it up. Until then there is no login and nothing that could be used as
//! one, only a secret in the cookie of the browser that gave the password, for ten minutes.

use std::net::IpAddr;
use std::time::Duration;

use contract::passkeys::MadePasskey;
use model::second_factor::SecondFactorDemand;
use model::user::{User, UserState};
use model::{SecretString, UserId};
use serde_json::json;
use vault::TotpSecret;

use crate::brief::{self, Brief, Digest};
use crate::passkeys::{self, Asked, Elsewhere, RelyingParty, ceremonies};
use crate::second_factors::codes::{self, WRONG};
use crate::second_factors::offers::{self, Fresh};
use crate::second_factors::proofs::{self, COPIED};
use crate::second_factors::{OFF, Offer, Proof, RecoveryCodes, has_one};
use crate::sign_in::{Entry, SignedIn, start_login};
use crate::{ControlPlane, Error, credentials};

/// How long the second step may take.
pub const STEP_LASTS: Duration = Duration::from_mins(10);

/// Codes and passkeys that one sign-in may get wrong; then the password is asked for again.
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
    /// A code of the authenticator, a recovery code, or a passkey.
    Show,
    /// Setting up an authenticator or a passkey, because everybody must have one.
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
    if has_one(plane, user.id).await? {
        return Ok(Some(Step::Show));
    }
    let demand = plane.store.second_factor_demanded(user.tenant).await?;
    Ok((demand == SecondFactorDemand::Required).then_some(Step::SetUp))
}

/// What may be shown in the second step that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ways {
    /// Codes of an authenticator. Recovery codes may be given in any case.
    pub codes: bool,
    /// Passkeys for this address.
    pub passkeys: bool,
}

/// Says what may be shown in the second step, for pages of this party if there is one.
pub async fn ways(
    plane: &ControlPlane,
    secret: &str,
    party: Option<&RelyingParty>,
) -> Result<Ways, Error> {
    let (user, _) = under_way(plane, secret, Step::Show).await?;
    let codes = plane.store.authenticator(user.id).await?.is_some();
    let passkeys = plane.store.passkeys(user.id).await?;
    let is_here = |domain: &str| party.is_some_and(|party| party.id == domain);
    Ok(Ways { codes, passkeys: passkeys.iter().any(|passkey| is_here(&passkey.domain)) })
}

/// Asks the browser to sign with a passkey of whoever has made the first step.
pub async fn passkey_ask(
    plane: &ControlPlane,
    secret: &str,
    party: Result<RelyingParty, Elsewhere>,
) -> Result<Asked, Error> {
    let (user, _) = under_way(plane, secret, Step::Show).await?;
    let (asked, challenge) = ceremonies::ask(plane, user.id, &party?).await?;
    plane.ceremonies.step_asking(plane, brief::digest(secret), challenge);
    Ok(asked)
}

/// Makes the second step with a code or a passkey, and signs in.
pub async fn show(
    plane: &ControlPlane,
    secret: &str,
    proof: &Proof,
    source: IpAddr,
) -> Result<SignedIn, Error> {
    let (user, first) = under_way(plane, secret, Step::Show).await?;
    let recognised = match proof {
        Proof::Code(code) => codes::recognise(plane, user.id, code, source).await,
        Proof::Passkey(signed) => {
            let challenge = plane.ceremonies.step_asked(plane, &brief::digest(secret));
            proofs::recognise_passkey(plane, &user, challenge, signed, source).await
        }
    };
    let done = match recognised {
        Ok(given) => {
            let done = start_login(plane, user.clone(), first.entry, Some((given, source))).await;
            codes::counted(plane, user.id, source, done).await
        }
        Err(error) => Err(error),
    };
    match done {
        Err(error) if proofs::is_wrong(&error) => {
            Err(refuse(plane, secret, &user, proof.how(), source, error).await?)
        }
        Err(error) if error.code == OFF => Err(over()),
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
                if tx.authenticator(id).await?.is_some() || tx.passkeys_left(id).await? > 0 {
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

/// Asks the browser of somebody who must have a second factor for a passkey.
pub async fn set_up_passkey_begin(
    plane: &ControlPlane,
    secret: &str,
    party: Result<RelyingParty, Elsewhere>,
) -> Result<Asked, Error> {
    let (user, _) = under_way(plane, secret, Step::SetUp).await?;
    let (asked, creation) = passkeys::ask_for_new(plane, &user, Vec::new(), &party?)?;
    plane.ceremonies.step_creating(plane, brief::digest(secret), creation);
    Ok(asked)
}

/// Adds the passkey that was made, and signs in.
pub async fn set_up_passkey_confirm(
    plane: &ControlPlane,
    secret: &str,
    name: &str,
    made: &MadePasskey,
    source: IpAddr,
) -> Result<(SignedIn, RecoveryCodes), Error> {
    let (user, first) = under_way(plane, secret, Step::SetUp).await?;
    let digest = brief::digest(secret);
    let creation = plane.ceremonies.step_created(plane, &digest).ok_or_else(ceremonies::over)?;
    let passkey = match passkeys::taken_in(plane, &user, name, &creation, made, source) {
        Err(error) if proofs::is_wrong(&error) => return Err(as_stranger(error)),
        taken_in => taken_in?,
    };
    let (digests, texts) = offers::recovery_codes(plane, user.id);
    let who = format!("user:{}", user.id);
    let facts = json!({ "passkey": passkey.id.to_string(), "source": source.to_string() });
    let record = plane.audit_in(Some(user.tenant), who.clone(), "passkey.add", &who, "ok", &facts);
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                // Who has one by now shows that.
                if !passkeys::store_new(tx, &passkey, &digests).await? {
                    return Err(over());
                }
                Ok(tx.audit_append(record).await?)
            })
        })
        .await?;
    plane.halfway.0.take(plane.clock().tick(), &digest);
    let entry = Entry { how: "password+new_passkey", ..first.entry };
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

/// Writes down what was wrong; after a few times the password is asked for again.
async fn refuse(
    plane: &ControlPlane,
    secret: &str,
    user: &User,
    how: &'static str,
    source: IpAddr,
    error: Error,
) -> Result<Error, Error> {
    let how = if error.code == COPIED { COPIED } else { how };
    let record = credentials::refused_sign_in(plane, Some(user), how, source);
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
    Ok(as_stranger(error))
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

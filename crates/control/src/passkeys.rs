//! Passkeys: keys in somebody's computer or telephone, or on their key ring, which show at sign-in
//! that it is there. They are second factors as authenticators are: each can be shown where the other
//! can, both keep the same recovery codes, and whoever has either has a second factor.

pub(crate) mod ceremonies;
mod party;

use std::net::IpAddr;

use contract::passkeys::MadePasskey;
use model::passkey::Passkey;
use model::second_factor::SecondFactorDemand;
use model::user::User;
use model::{Actor, PasskeyId, SecretString};
use serde_json::json;
use store::Tx;
use vault::passkey::{Creation, Made, Owner};

pub use self::party::{Elsewhere, relying_party};
pub use vault::passkey::{Asked, RelyingParty};

use crate::authorise::acting_user;
use crate::second_factors::offers::recovery_codes;
use crate::second_factors::proofs::{self, Proof};
use crate::second_factors::{RecoveryCodes, demanded, has_one, off, owner_in_browser, prove_owner};
use crate::{ControlPlane, Error, text};

/// How many passkeys somebody may have.
const MOST: usize = 20;

/// The longest name of one.
const LONGEST_NAME: usize = 64;

/// The acting user's passkeys, the oldest first.
pub async fn passkeys(plane: &ControlPlane, actor: &Actor) -> Result<Vec<Passkey>, Error> {
    Ok(plane.store.passkeys(acting_user(actor)?).await?)
}

/// Asks the acting user's browser for a new passkey. Who could add one could sign in with it, so the
/// password is asked for, and a second factor where there is one.
pub async fn passkey_begin(
    plane: &ControlPlane,
    actor: &Actor,
    party: Result<RelyingParty, Elsewhere>,
    password: Option<SecretString>,
    proof: Option<Proof>,
    source: IpAddr,
) -> Result<Asked, Error> {
    let (user, login) = owner_in_browser(plane, actor).await?;
    let party = party?;
    let known = plane.store.passkeys(user.id).await?;
    if known.len() >= MOST {
        return Err(too_many());
    }
    prove_owner(plane, &user, login, password, proof, source).await?;
    let (asked, creation) = ask_for_new(plane, &user, known, &party)?;
    plane.ceremonies.creating(plane, login, creation);
    Ok(asked)
}

/// Adds what the acting user's authenticator has made. Answers recovery codes with the first second
/// factor, the only time that they are shown.
pub async fn passkey_add(
    plane: &ControlPlane,
    actor: &Actor,
    name: &str,
    made: &MadePasskey,
    source: IpAddr,
) -> Result<(Passkey, Option<RecoveryCodes>), Error> {
    let (user, login) = owner_in_browser(plane, actor).await?;
    let creation = plane.ceremonies.created(plane, login).ok_or_else(ceremonies::over)?;
    let passkey = taken_in(plane, &user, name, &creation, made, source)?;
    let (digests, texts) = recovery_codes(plane, user.id);
    let facts = json!({ "passkey": passkey.id.to_string() });
    let record = plane.audit(actor, "passkey.add", format_args!("user:{}", user.id), &facts);
    let added = passkey.clone();
    let is_first = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let is_first = store_new(tx, &added, &digests).await?;
                tx.audit_append(record).await?;
                Ok(is_first)
            })
        })
        .await?;
    Ok((passkey, is_first.then_some(texts)))
}

/// What a browser is to ask for, to make another passkey than those that are known here.
pub(crate) fn ask_for_new(
    plane: &ControlPlane,
    user: &User,
    known: Vec<Passkey>,
    party: &RelyingParty,
) -> Result<(Asked, Creation), Error> {
    let here: Vec<_> = known.into_iter().filter(|known| known.domain == party.id).collect();
    let id = *user.id.as_bytes();
    let owner = Owner { handle: &id, username: &user.username, display_name: &user.display_name };
    party.create(&**plane.rng(), owner, &here).map_err(Error::internal)
}

/// What somebody's authenticator has made, if it is what was asked for; it is still to be stored.
pub(crate) fn taken_in(
    plane: &ControlPlane,
    user: &User,
    name: &str,
    creation: &Creation,
    made: &MadePasskey,
    source: IpAddr,
) -> Result<Passkey, Error> {
    let name = text::name("the name", name, LONGEST_NAME)?;
    let answer = Made {
        credential: &made.credential,
        client_data: &made.client_data,
        attestation: &made.attestation,
        transports: &made.transports,
    };
    let key = creation.check(&answer).map_err(proofs::refused)?;
    Ok(Passkey {
        id: PasskeyId::new(plane.now(), &**plane.rng()),
        user: user.id,
        name,
        domain: creation.party().id.clone(),
        key,
        created_at: plane.now(),
        last_used_at: None,
        last_source: source,
    })
}

/// Stores a new passkey; with the first second factor come recovery codes. Answers whether it is that.
pub(crate) async fn store_new(
    tx: &mut Tx,
    passkey: &Passkey,
    codes: &[[u8; 32]],
) -> Result<bool, Error> {
    let before = tx.passkeys_left(passkey.user).await?;
    if before >= MOST as u64 {
        return Err(too_many());
    }
    let is_first = before == 0 && tx.authenticator(passkey.user).await?.is_none();
    if !tx.passkey_insert(passkey).await? {
        return Err(known_already());
    }
    if is_first {
        tx.recovery_codes_put(passkey.user, codes).await?;
    }
    tx.second_factor_told(passkey.user).await?;
    Ok(is_first)
}

/// Gives a passkey of the acting user another name.
pub async fn passkey_rename(
    plane: &ControlPlane,
    actor: &Actor,
    id: PasskeyId,
    name: &str,
) -> Result<Passkey, Error> {
    let (user, _) = owner_in_browser(plane, actor).await?;
    let name = text::name("the name", name, LONGEST_NAME)?;
    check_own(plane, &user, id).await?;
    let facts = json!({ "passkey": id.to_string() });
    let record = plane.audit(actor, "passkey.rename", format_args!("user:{}", user.id), &facts);
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if !tx.passkey_rename(id, user.id, &name).await? {
                    return Err(Error::not_found("passkey"));
                }
                Ok(tx.audit_append(record).await?)
            })
        })
        .await?;
    let known = plane.store.passkeys(user.id).await?;
    known.into_iter().find(|known| known.id == id).ok_or(Error::not_found("passkey"))
}

/// Removes a passkey of the acting user, who shows a second factor for that: this one, another one, or
/// a recovery code.
pub async fn passkey_remove(
    plane: &ControlPlane,
    actor: &Actor,
    id: PasskeyId,
    proof: &Proof,
    source: IpAddr,
) -> Result<(), Error> {
    let (user, login) = owner_in_browser(plane, actor).await?;
    check_own(plane, &user, id).await?;
    let demand = plane.store.second_factor_demanded(user.tenant).await?;
    let facts = json!({ "passkey": id.to_string(), "shown": proof.how() });
    let record = plane.audit(actor, "passkey.remove", format_args!("user:{}", user.id), &facts);
    let (owner, now) = (user.id, plane.now());
    let given = proofs::recognise(plane, &user, login, proof, source).await?;
    let done = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                given.use_up(tx, owner, now, source).await?;
                if !tx.passkey_delete(id, owner).await? {
                    return Err(Error::not_found("passkey"));
                }
                let is_bare =
                    tx.passkeys_left(owner).await? == 0 && tx.authenticator(owner).await?.is_none();
                if is_bare && demand == SecondFactorDemand::Required {
                    return Err(demanded());
                }
                Ok(tx.audit_append(record).await?)
            })
        })
        .await;
    proofs::counted(plane, &user, given.how(), source, done).await
}

/// Asks the acting user's browser to sign with one of their passkeys, where a second factor is to be
/// shown again.
pub async fn passkey_challenge(
    plane: &ControlPlane,
    actor: &Actor,
    party: Result<RelyingParty, Elsewhere>,
) -> Result<Asked, Error> {
    let (user, login) = owner_in_browser(plane, actor).await?;
    if !has_one(plane, user.id).await? {
        return Err(off());
    }
    let (asked, challenge) = ceremonies::ask(plane, user.id, &party?).await?;
    plane.ceremonies.asking(plane, login, challenge);
    Ok(asked)
}

async fn check_own(plane: &ControlPlane, user: &User, id: PasskeyId) -> Result<(), Error> {
    let known = plane.store.passkeys(user.id).await?;
    known.iter().any(|known| known.id == id).then_some(()).ok_or(Error::not_found("passkey"))
}

fn too_many() -> Error {
    Error::conflict("too_many_passkeys", format!("an account has at most {MOST} passkeys"))
        .with_hint("remove one that is not used any more")
}

fn known_already() -> Error {
    Error::conflict("passkey_known", "this passkey is one of an account already")
        .with_hint("choose another place to keep it")
}

//! What somebody shows to prove that they have their second factor: a code, or the signature of a
//! passkey.

use std::net::IpAddr;

use contract::passkeys::SignedByPasskey;
use model::passkey::Passkey;
use model::user::User;
use model::{LoginId, SecretString};
use serde_json::json;
use vault::passkey::{Challenge, Refused, Signed};

use super::codes::{self, Given};
use crate::passkeys::ceremonies;
use crate::throttle::Subject;
use crate::{ControlPlane, Error};

/// The error's word for a signature that is none of a passkey of this account.
pub(crate) const WRONG_PASSKEY: &str = "wrong_passkey";

/// The error's word for a signature for another address.
pub(crate) const ELSEWHERE: &str = "passkey_of_another_address";

/// The error's word for a passkey whose counter went back.
pub(crate) const COPIED: &str = "passkey_copied";

/// What is shown: one of the two.
#[derive(Debug, Clone)]
pub enum Proof {
    /// A code of the authenticator, or a recovery code.
    Code(SecretString),
    /// What a passkey has signed.
    Passkey(SignedByPasskey),
}

impl Proof {
    /// Takes what a request has of both.
    pub fn of(
        code: Option<SecretString>,
        passkey: Option<SignedByPasskey>,
    ) -> Result<Option<Self>, Error> {
        match (code, passkey) {
            (None, None) => Ok(None),
            (Some(code), None) => Ok(Some(Self::Code(code))),
            (None, Some(passkey)) => Ok(Some(Self::Passkey(passkey))),
            (Some(_), Some(_)) => {
                Err(Error::invalid("one_proof", "a code or a passkey is shown, not both"))
            }
        }
    }

    /// The same where one has to be shown.
    pub fn needed(proof: Option<Self>) -> Result<Self, Error> {
        proof.ok_or_else(needed)
    }

    /// How it is written down, before it is looked at.
    pub(crate) const fn how(&self) -> &'static str {
        match self {
            Self::Code(_) => "code",
            Self::Passkey(_) => "passkey",
        }
    }
}

/// A second factor is to be shown, and was not.
pub(crate) fn needed() -> Error {
    Error::invalid("code_needed", "a code of the present authenticator is needed for this")
        .with_hint("send `code`, or `passkey` with what a passkey has signed")
}

/// Recognises what somebody shows who is signed in. Whoever shows what is wrong waits, and it is
/// written down.
pub(crate) async fn recognise(
    plane: &ControlPlane,
    user: &User,
    login: LoginId,
    proof: &Proof,
    source: IpAddr,
) -> Result<Given, Error> {
    let given = match proof {
        Proof::Code(code) => codes::recognise(plane, user.id, code, source).await,
        Proof::Passkey(signed) => {
            let challenge = plane.ceremonies.asked(plane, login);
            recognise_passkey(plane, user, challenge, signed, source).await
        }
    };
    written_down(plane, user, proof.how(), source, given).await
}

/// Recognises what a passkey has signed over a challenge, which is used up by that.
pub(crate) async fn recognise_passkey(
    plane: &ControlPlane,
    user: &User,
    challenge: Option<Challenge>,
    signed: &SignedByPasskey,
    source: IpAddr,
) -> Result<Given, Error> {
    // A signature cannot be guessed: nobody else's failures make its owner wait.
    plane.throttle_check(&[Subject::CodeFrom(user.id, source)]).await?;
    let challenge = challenge.ok_or_else(ceremonies::over)?;
    let known = plane.store.passkeys(user.id).await?;
    let given = check(&known, &challenge, signed);
    codes::counted(plane, user.id, source, given).await
}

/// One of somebody's own passkeys has signed; another's is not looked at.
fn check(
    known: &[Passkey],
    challenge: &Challenge,
    signed: &SignedByPasskey,
) -> Result<Given, Error> {
    let answer = Signed {
        credential: &signed.credential,
        client_data: &signed.client_data,
        authenticator_data: &signed.authenticator_data,
        signature: &signed.signature,
        user_handle: signed.user_handle.as_deref(),
    };
    let passkey = answer.find(known).ok_or_else(|| refused(Refused::Wrong))?;
    let counter = challenge.check(passkey, &answer).map_err(refused)?;
    Ok(Given::Passkey(passkey.id, counter))
}

/// Counts and writes down what turned out to be wrong or used in the write that it was for.
pub(crate) async fn counted<T>(
    plane: &ControlPlane,
    user: &User,
    how: &'static str,
    source: IpAddr,
    done: Result<T, Error>,
) -> Result<T, Error> {
    let done = codes::counted(plane, user.id, source, done).await;
    written_down(plane, user, how, source, done).await
}

async fn written_down<T>(
    plane: &ControlPlane,
    user: &User,
    how: &'static str,
    source: IpAddr,
    done: Result<T, Error>,
) -> Result<T, Error> {
    if let Err(error) = &done
        && is_wrong(error)
    {
        let facts = json!({ "how": how, "why": error.code, "source": source.to_string() });
        let who = format!("user:{}", user.id);
        let action = "second_factor.show";
        let record = plane.audit_in(Some(user.tenant), who.clone(), action, who, "refused", &facts);
        plane
            .store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move { Ok(tx.audit_append(record).await?) })
            })
            .await?;
    }
    done
}

/// Whether something was shown that is not what it should be.
pub(crate) fn is_wrong(error: &Error) -> bool {
    [codes::WRONG, WRONG_PASSKEY, ELSEWHERE, COPIED].contains(&error.code)
}

/// What a browser answered is not what it was asked for.
pub(crate) fn refused(refused: Refused) -> Error {
    match refused {
        Refused::Elsewhere => {
            Error::denied(ELSEWHERE, "this passkey has signed for another address than this one")
                .with_hint("open the address under which this server is known, and begin again")
        }
        Refused::Wrong => Error::denied(WRONG_PASSKEY, "this is not what a passkey was asked for")
            .with_hint("begin again, and choose the passkey of this account"),
        Refused::UnknownKind => {
            Error::denied(WRONG_PASSKEY, "this kind of passkey is not known here")
                .with_hint("choose another place to keep it")
        }
    }
}

/// A passkey whose counter has not gone on.
pub(crate) fn copied() -> Error {
    let message = "this passkey says that it was used less often than it was: there may be a copy";
    Error::denied(COPIED, message).with_hint(
        "sign in with another passkey or a code, remove this one, and tell an administrator",
    )
}

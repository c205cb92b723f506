//! Codes that somebody gives: whether they are right, that each is used once, and how long a wrong one
//! makes wait.

use std::net::IpAddr;

use model::second_factor::Authenticator;
use model::{ExposeSecret, PasskeyId, SecretString, Timestamp, UserId};
use store::Tx;
use store::passkeys::PasskeyUse;
use vault::passkey::Refused;
use vault::totp::Step;
use vault::{RecoveryCode, RowIdentity, TotpSecret};

use super::{off, proofs};
use crate::throttle::Subject;
use crate::{ControlPlane, Error};

/// The error's word for a code that is wrong or was used.
pub(crate) const WRONG: &str = "wrong_code";

/// Something that is right, and is still to be used up.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Given {
    /// The authenticator's.
    Code(Step),
    /// One for whoever has lost it.
    Recovery([u8; 32]),
    /// What a passkey has signed, and how often it says that it was used.
    Passkey(PasskeyId, u32),
}

/// Recognises a code; whoever gives wrong ones waits.
pub(crate) async fn recognise(
    plane: &ControlPlane,
    user: UserId,
    code: &SecretString,
    source: IpAddr,
) -> Result<Given, Error> {
    let authenticator = plane.store.authenticator(user).await?;
    let passkeys = plane.store.passkeys(user).await?;
    if authenticator.is_none() && passkeys.is_empty() {
        return Err(off());
    }
    let mut waits_for = vec![Subject::CodeFrom(user, source)];
    // Somebody who knows the password fails from elsewhere: that must not keep its owner out.
    let is_known_from_here = authenticator.as_ref().is_some_and(|it| it.last_source == source)
        || passkeys.iter().any(|it| it.last_source == source);
    if !is_known_from_here {
        waits_for.push(Subject::Code(user));
    }
    plane.throttle_check(&waits_for).await?;
    let typed: String = code.expose_secret().chars().filter(|c| !c.is_whitespace()).collect();
    let secret = authenticator.map(|authenticator| opened(plane, &authenticator)).transpose()?;
    let step = secret.and_then(|secret| secret.step_of(&typed, plane.now()));
    let recovery = || RecoveryCode::parse(&typed).map(|code| Given::Recovery(code.digest(user)));
    let given = step.map(Given::Code).or_else(recovery).ok_or_else(wrong);
    counted(plane, user, source, given).await
}

/// Counts what turned out to be wrong or used.
pub(crate) async fn counted<T>(
    plane: &ControlPlane,
    user: UserId,
    source: IpAddr,
    done: Result<T, Error>,
) -> Result<T, Error> {
    match &done {
        Err(error) if error.code == WRONG => {
            plane.throttle_count(&Subject::of_code(user, source)).await?;
        }
        // Not for the account from everywhere: a signature cannot be guessed.
        Err(error) if proofs::is_wrong(error) => {
            plane.throttle_count(&[Subject::CodeFrom(user, source)]).await?;
        }
        _ => {}
    }
    done
}

impl Given {
    /// How it is written down.
    pub(crate) const fn how(self) -> &'static str {
        match self {
            Self::Code(_) => "code",
            Self::Recovery(_) => "recovery_code",
            Self::Passkey(..) => "passkey",
        }
    }

    /// Uses it up in the write that it is for, and forgives what was wrong before. One that was used
    /// already undoes that write.
    pub(crate) async fn use_up(
        self,
        tx: &mut Tx,
        user: UserId,
        now: Timestamp,
        source: IpAddr,
    ) -> Result<(), Error> {
        let is_first = match self {
            Self::Code(step) => tx.authenticator_step(user, step, source).await?,
            Self::Recovery(digest) => tx.recovery_code_use(user, &digest, source).await?,
            Self::Passkey(id, counter) => {
                match tx.passkey_used(id, user, counter, now, source).await? {
                    PasskeyUse::Noted => true,
                    PasskeyUse::WentBack => return Err(proofs::copied()),
                    PasskeyUse::Gone => return Err(proofs::refused(Refused::Wrong)),
                }
            }
        };
        if !is_first {
            return Err(wrong());
        }
        for subject in Subject::of_code(user, source) {
            tx.throttle_clear(&subject.to_string()).await?;
        }
        Ok(())
    }
}

/// The same for a code that never was one and one that was used.
pub(crate) fn wrong() -> Error {
    Error::denied(WRONG, "this code is wrong, or was used already")
        .with_hint("each code works once; wait for the next one, and see that the clock is right")
}

fn opened(plane: &ControlPlane, authenticator: &Authenticator) -> Result<TotpSecret, Error> {
    let ring = plane.key_ring.read().map_err(|_| Error::internal("the key ring is poisoned"))?;
    let text = ring.open(&RowIdentity::from(authenticator), &authenticator.sealed);
    let text = text.map_err(Error::internal)?;
    TotpSecret::parse(text.expose_secret())
        .ok_or_else(|| Error::internal("what was sealed as an authenticator is none"))
}

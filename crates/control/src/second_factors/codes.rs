//! Codes that somebody gives: whether they are right, that each is used once, and how long a wrong one
//! makes wait.

use std::net::IpAddr;

use model::second_factor::Authenticator;
use model::{ExposeSecret, SecretString, UserId};
use store::Tx;
use vault::totp::Step;
use vault::{RecoveryCode, RowIdentity, TotpSecret};

use crate::throttle::Subject;
use crate::{ControlPlane, Error};

/// The error's word for a code that is wrong or was used.
pub(crate) const WRONG: &str = "wrong_code";

/// A code that is right, and is still to be used up.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Given {
    /// The authenticator's.
    Code(Step),
    /// One for whoever has lost it.
    Recovery([u8; 32]),
}

/// Recognises a code; whoever gives wrong ones waits.
pub(crate) async fn recognise(
    plane: &ControlPlane,
    authenticator: &Authenticator,
    code: &SecretString,
    source: IpAddr,
) -> Result<Given, Error> {
    let user = authenticator.user;
    let mut waits_for = vec![Subject::CodeFrom(user, source)];
    // Somebody who knows the password fails from elsewhere: that must not keep its owner out.
    if source != authenticator.last_source {
        waits_for.push(Subject::Code(user));
    }
    plane.throttle_check(&waits_for).await?;
    let typed: String = code.expose_secret().chars().filter(|c| !c.is_whitespace()).collect();
    let step = opened(plane, authenticator)?.step_of(&typed, plane.now());
    let recovery = || RecoveryCode::parse(&typed).map(|code| Given::Recovery(code.digest(user)));
    let given = step.map(Given::Code).or_else(recovery).ok_or_else(wrong);
    counted(plane, user, source, given).await
}

/// Counts a code that turned out to be wrong or used.
pub(crate) async fn counted<T>(
    plane: &ControlPlane,
    user: UserId,
    source: IpAddr,
    done: Result<T, Error>,
) -> Result<T, Error> {
    if done.as_ref().is_err_and(|error| error.code == WRONG) {
        plane.throttle_count(&Subject::of_code(user, source)).await?;
    }
    done
}

impl Given {
    /// How it is written down.
    pub(crate) const fn how(self) -> &'static str {
        match self {
            Self::Code(_) => "code",
            Self::Recovery(_) => "recovery_code",
        }
    }

    /// Uses it up in the write that it is for, and forgives what was wrong before. One that was used
    /// already undoes that write.
    pub(crate) async fn use_up(
        self,
        tx: &mut Tx,
        user: UserId,
        source: IpAddr,
    ) -> Result<(), Error> {
        let is_first = match self {
            Self::Code(step) => tx.authenticator_step(user, step, source).await?,
            Self::Recovery(digest) => tx.recovery_code_use(user, &digest, source).await?,
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

//! What browsers were asked for and have not answered yet: a bounded number, for minutes, each bound to
//! the login or the sign-in that asked, and gone with the first answer, right or wrong.

use std::time::Duration;

use model::{LoginId, UserId};
use vault::passkey::{Asked, Challenge, Creation, RelyingParty};

use crate::brief::{Brief, Digest};
use crate::{ControlPlane, Error};

/// How long an answer may take: long enough to find the key.
pub(super) const ANSWER_LASTS: Duration = Duration::from_mins(5);

/// Of each kind that may be under way; the oldest gives way. A login, or a sign-in, has one.
const MOST: usize = 4_096;

/// What is under way.
#[derive(Debug)]
pub(crate) struct Ceremonies {
    creations: Brief<LoginId, Creation>,
    proofs: Brief<LoginId, Challenge>,
    steps: Brief<Digest, Challenge>,
    step_creations: Brief<Digest, Creation>,
}

impl Default for Ceremonies {
    fn default() -> Self {
        Self {
            creations: Brief::new(ANSWER_LASTS, MOST),
            proofs: Brief::new(ANSWER_LASTS, MOST),
            steps: Brief::new(ANSWER_LASTS, MOST),
            step_creations: Brief::new(ANSWER_LASTS, MOST),
        }
    }
}

impl Ceremonies {
    /// Remembers what a browser that is signed in was asked to make, in the place of what it was asked
    /// before.
    pub(super) fn creating(&self, plane: &ControlPlane, login: LoginId, creation: Creation) {
        self.creations.put(plane.clock().tick(), login, creation, MOST, |_| true);
    }

    pub(super) fn created(&self, plane: &ControlPlane, login: LoginId) -> Option<Creation> {
        self.creations.take(plane.clock().tick(), &login)
    }

    /// Remembers what a browser that is signed in was asked to sign.
    pub(super) fn asking(&self, plane: &ControlPlane, login: LoginId, challenge: Challenge) {
        self.proofs.put(plane.clock().tick(), login, challenge, MOST, |_| true);
    }

    pub(crate) fn asked(&self, plane: &ControlPlane, login: LoginId) -> Option<Challenge> {
        self.proofs.take(plane.clock().tick(), &login)
    }

    /// Remembers what a browser that signs in was asked to sign.
    pub(crate) fn step_asking(&self, plane: &ControlPlane, step: Digest, challenge: Challenge) {
        self.steps.put(plane.clock().tick(), step, challenge, MOST, |_| true);
    }

    /// Remembers what a browser that signs in was asked to make.
    pub(crate) fn step_creating(&self, plane: &ControlPlane, step: Digest, creation: Creation) {
        self.step_creations.put(plane.clock().tick(), step, creation, MOST, |_| true);
    }

    pub(crate) fn step_created(&self, plane: &ControlPlane, step: &Digest) -> Option<Creation> {
        self.step_creations.take(plane.clock().tick(), step)
    }

    pub(crate) fn step_asked(&self, plane: &ControlPlane, step: &Digest) -> Option<Challenge> {
        self.steps.take(plane.clock().tick(), step)
    }
}

/// Asks for a signature of one of somebody's passkeys for this address.
pub(crate) async fn ask(
    plane: &ControlPlane,
    user: UserId,
    party: &RelyingParty,
) -> Result<(Asked, Challenge), Error> {
    let known = plane.store.passkeys(user).await?;
    let here: Vec<_> = known.into_iter().filter(|known| known.domain == party.id).collect();
    if here.is_empty() {
        let message = format!("there is no passkey of this account for {}", party.id);
        return Err(Error::conflict("no_passkey", message)
            .with_hint("give a code of the authenticator, or a recovery code"));
    }
    party.ask(&**plane.rng(), &here).map_err(Error::internal)
}

/// Nothing was asked for that this could answer.
pub(crate) fn over() -> Error {
    Error::conflict("nothing_asked", "no passkey is being asked for here, or not any more")
        .with_hint("begin again")
}

//! Secrets that are offered to an authenticator, and what comes of one when a code proves that it was
//! taken over.

use std::net::IpAddr;
use std::time::Duration;

use model::second_factor::Authenticator;
use model::user::User;
use model::{ExposeSecret, LoginId, SecretString, UserId};
use store::Tx;
use vault::{RecoveryCode, RowIdentity, TotpSecret};

use super::codes;
use crate::brief::Brief;
use crate::{ControlPlane, Error};

/// How long an offer stands: long enough to find the telephone.
const OFFER_LASTS: Duration = Duration::from_mins(15);

/// Offers that may stand in all; the oldest gives way. A login has one.
const MAX_OFFERS: usize = 4_096;

/// How many recovery codes somebody is given.
const RECOVERY_CODES: usize = 10;

/// Whose codes these are, as authenticators show it.
const ISSUER: &str = "Gantline";

/// A secret for an authenticator, once and in the clear.
#[derive(Debug)]
pub struct Offer {
    /// For typing.
    pub secret: SecretString,
    /// For a picture.
    pub uri: SecretString,
}

/// Recovery codes, once and in the clear.
#[derive(Debug)]
pub struct RecoveryCodes(pub Vec<SecretString>);

/// What was offered to browsers that are signed in.
#[derive(Debug)]
pub(crate) struct Offers(Brief<LoginId, TotpSecret>);

impl Default for Offers {
    fn default() -> Self {
        Self(Brief::new(OFFER_LASTS, MAX_OFFERS))
    }
}

impl Offers {
    /// Makes an offer in the place of the one before it.
    pub(super) fn make(&self, plane: &ControlPlane, login: LoginId, user: &User) -> Offer {
        let (secret, offer) = offer(plane, user);
        self.0.put(plane.clock().tick(), login, secret, MAX_OFFERS, |_| true);
        offer
    }

    pub(super) fn of(&self, plane: &ControlPlane, login: LoginId) -> Option<TotpSecret> {
        self.0.with(plane.clock().tick(), &login, |secret| secret.clone())
    }

    pub(super) fn forget(&self, plane: &ControlPlane, login: LoginId) {
        self.0.take(plane.clock().tick(), &login);
    }
}

/// A new secret, and how it is shown.
pub(crate) fn offer(plane: &ControlPlane, user: &User) -> (TotpSecret, Offer) {
    let secret = TotpSecret::mint(&**plane.rng());
    let offer = Offer { secret: secret.text(), uri: secret.uri(ISSUER, &user.username) };
    (secret, offer)
}

/// There is no offer that a code could prove.
pub(crate) fn over() -> Error {
    Error::conflict("nothing_offered", "no authenticator is being set up here, or not any more")
        .with_hint("begin again")
}

/// An authenticator that was proven and only has to be stored, with its recovery codes.
pub(crate) struct Fresh {
    authenticator: Authenticator,
    codes: Vec<[u8; 32]>,
}

impl Fresh {
    /// Takes a code for the proof that somebody's authenticator has the secret.
    pub(crate) fn make(
        plane: &ControlPlane,
        user: &User,
        secret: &TotpSecret,
        code: &SecretString,
        source: IpAddr,
    ) -> Result<(Self, RecoveryCodes), Error> {
        let typed: String = code.expose_secret().chars().filter(|c| !c.is_whitespace()).collect();
        let last_step = secret.step_of(&typed, plane.now()).ok_or_else(codes::wrong)?;
        let row = RowIdentity::Authenticator { user: user.id };
        let sealed = {
            let ring = plane.key_ring.read();
            let ring = ring.map_err(|_| Error::internal("the key ring is poisoned"))?;
            ring.seal(&**plane.rng(), &row, &secret.text()).map_err(Error::internal)?
        };
        let authenticator = Authenticator {
            user: user.id,
            sealed,
            created_at: plane.now(),
            last_step,
            last_source: source,
        };
        let (codes, texts) = recovery_codes(plane, user.id);
        Ok((Self { authenticator, codes }, texts))
    }

    /// Stores it.
    pub(crate) async fn store(&self, tx: &mut Tx) -> Result<(), Error> {
        Ok(tx.authenticator_put(&self.authenticator, &self.codes).await?)
    }
}

/// New recovery codes: what is stored of them, and what is shown.
pub(crate) fn recovery_codes(plane: &ControlPlane, user: UserId) -> (Vec<[u8; 32]>, RecoveryCodes) {
    let minted = (0..RECOVERY_CODES).map(|_| RecoveryCode::mint(&**plane.rng()));
    let (digests, texts) = minted.map(|code| (code.digest(user), code.text())).unzip();
    (digests, RecoveryCodes(texts))
}

//! Passkeys: what a browser is asked for, and whether what comes back was signed for it (Web
//! Authentication, level 3). The checks of the protocol are those of the crate `passki`; here is what
//! this server wants of them, and nothing of it leaves this file. No attestation is asked for, so
//! nothing is believed about the make of an authenticator.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::Rng;
use model::passkey::{Passkey, PasskeyKey};
use passki::{
    AuthenticationCredential, AuthenticationOptions, AuthenticationState, Passki, PasskiError,
    RegistrationCredential, RegistrationOptions, RegistrationState, StoredPasskey,
};
use serde_json::{Value, json};

/// The longest identifier of a credential (Web Authentication §4).
const LONGEST_ID_BYTES: usize = 1_023;

/// The longest public key that is kept: one of RSA with 8192 bits, and what CBOR adds.
const LONGEST_KEY_BYTES: usize = 1_100;

/// For how long a browser waits for its user, in milliseconds.
const PROMPT_LASTS_MS: u64 = 120_000;

/// The signatures that are asked for, by their COSE numbers: `EdDSA`, ES256, ES384, RS256, RS384.
const ALGORITHMS: [i32; 5] = [-8, -7, -35, -257, -258];

/// Whose passkeys these are, as browsers know it: a domain, and the pages on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    /// The domain, such as `gantline.example.com`. A passkey never leaves it.
    pub id: String,
    /// The address of the pages, such as `https://gantline.example.com:8443`.
    pub origin: String,
}

/// Who is to have a passkey, as the browser shows it.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// What the authenticator keeps beside the key; it names nobody elsewhere.
    pub handle: &'a [u8; 16],
    /// The name used to sign in.
    pub username: &'a str,
    /// The name shown to others.
    pub display_name: &'a str,
}

/// What a browser is asked for, in the words of the standard's `…OptionsJSON`.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked(pub Value);

/// A passkey that is being made: what has to come back.
#[derive(Clone)]
pub struct Creation {
    party: RelyingParty,
    state: RegistrationState,
}

/// A signature that is being asked for: what has to come back.
#[derive(Clone)]
pub struct Challenge {
    party: RelyingParty,
    state: AuthenticationState,
}

/// What a browser answers when it was asked for a new passkey. Bytes are in base64url without padding,
/// as browsers give them.
#[derive(Debug, Clone, Copy)]
pub struct Made<'a> {
    /// Which credential.
    pub credential: &'a str,
    /// What the browser says that it was asked, as JSON.
    pub client_data: &'a str,
    /// What the authenticator made, as CBOR.
    pub attestation: &'a str,
    /// How the authenticator is reached.
    pub transports: &'a [String],
}

/// What a browser answers when it was asked for a signature.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// Which credential.
    pub credential: &'a str,
    /// What the browser says that it was asked, as JSON.
    pub client_data: &'a str,
    /// What the authenticator says.
    pub authenticator_data: &'a str,
    /// What it has signed both with.
    pub signature: &'a str,
    /// Whose it is, where the authenticator knows.
    pub user_handle: Option<&'a str>,
}

/// What came back is not what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A page of another address has asked for it.
    #[error("this was signed for another address")]
    Elsewhere,
    /// The signature is not one of this passkey over this challenge, or cannot be read.
    #[error("this is not what was asked for")]
    Wrong,
    /// A passkey that can only be used by keys of a kind that is not known here.
    #[error("this kind of passkey is not known here")]
    UnknownKind,
}

impl Signed<'_> {
    /// The passkey that it says it is of.
    pub fn find<'a>(&self, known: &'a [Passkey]) -> Option<&'a Passkey> {
        let credential = BASE64_URL_SAFE_NO_PAD.decode(self.credential).ok()?;
        known.iter().find(|known| known.key.credential == credential)
    }
}

impl RelyingParty {
    /// Asks for a new passkey, another one than those that are there.
    pub fn create(
        &self,
        rng: &dyn Rng,
        owner: Owner<'_>,
        known: &[Passkey],
    ) -> Result<(Asked, Creation), Refused> {
        let known = stored(known);
        let mut options = RegistrationOptions::default();
        options.timeout = PROMPT_LASTS_MS;
        options.exclude_credentials = Some(&known);
        let begun = self.passki().start_passkey_registration(
            owner.handle,
            owner.username,
            owner.display_name,
            options,
        );
        let (mut asked, mut state) = begun.map_err(Refused::from)?;
        state.challenge = challenge(rng);
        asked.challenge = BASE64_URL_SAFE_NO_PAD.encode(&state.challenge);
        let asked = serde_json::to_value(asked).map_err(|_| Refused::Wrong)?;
        Ok((Asked(asked), Creation { party: self.clone(), state }))
    }

    /// Asks for a signature of one of these passkeys.
    pub fn ask(&self, rng: &dyn Rng, known: &[Passkey]) -> Result<(Asked, Challenge), Refused> {
        let mut options = AuthenticationOptions::default();
        options.timeout = PROMPT_LASTS_MS;
        let begun = self.passki().start_passkey_authentication(&stored(known), options);
        let (mut asked, mut state) = begun.map_err(Refused::from)?;
        state.challenge = challenge(rng);
        asked.challenge = BASE64_URL_SAFE_NO_PAD.encode(&state.challenge);
        let asked = serde_json::to_value(asked).map_err(|_| Refused::Wrong)?;
        Ok((Asked(asked), Challenge { party: self.clone(), state }))
    }

    fn passki(&self) -> Passki {
        Passki::new(&self.id, &[&self.origin], "Gantline")
    }
}

impl Creation {
    /// For whose pages it is made.
    pub fn party(&self) -> &RelyingParty {
        &self.party
    }

    /// Takes a new passkey in, if it was made for this.
    pub fn check(&self, made: &Made<'_>) -> Result<PasskeyKey, Refused> {
        let Made { credential, client_data, attestation, transports } = made;
        let response = json!({
            "rawId": credential,
            "response": {
                "clientDataJSON": client_data,
                "attestationObject": attestation,
                "transports": transports,
            },
        });
        let response: RegistrationCredential =
            serde_json::from_value(response).map_err(|_| Refused::Wrong)?;
        let made = self.party.passki().finish_passkey_registration(&response, &self.state);
        let made = made.map_err(Refused::from)?;
        // What was not offered would be kept, and never verified.
        if !ALGORITHMS.contains(&made.algorithm) || made.public_key.len() > LONGEST_KEY_BYTES {
            return Err(Refused::UnknownKind);
        }
        if made.credential_id.is_empty() || made.credential_id.len() > LONGEST_ID_BYTES {
            return Err(Refused::Wrong);
        }
        let transports = serde_json::to_value(&made.transports).map_err(|_| Refused::Wrong)?;
        let transports = serde_json::from_value(transports).map_err(|_| Refused::Wrong)?;
        Ok(PasskeyKey {
            credential: made.credential_id,
            public_key: made.public_key,
            algorithm: made.algorithm,
            counter: made.counter,
            transports,
        })
    }
}

impl Challenge {
    /// Checks that this passkey has signed this challenge, for a page of ours, with its owner there.
    /// Answers how often it says that it was used: whether that is more than before is the caller's,
    /// in the write in which it counts.
    pub fn check(&self, passkey: &Passkey, signed: &Signed<'_>) -> Result<u32, Refused> {
        let Signed { credential, client_data, authenticator_data, signature, user_handle } = signed;
        let handle = user_handle.map(|handle| BASE64_URL_SAFE_NO_PAD.decode(handle));
        match handle {
            Some(Ok(handle)) if handle != passkey.user.as_bytes() => return Err(Refused::Wrong),
            Some(Err(_)) => return Err(Refused::Wrong),
            _ => {}
        }
        let credential_bytes = BASE64_URL_SAFE_NO_PAD.decode(credential);
        if credential_bytes.ok().as_deref() != Some(passkey.key.credential.as_slice()) {
            return Err(Refused::Wrong);
        }
        let response = json!({
            "rawId": credential,
            "response": {
                "clientDataJSON": client_data,
                "authenticatorData": authenticator_data,
                "signature": signature,
                "userHandle": null,
            },
        });
        let response: AuthenticationCredential =
            serde_json::from_value(response).map_err(|_| Refused::Wrong)?;
        // The counter is compared where it is written: of two at once one may be a copy's. As one
        // that has never counted it says nothing here.
        let mut known = stored_one(passkey);
        known.counter = 0;
        let party = self.party.passki();
        let done = party.finish_passkey_authentication(&response, &self.state, &known);
        Ok(done.map_err(Refused::from)?.counter)
    }
}

fn challenge(rng: &dyn Rng) -> Vec<u8> {
    let mut challenge = vec![0; 32];
    rng.fill(&mut challenge);
    challenge
}

fn stored(known: &[Passkey]) -> Vec<StoredPasskey> {
    known.iter().map(stored_one).collect()
}

fn stored_one(passkey: &Passkey) -> StoredPasskey {
    let key = &passkey.key;
    let mut stored = StoredPasskey::default();
    stored.credential_id.clone_from(&key.credential);
    stored.public_key.clone_from(&key.public_key);
    stored.algorithm = key.algorithm;
    stored.counter = key.counter;
    let transports = serde_json::to_value(&key.transports).ok();
    stored.transports =
        transports.and_then(|known| serde_json::from_value(known).ok()).unwrap_or_default();
    stored
}

impl From<PasskiError> for Refused {
    fn from(error: PasskiError) -> Self {
        match error {
            PasskiError::OriginMismatch { .. }
            | PasskiError::RpIdHashMismatch
            | PasskiError::CrossOriginNotAllowed
            | PasskiError::TopOriginMismatch { .. } => Self::Elsewhere,
            PasskiError::UnsupportedAlgorithm(_) | PasskiError::UnsupportedAttestationFormat(_) => {
                Self::UnknownKind
            }
            _ => Self::Wrong,
        }
    }
}

impl fmt::Debug for Creation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Creation").field("party", &self.party).finish_non_exhaustive()
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Challenge").field("party", &self.party).finish_non_exhaustive()
    }
}

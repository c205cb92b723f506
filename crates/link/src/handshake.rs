//! Who are you, and with which keys do we go on?
//!
//! A Diffie-Hellman exchange that both sides sign, in the manner of SIGMA (Krawczyk, CRYPTO 2003).
//! It does not lean on TLS: a proxy or an inspecting middlebox may end TLS and still can neither
//! read nor change what is said.
//!
//! 1. The machine sends `Hello`: the versions it speaks, which machine it claims to be, and an
//!    X25519 key (RFC 7748) made for this link.
//! 2. The server answers `Challenge`: the version both will speak, its own X25519 key made for this
//!    link, its identity key, and its signature over everything so far. It asks its shell for the
//!    machine's public key meanwhile, and answers the same whether there is such a machine or not.
//! 3. The machine compares the identity key with its pins and checks the signature. If either does
//!    not fit it stops here: a wrong server never gets a `Proof` (S56).
//! 4. Both derive one key for each direction (HKDF-SHA256, RFC 5869) from the X25519 secret, bound
//!    to the transcript. From here on every message but the `Proof` is sealed.
//! 5. The machine sends `Proof`: its signature over the transcript, the server's signature included.
//!    The X25519 keys are fresh, so an old proof proves nothing (S53).
//! 6. The server checks it with the public key of the enrolment. An unknown machine, a wrong key
//!    and a wrong signature all get the same sealed `Refusal`, at the same point, after the same
//!    work.
//! 7. The shell raises the machine's epoch durably, and the server sends `Welcome`. The link is up
//!    when the machine has opened it, which also shows that both derived the same keys.
//!
//! The transcript is a SHA-256 over labelled, length-prefixed parts: the name of the protocol, the
//! bytes of `Hello` as they came, the machine id as the server reads it from them, the version and
//! the two keys of `Challenge`, and then the server's signature. Each signature covers a label of
//! its own before the hash, so that none of them can pass for another, here or elsewhere.

mod agreement;
mod transcript;

use bytes::Bytes;
use model::{MachineId, Rng};
use wire::Body;
use wire::frame::Frame;
use wire::handshake::{Challenge, Hello, Proof, VERSIONS};
use wire::limits::MAX_HANDSHAKE_BYTES;

use crate::error::LinkError;
use crate::keys::{IdentityKey, PublicKey, ServerPins};
use crate::seal::Traffic;

use agreement::traffic;
use transcript::Transcript;

pub(crate) use agreement::EphemeralKey;

/// The keys of a link that has agreed on them.
pub(crate) struct Keys {
    /// For what this side sends.
    pub(crate) outgoing: Traffic,
    /// For what it receives.
    pub(crate) incoming: Traffic,
}

/// Step 1: what the machine keeps after its `Hello`.
pub(crate) struct Greeting {
    machine_id: MachineId,
    ephemeral: EphemeralKey,
    hello: Bytes,
}

/// What a machine says of itself in step 1.
pub(crate) struct Introduction {
    pub(crate) machine_id: MachineId,
    pub(crate) daemon_version: String,
    pub(crate) received_commands: u64,
    pub(crate) first_report: u64,
}

/// Step 1, on the machine: makes the `Hello`.
pub(crate) fn greet(who: Introduction, rng: &dyn Rng) -> Result<(Greeting, Bytes), LinkError> {
    let ephemeral = EphemeralKey::new(rng)?;
    let hello = Hello {
        version_min: VERSIONS.0,
        version_max: VERSIONS.1,
        machine_id: Bytes::copy_from_slice(who.machine_id.as_bytes()),
        ephemeral_key: ephemeral.public_bytes(),
        daemon_version: who.daemon_version,
        received_commands: who.received_commands,
        first_report: who.first_report,
    };
    let hello = encode(Body::Hello(hello))?;
    Ok((Greeting { machine_id: who.machine_id, ephemeral, hello: hello.clone() }, hello))
}

/// Steps 2 and 4, on the server: what it keeps after its `Challenge`.
pub(crate) struct Offer {
    pub(crate) machine_id: MachineId,
    pub(crate) hello: Hello,
    pub(crate) keys: Keys,
    transcript: Transcript,
}

/// Step 2, on the server: answers a `Hello` with a `Challenge`.
pub(crate) fn challenge(
    identity: &IdentityKey,
    ephemeral: &EphemeralKey,
    hello_bytes: &Bytes,
    hello: Hello,
) -> Result<(Offer, Bytes), LinkError> {
    let version = common_version(&hello)?;
    let machine_id = MachineId::from_slice(&hello.machine_id)
        .map_err(|_| LinkError::Rule { rule: "a machine id has 16 bytes" })?;
    let server_key = identity.public_key();

    let mut transcript = Transcript::of_hello(hello_bytes, machine_id);
    transcript.challenge(version, &ephemeral.public_bytes(), &server_key);
    let signature = identity.sign(&transcript.server_signature_input());
    transcript.server_signature(&signature);

    let secret = ephemeral.agree(&hello.ephemeral_key)?;
    let (to_server, to_machine) = traffic(&secret, &transcript)?;
    let challenge = encode(Body::Challenge(Challenge {
        version,
        ephemeral_key: ephemeral.public_bytes(),
        server_key: Bytes::copy_from_slice(server_key.as_bytes()),
        signature: signature.into(),
    }))?;
    let keys = Keys { outgoing: to_machine, incoming: to_server };
    Ok((Offer { machine_id, hello, keys, transcript }, challenge))
}

/// Steps 3 to 5, on the machine: checks the server, and only then makes the `Proof`.
pub(crate) fn prove(
    greeting: &Greeting,
    challenge: &Challenge,
    identity: &IdentityKey,
    pins: &ServerPins,
) -> Result<(Keys, Bytes), LinkError> {
    let server_key = pinned(challenge, pins)?;
    if !(VERSIONS.0..=VERSIONS.1).contains(&challenge.version) {
        let peer = challenge.version;
        return Err(LinkError::Version { peer_min: peer, peer_max: peer });
    }
    let mut transcript = Transcript::of_hello(&greeting.hello, greeting.machine_id);
    transcript.challenge(challenge.version, &challenge.ephemeral_key, &server_key);
    if !server_key.verifies(&transcript.server_signature_input(), &challenge.signature) {
        return Err(LinkError::WrongServer { detail: "its signature does not fit".to_owned() });
    }
    transcript.server_signature(&challenge.signature);

    let secret = greeting.ephemeral.agree(&challenge.ephemeral_key)?;
    let (to_server, to_machine) = traffic(&secret, &transcript)?;
    let signature = identity.sign(&transcript.machine_signature_input());
    let proof = encode(Body::Proof(Proof { signature: signature.into() }))?;
    Ok((Keys { outgoing: to_server, incoming: to_machine }, proof))
}

/// Step 6, on the server: with which of its keys the enrolled machine has proven who it is. For an
/// unknown one the same work is done with another key, so that the time taken does not tell.
pub(crate) fn proves(
    offer: &Offer,
    proof: &Proof,
    enrolled: &[PublicKey],
    own: PublicKey,
) -> Option<PublicKey> {
    let input = offer.transcript.machine_signature_input();
    let fits = |key: &&PublicKey| key.verifies(&input, &proof.signature);
    if enrolled.is_empty() {
        let _ = fits(&&own);
        return None;
    }
    enrolled.iter().find(fits).copied()
}

/// Reads a message of the handshake.
pub(crate) fn decode(message: Bytes) -> Result<Body, LinkError> {
    if message.len() > MAX_HANDSHAKE_BYTES {
        let size = message.len();
        return Err(LinkError::TooLarge { size, limit: MAX_HANDSHAKE_BYTES });
    }
    wire::decode(message)?.body.ok_or(LinkError::Misplaced { what: "an unknown frame" })
}

/// Writes a message of the handshake.
pub(crate) fn encode(body: Body) -> Result<Bytes, LinkError> {
    Ok(wire::encode(&Frame::from(body))?.freeze())
}

fn common_version(hello: &Hello) -> Result<u32, LinkError> {
    let newest = hello.version_max.min(VERSIONS.1);
    if newest < hello.version_min.max(VERSIONS.0) {
        let (peer_min, peer_max) = (hello.version_min, hello.version_max);
        return Err(LinkError::Version { peer_min, peer_max });
    }
    Ok(newest)
}

fn pinned(challenge: &Challenge, pins: &ServerPins) -> Result<PublicKey, LinkError> {
    let wrong = |detail: String| LinkError::WrongServer { detail };
    let key = PublicKey::from_slice(&challenge.server_key).map_err(|e| wrong(e.to_string()))?;
    if !pins.accept(&key) {
        return Err(wrong(format!("its key {key} is not pinned")));
    }
    Ok(key)
}

//! Everything that was said, as one hash.

use aws_lc_rs::digest::{Context, SHA256};
use model::MachineId;

use crate::keys::PublicKey;

const PROTOCOL: &[u8] = b"gantline link 1";
const SERVER_SIGNATURE: &[u8] = b"gantline link 1, signature of the server\0";
const MACHINE_SIGNATURE: &[u8] = b"gantline link 1, signature of the machine\0";

/// The handshake so far.
pub(crate) struct Transcript(Context);

impl Transcript {
    /// After `Hello`, with the machine id as it was read from it.
    pub(crate) fn of_hello(hello: &[u8], machine_id: MachineId) -> Self {
        let mut transcript = Self(Context::new(&SHA256));
        transcript.part(b"protocol", PROTOCOL);
        transcript.part(b"hello", hello);
        transcript.part(b"machine", machine_id.as_bytes());
        transcript
    }

    /// After the fields of `Challenge` that the server signs.
    pub(crate) fn challenge(&mut self, version: u32, ephemeral_key: &[u8], server_key: &PublicKey) {
        self.part(b"version", &version.to_be_bytes());
        self.part(b"server ephemeral key", ephemeral_key);
        self.part(b"server key", server_key.as_bytes());
    }

    /// After the whole of `Challenge`.
    pub(crate) fn server_signature(&mut self, signature: &[u8]) {
        self.part(b"server signature", signature);
    }

    /// What the server signs, before its signature is part of the transcript.
    pub(crate) fn server_signature_input(&self) -> Vec<u8> {
        [SERVER_SIGNATURE, &self.hash()].concat()
    }

    /// What the machine signs, after the whole of `Challenge`.
    pub(crate) fn machine_signature_input(&self) -> Vec<u8> {
        [MACHINE_SIGNATURE, &self.hash()].concat()
    }

    /// The hash so far.
    pub(crate) fn hash(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(self.0.clone().finish().as_ref());
        hash
    }

    /// Both lengths go in, so that no two sequences of parts hash the same bytes.
    fn part(&mut self, label: &[u8], content: &[u8]) {
        for bytes in [label, content] {
            self.0.update(&(bytes.len() as u64).to_be_bytes());
            self.0.update(bytes);
        }
    }
}

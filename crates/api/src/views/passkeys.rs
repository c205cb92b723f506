//! Passkeys, as they are shown.

use contract::passkeys::{AskPasskey, PasskeyView, Passkeys};
use control::passkeys::{Asked, Elsewhere, RelyingParty};
use model::passkey::Passkey;

/// All of somebody's, and whether any can be made and used where they ask.
pub fn all(known: &[Passkey], here: Result<RelyingParty, Elsewhere>) -> Passkeys {
    let passkeys = known.iter().map(one).collect();
    match here {
        Ok(party) => Passkeys { passkeys, domain: Some(party.id), problem: None, instead: None },
        Err(Elsewhere { code, instead }) => {
            Passkeys { passkeys, domain: None, problem: Some(code.to_owned()), instead }
        }
    }
}

/// One of them.
pub fn one(passkey: &Passkey) -> PasskeyView {
    PasskeyView {
        passkey_id: passkey.id,
        name: passkey.name.clone(),
        domain: passkey.domain.clone(),
        created_at: passkey.created_at.into(),
        last_used_at: passkey.last_used_at.map(Into::into),
    }
}

/// What a browser is to ask for.
pub fn asked(asked: Asked) -> AskPasskey {
    AskPasskey { options: asked.0 }
}

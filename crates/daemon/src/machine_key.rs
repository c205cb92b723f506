//! Another key for the machine, made because the server asks for one. The link does the rest: it comes up
//! with the new one, or goes on with the old.

use bytes::Bytes;
use tokio::task::spawn_blocking;
use wire::call::Answer;
use wire::machine_key::KeyProposed;

use crate::context::Context;
use crate::identity::MachineIdentity;
use crate::reports::Refused;

/// Makes the next key, or says again which one was made.
pub(crate) async fn propose(context: &Context) -> Result<Answer, Refused> {
    let (directory, rng) = (context.directory.clone(), context.rng.clone());
    let made = spawn_blocking(move || MachineIdentity::propose(&directory, &*rng)).await;
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "cannot make another key");
        Refused::new("key_not_made", "the machine cannot write another key to its disk")
    };
    let next = made.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
    let public_key = Bytes::copy_from_slice(&next.public_key());
    Ok(Answer::KeyProposed(KeyProposed { public_key }))
}

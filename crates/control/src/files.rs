//! The files of a session's workspace. They lie on its machine, which follows every name itself and
//! decides what lies in the workspace; they only pass through.
//!
//! Whoever sees a session's work may look at its files, if their role or token lets them work; only
//! its owner puts anything there, as nobody else prompts it.
//!
//! - [`looking`]: what is there, and what can be shown of it
//! - [`changes`]: what differs from what was committed
//! - [`download`], [`upload`]: files on their way, part by part
//! - `sniff`: what a file is, by its first bytes

pub mod changes;
pub mod download;
pub mod looking;
pub mod upload;

pub(crate) mod sniff;

use std::time::Duration;

use model::session::Session;
use model::{Actor, SessionId};
use policy::Action;
use serde_json::json;
use store::StoreError;
use wire::call::{Answer, Question};

use crate::{ControlPlane, Error};

/// How long a machine may take for one question about files.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// A session in whose workspace something is done.
async fn session(
    plane: &ControlPlane,
    actor: &Actor,
    action: Action,
    id: SessionId,
) -> Result<Session, Error> {
    let session = plane.authorise_session(actor, action, id).await?;
    if session.imported_at.is_some() {
        let message = "the session was held elsewhere, and so its files are elsewhere";
        return Err(Error::conflict("session_imported", message));
    }
    Ok(session)
}

async fn ask(plane: &ControlPlane, session: &Session, question: Question) -> Result<Answer, Error> {
    Ok(plane.relay.call(session.machine, question, ANSWER_WITHIN).await?)
}

/// Writes down what was done with which file, durably. Nothing is done that cannot be written down.
async fn note(
    plane: &ControlPlane,
    actor: &Actor,
    session: &Session,
    (action, result): (&str, &str),
    path: &str,
    size_bytes: Option<u64>,
) -> Result<(), Error> {
    let facts = json!({
        "machine": session.machine.to_string(),
        "path": path,
        "bytes": size_bytes,
    });
    let object = format!("session:{}", session.id);
    let mut record = plane.audit_about(actor, session.tenant, action, object, &facts);
    result.clone_into(&mut record.result);
    let noted = plane.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { tx.audit_append(record).await })
    });
    Ok(noted.await?)
}

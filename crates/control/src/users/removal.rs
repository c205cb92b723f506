//! Deleting an account: its content goes, and its name stays for the records that name it (S115).

use bus::{Event, JobPlace, Place, Revocation};
use contract::users::UserRef;
use model::Actor;
use model::session::Session;
use model::user::{User, UserState};
use serde_json::json;
use store::Tx;
use store::audit::NewAuditRecord;
use store::commands::NewCommand;
use wire::command::{ForgetSession, Order};

use super::{account_to_change, check_administrator_left};
use crate::authorise::acting_user;
use crate::setup::SHARED_TOKEN_ACCOUNT;
use crate::{ControlPlane, Error, credentials};

/// How many sessions are deleted in one write, so that others need not wait long for theirs.
const AT_ONCE: u32 = 100;

/// Deletes an account for good: whatever it could act with, its sessions with what its machines keep
/// of them, jobs, rules, channels, second factors, shares, assignments and quotas. Usage, the audit
/// log and what it decided for others stay, with its name.
pub async fn user_delete(plane: &ControlPlane, actor: &Actor, user: UserRef) -> Result<(), Error> {
    let known = account_to_change(plane, actor, user).await?;
    check_may_go(plane, actor, &known)?;
    let facts = json!({ "username": known.username, "kind": known.kind, "role": known.role });
    let object = format!("user:{}", known.id);
    let record = plane.audit_about(actor, known.tenant, "user.delete", object, &facts);
    let (id, now) = (known.id, plane.now());
    let jobs = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let found = tx.user(id).await?;
                if found.is_none_or(|(user, _)| user.state == UserState::Deleted) {
                    return Err(Error::not_found("user"));
                }
                credentials::end_all(tx, id, now).await?;
                let jobs = tx.user_forget(id, now).await?;
                check_administrator_left(tx, &known).await?;
                tx.audit_append(record).await?;
                Ok(jobs)
            })
        })
        .await?;
    credentials::revoked(plane, Revocation::User(id));
    for job in &jobs {
        plane.bus.tell(Event::JobRemoved(JobPlace::from(job)));
    }
    sessions_of_deleted_drop(plane).await
}

fn check_may_go(plane: &ControlPlane, actor: &Actor, known: &User) -> Result<(), Error> {
    if known.id == acting_user(actor)? {
        let message = "nobody deletes their own account";
        return Err(Error::conflict("own_account", message).with_hint("another administrator can"));
    }
    if plane.config.shared_token.is_some() && known.username == SHARED_TOKEN_ACCOUNT {
        let message = "the server's shared token acts with this account";
        return Err(Error::conflict("shared_token_account", message)
            .with_hint("start the server without the shared token first"));
    }
    Ok(())
}

/// Deletes the sessions of accounts that were deleted, those too at which a server broke off. Their
/// machines drop what they keep as soon as they are there.
pub(crate) async fn sessions_of_deleted_drop(plane: &ControlPlane) -> Result<(), Error> {
    loop {
        let sessions = plane.store.sessions_of_deleted(AT_ONCE).await?;
        if sessions.is_empty() {
            return Ok(());
        }
        let parts: Vec<Deletion> = sessions.iter().map(|it| Deletion::of(plane, it)).collect();
        plane
            .store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    for part in parts {
                        part.store(tx).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        for session in sessions {
            plane.relay.commands_waiting(session.machine);
            plane.bus.tell(Event::SessionRemoved(Place::from(&session)));
        }
    }
}

/// What is written of one session that goes.
struct Deletion {
    command: NewCommand,
    record: NewAuditRecord,
}

impl Deletion {
    fn of(plane: &ControlPlane, session: &Session) -> Self {
        let order = Order::ForgetSession(ForgetSession {});
        let command = plane.lasting_command(&Actor::System, session.machine, session.id, order);
        let object = format!("session:{}", session.id);
        let facts = json!({ "reason": "account deleted" });
        let system = Actor::System;
        let record = plane.audit_about(&system, session.tenant, "session.delete", object, &facts);
        Self { command, record }
    }

    async fn store(self, tx: &mut Tx) -> Result<(), Error> {
        let session = self.command.session;
        // Prompts that wait for a machine would be content as well.
        tx.session_orders_replace(session, &self.command.body).await?;
        tx.command_append(&self.command).await?;
        tx.session_delete(session).await?;
        tx.audit_append(self.record).await?;
        Ok(())
    }
}

//! Transcripts that a tenant keeps on the server, because its administrator wants that: copied from the
//! machines, sealed, for so many days, of all its workspaces or of some. Nothing is kept unless it was asked for.
//!
//! - `keeping`: how they come here
//! - `reading`: how they are read where their machine cannot be asked

pub mod keeping;
pub(crate) mod reading;

use std::collections::HashSet;

use model::kept_transcript::{TranscriptKeeping, WorkspaceKeeping};
use model::{Actor, MachineId, SessionId, TenantId};
use policy::Action;
use serde_json::json;
use store::audit::NewAuditRecord;

use crate::authorise::authorise_tenant;
use crate::{ControlPlane, Error, text};

/// The longest that transcripts are kept, in days.
pub const MOST_DAYS: u32 = 3_650;

/// Of how many workspaces something else is said than of their tenant.
pub const MOST_WORKSPACES: usize = 200;

/// The longest path of a workspace, in bytes.
const MOST_OF_PATH: usize = 4_096;

/// How many sessions are let go of in one write, so that others need not wait long for theirs.
const AT_ONCE: u32 = 100;

/// How many parts are cleared away in one write, for the same reason: about 4 MiB, which the database
/// overwrites.
const PARTS_AT_ONCE: u32 = 16;

/// For how long a tenant keeps transcripts, for those who may change it.
pub async fn transcript_keeping(
    plane: &ControlPlane,
    actor: &Actor,
    tenant: TenantId,
) -> Result<TranscriptKeeping, Error> {
    authorise_tenant(actor, Action::TranscriptKeep, tenant, "tenant")?;
    Ok(plane.store.transcript_keeping(tenant).await?)
}

/// Says for how long a tenant keeps transcripts, in place of what was said before. What is not to be
/// kept any more is deleted in the same write: the keys go with it, and what they sealed within
/// moments.
pub async fn transcripts_keep(
    plane: &ControlPlane,
    actor: &Actor,
    tenant: TenantId,
    keeping: TranscriptKeeping,
) -> Result<TranscriptKeeping, Error> {
    authorise_tenant(actor, Action::TranscriptKeep, tenant, "tenant")?;
    let wanted = checked(plane, tenant, keeping).await?;
    let facts = facts(&wanted);
    let record =
        plane.audit_about(actor, tenant, "tenant.transcripts", format!("tenant:{tenant}"), &facts);
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if tx.transcript_keeping(tenant).await? != wanted {
                    tx.transcript_keeping_put(tenant, &wanted).await?;
                    tx.kept_transcripts_delete_unwanted(tenant).await?;
                    tx.audit_append(record).await?;
                }
                Ok(wanted)
            })
        })
        .await
}

/// What is wanted, in the order in which it is stored, or what is wrong with it.
async fn checked(
    plane: &ControlPlane,
    tenant: TenantId,
    mut keeping: TranscriptKeeping,
) -> Result<TranscriptKeeping, Error> {
    if keeping.workspaces.len() > MOST_WORKSPACES {
        let message = format!("something else is said of {MOST_WORKSPACES} workspaces at the most");
        return Err(Error::invalid("too_many_workspaces", message));
    }
    let all_days = keeping.workspaces.iter().map(|own| own.days).chain([keeping.days]);
    if all_days.flatten().any(|days| !(1..=MOST_DAYS).contains(&days)) {
        let message = format!("transcripts are kept for 1 to {MOST_DAYS} days");
        return Err(Error::invalid("invalid_days", message).with_hint("null keeps none"));
    }
    let machines = known_machines(plane, tenant).await?;
    for own in &mut keeping.workspaces {
        own.workspace = text::name("the path", &own.workspace, MOST_OF_PATH)?;
        // A path is known by one name, and a root by its own.
        while own.workspace.len() > 1 && own.workspace.ends_with('/') {
            own.workspace.pop();
        }
        if !machines.contains(&own.machine) {
            return Err(Error::not_found("machine"));
        }
    }
    keeping.workspaces.sort_by(|one, other| place(one).cmp(&place(other)));
    if keeping.workspaces.windows(2).any(|two| place(&two[0]) == place(&two[1])) {
        return Err(Error::invalid("workspace_twice", "a workspace is named twice"));
    }
    Ok(keeping)
}

fn place(own: &WorkspaceKeeping) -> ([u8; 16], &str) {
    (*own.machine.as_bytes(), &own.workspace)
}

/// The machines of a tenant, and those that are none any more and of which something is said still.
async fn known_machines(
    plane: &ControlPlane,
    tenant: TenantId,
) -> Result<HashSet<MachineId>, Error> {
    let now = plane.store.machines(Some(tenant), None).await?.into_iter().map(|machine| machine.id);
    let said = plane.store.transcript_keeping(tenant).await?.workspaces.into_iter();
    Ok(now.chain(said.map(|own| own.machine)).collect())
}

fn facts(keeping: &TranscriptKeeping) -> serde_json::Value {
    let workspace = |own: &WorkspaceKeeping| json!({ "machine": own.machine, "workspace": own.workspace, "days": own.days });
    let workspaces: Vec<_> = keeping.workspaces.iter().map(workspace).collect();
    json!({ "days": keeping.days, "workspaces": workspaces })
}

/// Deletes what is kept longer than was said. What is found now is written down with it.
pub(crate) async fn kept_transcripts_drop_old(plane: &ControlPlane) -> Result<(), Error> {
    let now = plane.now();
    loop {
        let old = plane.store.kept_transcripts_old(now, AT_ONCE).await?;
        let is_last = old.len() < AT_ONCE as usize;
        let old: Vec<_> =
            old.into_iter().map(|(id, tenant)| (id, dropped(plane, id, tenant))).collect();
        let gone = plane.store.write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                for (id, record) in old {
                    // A session that was active meanwhile keeps what it has.
                    if tx.kept_transcript_delete_old(id, now).await? {
                        tx.audit_append(record).await?;
                    }
                }
                Ok(())
            })
        });
        gone.await?;
        if is_last {
            return Ok(());
        }
    }
}

fn dropped(plane: &ControlPlane, id: SessionId, tenant: TenantId) -> NewAuditRecord {
    plane.audit_in(
        Some(tenant),
        "system".to_owned(),
        "transcript.delete",
        format_args!("session:{id}"),
        "ok",
        &json!({ "reason": "retention" }),
    )
}

/// Deletes what is kept of a session on the server, for good. What its machine holds stays there.
pub async fn kept_transcript_delete(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
) -> Result<(), Error> {
    let session = plane.authorise_session(actor, Action::SessionStop, id).await?;
    let object = format!("session:{id}");
    let record = plane.audit_about(actor, session.tenant, "transcript.delete", object, &json!({}));
    let deleted = plane.store.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            let is_deleted = tx.kept_transcript_delete(id).await?;
            if is_deleted {
                tx.audit_append(record).await?;
            }
            Ok(is_deleted)
        })
    });
    if deleted.await? {
        return clear_session(plane, id).await;
    }
    Err(Error::conflict("transcript_not_kept", "the server keeps nothing of this session"))
}

/// Clears away what has no key any more, a little in each write.
async fn clear(plane: &ControlPlane) -> Result<(), Error> {
    loop {
        let gone = plane.store.kept_transcripts_to_clear(AT_ONCE).await?;
        if gone.is_empty() {
            return Ok(());
        }
        for id in gone {
            clear_session(plane, id).await?;
        }
    }
}

async fn clear_session(plane: &ControlPlane, id: SessionId) -> Result<(), Error> {
    loop {
        let cleared = plane.store.write::<_, Error, _>(move |tx| {
            Box::pin(async move { Ok(tx.kept_transcript_clear(id, PARTS_AT_ONCE).await?) })
        });
        if cleared.await? {
            return Ok(());
        }
    }
}

//! Transcripts that a tenant keeps on the server, because its administrator wants that: copied from the
//! machines, sealed, for so many days. Nothing is kept unless it was asked for.
//!
//! - `keeping`: how they come here
//! - `reading`: how they are read where their machine cannot be asked

pub mod keeping;
pub(crate) mod reading;

use model::tenant::Tenant;
use model::{Actor, SessionId, TenantId};
use policy::Action;
use serde_json::json;
use store::audit::NewAuditRecord;

use crate::authorise::authorise_tenant;
use crate::tenants::{self, TenantCounts};
use crate::{ControlPlane, Error};

/// The longest that transcripts are kept, in days.
pub const MOST_DAYS: u32 = 3_650;

/// How many sessions are let go of in one write, so that others need not wait long for theirs.
const AT_ONCE: u32 = 100;

/// How many parts are cleared away in one write, for the same reason: about 4 MiB, which the database
/// overwrites.
const PARTS_AT_ONCE: u32 = 16;

/// Says for how many days a tenant keeps transcripts. `None`: not at all, and what is kept is deleted
/// in the same write: the keys go with it, and what they sealed within moments.
pub async fn transcripts_keep(
    plane: &ControlPlane,
    actor: &Actor,
    tenant: TenantId,
    days: Option<u32>,
) -> Result<(Tenant, TenantCounts), Error> {
    authorise_tenant(actor, Action::TranscriptKeep, tenant, "tenant")?;
    if days.is_some_and(|days| !(1..=MOST_DAYS).contains(&days)) {
        let message = format!("transcripts are kept for 1 to {MOST_DAYS} days");
        return Err(Error::invalid("invalid_days", message).with_hint("null keeps none"));
    }
    let facts = json!({ "days": days });
    let record =
        plane.audit_about(actor, tenant, "tenant.transcripts", format!("tenant:{tenant}"), &facts);
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if tx.transcripts_kept(tenant).await? != days {
                    tx.transcripts_kept_put(tenant, days).await?;
                    if days.is_none() {
                        tx.kept_transcripts_delete_of(tenant).await?;
                    }
                    tx.audit_append(record).await?;
                }
                Ok(())
            })
        })
        .await?;
    let known = tenants::tenants(plane, actor).await?;
    known.into_iter().find(|(known, _)| known.id == tenant).ok_or(Error::not_found("tenant"))
}

/// Deletes what is kept longer than its tenant says. What is found now is written down with it.
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

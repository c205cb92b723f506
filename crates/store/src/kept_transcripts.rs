//! Transcripts that a tenant keeps on the server: sealed parts, and the sealed key of each session.

use model::kept_transcript::KeptTranscript;
use model::session::Session;
use model::{MachineId, SessionId, TenantId, Timestamp};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, integer, statements};
use crate::sessions::session;
use crate::{Store, StoreError, Tx};

statements! {
    GET = "SELECT * FROM kept_transcripts WHERE session = $1";
    // A day has 86400000 ms.
    DUE = "SELECT sessions.*, kept.looked_at FROM sessions
        JOIN transcript_days AS wanted ON wanted.session = sessions.id
        LEFT JOIN kept_transcripts AS kept ON kept.session = sessions.id
        WHERE sessions.machine = $1 AND sessions.kind = 'chat'
            AND wanted.days IS NOT NULL
            AND sessions.last_active_at > $2 - wanted.days * 86400000
            AND (kept.session IS NULL OR (kept.sealed IS NOT NULL AND kept.is_full = 0
                AND kept.looked_at <= sessions.last_active_at + $3))
        ORDER BY coalesce(kept.looked_at, 0), sessions.last_active_at DESC LIMIT $4";
    BEGIN = "INSERT INTO kept_transcripts
            (session, tenant, sealed, last, bytes, is_full, looked_at, stays_away)
        SELECT session, $2, $3, 0, 0, 0, 0, 0 FROM transcript_days
            WHERE session = $1 AND days IS NOT NULL
        ON CONFLICT (session) DO NOTHING";
    ADD = "INSERT INTO kept_parts (session, last, sealed) VALUES ($1, $2, $3)";
    GROW = "UPDATE kept_transcripts SET last = $3, bytes = bytes + $4
        WHERE session = $1 AND last = $2 AND sealed IS NOT NULL
            AND (SELECT days FROM transcript_days WHERE session = $1) IS NOT NULL";
    LOOKED = "UPDATE kept_transcripts SET looked_at = $2, is_full = $3 WHERE session = $1";
    PARTS = "SELECT last, sealed FROM kept_parts WHERE session = $1 AND last > $2
        ORDER BY last LIMIT $3";
    DELETE = "UPDATE kept_transcripts SET sealed = NULL, bytes = 0, stays_away = 1
        WHERE session = $1 AND sealed IS NOT NULL";
    DELETE_UNWANTED = "UPDATE kept_transcripts SET sealed = NULL, bytes = 0
        WHERE tenant = $1 AND sealed IS NOT NULL AND (SELECT days FROM transcript_days
            WHERE transcript_days.session = kept_transcripts.session) IS NULL";
    OLD = "SELECT kept_transcripts.session, kept_transcripts.tenant FROM kept_transcripts
        JOIN sessions ON sessions.id = kept_transcripts.session
        JOIN transcript_days AS wanted ON wanted.session = sessions.id
        WHERE kept_transcripts.sealed IS NOT NULL AND (wanted.days IS NULL
            OR sessions.last_active_at <= $1 - wanted.days * 86400000)
        LIMIT $2";
    DELETE_OLD = "UPDATE kept_transcripts SET sealed = NULL, bytes = 0
        WHERE session = $1 AND sealed IS NOT NULL AND session IN
            (SELECT sessions.id FROM sessions
                JOIN transcript_days AS wanted ON wanted.session = sessions.id
                WHERE sessions.id = $1 AND (wanted.days IS NULL
                    OR sessions.last_active_at <= $2 - wanted.days * 86400000))";
    TO_CLEAR = "SELECT session FROM kept_transcripts WHERE sealed IS NULL AND (stays_away = 0
            OR EXISTS (SELECT 1 FROM kept_parts
                WHERE kept_parts.session = kept_transcripts.session))
        LIMIT $1";
    CLEAR_PARTS = "DELETE FROM kept_parts WHERE session = $1
        AND EXISTS (SELECT 1 FROM kept_transcripts AS kept
            WHERE kept.session = $1 AND kept.sealed IS NULL)
        AND last IN
            (SELECT last FROM kept_parts WHERE session = $1 ORDER BY last LIMIT $2)";
    CLEAR = "DELETE FROM kept_transcripts WHERE session = $1 AND sealed IS NULL AND stays_away = 0";
    RESEAL = "UPDATE kept_transcripts SET sealed = $3 WHERE session = $1 AND sealed = $2";
    SEALED = "SELECT * FROM kept_transcripts WHERE session > $1 AND sealed IS NOT NULL
        ORDER BY session LIMIT $2";
}

/// A sealed part of a transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPart {
    /// The number of its last record.
    pub last: u64,
    /// The records, sealed with the key of the session.
    pub sealed: Vec<u8>,
}

impl Tx {
    /// Begins to keep a transcript, with its sealed key, unless that has begun, or it is not to be
    /// kept.
    pub async fn kept_transcript_begin(
        &mut self,
        session: SessionId,
        tenant: TenantId,
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query(BEGIN)
            .bind(session.as_uuid())
            .bind(tenant.as_uuid())
            .bind(sealed)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("begin to keep a transcript"))
    }

    /// Adds a part behind the record `after`; answers whether it was: not where another was faster,
    /// and not where transcripts are kept no longer.
    pub async fn kept_transcript_add(
        &mut self,
        session: SessionId,
        after: u64,
        part: &KeptPart,
    ) -> Result<bool, StoreError> {
        let grown = sqlx::query(GROW)
            .bind(session.as_uuid())
            .bind(integer(after))
            .bind(integer(part.last))
            .bind(integer(part.sealed.len() as u64))
            .execute(&mut self.connection)
            .await
            .map_err(failed("keep a part of a transcript"))?;
        if grown.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query(ADD)
            .bind(session.as_uuid())
            .bind(integer(part.last))
            .bind(&part.sealed)
            .execute(&mut self.connection)
            .await
            .map_err(failed("keep a part of a transcript"))?;
        Ok(true)
    }

    /// Notes that at this time all of a transcript was kept, or as much as is.
    pub async fn kept_transcript_looked(
        &mut self,
        session: SessionId,
        at: Timestamp,
        is_full: bool,
    ) -> Result<(), StoreError> {
        sqlx::query(LOOKED)
            .bind(session.as_uuid())
            .bind(at.as_millis())
            .bind(is_full)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("note what is kept of a transcript"))
    }

    /// Deletes what is kept of a session, for good; answers whether there was anything. This takes the
    /// key away; the parts are cleared away after it, see
    /// [`kept_transcript_clear`](Self::kept_transcript_clear).
    pub async fn kept_transcript_delete(&mut self, session: SessionId) -> Result<bool, StoreError> {
        let deleted =
            sqlx::query(DELETE).bind(session.as_uuid()).execute(&mut self.connection).await;
        Ok(deleted.map_err(failed("delete a kept transcript"))?.rows_affected() > 0)
    }

    /// Clears away so many parts of a transcript whose key is gone, and at their end what is known of
    /// it, unless it is to stay away; answers whether that was all of it.
    pub async fn kept_transcript_clear(
        &mut self,
        session: SessionId,
        parts: u32,
    ) -> Result<bool, StoreError> {
        let cleared = sqlx::query(CLEAR_PARTS)
            .bind(session.as_uuid())
            .bind(parts)
            .execute(&mut self.connection)
            .await
            .map_err(failed("clear away a kept transcript"))?;
        if cleared.rows_affected() >= u64::from(parts) {
            return Ok(false);
        }
        sqlx::query(CLEAR)
            .bind(session.as_uuid())
            .execute(&mut self.connection)
            .await
            .map_err(failed("clear away a kept transcript"))?;
        Ok(true)
    }

    /// Deletes everything of a tenant that is not to be kept any more: takes the keys away, as
    /// [`kept_transcript_delete`](Self::kept_transcript_delete) does.
    pub async fn kept_transcripts_delete_unwanted(
        &mut self,
        tenant: TenantId,
    ) -> Result<(), StoreError> {
        sqlx::query(DELETE_UNWANTED)
            .bind(tenant.as_uuid())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("delete transcripts that are kept no longer"))
    }

    /// Deletes what is kept of a session if that is longer than was said; answers whether. Takes
    /// the key away, as [`kept_transcript_delete`](Self::kept_transcript_delete) does.
    pub async fn kept_transcript_delete_old(
        &mut self,
        session: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let deleted = sqlx::query(DELETE_OLD)
            .bind(session.as_uuid())
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await;
        Ok(deleted.map_err(failed("delete an old transcript"))?.rows_affected() > 0)
    }

    /// Puts the same key, sealed anew, in the place of what was sealed before.
    pub async fn kept_transcript_reseal(
        &mut self,
        session: SessionId,
        before: &[u8],
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query(RESEAL)
            .bind(session.as_uuid())
            .bind(before)
            .bind(sealed)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("seal the key of a transcript anew"))
    }
}

impl Store {
    /// What is kept of a session, unless it was deleted.
    pub async fn kept_transcript(
        &self,
        session: SessionId,
    ) -> Result<Option<KeptTranscript>, StoreError> {
        let row = sqlx::query(GET).bind(session.as_uuid()).fetch_optional(&self.readers).await;
        let row = row.map_err(failed("find a kept transcript"))?;
        Ok(row.as_ref().map(kept).transpose()?.flatten())
    }

    /// Chats of a machine of which something may be missing: that are to be kept, active within the
    /// time for which they are, and since they were last looked at, give or take `slack`.
    pub async fn kept_transcripts_due(
        &self,
        machine: MachineId,
        now: Timestamp,
        slack: std::time::Duration,
        limit: u32,
    ) -> Result<Vec<Session>, StoreError> {
        let rows = sqlx::query(DUE)
            .bind(machine.as_uuid())
            .bind(now.as_millis())
            .bind(crate::columns::millis(slack))
            .bind(limit)
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("find transcripts to keep"))?.iter().map(session).collect()
    }

    /// Sessions of which something is kept for longer than was said, some of them.
    pub async fn kept_transcripts_old(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(SessionId, TenantId)>, StoreError> {
        let rows =
            sqlx::query(OLD).bind(now.as_millis()).bind(limit).fetch_all(&self.readers).await;
        let rows = rows.map_err(failed("find old transcripts"))?;
        let ids = |row: &SqliteRow| {
            let session = SessionId::from_uuid(row.uuid("session")?);
            Ok((session, TenantId::from_uuid(row.uuid("tenant")?)))
        };
        rows.iter().map(ids).collect()
    }

    /// Sessions whose key is gone and of which something is to be cleared away, some of them.
    pub async fn kept_transcripts_to_clear(
        &self,
        limit: u32,
    ) -> Result<Vec<SessionId>, StoreError> {
        let rows = sqlx::query(TO_CLEAR).bind(limit).fetch_all(&self.readers).await;
        let rows = rows.map_err(failed("find transcripts to clear away"))?;
        rows.iter().map(|row| Ok(SessionId::from_uuid(row.uuid("session")?))).collect()
    }

    /// Parts that hold records behind a number, in order.
    pub async fn kept_parts(
        &self,
        session: SessionId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<KeptPart>, StoreError> {
        let rows = sqlx::query(PARTS)
            .bind(session.as_uuid())
            .bind(integer(after))
            .bind(limit)
            .fetch_all(&self.readers)
            .await;
        let rows = rows.map_err(failed("read a kept transcript"))?;
        let part = |row: &SqliteRow| {
            Ok(KeptPart { last: row.count("last")?, sealed: row.bytes("sealed")? })
        };
        rows.iter().map(part).collect()
    }

    /// Everything whose key is sealed, by session, after one of them; for who seals them anew.
    pub async fn kept_transcripts_after(
        &self,
        after: Option<SessionId>,
        limit: u32,
    ) -> Result<Vec<KeptTranscript>, StoreError> {
        let after = after.map_or(uuid::Uuid::nil(), |id| id.as_uuid());
        let rows = sqlx::query(SEALED).bind(after).bind(limit).fetch_all(&self.readers).await;
        let rows = rows.map_err(failed("read what is sealed"))?;
        Ok(rows.iter().map(kept).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }
}

fn kept(row: &SqliteRow) -> Result<Option<KeptTranscript>, StoreError> {
    let Some(sealed) = row.maybe_bytes("sealed")? else { return Ok(None) };
    Ok(Some(KeptTranscript {
        session: SessionId::from_uuid(row.uuid("session")?),
        tenant: TenantId::from_uuid(row.uuid("tenant")?),
        sealed,
        last: row.count("last")?,
        bytes: row.count("bytes")?,
    }))
}

//! What channels are to be told: written by whoever writes what makes it true.

use std::time::Duration;

use model::notification::{Notice, NoticeEvent, NoticeState};
use model::{ChannelId, MachineId, NoticeId, Rng, SessionId, TenantId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, integer, millis, statements};
use crate::jobs::small;
use crate::{Store, StoreError, Tx};

/// For how long more of the same is added to a notice before it is sent: what is answered meanwhile
/// is not told, and what comes together is told together.
pub const GATHERS_FOR: Duration = Duration::from_secs(10);

/// How many notices may wait for one channel. What comes when it is full is not told there: it is in
/// the inbox all the same.
pub const MAX_WAITING: u32 = 100;

statements! {
    // Who is told is checked again when it is sent; here it is only whom it may concern.
    CHANNELS = "SELECT c.id, c.user, c.destination FROM notification_channels c
            JOIN users ON users.id = c.user
        WHERE c.tenant = $1 AND c.state = 'on' AND users.state = 'active'
            AND instr(' ' || c.events || ' ', ' ' || $2 || ' ') > 0
            AND (c.user = $3 OR ($4 AND users.role IN ('tenant_admin', 'system_admin'))
                OR ($2 = 'question' AND EXISTS (SELECT 1 FROM session_shares s
                    WHERE s.session = $6 AND s.user = c.user AND s.level = 'drive'
                        AND s.expires_at > $7)))
            AND ($5 IS NULL OR c.shortest_turn_ms <= $5)";
    ADD = "INSERT INTO notices (id, channel, owner, destination, event, machine, session, count,
            state, tries, created_at, next_at)
        SELECT $1, $2, $3, $4, $5, $6, $7, 1, 'gathering', 0, $8, $9
        WHERE (SELECT COUNT(*) FROM notices
            WHERE channel = $2 AND state IN ('gathering', 'pending')) < $10
        ON CONFLICT (channel, event, machine, COALESCE(session, x'')) WHERE state = 'gathering'
        DO UPDATE SET count = count + 1, created_at = min(created_at, $8)";
    BY_ID = "SELECT * FROM notices WHERE id = $1";
    PUT = "UPDATE notices SET state = $2, tries = $3, gathered_until = $4, next_at = $5 WHERE id = $1";
    CLOSE = "UPDATE notices SET state = 'moot', next_at = NULL
        WHERE channel = $1 AND state IN ('gathering', 'pending')";
    QUESTIONS = "SELECT COUNT(*) AS questions FROM permission_requests
        WHERE session = $1 AND state = 'pending' AND asked_at BETWEEN $2 AND $3";
    FORGET = "DELETE FROM notices
        WHERE created_at < $1 AND state NOT IN ('gathering', 'pending')";
}

/// What has happened, for whomever it concerns.
#[derive(Debug, Clone)]
pub struct News {
    /// Of what kind.
    pub event: NoticeEvent,
    /// The tenant in which it has happened.
    pub tenant: TenantId,
    /// Whom it concerns; nobody in particular where it concerns administrators only.
    pub owner: Option<UserId>,
    /// Whether it concerns those who administer the tenant.
    pub administrators: bool,
    /// On which machine.
    pub machine: MachineId,
    /// In which session, if it is about one.
    pub session: Option<SessionId>,
    /// How long it has taken, where channels ask for that.
    pub took: Option<Duration>,
}

impl Tx {
    /// Writes down what is to be told, for each channel that wants to know of it; a question also for
    /// those who drive the session for its owner. To be called in the write that makes it true.
    pub async fn news_add(
        &mut self,
        news: &News,
        now: Timestamp,
        rng: &dyn Rng,
    ) -> Result<(), StoreError> {
        let channels = sqlx::query(CHANNELS)
            .bind(news.tenant.as_uuid())
            .bind(news.event.as_str())
            .bind(news.owner.map(|owner| owner.as_uuid()))
            .bind(news.administrators)
            .bind(news.took.map(millis))
            .bind(news.session.map(|session| session.as_uuid()))
            .bind(now.as_millis())
            .fetch_all(&mut self.connection)
            .await
            .map_err(failed("find who wants to be told"))?;
        for channel in channels {
            sqlx::query(ADD)
                .bind(NoticeId::new(now, rng).as_uuid())
                .bind(channel.uuid("id")?)
                .bind(channel.uuid("user")?)
                .bind(channel.text("destination")?)
                .bind(news.event.as_str())
                .bind(news.machine.as_uuid())
                .bind(news.session.map(|session| session.as_uuid()))
                .bind(now.as_millis())
                .bind((now + GATHERS_FOR).as_millis())
                .bind(integer(MAX_WAITING.into()))
                .execute(&mut self.connection)
                .await
                .map_err(failed("add a notice"))?;
        }
        Ok(())
    }

    /// One notice, read inside the transaction.
    pub async fn notice(&mut self, id: NoticeId) -> Result<Option<Notice>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&mut self.connection).await;
        row.map_err(failed("find a notice"))?.as_ref().map(notice).transpose()
    }

    /// Writes where a notice stands.
    pub async fn notice_put(&mut self, notice: &Notice) -> Result<(), StoreError> {
        sqlx::query(PUT)
            .bind(notice.id.as_uuid())
            .bind(notice.state.as_str())
            .bind(integer(notice.tries.into()))
            .bind(notice.gathered_until.map(Timestamp::as_millis))
            .bind(notice.next_at.map(Timestamp::as_millis))
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("change a notice"))
    }

    /// Nothing that waits for a channel is told it any more.
    pub async fn notices_close(&mut self, channel: ChannelId) -> Result<(), StoreError> {
        sqlx::query(CLOSE)
            .bind(channel.as_uuid())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("close what waits for a channel"))
    }

    /// Deletes notices that are over and were made before a time.
    pub async fn notices_forget(&mut self, before: Timestamp) -> Result<(), StoreError> {
        sqlx::query(FORGET)
            .bind(before.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("drop notices that are over"))
    }
}

impl Store {
    /// How many questions that a session has asked in a time are still without an answer.
    pub async fn questions_unanswered(
        &self,
        session: SessionId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<u64, StoreError> {
        let row = sqlx::query(QUESTIONS)
            .bind(session.as_uuid())
            .bind(from.as_millis())
            .bind(until.as_millis())
            .fetch_one(&self.readers)
            .await;
        row.map_err(failed("count questions"))?.count("questions")
    }
}

pub(crate) fn notice(row: &SqliteRow) -> Result<Notice, StoreError> {
    Ok(Notice {
        id: NoticeId::from_uuid(row.uuid("id")?),
        channel: ChannelId::from_uuid(row.uuid("channel")?),
        owner: UserId::from_uuid(row.uuid("owner")?),
        destination: row.text("destination")?,
        event: row.word("event")?,
        machine: MachineId::from_uuid(row.uuid("machine")?),
        session: row.maybe_uuid("session")?.map(SessionId::from_uuid),
        count: row.count("count")?,
        state: row.word::<NoticeState>("state")?,
        tries: small(row.count("tries")?),
        created_at: row.time("created_at")?,
        gathered_until: row.maybe_time("gathered_until")?,
        next_at: row.maybe_time("next_at")?,
    })
}

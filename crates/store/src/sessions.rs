//! Sessions: what they are, never what is said in them.
//!
//! - [`idle`]: which have had nothing to do for as long as they may
//! - [`pauses`]: that they are to stand still
//! - `worktrees`: the worktrees that were made for them

pub mod idle;
pub mod pauses;
pub(crate) mod worktrees;

use std::time::Duration;

use model::agent::AgentName;
use model::label::Labels;
use model::session::{Containment, Session, SessionState};
use model::{MachineId, SessionId, TenantId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, integer, millis, statements};
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO sessions (id, tenant, owner, machine, kind, agent, workspace, model,
            preset, policy, title, state, detail, created_at, last_active_at, name, tags, archived_at,
            idle_limit_ms, imported_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            $19, $20)";
    BY_ID = "SELECT * FROM sessions WHERE id = $1";
    FILTERED = "SELECT * FROM sessions
        WHERE ($1 IS NULL OR tenant = $1)
            AND ($2 IS NULL OR owner = $2 OR machine IN
                (SELECT machine FROM assignments WHERE user = $2 AND level = 'admin')
                OR id IN (SELECT session FROM session_shares
                    WHERE user = $2 AND expires_at > $11))
            AND ($3 IS NULL OR machine = $3)
            AND ($4 IS NULL OR (last_active_at, id) < ($4, $5))
            AND ($7 IS NULL OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value = $7))
            AND ($8 IS NULL OR (archived_at IS NOT NULL) = $8)
            AND ($10 IS NULL OR (state NOT IN ('stopped', 'failed')) = $10)
            AND NOT EXISTS (SELECT 1 FROM json_each($9) AS word WHERE NOT (
                coalesce(name, title) LIKE word.value ESCAPE '\\'
                OR coalesce(agent, '') LIKE word.value ESCAPE '\\'
                OR workspace LIKE word.value ESCAPE '\\'
                OR EXISTS (SELECT 1 FROM json_each(tags) AS tag
                    WHERE tag.value LIKE word.value ESCAPE '\\')))
        ORDER BY last_active_at DESC, id DESC LIMIT $6";
    NAMED = "SELECT * FROM sessions
        WHERE owner = $1 AND coalesce(name, title) = $2 AND archived_at IS NULL
            AND state NOT IN ('stopped', 'failed')
        ORDER BY last_active_at DESC, id DESC LIMIT 2";
    OPEN_ON_MACHINE = "SELECT * FROM sessions
        WHERE machine = $1 AND state NOT IN ('stopped', 'failed')";
    OPEN_OF_USER = "SELECT * FROM sessions
        WHERE owner = $1 AND ($2 IS NULL OR machine = $2) AND state NOT IN ('stopped', 'failed')";
    SET_STATE = "UPDATE sessions SET state = $2, detail = $3, last_active_at = $4 WHERE id = $1";
    SET_TITLE = "UPDATE sessions SET title = $2 WHERE id = $1";
    SET_CONTAINMENT = "UPDATE sessions SET containment = $2, containment_detail = $3 WHERE id = $1";
    SET_LABELS = "UPDATE sessions SET name = $2, tags = $3, archived_at = $4 WHERE id = $1";
    SET_MODEL = "UPDATE sessions SET model = $2 WHERE id = $1";
    TOUCH = "UPDATE sessions SET last_active_at = $2 WHERE id = $1";
    DELETE = "DELETE FROM sessions WHERE id = $1";
}

/// Which sessions to list.
#[derive(Debug, Clone, Default)]
pub struct SessionFilter {
    /// Only of this tenant.
    pub tenant: Option<TenantId>,
    /// Only those that this user may see at this time: their own, those on machines they look
    /// after, and those that are lent to them.
    pub visible_to: Option<(UserId, Timestamp)>,
    /// Only on this machine.
    pub machine: Option<MachineId>,
    /// Only those that go on, or only those that are over.
    pub open: Option<bool>,
    /// Only those with this tag.
    pub tag: Option<String>,
    /// Only those that were put away, or only those that were not.
    pub archived: Option<bool>,
    /// Only those that have each of these words somewhere: in their name, a tag, their agent or
    /// their workspace, whatever the case of its ASCII letters.
    pub words: Vec<String>,
    /// Only those that come after this one in the list.
    pub after: Option<(Timestamp, SessionId)>,
    /// How many at the most.
    pub limit: u32,
}

impl Tx {
    /// Adds a session.
    pub async fn session_insert(&mut self, session: &Session) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(session.id.as_uuid())
            .bind(session.tenant.as_uuid())
            .bind(session.owner.as_uuid())
            .bind(session.machine.as_uuid())
            .bind(session.kind.as_str())
            .bind(session.agent.as_ref().map(AgentName::as_str))
            .bind(&session.workspace)
            .bind(&session.model)
            .bind(&session.preset)
            .bind(&session.policy)
            .bind(&session.title)
            .bind(session.state.as_str())
            .bind(&session.detail)
            .bind(session.created_at.as_millis())
            .bind(session.last_active_at.as_millis())
            .bind(&session.labels.name)
            .bind(tags_json(&session.labels))
            .bind(session.labels.archived_at.map(Timestamp::as_millis))
            .bind(session.idle_limit.map(millis))
            .bind(session.imported_at.map(Timestamp::as_millis))
            .execute(&mut self.connection)
            .await
            .map_err(failed("add a session"))?;
        match &session.worktree {
            Some(worktree) => self.session_set_worktree(session.id, worktree).await,
            None => Ok(()),
        }
    }

    /// One session, read inside the transaction.
    pub async fn session(&mut self, id: SessionId) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&mut self.connection).await;
        row.map_err(failed("find a session"))?.as_ref().map(session).transpose()
    }

    /// The sessions of a machine that have not ended, read inside the transaction.
    pub async fn sessions_open_on(
        &mut self,
        machine: MachineId,
    ) -> Result<Vec<Session>, StoreError> {
        let rows = sqlx::query(OPEN_ON_MACHINE)
            .bind(machine.as_uuid())
            .fetch_all(&mut self.connection)
            .await;
        rows.map_err(failed("list a machine's sessions"))?.iter().map(session).collect()
    }

    /// Changes the state.
    pub async fn session_set_state(
        &mut self,
        id: SessionId,
        state: SessionState,
        detail: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(SET_STATE)
            .bind(id.as_uuid())
            .bind(state.as_str())
            .bind(detail)
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("change a session's state"))
    }

    /// Changes the title.
    pub async fn session_set_title(
        &mut self,
        id: SessionId,
        title: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(SET_TITLE)
            .bind(id.as_uuid())
            .bind(title)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("change a session's title"))
    }

    /// Notes who holds the session to reading.
    pub async fn session_set_containment(
        &mut self,
        id: SessionId,
        containment: Containment,
        detail: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(SET_CONTAINMENT)
            .bind(id.as_uuid())
            .bind(containment.as_str())
            .bind(detail)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("note a session's containment"))
    }

    /// Changes what people have said about a session.
    pub async fn session_set_labels(
        &mut self,
        id: SessionId,
        labels: &Labels,
    ) -> Result<(), StoreError> {
        sqlx::query(SET_LABELS)
            .bind(id.as_uuid())
            .bind(&labels.name)
            .bind(tags_json(labels))
            .bind(labels.archived_at.map(Timestamp::as_millis))
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("change what a session is called"))
    }

    /// Changes the model asked for.
    pub async fn session_set_model(
        &mut self,
        id: SessionId,
        model: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(SET_MODEL)
            .bind(id.as_uuid())
            .bind(model)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("change a session's model"))
    }

    /// Notes that something happened.
    pub async fn session_touch(&mut self, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(TOUCH)
            .bind(id.as_uuid())
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("note a session's activity"))
    }

    /// Deletes a session with its turns, questions and tokens; its usage and audit stay.
    pub async fn session_delete(&mut self, id: SessionId) -> Result<(), StoreError> {
        sqlx::query(DELETE)
            .bind(id.as_uuid())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("delete a session"))
    }
}

impl Store {
    /// One session.
    pub async fn session(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        row.map_err(failed("find a session"))?.as_ref().map(session).transpose()
    }

    /// Sessions, the last active first.
    pub async fn sessions(&self, filter: SessionFilter) -> Result<Vec<Session>, StoreError> {
        let rows = sqlx::query(FILTERED)
            .bind(filter.tenant.map(|tenant| tenant.as_uuid()))
            .bind(filter.visible_to.map(|(user, _)| user.as_uuid()))
            .bind(filter.machine.map(|machine| machine.as_uuid()))
            .bind(filter.after.map(|(time, _)| time.as_millis()))
            .bind(filter.after.map(|(_, id)| id.as_uuid()))
            .bind(integer(filter.limit.into()))
            .bind(filter.tag)
            .bind(filter.archived)
            .bind(patterns(&filter.words))
            .bind(filter.open)
            .bind(filter.visible_to.map(|(_, now)| now.as_millis()))
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("list sessions"))?.iter().map(session).collect()
    }
}

impl Store {
    /// The sessions of a user that have not ended, of one machine if one is given.
    pub async fn sessions_open_of(
        &self,
        owner: UserId,
        machine: Option<MachineId>,
    ) -> Result<Vec<Session>, StoreError> {
        let rows = sqlx::query(OPEN_OF_USER)
            .bind(owner.as_uuid())
            .bind(machine.map(|machine| machine.as_uuid()))
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("list a user's open sessions"))?.iter().map(session).collect()
    }

    /// Open sessions of a user with this name, the last active first; two at the most, which is
    /// enough to know that there are several.
    pub async fn sessions_named(
        &self,
        owner: UserId,
        name: &str,
    ) -> Result<Vec<Session>, StoreError> {
        let rows =
            sqlx::query(NAMED).bind(owner.as_uuid()).bind(name).fetch_all(&self.readers).await;
        rows.map_err(failed("find sessions by name"))?.iter().map(session).collect()
    }
}

/// Tags as they are stored.
fn tags_json(labels: &Labels) -> String {
    serde_json::Value::from(labels.tags.clone()).to_string()
}

/// A JSON array with a pattern for each word.
fn patterns(words: &[String]) -> String {
    let patterns: Vec<String> = words.iter().map(|word| containing(word)).collect();
    serde_json::Value::from(patterns).to_string()
}

/// A pattern of everything that contains a text (SQLite, "The LIKE operator").
fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

fn labels(row: &SqliteRow) -> Result<Labels, StoreError> {
    let tags = serde_json::from_str(&row.text("tags")?);
    let wrong = |error: serde_json::Error| StoreError::Column {
        column: "tags",
        problem: error.to_string(),
    };
    Ok(Labels {
        name: row.maybe_text("name")?,
        tags: tags.map_err(wrong)?,
        archived_at: row.maybe_time("archived_at")?,
    })
}

pub(crate) fn session(row: &SqliteRow) -> Result<Session, StoreError> {
    let (pause, paused_for) = pauses::pause(row)?;
    Ok(Session {
        id: SessionId::from_uuid(row.uuid("id")?),
        tenant: TenantId::from_uuid(row.uuid("tenant")?),
        owner: UserId::from_uuid(row.uuid("owner")?),
        machine: MachineId::from_uuid(row.uuid("machine")?),
        kind: row.word("kind")?,
        agent: row.maybe_word("agent")?,
        workspace: row.text("workspace")?,
        worktree: worktrees::worktree(row)?,
        model: row.maybe_text("model")?,
        preset: row.text("preset")?,
        policy: row.maybe_text("policy")?,
        title: row.text("title")?,
        labels: labels(row)?,
        state: row.word("state")?,
        detail: row.maybe_text("detail")?,
        containment: row.maybe_word("containment")?,
        containment_detail: row.maybe_text("containment_detail")?,
        idle_limit: row.maybe_count("idle_limit_ms")?.map(Duration::from_millis),
        pause,
        paused_for,
        created_at: row.time("created_at")?,
        last_active_at: row.time("last_active_at")?,
        imported_at: row.maybe_time("imported_at")?,
    })
}

use contract::exports::{ExportFormat, ImportSession, MAX_IMPORT_BYTES};
use contract::machines::Done;
use contract::presence::SessionPresence;
use contract::searches::{FoundInSessions, SearchSessions};
use contract::sessions::{
    CancelTurn, ChangeMode, ChangeModel, ChangeOption, ChangeSession, CreateSession, CreateTurn,
    OneSession, OneTurn, SessionView, Sessions, StopSession, TurnView, Turns, Updates,
};
use contract::shares::{OneShare, ShareSession, Shares};
use contract::usage::SessionUsage;
use contract::users::UserRef;
use http::Method;
use model::{MachineId, SessionId, TurnId};
use tokio::sync::watch;

use crate::http::Call;
use crate::path::Path;
use crate::retry::Window;
use crate::{Client, Download, Error, Sent};

/// How often a prompt is sent again when nobody knows whether it has arrived.
const PROMPT_ATTEMPTS: u32 = 4;

/// How often an import is sent again when nobody knows whether it has arrived, or when the server
/// takes in as many as it can.
const IMPORT_ATTEMPTS: u32 = 6;

/// Which sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// Only on this machine.
    pub machine: Option<MachineId>,
    /// Only those with this tag.
    pub tag: Option<String>,
    /// Those that were put away instead of those that were not.
    pub archived: bool,
    /// Only those that have each word of this, 16 at the most, somewhere in their name, a tag, their
    /// agent or their directory. Words are parted by blanks; Chinese is found in the middle of text.
    pub search: Option<String>,
    /// The `next_cursor` of the answer before.
    pub cursor: Option<String>,
    /// At most this many, 1 to 200; 50 if it is left out.
    pub limit: Option<u32>,
}

impl Client {
    /// Starts a session.
    pub async fn session_create(&self, body: &CreateSession) -> Result<SessionView, Error> {
        let answer: OneSession = self.send(Method::POST, "/api/sessions".to_owned(), body).await?;
        Ok(answer.session)
    }

    /// A page of the sessions that one may see, the last active first.
    pub async fn sessions(&self, filter: &SessionFilter) -> Result<Sessions, Error> {
        let path = Path::new("/api/sessions")
            .with("machine_id", filter.machine)
            .with("tag", filter.tag.as_deref())
            .with("archived", filter.archived.then_some(true))
            .with("q", filter.search.as_deref())
            .with("cursor", filter.cursor.as_deref())
            .with("limit", filter.limit);
        self.get(path.into_text()).await
    }

    /// Where something was said in chats that one may see.
    pub async fn sessions_search(&self, body: &SearchSessions) -> Result<FoundInSessions, Error> {
        self.send(Method::POST, "/api/sessions/search".to_owned(), body).await
    }

    /// Deletes what is kept of a session's transcript on the server, for good.
    pub async fn kept_transcript_delete(&self, session: SessionId) -> Result<(), Error> {
        let path = format!("/api/sessions/{session}/kept-transcript");
        let _: Done = self.call(Call::new(Method::DELETE, path)).await?;
        Ok(())
    }

    /// One session.
    pub async fn session(&self, session: SessionId) -> Result<SessionView, Error> {
        let answer: OneSession = self.get(format!("/api/sessions/{session}")).await?;
        Ok(answer.session)
    }

    /// Gives a session another title.
    pub async fn session_rename(
        &self,
        session: SessionId,
        title: &str,
    ) -> Result<SessionView, Error> {
        let body = ChangeSession { name: Some(title.to_owned()), ..ChangeSession::default() };
        self.session_change(session, &body).await
    }

    /// Names a session, tags it, or puts it away.
    pub async fn session_change(
        &self,
        session: SessionId,
        body: &ChangeSession,
    ) -> Result<SessionView, Error> {
        let path = format!("/api/sessions/{session}");
        let answer: OneSession = self.send(Method::PATCH, path, body).await?;
        Ok(answer.session)
    }

    /// Removes the worktree of a session that is over; what is nowhere else goes with it only where
    /// `discard` says so.
    pub async fn worktree_remove(
        &self,
        session: SessionId,
        discard: bool,
    ) -> Result<SessionView, Error> {
        let path = Path::new(format!("/api/sessions/{session}/worktree"))
            .with("discard", discard.then_some(true));
        let answer: OneSession = self.call(Call::new(Method::DELETE, path.into_text())).await?;
        Ok(answer.session)
    }

    /// Writes a chat down. What was said comes from its machine, piece by piece.
    pub async fn session_export(
        &self,
        session: SessionId,
        format: ExportFormat,
    ) -> Result<Download, Error> {
        let format = match format {
            ExportFormat::Json => "json",
            ExportFormat::Markdown => "markdown",
        };
        let path =
            Path::new(format!("/api/sessions/export/{session}")).with("format", Some(format));
        self.download(path.into_text()).await
    }

    /// Takes in a session that was written down, and says how far it is. With the same key in its
    /// body the same import makes one session; so it is sent again where nobody knows whether it
    /// has arrived.
    pub async fn session_import(
        &self,
        body: &ImportSession,
        sent: &watch::Sender<Sent>,
    ) -> Result<SessionView, Error> {
        let mut window = Window::new(&self.inner.config.patience);
        loop {
            let call = Call::new(Method::POST, "/api/sessions/import".to_owned());
            let call = call.with_body(body)?;
            if call.body.as_ref().is_some_and(|body| body.len() > MAX_IMPORT_BYTES) {
                let message = format!("the session is larger than {MAX_IMPORT_BYTES} bytes");
                return Err(Error::Setup(message));
            }
            let error = match self.upload(call, sent).await {
                Ok(session) => return Ok(session),
                Err(error) => error,
            };
            let is_passing = error.is_offline() || error.code() == Some("too_many_imports");
            if !is_passing || window.attempts() + 1 >= IMPORT_ATTEMPTS {
                return Err(error);
            }
            tokio::time::sleep(window.draw(&*self.inner.config.rng)).await;
        }
    }

    /// Ends a session and every process of it.
    pub async fn session_stop(
        &self,
        session: SessionId,
        reason: Option<String>,
    ) -> Result<SessionView, Error> {
        let path = format!("/api/sessions/{session}/stop");
        let answer: OneSession = self.send(Method::POST, path, &StopSession { reason }).await?;
        Ok(answer.session)
    }

    /// Has nothing of a session run any more.
    pub async fn session_pause(&self, session: SessionId) -> Result<SessionView, Error> {
        self.session_order(session, "pause").await
    }

    /// Lets a session go on from where it stands.
    pub async fn session_resume(&self, session: SessionId) -> Result<SessionView, Error> {
        self.session_order(session, "resume").await
    }

    /// Everybody who looks at a session at this moment.
    pub async fn session_presence(&self, session: SessionId) -> Result<SessionPresence, Error> {
        self.get(format!("/api/sessions/{session}/presence")).await
    }

    /// Everybody to whom a session is lent.
    pub async fn session_shares(&self, session: SessionId) -> Result<Shares, Error> {
        self.get(format!("/api/sessions/{session}/shares")).await
    }

    /// Lends one's own session to somebody, or changes what was lent to them.
    pub async fn session_share(
        &self,
        session: SessionId,
        body: &ShareSession,
    ) -> Result<OneShare, Error> {
        self.send(Method::POST, format!("/api/sessions/{session}/shares"), body).await
    }

    /// Takes back what of a session was lent to somebody, or gives it back.
    pub async fn session_unshare(&self, session: SessionId, user: UserRef) -> Result<Done, Error> {
        let path = format!("/api/sessions/{session}/shares/{user}");
        self.call(Call::new(Method::DELETE, path)).await
    }

    async fn session_order(&self, session: SessionId, verb: &str) -> Result<SessionView, Error> {
        let path = format!("/api/sessions/{session}/{verb}");
        let answer: OneSession = self.call(Call::new(Method::POST, path)).await?;
        Ok(answer.session)
    }

    /// Ends a session and forgets it.
    pub async fn session_delete(&self, session: SessionId) -> Result<Done, Error> {
        self.call(Call::new(Method::DELETE, format!("/api/sessions/{session}"))).await
    }

    /// Gives the agent a prompt. With the same key the same prompt starts one turn, however often
    /// it is sent; so it is sent again where nobody knows whether it has arrived.
    pub async fn prompt(
        &self,
        session: SessionId,
        body: &CreateTurn,
        key: &str,
    ) -> Result<TurnView, Error> {
        let path = format!("/api/sessions/{session}/prompt");
        let mut window = Window::new(&self.inner.config.patience);
        loop {
            let call = Call::new(Method::POST, path.clone()).with_body(body)?.with_key(key);
            match self.call::<OneTurn>(call).await {
                Ok(answer) => return Ok(answer.turn),
                Err(error) if error.is_offline() && window.attempts() + 1 < PROMPT_ATTEMPTS => {
                    tokio::time::sleep(window.draw(&*self.inner.config.rng)).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Stops a turn, queued or running; without one, the one that runs.
    pub async fn turn_cancel(
        &self,
        session: SessionId,
        turn: Option<TurnId>,
    ) -> Result<Done, Error> {
        let body = CancelTurn { turn_id: turn, reason: None };
        self.send(Method::POST, format!("/api/sessions/{session}/cancel"), &body).await
    }

    /// Changes the agent's model.
    pub async fn model_change(&self, session: SessionId, model: &str) -> Result<Done, Error> {
        let body = ChangeModel { model: model.to_owned() };
        self.send(Method::PUT, format!("/api/sessions/{session}/model"), &body).await
    }

    /// Changes the agent's mode.
    pub async fn mode_change(&self, session: SessionId, mode: &str) -> Result<Done, Error> {
        let body = ChangeMode { mode: mode.to_owned() };
        self.send(Method::PUT, format!("/api/sessions/{session}/mode"), &body).await
    }

    /// Changes one of the agent's options.
    pub async fn option_change(
        &self,
        session: SessionId,
        body: &ChangeOption,
    ) -> Result<Done, Error> {
        self.send(Method::PUT, format!("/api/sessions/{session}/option"), body).await
    }

    /// The last turns of a session, the newest first.
    pub async fn turns(&self, session: SessionId) -> Result<Vec<TurnView>, Error> {
        let answer: Turns = self.get(format!("/api/sessions/{session}/turns")).await?;
        Ok(answer.turns)
    }

    /// A page of a chat's transcript: what comes after a position, about `max_bytes` of it.
    pub async fn updates(
        &self,
        session: SessionId,
        after: u64,
        max_bytes: Option<u32>,
    ) -> Result<Updates, Error> {
        let path = Path::new(format!("/api/sessions/{session}/updates"))
            .with("after", Some(after))
            .with("max_bytes", max_bytes);
        self.get(path.into_text()).await
    }

    /// What a session used.
    pub async fn session_usage(&self, session: SessionId) -> Result<SessionUsage, Error> {
        self.get(format!("/api/sessions/{session}/usage")).await
    }
}

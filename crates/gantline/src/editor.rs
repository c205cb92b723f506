//! `gantline acp`: an ACP agent on standard input and output whose work is done by an agent on a
//! machine. An editor, or any other ACP client, starts it and sees an agent like any other.
//!
//! One task owns everything: it reads what the editor says, hears what happens on the server, and
//! writes what the editor must know. What takes time is done beside it and comes back as an outcome.
//!
//! - [`rpc`]: lines of JSON-RPC
//! - [`requests`]: what the editor asks for
//! - [`opening`]: sessions, new and old
//! - [`prompts`]: prompts, and how their turns end
//! - [`questions`]: questions of the agent that the editor may answer
//! - [`chat`]: what is known of one session
//! - [`controls`]: modes, models, options, slash commands
//! - [`blocks`], [`updates`]: pieces of content and of transcripts, in the words of ACP

mod blocks;
mod chat;
mod controls;
mod opening;
mod prompts;
mod questions;
mod requests;
mod rpc;
mod updates;

use std::collections::HashMap;
use std::time::Duration;

use client::{Client, Live, LiveEvent};
use contract::live::StreamState;
use contract::sessions::{SessionView, TurnView, UpdateRecord};
use conversation::Update;
use futures_util::StreamExt;
use model::SessionId;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;

use self::chat::Chat;
use self::opening::Opened;
use self::prompts::Prompted;
use self::rpc::{Lines, Read, RpcError, Writer};
use crate::starting::ChatOptions;
use crate::words::Words;

/// Makes a client with whatever token there is by now: somebody may have signed in meanwhile.
pub(crate) type MakeClient = Box<dyn Fn() -> anyhow::Result<Client> + Send>;

/// How much may be under way before the editor is not heard.
const MOST_BESIDE: usize = 256;

/// How long what the editor has ordered last may take once it is gone.
const LAST_ORDERS_WITHIN: Duration = Duration::from_secs(5);

/// Everything that there is between one editor and one server.
pub(crate) struct Editor {
    make_client: MakeClient,
    client: Client,
    live: Live,
    /// Where new sessions are to run, and with what.
    options: ChatOptions,
    words: &'static dyn Words,
    chats: HashMap<SessionId, Chat>,
    questions: questions::Open,
    beside: JoinSet<Outcome>,
}

/// What has come of something that took time.
enum Outcome {
    /// This request of the editor is answered.
    Answer(Value, Result<Value, RpcError>),
    /// A session was found or made, and is to be followed.
    Opened(Box<Opened>),
    /// The machine was ordered to begin a turn, or not.
    Prompted(Prompted),
    /// What the server says of a session.
    Session(Box<SessionView>),
    /// What the server says of a session's turns.
    Turns(SessionId, Vec<TurnView>),
    /// The transcript does not say how the turn ended; the server does.
    Lagging(SessionId, TurnView),
    /// Nothing that the editor must know.
    Nothing,
}

/// Serves an editor until it closes its end.
pub(crate) async fn serve(
    make_client: MakeClient,
    options: ChatOptions,
    words: &'static dyn Words,
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin,
) -> anyhow::Result<()> {
    let client = make_client()?;
    let live = client.live();
    let editor = Editor {
        make_client,
        client,
        live,
        options,
        words,
        chats: HashMap::new(),
        questions: questions::Open::default(),
        beside: JoinSet::new(),
    };
    editor.run(rpc::lines(input), Writer::new(output)).await
}

impl Editor {
    async fn run<I, O>(mut self, mut lines: Lines<I>, mut out: Writer<O>) -> anyhow::Result<()>
    where
        I: AsyncRead + Unpin,
        O: AsyncWrite + Unpin,
    {
        loop {
            tokio::select! {
                // The editor says something, or is gone. It is not heard while too much is under way.
                line = lines.next(), if self.beside.len() < MOST_BESIDE => match line {
                    Some(line) => self.read(rpc::read(line)?, &mut out).await?,
                    None => {
                        self.leave().await;
                        return Ok(());
                    }
                },
                // Something that took time is done.
                Some(done) = self.beside.join_next() => {
                    // A task that panics has said so in the log; what it was asked for stays open.
                    if let Ok(outcome) = done {
                        self.take(outcome, &mut out).await?;
                    }
                }
                // Something has happened on the server; nothing does before a session is followed.
                event = self.live.next(), if !self.chats.is_empty() => match event {
                    Ok(event) => self.hear(event, &mut out).await?,
                    Err(error) => self.lose(error, &mut out).await?,
                },
            }
        }
    }

    /// The editor is gone. Its last orders are carried out; what runs on the machine goes on.
    async fn leave(mut self) {
        let last_orders = async { while self.beside.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_ORDERS_WITHIN, last_orders).await.is_err() {
            tracing::warn!("the last orders may not have arrived");
        }
    }

    /// The server does not want to be followed any more, for good: nothing is open now.
    async fn lose<O: AsyncWrite + Unpin>(
        &mut self,
        error: client::Error,
        out: &mut Writer<O>,
    ) -> anyhow::Result<()> {
        let error = RpcError::of(&error.into(), self.words);
        for session in self.chats.keys().copied().collect::<Vec<_>>() {
            self.end(session, &error, out).await?;
        }
        self.live = self.client.live();
        Ok(())
    }

    async fn read<O: AsyncWrite + Unpin>(
        &mut self,
        read: Read,
        out: &mut Writer<O>,
    ) -> anyhow::Result<()> {
        match read {
            Read::Request { id, method, params } => {
                if let Some(answer) = self.request(id.clone(), &method, &params) {
                    out.answer(&id, answer).await?;
                }
                Ok(())
            }
            Read::Notification { method, params } => {
                self.notified(&method, &params);
                Ok(())
            }
            Read::Answer { id, result } => {
                self.answered(&id, result);
                Ok(())
            }
            Read::Refused { id, error } => Ok(out.answer(&id, Err(error)).await?),
        }
    }

    async fn take<O: AsyncWrite + Unpin>(
        &mut self,
        outcome: Outcome,
        out: &mut Writer<O>,
    ) -> anyhow::Result<()> {
        match outcome {
            Outcome::Answer(id, answer) => out.answer(&id, answer).await?,
            Outcome::Opened(opened) => self.opened(*opened),
            Outcome::Prompted(prompted) => {
                if let Some((id, answer)) = self.prompted(prompted) {
                    out.answer(&id, answer).await?;
                }
            }
            Outcome::Session(session) => self.session(*session, out).await?,
            Outcome::Turns(session, turns) => {
                for turn in turns {
                    self.server_says(session, turn);
                }
            }
            Outcome::Lagging(session, turn) => {
                let chat = self.chats.get_mut(&session);
                if let Some((id, answer)) = chat.and_then(|chat| chat.turns.lagging(&turn)) {
                    out.answer(&id, answer).await?;
                }
            }
            Outcome::Nothing => {}
        }
        Ok(())
    }

    async fn hear<O: AsyncWrite + Unpin>(
        &mut self,
        event: LiveEvent,
        out: &mut Writer<O>,
    ) -> anyhow::Result<()> {
        match event {
            LiveEvent::Updates { session, records } => {
                for record in records {
                    self.record(session, &record, out).await?;
                }
            }
            LiveEvent::Stream { session, state } => {
                let Some(chat) = self.chats.get_mut(&session) else { return Ok(()) };
                match state {
                    StreamState::Restarted => chat.begin_again(),
                    StreamState::Ended => chat.nothing_follows(),
                    StreamState::Live | StreamState::MachineOffline => {}
                }
                self.tell_controls(session, out).await?;
            }
            LiveEvent::Refused { session, error } => self.give_up(session, &error, out).await?,
            LiveEvent::SessionDeleted(session) => {
                let gone = RpcError::gone(self.words.session_is_gone());
                self.end(session, &gone, out).await?;
            }
            LiveEvent::Turn(turn) => self.server_says(turn.session_id, turn),
            LiveEvent::Permission(question) => self.question(question, out).await?,
            LiveEvent::Disconnected { error, .. } => {
                tracing::warn!(%error, "the connection to the server is lost; it is tried again");
            }
            LiveEvent::Snapshot(snapshot) => {
                for session in snapshot.sessions {
                    self.session(session, out).await?;
                }
                for question in snapshot.permissions {
                    self.question(question, out).await?;
                }
                self.look_up_turns();
            }
            LiveEvent::Session(session) => self.session(session, out).await?,
            _ => {}
        }
        Ok(())
    }

    /// Tells the editor one record of a transcript.
    async fn record<O: AsyncWrite + Unpin>(
        &mut self,
        session: SessionId,
        record: &UpdateRecord,
        out: &mut Writer<O>,
    ) -> anyhow::Result<()> {
        let Some(chat) = self.chats.get_mut(&session) else { return Ok(()) };
        let update = Update::from_json(record.update.get().as_bytes())?;
        let told = chat.tell(record.seq, &update);
        for update in told {
            let params = serde_json::json!({ "sessionId": session, "update": update });
            out.notify("session/update", params).await?;
        }
        if let Some((id, answer)) = chat.answer_for(&update) {
            out.answer(&id, answer).await?;
        }
        if let Update::State(state) = &update
            && state.state.session_state().is_final()
        {
            let why = state.detail.as_deref().unwrap_or(state.state.as_str());
            self.give_up_opening(session, why, out).await?;
        }
        self.tell_controls(session, out).await
    }
}

#[cfg(test)]
mod tests;

//! Sessions, new and old: found or made on the server, followed, and told to the editor when their
//! agent is ready.

use client::{Client, Error as ClientError, SessionFilter};
use contract::sessions::SessionView;
use model::SessionId;
use model::session::SessionKind;
use serde_json::{Value, json};
use tokio::io::AsyncWrite;

use super::chat::Chat;
use super::requests::{session_of, text_of};
use super::rpc::{RpcError, Writer};
use super::{Editor, Outcome};
use crate::exit::{Meaning, Refusal};
use crate::follow::questions::NonInteractive;
use crate::lookup;
use crate::prompting::PromptOptions;
use crate::starting::{self, ChatOptions};
use crate::words::Words;

/// How a session is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// It is made.
    New,
    /// It is there, and everything that was said in it is told.
    Load,
    /// It is there, and the editor knows what was said in it.
    Resume,
}

/// A session that was found or made.
pub(super) struct Opened {
    pub(super) request: Value,
    pub(super) how: How,
    /// The directory as the editor has it.
    pub(super) local_directory: String,
    pub(super) session: SessionView,
    /// The last record of its transcript by now.
    pub(super) last: u64,
}

impl Editor {
    pub(super) fn open_new(&mut self, request: Value, params: &Value) -> Result<(), RpcError> {
        let local_directory = text_of(params, "cwd")?;
        say_what_is_left_out(params);
        let (client, options, words) = (self.client.clone(), self.options.clone(), self.words);
        self.beside.spawn(async move {
            match start(&client, options, &local_directory, words).await {
                Ok(session) => {
                    let how = How::New;
                    let opened = Opened { request, how, local_directory, session, last: 0 };
                    Outcome::Opened(Box::new(opened))
                }
                Err(error) => Outcome::Answer(request, Err(RpcError::of(&error, words))),
            }
        });
        Ok(())
    }

    pub(super) fn open_old(
        &mut self,
        request: Value,
        params: &Value,
        how: How,
    ) -> Result<(), RpcError> {
        let session = session_of(params)?;
        let local_directory = text_of(params, "cwd")?;
        say_what_is_left_out(params);
        let (client, words) = (self.client.clone(), self.words);
        self.beside.spawn(async move {
            match find(&client, session, words).await {
                Ok((session, last)) => {
                    let opened = Opened { request, how, local_directory, session, last };
                    Outcome::Opened(Box::new(opened))
                }
                Err(error) => Outcome::Answer(request, Err(RpcError::of(&error, words))),
            }
        });
        Ok(())
    }

    /// Lists the chats that can be loaded, a page at a time.
    pub(super) fn list(&mut self, request: Value, params: &Value) {
        let text = |name: &str| params.get(name).and_then(Value::as_str).map(str::to_owned);
        let (directory, cursor) = (text("cwd"), text("cursor"));
        let (client, options, words) = (self.client.clone(), self.options.clone(), self.words);
        self.beside.spawn(async move {
            let listed = list(&client, options, directory, cursor, words).await;
            Outcome::Answer(request, listed.map_err(|error| RpcError::of(&error, words)))
        });
    }

    /// Follows a session that was opened. The editor is answered when everything was told.
    pub(super) fn opened(&mut self, opened: Opened) {
        let session = opened.session.session_id;
        self.chats.insert(session, Chat::new(opened));
        self.live.follow(session, 0);
        let client = self.client.clone();
        self.beside.spawn(async move {
            match client.session(session).await {
                // It may have ended before it was followed.
                Ok(session) => Outcome::Session(Box::new(session)),
                Err(_) => Outcome::Nothing,
            }
        });
    }

    /// What the server says of a session: one that has ended does not open any more.
    pub(super) async fn session<O: AsyncWrite + Unpin>(
        &mut self,
        session: SessionView,
        out: &mut Writer<O>,
    ) -> anyhow::Result<()> {
        if !session.status.is_final() {
            return Ok(());
        }
        let why = session.detail.unwrap_or_else(|| session.status.to_string());
        self.give_up_opening(session.session_id, &why, out).await
    }

    /// Answers the request that opened a session, as soon as that can be used, and tells what the
    /// answer has no place for.
    pub(super) async fn tell_controls<O: AsyncWrite + Unpin>(
        &mut self,
        session: SessionId,
        out: &mut Writer<O>,
    ) -> anyhow::Result<()> {
        let Some(chat) = self.chats.get_mut(&session) else { return Ok(()) };
        let Some((request, how)) = chat.take_opening_if_ready() else { return Ok(()) };
        let mut answer = chat.controls.in_answer();
        if how == How::New {
            answer["sessionId"] = json!(session);
        }
        out.answer(&request, Ok(answer)).await?;
        if let Some(update) = chat.controls.commands_update() {
            let params = json!({ "sessionId": session, "update": update });
            out.notify("session/update", params).await?;
        }
        Ok(())
    }

    /// A session has ended: if the editor waits for it to open, it waits in vain.
    pub(super) async fn give_up_opening<O: AsyncWrite + Unpin>(
        &mut self,
        session: SessionId,
        why: &str,
        out: &mut Writer<O>,
    ) -> anyhow::Result<()> {
        let waits = self.chats.get(&session).is_some_and(|chat| chat.opens() == Some(How::New));
        if waits { self.end(session, &RpcError::internal(why), out).await } else { Ok(()) }
    }

    pub(super) async fn give_up<O: AsyncWrite + Unpin>(
        &mut self,
        session: SessionId,
        error: &ClientError,
        out: &mut Writer<O>,
    ) -> anyhow::Result<()> {
        let error = RpcError::internal(error.to_string());
        self.end(session, &error, out).await
    }

    /// A session cannot be used any more: whatever waits for it is answered with an error.
    pub(super) async fn end<O: AsyncWrite + Unpin>(
        &mut self,
        session: SessionId,
        error: &RpcError,
        out: &mut Writer<O>,
    ) -> anyhow::Result<()> {
        let Some(chat) = self.chats.remove(&session) else { return Ok(()) };
        self.live.unfollow(session);
        for request in chat.into_requests() {
            out.answer(&request, Err(error.clone())).await?;
        }
        Ok(())
    }
}

async fn start(
    client: &Client,
    mut options: ChatOptions,
    local_directory: &str,
    words: &dyn Words,
) -> anyhow::Result<SessionView> {
    let machine = lookup::machine(client, &options.machine, words).await?;
    // The editor's directory is one of another computer, unless the machine allows sessions there.
    if options.cwd.is_none() && starting::is_within(local_directory, &machine.workspaces) {
        options.cwd = Some(local_directory.to_owned());
    }
    // Questions go to the editor, or to whoever else may answer them.
    let non_interactive_permissions = NonInteractive::Wait;
    let options =
        PromptOptions { chat: options, non_interactive_permissions, ..PromptOptions::default() };
    starting::start_chat(client, &machine, &options, words).await
}

async fn find(
    client: &Client,
    session: SessionId,
    words: &dyn Words,
) -> anyhow::Result<(SessionView, u64)> {
    let session = client.session(session).await?;
    if session.kind != SessionKind::Chat {
        let refusal = Refusal::new(Meaning::Usage, words.not_a_chat(&session.title));
        return Err(refusal.into());
    }
    let last = client.updates(session.session_id, 0, Some(1)).await?.last;
    Ok((session, last))
}

async fn list(
    client: &Client,
    options: ChatOptions,
    directory: Option<String>,
    cursor: Option<String>,
    words: &dyn Words,
) -> anyhow::Result<Value> {
    let machine = match options.machine.machine {
        Some(_) => Some(lookup::machine(client, &options.machine, words).await?.machine_id),
        None => None,
    };
    let page =
        client.sessions(&SessionFilter { machine, cursor, ..SessionFilter::default() }).await?;
    let is_meant = |session: &SessionView| {
        let agent = options.agent.as_deref();
        session.kind == SessionKind::Chat
            && agent.is_none_or(|agent| session.agent_name.as_deref() == Some(agent))
            && directory.as_deref().is_none_or(|directory| session.project_path == directory)
    };
    let chats: Vec<Value> = page
        .sessions
        .iter()
        .filter(|session| is_meant(session))
        .map(|session| {
            json!({
                "sessionId": session.session_id,
                "cwd": session.project_path,
                "title": session.title,
                "updatedAt": session.last_active_at,
            })
        })
        .collect();
    let mut answer = json!({ "sessions": chats });
    if let Some(cursor) = page.next_cursor {
        answer["nextCursor"] = json!(cursor);
    }
    Ok(answer)
}

/// Servers of the editor's own computer cannot be reached from the machine.
fn say_what_is_left_out(params: &Value) {
    let servers = params.get("mcpServers").and_then(Value::as_array);
    if servers.is_some_and(|servers| !servers.is_empty()) {
        tracing::warn!(
            "the editor's MCP servers run on this computer; the agent goes without them"
        );
    }
}

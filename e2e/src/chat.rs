//! A chat as one who follows it sees it: everything that was told, in order, and nothing twice.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result, anyhow, ensure};
use client::{Client, Live, LiveEvent};
use contract::live::StreamState;
use contract::permissions::{AnswerPermission, PermissionView};
use contract::sessions::{CreateTurn, PromptContent, SessionView, TurnView};
use model::permission::{PermissionAnswer, PermissionState};
use model::session::SessionState;
use model::turn::{TurnState, WhenBusy};
use model::{PermissionRequestId, SessionId, TurnId};
use serde_json::Value;

use crate::patience::{PATIENCE, within};

/// A chat that is followed.
pub struct Chat {
    /// What can be asked of the server.
    pub client: Client,
    /// What was told.
    pub seen: Seen,
    live: Live,
    prompts: u32,
}

/// What was told of a chat.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The session.
    pub session: SessionView,
    /// Its turns.
    pub turns: BTreeMap<TurnId, TurnView>,
    /// Its questions, by when they were asked.
    pub questions: BTreeMap<PermissionRequestId, PermissionView>,
    /// Its transcript, from the first update.
    pub updates: Vec<Value>,
    /// How often the connection was lost.
    pub losses: u32,
    /// Whether updates flow.
    pub stream: Option<StreamState>,
}

impl Chat {
    /// Follows a chat from its first update.
    pub fn follow(client: Client, session: SessionView) -> Self {
        let mut live = client.live();
        live.follow(session.session_id, 0);
        let seen = Seen {
            session,
            turns: BTreeMap::new(),
            questions: BTreeMap::new(),
            updates: Vec::new(),
            losses: 0,
            stream: None,
        };
        Self { client, seen, live, prompts: 0 }
    }

    /// The session.
    pub fn id(&self) -> SessionId {
        self.seen.session.id
    }

    /// Waits until `find` finds something in what was told.
    pub async fn until<T>(&mut self, what: &str, find: impl Fn(&Seen) -> Option<T>) -> Result<T> {
        let found = async {
            loop {
                if let Some(found) = find(&self.seen) {
                    return Ok(found);
                }
                self.next().await?;
            }
        };
        let found = within(PATIENCE, what, found).await;
        found.map_err(|error| error.context(self.seen.describe()))
    }

    /// Waits until it is in a state, or in one from which nothing follows.
    pub async fn state(&mut self, state: SessionState) -> Result<()> {
        let is_there = |seen: &Seen| {
            let now = seen.session.status;
            (now == state || now.is_final()).then_some(now)
        };
        let now = self.until(&format!("wait until the chat is {state}"), is_there).await?;
        ensure!(now == state, "the chat is {now}: {:?}", self.seen.session.detail);
        Ok(())
    }

    /// Waits until it waits for a prompt.
    pub async fn idle(&mut self) -> Result<()> {
        self.state(SessionState::Idle).await
    }

    /// Gives the agent a prompt; it waits its turn.
    pub async fn prompt(&mut self, text: &str) -> Result<TurnId> {
        self.prompt_when_busy(text, WhenBusy::Queue).await
    }

    /// Gives the agent a prompt.
    pub async fn prompt_when_busy(&mut self, text: &str, when_busy: WhenBusy) -> Result<TurnId> {
        self.prompts += 1;
        let key = format!("{}-{}", self.id(), self.prompts);
        let turn = self.client.prompt(self.id(), &turn_of(text, when_busy), &key).await?;
        let id = turn.turn_id;
        self.seen.turns.entry(id).or_insert(turn);
        Ok(id)
    }

    /// Gives the agent a prompt and waits until its turn has ended.
    pub async fn ask(&mut self, text: &str) -> Result<TurnView> {
        let turn = self.prompt(text).await?;
        self.ended(turn).await
    }

    /// Waits until a turn has ended, for the server and for whoever reads the transcript.
    pub async fn ended(&mut self, turn: TurnId) -> Result<TurnView> {
        self.until(&format!("wait for the end of turn {turn}"), |seen| {
            let ended = seen.turns.get(&turn).filter(|turn| turn.state.is_final())?;
            match seen.turn_update(turn) {
                Some(told) => (told["state"] == ended.state.as_str()).then(|| ended.clone()),
                // The machine has refused it, and it is not in the transcript.
                None => (ended.state == TurnState::Failed).then(|| ended.clone()),
            }
        })
        .await
    }

    /// Waits for an open question.
    pub async fn question(&mut self) -> Result<PermissionView> {
        let open = |seen: &Seen| seen.open_questions().into_iter().next();
        self.until("wait for a question", open).await
    }

    /// Answers a question.
    pub async fn answer(
        &mut self,
        question: &PermissionView,
        answer: PermissionAnswer,
        note: Option<&str>,
    ) -> Result<PermissionView> {
        let body = AnswerPermission {
            answer,
            note: note.map(str::to_owned),
            digest: question.digest.clone(),
            always: None,
        };
        let answered = self.client.permission_answer(question.request_id, &body).await?;
        self.seen.questions.insert(answered.request_id, answered.clone());
        Ok(answered)
    }

    /// Waits for one more event.
    pub async fn next(&mut self) -> Result<()> {
        let event = self.live.next().await.context("follow the chat")?;
        let id = self.id();
        match event {
            LiveEvent::Session(session) if session.session_id == id => self.seen.session = session,
            LiveEvent::Turn(turn) if turn.session_id == id => {
                self.seen.turns.insert(turn.turn_id, turn);
            }
            LiveEvent::Permission(question) if question.session_id == id => {
                self.seen.questions.insert(question.request_id, question);
            }
            LiveEvent::Updates { session, records } if session == id => {
                for record in records {
                    let expected = self.seen.updates.len() as u64 + 1;
                    ensure!(record.seq == expected, "update {} after {expected}", record.seq);
                    self.seen.updates.push(serde_json::from_str(record.update.get())?);
                }
            }
            LiveEvent::Stream { session, state } if session == id => {
                self.seen.stream = Some(state);
                if state == StreamState::Restarted {
                    self.seen.updates.clear();
                }
            }
            LiveEvent::Disconnected { .. } => self.seen.losses += 1,
            LiveEvent::Snapshot(_) => self.refresh().await?,
            LiveEvent::Refused { session, error } if session == id => {
                return Err(anyhow!(error).context("follow the chat"));
            }
            _ => {}
        }
        Ok(())
    }

    /// Asks for what the snapshot of a new connection does not hold.
    async fn refresh(&mut self) -> Result<()> {
        let id = self.id();
        let asked = async {
            let session = self.client.session(id).await?;
            let turns = self.client.turns(id).await?;
            let questions = self.client.permissions(Some(id)).await?;
            Ok::<_, client::Error>((session, turns, questions))
        };
        let (session, turns, questions) = match asked.await {
            Ok(asked) => asked,
            // The connection is lost as well, and the next one brings a snapshot, too.
            Err(error) if error.is_offline() => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        self.seen.session = session;
        self.seen.turns.extend(turns.into_iter().map(|turn| (turn.turn_id, turn)));
        // One that is not open any more was answered or withdrawn meanwhile.
        self.seen.questions.retain(|_, question| question.state != PermissionState::Pending);
        let open = questions.into_iter().map(|question| (question.request_id, question));
        self.seen.questions.extend(open);
        Ok(())
    }
}

impl Seen {
    /// Updates of a kind.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl DoubleEndedIterator<Item = &'a Value> {
        self.updates.iter().filter(move |update| update["kind"] == kind)
    }

    /// Questions that nobody has answered.
    pub fn open_questions(&self) -> Vec<PermissionView> {
        let open = |question: &&PermissionView| question.state == PermissionState::Pending;
        self.questions.values().filter(open).cloned().collect()
    }

    /// What the agent has said, in one piece.
    pub fn said(&self) -> String {
        let texts = self.of_kind("agent_message_chunk");
        texts.filter_map(|chunk| chunk["content"]["text"].as_str()).collect()
    }

    /// The last word of the transcript about a turn.
    pub fn turn_update(&self, turn: TurnId) -> Option<&Value> {
        let id = turn.to_string();
        self.of_kind("turn").rev().find(|update| update["turn_id"] == id.as_str())
    }

    /// A notice with this code.
    pub fn notice(&self, code: &str) -> Option<&Value> {
        self.of_kind("notice").find(|notice| notice["code"] == code)
    }

    /// Everything that was told of a tool call, upserts applied.
    pub fn tool_calls(&self) -> Vec<Value> {
        let mut calls: Vec<Value> = Vec::new();
        for update in self.of_kind("tool_call") {
            let known =
                calls.iter_mut().find(|call| call["tool_call_id"] == update["tool_call_id"]);
            match (known, update) {
                (Some(Value::Object(call)), Value::Object(news)) => call.extend(news.clone()),
                _ => calls.push(update.clone()),
            }
        }
        calls
    }

    /// All of it in short, for people.
    fn describe(&self) -> String {
        let Self { session, stream, losses, .. } = self;
        let mut text = format!(
            "the chat is {} {:?}, its stream is {stream:?}, {losses} connections were lost",
            session.status, session.detail
        );
        for turn in self.turns.values() {
            let _ = write!(text, "\nturn {} {} {:?}", turn.turn_id, turn.state, turn.outcome);
        }
        for question in self.questions.values() {
            let _ = write!(text, "\nquestion {} {}", question.title, question.state);
        }
        for update in self.updates.iter().rev().take(12).rev() {
            let update: String = update.to_string().chars().take(600).collect();
            let _ = write!(text, "\n{update}");
        }
        text
    }
}

/// A prompt.
pub fn turn_of(text: &str, when_busy: WhenBusy) -> CreateTurn {
    CreateTurn { content: PromptContent::Text(text.to_owned()), when_busy }
}

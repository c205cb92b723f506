//! The history of a session that was begun outside of us. Its agent tells it when it loads the
//! session, and it goes into the transcript, as turns that are over.

use model::TurnId;
use model::turn::TurnState;
use serde::{Deserialize, Serialize};

use super::Conversation;
use crate::acp::RpcError;
use crate::setup::Outside;
use crate::update::{
    Content, HowOpened, NoticeCode, ToolStatus, TurnOrigin, TurnUpdate, Update, UserMessage,
};

/// Whose the prompts are: files of agents do not say.
const AUTHOR: &str = "outside of Gantline";

/// History that is being told.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Recounting {
    is_on: bool,
    turn: Option<Recounted>,
}

/// The turn that is being told.
#[derive(Debug, Serialize, Deserialize)]
struct Recounted {
    turn: TurnId,
    /// The agent's name for the prompt.
    message: Option<String>,
    /// What was said of the prompt; `None` once it is in the transcript.
    prompt: Option<Vec<Content>>,
}

impl Recounting {
    pub(super) const fn is_on(&self) -> bool {
        self.is_on
    }
}

impl Conversation {
    /// The agent's name for the session that it is to go on with, until it has done so once.
    fn to_be_continued(&self) -> Option<&str> {
        self.setup.continues.as_deref().filter(|_| !self.ever_ready)
    }

    /// How a session that was begun outside is opened; `None` where there is none, or none any more.
    /// The error says that it cannot be.
    pub(super) fn how_to_continue(&self) -> Option<Result<HowOpened, &'static str>> {
        self.to_be_continued().map(|_| match () {
            // Only this way its history is told.
            () if self.facts.loads => Ok(HowOpened::Loaded),
            () if self.facts.resumes => Ok(HowOpened::Resumed),
            () => Err("it cannot take up earlier sessions; a newer release of it may"),
        })
    }

    /// Notes that the agent is about to be asked for the session, where it was begun outside.
    pub(super) fn begin_to_recount(&mut self, how: HowOpened) {
        self.recounting = Recounting::default();
        if let Some(session) = self.to_be_continued().map(str::to_owned) {
            self.agent_session = Some(session);
            self.recounting.is_on = how == HowOpened::Loaded;
        }
    }

    /// Whether a session was to be opened that was begun outside.
    pub(super) fn is_to_continue(&self) -> bool {
        self.to_be_continued().is_some()
    }

    /// Nothing is begun in its place: that would look as if the agent knew what was said.
    pub(super) fn cannot_continue(&mut self, why: &str) {
        let message = format!(
            "{} cannot go on with the session that was begun outside: {why}",
            self.agent_title()
        );
        self.start_failed(NoticeCode::AgentStartFailed, &message, "");
    }

    pub(super) fn refused_to_continue(&mut self, error: &RpcError) {
        self.cannot_continue(&error.for_people());
    }

    /// Takes in a piece of what a person wrote.
    pub(super) fn recount_prompt(
        &mut self,
        outside: Outside<'_>,
        message: Option<String>,
        content: Content,
    ) {
        if let Some(Recounted { message: known, prompt: Some(pieces), .. }) =
            &mut self.recounting.turn
            && *known == message
        {
            pieces.push(content);
            return;
        }
        self.finish_recounted_turn();
        let turn = TurnId::new(outside.clock.now(), outside.rng);
        self.show_recounted(turn, TurnState::Running);
        self.recounting.turn = Some(Recounted { turn, message, prompt: Some(vec![content]) });
    }

    /// Something else is told than what the person wrote: that is whole.
    pub(super) fn recount_prompt_is_whole(&mut self) {
        let Some(recounted) = &mut self.recounting.turn else { return };
        let Some(content) = recounted.prompt.take() else { return };
        let turn_id = recounted.turn;
        self.voices.interrupt();
        let message_id = self.voices.fresh_id();
        let author = AUTHOR.to_owned();
        self.append(Update::UserMessage(UserMessage { message_id, turn_id, author, content }));
    }

    /// Everything was told.
    pub(super) fn finish_recounting(&mut self) {
        self.finish_recounted_turn();
        self.recounting = Recounting::default();
    }

    fn finish_recounted_turn(&mut self) {
        self.recount_prompt_is_whole();
        let Some(recounted) = self.recounting.turn.take() else { return };
        self.close_tool_calls(ToolStatus::Unfinished);
        self.voices.interrupt();
        self.show_recounted(recounted.turn, TurnState::Done);
    }

    /// The server is not told of it: nobody has ordered it here.
    fn show_recounted(&mut self, turn_id: TurnId, state: TurnState) {
        self.turns.remember(turn_id, state);
        self.append(Update::Turn(TurnUpdate {
            turn_id,
            state,
            author: AUTHOR.to_owned(),
            origin: TurnOrigin::Prompt,
            stop_reason: None,
            outcome: None,
        }));
    }
}

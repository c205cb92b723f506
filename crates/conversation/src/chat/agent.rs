//! Starting the agent, opening the session, and going on after the agent has died.

use model::Tick;
use policy::AuthPolicy;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Conversation;
use super::controls::Setting;
use crate::acp::read::{self, PROTOCOL_VERSION};
use crate::acp::{Call, RpcError};
use crate::effect::Effect;
use crate::orders::{AgentExit, LaunchFailure};
use crate::setup::{HANDSHAKE_WITHIN, Outside, QUIET_FOR, QUIET_WITHIN};
use crate::text;
use crate::update::state::LOGIN_REQUIRED;
use crate::update::{AgentUpdate, ChatState, HowOpened, Level, Notice, NoticeCode, Update};

/// Where the agent's process stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Phase {
    /// There is none.
    Down,
    /// The caller starts it.
    Launching,
    /// It is asked who it is and to open the session.
    Opening {
        /// When it must have answered.
        #[serde(skip)]
        deadline: Tick,
    },
    /// It is told its mode and model.
    Adjusting {
        /// When it must have answered.
        #[serde(skip)]
        deadline: Tick,
    },
    /// It may still be telling history that is in the transcript already.
    Settling {
        /// When it counts as done if it is quiet until then.
        #[serde(skip)]
        quiet_at: Tick,
        /// When it counts as done anyway.
        #[serde(skip)]
        at_most: Tick,
    },
    /// It can be prompted.
    Ready,
    /// The caller ends it.
    Leaving,
}

/// What the agent was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Asked {
    Initialize,
    Authenticate,
    Open(HowOpened),
    Prompt,
    /// A setting, and whether the session waits for it.
    Set(Setting, Importance),
}

/// Whether the session waits for a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Importance {
    /// The session does not begin without it.
    Vital,
    /// The session begins when it is answered, whatever the answer.
    Awaited,
    /// A person wants it in a session that goes on meanwhile.
    Wished,
}

/// What one attempt to start the agent has come to.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Attempt {
    tried_to_log_in: bool,
    /// Why a chat that never had a ready agent will not get one.
    failure: Option<String>,
}

impl Phase {
    /// The same with the time to do it from now on: what an earlier process counted means nothing.
    pub(super) fn begun_anew(self, now: Tick) -> Self {
        match self {
            Self::Opening { .. } => Self::Opening { deadline: now + HANDSHAKE_WITHIN },
            Self::Adjusting { .. } => Self::Adjusting { deadline: now + HANDSHAKE_WITHIN },
            Self::Settling { .. } => {
                Self::Settling { quiet_at: now + QUIET_FOR, at_most: now + QUIET_WITHIN }
            }
            other => other,
        }
    }

    pub(super) fn deadline(self) -> Option<Tick> {
        match self {
            Self::Opening { deadline } | Self::Adjusting { deadline } => Some(deadline),
            Self::Settling { quiet_at, at_most } => Some(quiet_at.min(at_most)),
            Self::Down | Self::Launching | Self::Ready | Self::Leaving => None,
        }
    }

    /// Whether a process is on its way to being ready.
    pub(super) const fn is_coming(self) -> bool {
        matches!(
            self,
            Self::Launching | Self::Opening { .. } | Self::Adjusting { .. } | Self::Settling { .. }
        )
    }

    /// Whether there is a process that can be spoken to.
    pub(super) const fn can_hear(self) -> bool {
        !matches!(self, Self::Down | Self::Launching | Self::Leaving)
    }
}

impl Conversation {
    /// The agent's process runs.
    pub fn agent_started(&mut self, now: Tick) {
        if self.phase == Phase::Launching {
            self.phase = Phase::Opening { deadline: now + HANDSHAKE_WITHIN };
            let version = self.setup.version.clone();
            self.ask(Call::Initialize { version }, Asked::Initialize);
        }
        self.settle();
    }

    /// The agent's process could not be started.
    pub fn launch_failed(&mut self, failure: &LaunchFailure) {
        if matches!(self.phase, Phase::Launching | Phase::Leaving) {
            let message = text::detail(&failure.message);
            self.phase = Phase::Leaving;
            if self.stopping.is_none() {
                let code = NoticeCode::AgentStartFailed;
                let notice = Notice::new(Level::Error, code, message.clone());
                self.notify(notice.with_detail(text::detail(&failure.hint)));
            }
            self.fail_all_turns(&message);
            self.process_is_gone(Some(&message));
        }
        self.settle();
    }

    /// The agent's process has ended.
    pub fn agent_exited(&mut self, exit: &AgentExit) {
        let message = format!("{} has ended ({})", self.agent_title(), text::line(&exit.status));
        let code = match self.phase {
            Phase::Down => return,
            Phase::Leaving => None,
            Phase::Ready => Some(NoticeCode::AgentExited),
            _ => Some(NoticeCode::AgentStartFailed),
        };
        // Nobody listens any more.
        self.phase = Phase::Leaving;
        if let Some(code) = code {
            self.note_exit(code, &message, exit);
            match code {
                NoticeCode::AgentExited => self.fail_running_turn(&message),
                _ => self.fail_all_turns(&message),
            }
        }
        self.process_is_gone(code.map(|_| message.as_str()));
        self.settle();
    }

    /// The agent's process was ended because whoever holds it goes, and the chat goes on with another
    /// one later. Between turns there is nothing to tell; a turn that ran has failed with it, and prompts
    /// that wait go on waiting.
    pub fn agent_put_away(&mut self, exit: &AgentExit) {
        let is_at_rest = self.phase == Phase::Ready && !self.turns.is_running();
        if is_at_rest || self.phase.is_coming() {
            self.phase = Phase::Leaving;
        }
        self.agent_exited(exit);
    }

    pub(super) fn launch(&mut self) {
        self.phase = Phase::Launching;
        self.effects.push_back(Effect::Launch);
    }

    /// Has the process ended by the caller. What is on its way from it is not heard any more.
    pub(super) fn leave(&mut self, how: Effect) {
        self.phase = Phase::Leaving;
        self.effects.push_back(how);
    }

    /// The time of the phase is over.
    pub(super) fn phase_timed_out(&mut self) {
        match self.phase {
            Phase::Settling { .. } => self.be_ready(),
            _ => self.handshake_timed_out(),
        }
    }

    fn handshake_timed_out(&mut self) {
        let within = HANDSHAKE_WITHIN.as_secs();
        let message = format!(
            "{} did not open a session within {within} s; is it an ACP agent?",
            self.agent_title()
        );
        self.start_failed(NoticeCode::AgentUnresponsive, &message, "");
    }

    pub(super) fn initialized(&mut self, outside: Outside<'_>, outcome: Result<Value, RpcError>) {
        let answer = match outcome {
            Ok(answer) => answer,
            Err(error) => return self.refused_to_start(&error),
        };
        self.facts = read::agent_facts(&answer);
        let version = self.facts.protocol_version;
        if version != PROTOCOL_VERSION {
            let message = format!(
                "{} speaks version {version} of ACP; version {PROTOCOL_VERSION} is needed",
                self.agent_title()
            );
            return self.start_failed(NoticeCode::AgentStartFailed, &message, "");
        }
        self.open_session(outside);
    }

    pub(super) fn authenticated(&mut self, outside: Outside<'_>, outcome: Result<Value, RpcError>) {
        match outcome {
            Ok(_) => self.open_session(outside),
            Err(error) if self.setup.policy.auth == AuthPolicy::Skip => {
                let text = format!(
                    "{} could not log in, and goes on without: {}",
                    self.agent_title(),
                    error.for_people()
                );
                self.warn(NoticeCode::LoginRequired, text);
                self.open_session(outside);
            }
            Err(error) => self.login_required(&error),
        }
    }

    /// Takes up the session that the agent knows, or begins one.
    fn open_session(&mut self, outside: Outside<'_>) {
        let how = match (self.how_to_continue(), &self.agent_session) {
            (Some(Ok(how)), _) => how,
            (Some(Err(why)), _) => return self.cannot_continue(why),
            (None, Some(_)) if self.facts.resumes => HowOpened::Resumed,
            (None, Some(_)) if self.facts.loads => HowOpened::Loaded,
            _ => HowOpened::New,
        };
        self.ask_to_open(outside, how);
    }

    fn ask_to_open(&mut self, outside: Outside<'_>, how: HowOpened) {
        self.phase = Phase::Opening { deadline: outside.clock.tick() + HANDSHAKE_WITHIN };
        self.begin_to_recount(how);
        self.replaying = how == HowOpened::Loaded && !self.recounting.is_on();
        let (cwd, meta) = (self.setup.workspace.clone(), self.setup.profile.session_meta.clone());
        let session = self.agent_session.clone().unwrap_or_default();
        let call = match how {
            HowOpened::New => Call::New { cwd, meta },
            HowOpened::Loaded => Call::Load { session, cwd, meta },
            HowOpened::Resumed => Call::Resume { session, cwd, meta },
        };
        self.ask(call, Asked::Open(how));
    }

    pub(super) fn session_opened(
        &mut self,
        outside: Outside<'_>,
        how: HowOpened,
        outcome: Result<Value, RpcError>,
    ) {
        match outcome {
            Ok(answer) => self.enter_session(outside, how, &answer),
            Err(error) if error.is_login_required() => self.log_in(outside, &error),
            Err(error) if how == HowOpened::New => self.refused_to_start(&error),
            Err(error) if self.is_to_continue() => self.refused_to_continue(&error),
            Err(error) => {
                self.lose_context(&error.for_people());
                self.ask_to_open(outside, HowOpened::New);
            }
        }
    }

    /// Logs in by the adapter's method, once; else says what a person can do.
    fn log_in(&mut self, outside: Outside<'_>, error: &RpcError) {
        let tried = self.attempt.tried_to_log_in;
        let Some(method_id) = self.setup.profile.authenticate.clone().filter(|_| !tried) else {
            return self.login_required(error);
        };
        self.attempt.tried_to_log_in = true;
        self.phase = Phase::Opening { deadline: outside.clock.tick() + HANDSHAKE_WITHIN };
        self.ask(Call::Authenticate { method_id }, Asked::Authenticate);
    }

    fn enter_session(&mut self, outside: Outside<'_>, how: HowOpened, answer: &Value) {
        let offered = read::session_facts(answer);
        let session = match how {
            HowOpened::New => offered.session_id.clone(),
            HowOpened::Loaded | HowOpened::Resumed => self.agent_session.clone(),
        };
        let Some(session) = session else {
            let message = format!("{} opened a session without a name", self.agent_title());
            return self.start_failed(NoticeCode::AgentStartFailed, &message, "");
        };
        self.say_whether_it_remembers(how);
        self.agent_session = Some(session.clone());
        let update = self.agent_update(session, how);
        self.append(Update::Agent(update));
        let before = std::mem::replace(&mut self.controls, offered.into());
        self.show_changed_controls(&before);
        self.phase = Phase::Adjusting { deadline: outside.clock.tick() + HANDSHAKE_WITHIN };
        self.hear_early(outside);
        self.adjust(outside.clock.tick());
    }

    /// Goes on when everything that the session waits for has been answered.
    pub(super) fn finish_adjusting(&mut self, now: Tick) {
        let awaited =
            |asked: &Asked| matches!(asked, Asked::Set(_, Importance::Vital | Importance::Awaited));
        if !matches!(self.phase, Phase::Adjusting { .. }) || self.asked.values().any(awaited) {
            return;
        }
        if let Some((setting, _)) = self.strayed() {
            return self.does_not_ask(&setting, "it stays as it is");
        }
        if self.replaying || self.recounting.is_on() {
            let (quiet_at, at_most) = (now + QUIET_FOR, now + QUIET_WITHIN);
            self.phase = Phase::Settling { quiet_at, at_most };
        } else {
            self.be_ready();
        }
    }

    fn be_ready(&mut self) {
        self.finish_recounting();
        self.phase = Phase::Ready;
        self.ever_ready = true;
        self.replaying = false;
    }

    /// The agent has said something: if it is telling history, it is not done.
    pub(super) fn stay_unsettled(&mut self, now: Tick) {
        if let Phase::Settling { quiet_at, .. } = &mut self.phase {
            *quiet_at = now + QUIET_FOR;
        }
    }

    fn agent_update(&self, agent_session_id: String, opened: HowOpened) -> AgentUpdate {
        AgentUpdate {
            name: self.facts.name.as_deref().map(text::line),
            version: self.facts.version.as_deref().map(text::line),
            agent_session_id,
            opened,
            prompt: self.facts.prompt,
            remembers: self.facts.loads || self.facts.resumes,
            asks: self.setup.profile.does_not_ask.is_none(),
        }
    }

    fn say_whether_it_remembers(&mut self, how: HowOpened) {
        let (level, code) = (Level::Info, NoticeCode::ContextResumed);
        match how {
            HowOpened::New if self.agent_session.is_none() => self.warn_if_it_does_not_ask(),
            HowOpened::New if !self.facts.loads && !self.facts.resumes => {
                self.lose_context("it cannot take up earlier sessions");
            }
            HowOpened::New => {}
            HowOpened::Loaded | HowOpened::Resumed => {
                let text = format!("{} goes on with this session", self.agent_title());
                self.notify(Notice::new(level, code, text));
            }
        }
    }

    fn warn_if_it_does_not_ask(&mut self) {
        let when = self.setup.profile.does_not_ask.clone();
        if let Some(when) = when.filter(|_| !self.setup.allows_everything()) {
            let text = format!("{}: {when}", self.agent_title());
            self.warn(NoticeCode::AgentDoesNotAsk, text);
        }
    }

    fn lose_context(&mut self, why: &str) {
        let text = format!(
            "{} begins anew and does not know what was said before: {why}",
            self.agent_title()
        );
        self.notify(Notice::new(Level::Warning, NoticeCode::ContextLost, text));
    }

    fn refused_to_start(&mut self, error: &RpcError) {
        if error.is_login_required() {
            return self.login_required(error);
        }
        let message =
            format!("{} refused to open a session: {}", self.agent_title(), error.for_people());
        self.start_failed(NoticeCode::AgentStartFailed, &message, "");
    }

    fn login_required(&mut self, error: &RpcError) {
        let message = format!("{} must be logged in: {}", self.agent_title(), error.for_people());
        let ways: Vec<String> = self
            .facts
            .logins
            .iter()
            .map(|login| match &login.description {
                Some(description) => format!("{}: {description}", login.name),
                None => login.name.clone(),
            })
            .collect();
        self.start_failed(NoticeCode::LoginRequired, &message, &ways.join("\n"));
    }

    /// The process runs but is of no use.
    pub(super) fn start_failed(&mut self, code: NoticeCode, message: &str, detail: &str) {
        self.notify(Notice::new(Level::Error, code, message).with_detail(detail));
        let stop_reason = (code == NoticeCode::LoginRequired).then_some(LOGIN_REQUIRED);
        self.fail_all_turns_for(stop_reason, message);
        self.leave(Effect::KillAgent);
        // Whoever logs in can go on with the session; nothing else heals by itself.
        if !self.ever_ready && code != NoticeCode::LoginRequired {
            self.attempt.failure = Some(message.to_owned());
        }
    }

    /// Forgets everything that belonged to the process. A chat that never had a ready agent
    /// fails with `why` where there is one.
    fn process_is_gone(&mut self, why: Option<&str>) {
        self.phase = Phase::Down;
        self.finish_recounting();
        self.end_questions_and_tool_calls();
        self.asked.clear();
        self.early.forget();
        self.replaying = false;
        let failure = std::mem::take(&mut self.attempt).failure;
        let failure = failure.or_else(|| why.map(str::to_owned)).filter(|_| !self.ever_ready);
        if let Some(reason) = self.stopping.clone() {
            self.end(ChatState::Stopped, &reason);
        } else if let Some(failure) = failure {
            // Prompts that came in after the failure.
            self.fail_all_turns(&failure);
            self.end(ChatState::Failed, &failure);
        }
    }

    fn note_exit(&mut self, code: NoticeCode, message: &str, exit: &AgentExit) {
        let notice = Notice::new(Level::Error, code, message);
        let notice = notice.with_detail(text::detail(&exit.complaint)).about(self.turns.running());
        self.notify(notice);
    }

    pub(super) fn agent_title(&self) -> String {
        match self.setup.profile.title.as_str() {
            "" => self.facts.name.as_deref().map_or_else(|| "the agent".to_owned(), text::line),
            title => title.to_owned(),
        }
    }
}

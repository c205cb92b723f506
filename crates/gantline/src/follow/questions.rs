//! Questions of the agent, and who answers them.

use std::collections::{HashSet, VecDeque};
use std::io;

use client::Client;
use contract::permissions::{AnswerPermission, PermissionView};
use conversation::update::PolicyDecision;
use model::PermissionRequestId;
use model::permission::{PermissionAnswer, PermissionState};

use crate::audience::Audience;
use crate::hands::{Hands, Press};
use crate::question::{Asking, Said, always};
use crate::screen::Screen;
use crate::words::Words;

/// Tools that change nothing, as policies name them.
const READING: [&str; 4] = ["Glob", "Grep", "LS", "Read"];

/// What happens to a question that nobody can be asked here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum NonInteractive {
    /// It is answered with no.
    #[default]
    Deny,
    /// The turn is stopped.
    Fail,
    /// It waits until somebody answers it elsewhere, such as in the console.
    Wait,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answerer {
    /// Whoever sits at the window.
    Person,
    /// Nobody; this is what happens instead.
    Rule(NonInteractive),
}

/// What a question means for the turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    GoOn,
    /// It is to be stopped.
    StopTurn,
}

/// Questions of the agent.
pub(crate) struct Questions {
    answerer: Answerer,
    waiting: VecDeque<PermissionView>,
    asking: Option<Asking>,
    /// Those that were seen open.
    seen: HashSet<PermissionRequestId>,
    /// What was allowed and denied, by whomever.
    allowed: usize,
    denied: usize,
}

impl Questions {
    pub(crate) fn new(answerer: Answerer) -> Self {
        Self {
            answerer,
            waiting: VecDeque::new(),
            asking: None,
            seen: HashSet::new(),
            allowed: 0,
            denied: 0,
        }
    }

    /// Whether a question is shown at the moment.
    pub(crate) const fn is_asking(&self) -> bool {
        self.asking.is_some()
    }

    /// Whether a person answers them.
    pub(crate) fn has_a_person(&self) -> bool {
        self.answerer == Answerer::Person
    }

    /// Whether one is shown or waits to be.
    pub(crate) fn are_open(&self) -> bool {
        self.asking.is_some() || !self.waiting.is_empty()
    }

    /// How many were allowed and denied.
    pub(crate) const fn counts(&self) -> (usize, usize) {
        (self.allowed, self.denied)
    }

    /// Counts what the policy has decided without a person. That something may be read says
    /// nothing about whether the agent could do what it was asked for.
    pub(crate) fn decided(&mut self, decision: &PolicyDecision) {
        if !decision.allowed {
            self.denied += 1;
        } else if !READING.contains(&decision.tool.as_str()) {
            self.allowed += 1;
        }
    }

    /// A question is new, or has changed.
    pub(crate) async fn take(
        &mut self,
        question: PermissionView,
        client: &Client,
        audience: &mut Audience,
    ) -> anyhow::Result<Verdict> {
        if question.state != PermissionState::Pending {
            self.settled(&question);
            audience.permission(&question)?;
            return Ok(Verdict::GoOn);
        }
        if !self.seen.insert(question.request_id) {
            return Ok(Verdict::GoOn);
        }
        audience.permission(&question)?;
        match self.answerer {
            Answerer::Person | Answerer::Rule(NonInteractive::Wait) => {
                self.waiting.push_back(question);
                Ok(Verdict::GoOn)
            }
            Answerer::Rule(NonInteractive::Deny) => {
                if let Some(question) = deny(client, &question).await? {
                    self.settled(&question);
                }
                Ok(Verdict::GoOn)
            }
            Answerer::Rule(NonInteractive::Fail) => Ok(Verdict::StopTurn),
        }
    }

    /// Counts an answer, whoever gave it, and takes the question away.
    fn settled(&mut self, question: &PermissionView) {
        let is_it = |other: &PermissionView| other.request_id == question.request_id;
        self.waiting.retain(|other| !is_it(other));
        if self.asking.as_ref().is_some_and(|asking| is_it(asking.question())) {
            self.asking = None;
        }
        if !self.seen.remove(&question.request_id) {
            return;
        }
        match question.answer {
            Some(PermissionAnswer::AllowOnce | PermissionAnswer::AllowSession) => self.allowed += 1,
            Some(PermissionAnswer::Deny) => self.denied += 1,
            None => {}
        }
    }

    /// Shows the next question, if one waits and none is shown, and takes the keys for it.
    pub(crate) fn ask_next(
        &mut self,
        screen: &mut Screen,
        hands: &mut Hands,
        keeps_keys: bool,
        words: &dyn Words,
    ) -> io::Result<()> {
        if self.asking.is_none() {
            match self.waiting.pop_front() {
                Some(question) if self.answerer == Answerer::Person => {
                    hands.take_keys()?;
                    screen.raw(true);
                    self.asking = Some(Asking::begin(question, screen, words)?);
                    return Ok(());
                }
                Some(question) => {
                    screen
                        .passing(&words.waits_elsewhere(&crate::escape::line(&question.title)))?;
                    self.waiting.push_back(question);
                }
                None => {}
            }
        }
        match &self.asking {
            Some(asking) => screen.passing(&asking.prompt(words)),
            None if keeps_keys || !hands.has_keys() => Ok(()),
            None => {
                hands.give_keys_back();
                screen.raw(false);
                screen.passing(words.working())
            }
        }
    }

    /// Takes a key for the question that is shown.
    pub(crate) async fn press(
        &mut self,
        press: Press,
        screen: &mut Screen,
        client: &Client,
        words: &dyn Words,
    ) -> anyhow::Result<()> {
        let Some(asking) = &mut self.asking else { return Ok(()) };
        let Said::Answer(answer) = asking.press(press, screen, words)? else { return Ok(()) };
        screen.passing(words.answering())?;
        let id = asking.question().request_id;
        match client.permission_answer(id, &answer).await {
            Ok(question) => {
                self.settled(&question);
                if answer.always.is_some() {
                    tell_rule(client, &question, screen, words).await?;
                }
            }
            // It cannot be allowed like this; the question stands.
            Err(error) if error.status().is_some_and(|status| status.as_u16() == 400) => {
                let text = crate::escape::line(&error.to_string()).into_owned();
                screen.line(&screen.paint().yellow(format!("! {text}")))?;
                screen.passing(&asking.prompt(words))?;
            }
            Err(error) if error.is_offline() => {
                screen.line(&screen.paint().yellow(words.not_answered(&error.to_string())))?;
                screen.passing(&asking.prompt(words))?;
            }
            // Somebody else was first, or the agent asks no more: what became of it is told.
            Err(error) => {
                let text = crate::escape::line(&error.to_string()).into_owned();
                screen.line(&screen.paint().yellow(format!("! {text}")))?;
                self.asking = None;
            }
        }
        Ok(())
    }

    /// Nothing is asked any more.
    pub(crate) fn end(&mut self, hands: &mut Hands, keeps_keys: bool) {
        self.asking = None;
        self.waiting.clear();
        if !keeps_keys {
            hands.give_keys_back();
        }
    }
}

/// Says what is allowed from then on, and how that is taken back. The answer holds even where that
/// cannot be looked up.
async fn tell_rule(
    client: &Client,
    question: &PermissionView,
    screen: &mut Screen,
    words: &dyn Words,
) -> io::Result<()> {
    let noted = always::noted(client, question, words).await;
    let noted = noted.unwrap_or_else(|_| words.hint_list_rules().to_owned());
    screen.line(&screen.paint().dim(noted))
}

/// Says no. That somebody else was first is no error.
async fn deny(
    client: &Client,
    question: &PermissionView,
) -> anyhow::Result<Option<PermissionView>> {
    let answer = AnswerPermission {
        answer: PermissionAnswer::Deny,
        note: None,
        digest: question.digest.clone(),
        always: None,
    };
    match client.permission_answer(question.request_id, &answer).await {
        Ok(question) => Ok(Some(question)),
        Err(error) if matches!(error.status().map(|s| s.as_u16()), Some(404 | 409)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

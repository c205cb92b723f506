//! Prompts, and what others do in the same session.

use client::Live;
use contract::sessions::{CreateTurn, PromptContent, SessionView};
use model::SessionId;
use model::turn::WhenBusy;

use super::{Chat, Next, Talk};
use crate::commands::session::updates::print_pages;
use crate::escape;
use crate::exit::Meaning;
use crate::follow::budgets::Budgets;
use crate::follow::questions::{Answerer, NonInteractive, Questions};
use crate::follow::{Because, Ended, Follow, Goal, TypedAhead};
use crate::hands::Hands;
use crate::keys::new_key;
use crate::prompting::PromptOptions;
use crate::starting;

impl Chat {
    /// Gives the agent a prompt and follows it to its end, as often as it may be tried.
    pub(super) async fn prompt(
        &mut self,
        text: String,
        ahead: &mut TypedAhead,
    ) -> anyhow::Result<Next> {
        let mut attempt = 1;
        loop {
            let ended = self.prompt_once(&text, ahead).await?;
            let next = self.tell_end(&ended).await?;
            let wait = self.options.wait_before_retry(attempt);
            let Some(wait) = wait.filter(|_| ended.is_worth_another_try()) else {
                return Ok(next);
            };
            self.audience.retries(attempt, self.options.prompt_retries, wait, self.words)?;
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    async fn prompt_once(&mut self, text: &str, ahead: &mut TypedAhead) -> anyhow::Result<Ended> {
        let id = match &self.session {
            Some(talk) => talk.view.session_id,
            None => self.begin().await?,
        };
        let content = PromptContent::Text(text.to_owned());
        let body = CreateTurn { content, when_busy: WhenBusy::Queue };
        let turn = self.client.prompt(id, &body, &new_key()).await?;
        self.audience.turn(&turn)?;
        self.follow(id, Goal::Turn(turn.turn_id), ahead).await
    }

    /// Shows what others do, until it is calm.
    pub(super) async fn watch(&mut self, ahead: &mut TypedAhead) -> anyhow::Result<Next> {
        let Some(talk) = &self.session else { return Ok(Next::Prompt) };
        let ended = self.follow(talk.view.session_id, Goal::Calm, ahead).await?;
        if let Some(view) = self.audience.view() {
            view.finish()?;
        }
        self.count_tokens().await;
        self.notice_end(&ended).await;
        Ok(if ended.because == Because::Left { Next::Leave } else { Next::Prompt })
    }

    async fn follow(
        &mut self,
        session: SessionId,
        goal: Goal,
        ahead: &mut TypedAhead,
    ) -> anyhow::Result<Ended> {
        let mut live = self.live.take().unwrap_or_else(|| self.listen_to(session));
        let mut hands = Hands::new();
        let screen = self.audience.view().and_then(|view| view.screen.as_mut());
        let has_screen = screen.is_some();
        if let Some(screen) = screen {
            hands.take_keys()?;
            screen.raw(true);
            screen.typed(&ahead.line)?;
        }
        let answerer = answerer(&self.options, goal);
        let follow = Follow {
            client: &self.client,
            live: &mut live,
            hands: &mut hands,
            audience: &mut self.audience,
            words: self.words,
            session,
            goal,
            heard: std::mem::take(&mut self.heard),
            questions: Questions::new(answerer),
            budgets: Budgets::new(answerer == Answerer::Person),
            typed: has_screen.then_some(ahead),
        };
        let limit = self.options.limit().filter(|_| goal != Goal::Calm);
        let ended = follow.until_the_end(limit).await;
        hands.give_keys_back();
        if let Some(screen) = self.audience.view().and_then(|view| view.screen.as_mut()) {
            screen.raw(false);
        }
        match &ended {
            Ok(_) => self.live = Some(live),
            // After an error it is listened again from where it was told.
            Err(_) => {
                self.live = Some(live);
                self.hang_up().await;
            }
        }
        ended
    }

    fn listen_to(&self, session: SessionId) -> Live {
        let mut live = self.client.live();
        live.follow(session, self.session.as_ref().map_or(0, |talk| talk.after));
        live
    }

    async fn tell_end(&mut self, ended: &Ended) -> anyhow::Result<Next> {
        let meaning = ended.meaning();
        self.audience.ended(ended)?;
        if !matches!(meaning, Meaning::Done | Meaning::Denied) {
            let outcome = ended.outcome.as_deref().map(escape::line);
            let text = self.words.turn_ended(meaning, ended.state, outcome.as_deref());
            self.audience.remark(&text)?;
        }
        self.count_tokens().await;
        self.notice_end(ended).await;
        Ok(if ended.because == Because::Left { Next::Leave } else { Next::Prompt })
    }

    /// What the session has used by now. Where it is not known, it is not shown.
    async fn count_tokens(&mut self) {
        let Some(talk) = &self.session else { return };
        let usage = self.client.session_usage(talk.view.session_id).await;
        self.tokens =
            usage.ok().map(|usage| usage.totals.total_tokens).filter(|tokens| *tokens > 0);
    }

    /// A session that has ended is gone on with no more.
    async fn notice_end(&mut self, ended: &Ended) {
        if ended.is_session_over && self.session.is_some() {
            self.say(self.words.chat_stopped());
            self.forget().await;
        }
    }

    /// Starts the session, with the first prompt.
    async fn begin(&mut self) -> anyhow::Result<SessionId> {
        let session =
            starting::start_chat(&self.client, &self.machine, &self.options, self.words).await?;
        self.options.session = None;
        self.audience.session(&session, true)?;
        let agent = session.agent_name.clone().unwrap_or_default();
        let place = self.words.chat_begins(
            &escape::line(&agent),
            &escape::line(&self.machine.machine_name),
            &escape::line(&session.project_path),
        );
        self.say(&place);
        let id = session.session_id;
        self.go_on_with(session, 0);
        Ok(id)
    }

    /// Goes on with a session: shows what was said in it.
    pub(super) async fn show(&mut self, session: SessionView) -> anyhow::Result<()> {
        let title = escape::line(&session.title).into_owned();
        self.say(&self.words.chat_goes_on(&title));
        self.audience.session(&session, false)?;
        let after = print_pages(&self.client, session.session_id, 0, &mut self.audience).await?;
        if let Some(view) = self.audience.view() {
            view.finish()?;
        }
        self.options.session = None;
        self.go_on_with(session, after);
        self.count_tokens().await;
        Ok(())
    }

    fn go_on_with(&mut self, session: SessionView, after: u64) {
        self.options.chat.agent.clone_from(&session.agent_name);
        let id = session.session_id;
        self.session = Some(Talk { view: session, after });
        self.live = Some(self.listen_to(id));
    }
}

/// Who answers questions. Those of turns that others have begun are left to them where no person
/// sits here.
fn answerer(options: &PromptOptions, goal: Goal) -> Answerer {
    match (options.answerer(), goal) {
        (Answerer::Rule(_), Goal::Calm) => Answerer::Rule(NonInteractive::Wait),
        (answerer, _) => answerer,
    }
}

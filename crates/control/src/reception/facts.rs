//! One function for each kind of fact. A fact about something that is not this machine's is
//! dropped (S58); one that would take a state back is dropped too, because states only move
//! forward and the machine may have said the same before.

use std::sync::Arc;
use std::time::Duration;

use bus::{Event, Place};
use model::command::CommandState;
use model::machine::MachineFacts;
use model::notification::NoticeEvent;
use model::permission::{PermissionRequest, PermissionState};
use model::session::{Containment, Session, SessionState, WorktreeState};
use model::turn::TurnState;
use model::{
    AuditRecordId, CommandId, MachineId, PermissionRequestId, PolicyRuleId, Rng, SessionId,
    Timestamp, TurnId, UserId,
};
use serde_json::json;
use store::audit::NewAuditRecord;
use store::notifications::notices::News;
use store::{StoreError, Tx};
use wire::Report;
use wire::report::{
    CommandFinished, Fact, MachineDescribed, PermissionAsked, PermissionClosed, PolicyDecided,
    SessionChanged, SessionContained, SessionWorktree, TurnChanged,
};
use wire::update::UpdateEnded;

use crate::text::one_line;

/// Who reports, and when it arrived.
pub(super) struct Taking {
    pub(super) machine: MachineId,
    pub(super) now: Timestamp,
    pub(super) rng: Arc<dyn Rng>,
}

/// Longest text for people that is kept of a machine's report.
const LONGEST_DETAIL: usize = 2_000;

/// Largest description of a tool call that is kept.
const LARGEST_DETAILS: usize = 1024 * 1024;

impl Taking {
    /// Takes one report.
    pub(super) async fn take(
        &self,
        tx: &mut Tx,
        report: Report,
        events: &mut Vec<Event>,
    ) -> Result<(), StoreError> {
        match report.fact {
            Some(Fact::CommandFinished(fact)) => self.command_finished(tx, fact, events).await,
            Some(Fact::SessionChanged(fact)) => self.session_changed(tx, fact, events).await,
            Some(Fact::SessionContained(fact)) => self.session_contained(tx, fact, events).await,
            Some(Fact::SessionWorktree(fact)) => self.session_worktree(tx, fact, events).await,
            Some(Fact::TurnChanged(fact)) => self.turn_changed(tx, fact, events).await,
            Some(Fact::PermissionAsked(fact)) => self.permission_asked(tx, fact, events).await,
            Some(Fact::PermissionClosed(fact)) => self.permission_closed(tx, fact, events).await,
            Some(Fact::PolicyDecided(fact)) => self.policy_decided(tx, fact).await,
            Some(Fact::UpdateEnded(fact)) => self.update_ended(tx, fact).await,
            Some(Fact::MachineDescribed(fact)) => self.described(tx, fact, events).await,
            None => {
                tracing::info!(machine.id = %self.machine, "a report of an unknown kind was dropped");
                Ok(())
            }
        }
    }

    /// A command that failed takes its turn, or the session it should have started, with it.
    async fn command_finished(
        &self,
        tx: &mut Tx,
        fact: CommandFinished,
        events: &mut Vec<Event>,
    ) -> Result<(), StoreError> {
        let (Ok(id), Ok(state)) =
            (CommandId::from_slice(&fact.command_id), fact.state.parse::<CommandState>())
        else {
            return self.malformed("command");
        };
        let message = one_line(&fact.message, LONGEST_DETAIL);
        let error = (state != CommandState::Done).then_some((fact.code.as_str(), message.as_str()));
        let turn = tx.turn_of_command(id).await?;
        let Some(session) = tx.command_finish(id, self.machine, state, error, self.now).await?
        else {
            return Ok(());
        };
        let Some(session) = self.own_session(tx, session).await? else { return Ok(()) };
        if let Some(turn) = turn
            && let Some(end) = turn_end(state)
        {
            self.end_turn(tx, &session, turn.id, (end, "", &message), events).await?;
        }
        if state != CommandState::Done && session.state == SessionState::Starting {
            self.set_session(tx, session, SessionState::Failed, Some(&message), events).await?;
        } else if state != CommandState::Done {
            self.not_paused(tx, session.id, id, events).await?;
        }
        Ok(())
    }

    /// A session that was to stand still does not, because its machine did not obey.
    async fn not_paused(
        &self,
        tx: &mut Tx,
        session: SessionId,
        command: CommandId,
        events: &mut Vec<Event>,
    ) -> Result<(), StoreError> {
        if let Some(mut session) = tx.session_paused_by(session, command).await? {
            tx.session_pause_end(session.id, self.now).await?;
            session.pause = None;
            events.push(Event::SessionChanged(Arc::new(session)));
        }
        Ok(())
    }

    async fn session_changed(
        &self,
        tx: &mut Tx,
        fact: SessionChanged,
        events: &mut Vec<Event>,
    ) -> Result<(), StoreError> {
        let (Ok(id), Ok(state)) =
            (SessionId::from_slice(&fact.session_id), fact.state.parse::<SessionState>())
        else {
            return self.malformed("session");
        };
        let Some(mut session) = self.own_session(tx, id).await? else { return Ok(()) };
        if !fact.title.is_empty() {
            session.title = one_line(&fact.title, 200);
            tx.session_set_title(id, &session.title).await?;
        }
        let detail = one_line(&fact.detail, LONGEST_DETAIL);
        let detail = (!detail.is_empty()).then_some(detail);
        self.set_session(tx, session, state, detail.as_deref(), events).await
    }

    async fn session_contained(
        &self,
        tx: &mut Tx,
        fact: SessionContained,
        events: &mut Vec<Event>,
    ) -> Result<(), StoreError> {
        let (Ok(id), Ok(containment)) =
            (SessionId::from_slice(&fact.session_id), fact.containment.parse::<Containment>())
        else {
            return self.malformed("containment");
        };
        let Some(mut session) = self.own_session(tx, id).await? else { return Ok(()) };
        let detail = one_line(&fact.detail, LONGEST_DETAIL);
        tx.session_set_containment(id, containment, &detail).await?;
        session.containment = Some(containment);
        session.containment_detail = Some(detail);
        events.push(Event::SessionChanged(Arc::new(session)));
        Ok(())
    }

    async fn session_worktree(
        &self,
        tx: &mut Tx,
        fact: SessionWorktree,
        events: &mut Vec<Event>,
    ) -> Result<(), StoreError> {
        let (Ok(id), Ok(state)) =
            (SessionId::from_slice(&fact.session_id), fact.state.parse::<WorktreeState>())
        else {
            return self.malformed("worktree");
        };
        let Some(mut session) = self.own_session(tx, id).await? else { return Ok(()) };
        // A machine says nothing of what it was not told to make.
        let Some(worktree) = &mut session.worktree else { return self.malformed("worktree") };
        let detail = one_line(&fact.detail, LONGEST_DETAIL);
        worktree.state = state;
        worktree.files = fact.files;
        worktree.commits = fact.commits;
        worktree.detail = (!detail.is_empty()).then_some(detail);
        tx.session_set_worktree(id, worktree).await?;
        events.push(Event::SessionChanged(Arc::new(session)));
        Ok(())
    }

    async fn turn_changed(
        &self,
        tx: &mut Tx,
        fact: TurnChanged,
        events: &mut Vec<Event>,
    ) -> Result<(), StoreError> {
        let (Ok(session), Ok(turn), Ok(state)) = (
            SessionId::from_slice(&fact.session_id),
            TurnId::from_slice(&fact.turn_id),
            fact.state.parse::<TurnState>(),
        ) else {
            return self.malformed("turn");
        };
        let Some(session) = self.own_session(tx, session).await? else { return Ok(()) };
        let stop_reason = one_line(&fact.stop_reason, 60);
        let outcome = one_line(&fact.outcome, LONGEST_DETAIL);
        self.end_turn(tx, &session, turn, (state, &stop_reason, &outcome), events).await
    }

    async fn permission_asked(
        &self,
        tx: &mut Tx,
        fact: PermissionAsked,
        events: &mut Vec<Event>,
    ) -> Result<(), StoreError> {
        let (Ok(id), Ok(session), Ok(details)) = (
            PermissionRequestId::from_slice(&fact.request_id),
            SessionId::from_slice(&fact.session_id),
            std::str::from_utf8(&fact.details_json),
        ) else {
            return self.malformed("question");
        };
        // What a person sees is bound to what the machine will act on: never trust the digest
        // that came along.
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &fact.details_json);
        let is_json = serde_json::from_str::<serde::de::IgnoredAny>(details).is_ok();
        if details.len() > LARGEST_DETAILS || !is_json || digest.as_ref() != &fact.digest[..] {
            return self.malformed("question");
        }
        let Some(session) = self.own_session(tx, session).await? else { return Ok(()) };
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest.as_ref());
        let request = PermissionRequest {
            id,
            tenant: session.tenant,
            machine: self.machine,
            session: session.id,
            turn: TurnId::from_slice(&fact.turn_id).ok(),
            title: one_line(&fact.title, 500),
            details: details.to_owned(),
            digest: bytes,
            state: PermissionState::Pending,
            answer: None,
            note: None,
            answered_by: None,
            asked_at: self.now,
            answered_at: None,
        };
        tx.permission_insert(&request).await?;
        self.tell(tx, &session, NoticeEvent::Question, session.owner, None).await?;
        events.push(Event::PermissionChanged(Place::from(&session), Arc::new(request)));
        Ok(())
    }

    async fn permission_closed(
        &self,
        tx: &mut Tx,
        fact: PermissionClosed,
        events: &mut Vec<Event>,
    ) -> Result<(), StoreError> {
        let (Ok(id), Ok(state)) = (
            PermissionRequestId::from_slice(&fact.request_id),
            fact.state.parse::<PermissionState>(),
        ) else {
            return self.malformed("question");
        };
        if !state.is_final() {
            return self.malformed("question");
        }
        let Some(question) = tx.permission_close(id, self.machine, state).await? else {
            return Ok(());
        };
        let Some(session) = self.own_session(tx, question.session).await? else { return Ok(()) };
        events.push(Event::PermissionChanged(Place::from(&session), Arc::new(question)));
        Ok(())
    }

    async fn policy_decided(&self, tx: &mut Tx, fact: PolicyDecided) -> Result<(), StoreError> {
        let Ok(session) = SessionId::from_slice(&fact.session_id) else {
            return self.malformed("decision");
        };
        let Some(session) = self.own_session(tx, session).await? else { return Ok(()) };
        let rule = PolicyRuleId::from_slice(&fact.rule_id).ok();
        if let Some(rule) = rule {
            tx.policy_rule_touch(rule, session.tenant, self.now).await?;
        }
        let facts = json!({
            "session": session.id.to_string(),
            "tool": one_line(&fact.tool, 40),
            "reason": one_line(&fact.reason, 200),
            "rule": rule.map(|rule| rule.to_string()),
            "digest": hex::encode(&fact.digest[..fact.digest.len().min(32)]),
        });
        tx.audit_append(NewAuditRecord {
            id: AuditRecordId::new(self.now, &*self.rng),
            tenant: Some(session.tenant),
            at: self.now,
            actor: "policy".to_owned(),
            action: "permission.decide".to_owned(),
            object: format!("machine:{}", self.machine),
            result: if fact.allowed { "ok" } else { "refused" }.to_owned(),
            facts: facts.to_string(),
        })
        .await
    }

    async fn update_ended(&self, tx: &mut Tx, fact: UpdateEnded) -> Result<(), StoreError> {
        let Some(machine) = tx.machine(self.machine).await? else { return Ok(()) };
        let facts = json!({
            "from": one_line(&fact.from, 40),
            "to": one_line(&fact.to, 40),
            "reason": one_line(&fact.reason, 500),
        });
        tx.audit_append(NewAuditRecord {
            id: AuditRecordId::new(self.now, &*self.rng),
            tenant: Some(machine.tenant),
            at: self.now,
            actor: format!("machine:{}", self.machine),
            action: "machine.update".to_owned(),
            object: format!("machine:{}", self.machine),
            result: if fact.is_kept { "ok" } else { "refused" }.to_owned(),
            facts: facts.to_string(),
        })
        .await
    }

    async fn described(
        &self,
        tx: &mut Tx,
        fact: MachineDescribed,
        events: &mut Vec<Event>,
    ) -> Result<(), StoreError> {
        let Ok(facts) = serde_json::from_slice::<MachineFacts>(&fact.facts_json) else {
            return self.malformed("description");
        };
        tx.machine_set_facts(self.machine, &facts).await?;
        if let Some(machine) = tx.machine(self.machine).await? {
            events.push(Event::MachineChanged(Arc::new(machine)));
        }
        Ok(())
    }

    pub(super) async fn set_session(
        &self,
        tx: &mut Tx,
        mut session: Session,
        state: SessionState,
        detail: Option<&str>,
        events: &mut Vec<Event>,
    ) -> Result<(), StoreError> {
        let Ok(state) = session.state.become_state(state) else { return Ok(()) };
        tx.session_set_state(session.id, state, detail, self.now).await?;
        if state.is_final() && !session.state.is_final() {
            self.end_session(tx, &session, events).await?;
            tx.session_pause_end(session.id, self.now).await?;
            session.pause = None;
            if state == SessionState::Failed {
                self.tell(tx, &session, NoticeEvent::SessionFailed, session.owner, None).await?;
            }
        }
        session.state = state;
        session.detail = detail.map(str::to_owned);
        session.last_active_at = self.now;
        events.push(Event::SessionChanged(Arc::new(session)));
        Ok(())
    }

    /// What a session leaves behind when it ends: no token works, no question waits, no turn runs.
    async fn end_session(
        &self,
        tx: &mut Tx,
        session: &Session,
        events: &mut Vec<Event>,
    ) -> Result<(), StoreError> {
        tx.proxy_tokens_revoke_session(session.id, self.now).await?;
        let place = Place::from(session);
        for question in tx.permissions_open_in(session.id).await? {
            let closed =
                tx.permission_close(question.id, self.machine, PermissionState::Withdrawn).await?;
            events
                .extend(closed.map(|question| Event::PermissionChanged(place, Arc::new(question))));
        }
        for turn in tx.turns_open(session.id).await? {
            let end = (TurnState::Cancelled, "", "the session ended");
            self.end_turn(tx, session, turn.id, end, events).await?;
        }
        Ok(())
    }

    async fn end_turn(
        &self,
        tx: &mut Tx,
        session: &Session,
        id: TurnId,
        (state, stop_reason, outcome): (TurnState, &str, &str),
        events: &mut Vec<Event>,
    ) -> Result<(), StoreError> {
        let Some(mut turn) = tx.turn(id).await?.filter(|turn| turn.session == session.id) else {
            return Ok(());
        };
        let Ok(state) = turn.state.become_state(state) else { return Ok(()) };
        let outcome = (!outcome.is_empty()).then_some(outcome);
        let stop_reason = (!stop_reason.is_empty()).then_some(stop_reason);
        tx.turn_set_state(id, state, stop_reason, outcome, self.now).await?;
        turn.state = state;
        turn.stop_reason = stop_reason.map(str::to_owned);
        turn.outcome = outcome.map(str::to_owned);
        turn.finished_at = state.is_final().then_some(self.now);
        // Whoever has cancelled one knows it.
        if state.is_final() && state != TurnState::Cancelled {
            let took = Some(self.now.since(turn.created_at));
            self.tell(tx, session, NoticeEvent::TurnEnded, turn.author, took).await?;
        }
        events.push(Event::TurnChanged(Place::from(session), Arc::new(turn)));
        Ok(())
    }

    /// Writes down what somebody may want to be told elsewhere.
    async fn tell(
        &self,
        tx: &mut Tx,
        session: &Session,
        event: NoticeEvent,
        owner: UserId,
        took: Option<Duration>,
    ) -> Result<(), StoreError> {
        let news = News {
            event,
            tenant: session.tenant,
            owner: Some(owner),
            administrators: false,
            machine: session.machine,
            session: Some(session.id),
            took,
        };
        tx.news_add(&news, self.now, &*self.rng).await
    }

    /// A session, if it is on this machine.
    async fn own_session(&self, tx: &mut Tx, id: SessionId) -> Result<Option<Session>, StoreError> {
        let session = tx.session(id).await?;
        Ok(session.filter(|session| session.machine == self.machine))
    }

    /// What cannot be read is dropped, once, and never stops the reports behind it (R21).
    #[expect(clippy::unnecessary_wraps, reason = "the answer of every arm that drops a report")]
    fn malformed(&self, what: &'static str) -> Result<(), StoreError> {
        tracing::warn!(machine.id = %self.machine, what, "a malformed report was dropped");
        Ok(())
    }
}

/// How the end of a command ends the turn that it carried. A command that is done has handed its
/// prompt to the agent; the turn goes on.
const fn turn_end(state: CommandState) -> Option<TurnState> {
    match state {
        CommandState::Failed | CommandState::Expired => Some(TurnState::Failed),
        CommandState::Unknown => Some(TurnState::Unknown),
        CommandState::Queued | CommandState::Accepted | CommandState::Done => None,
    }
}

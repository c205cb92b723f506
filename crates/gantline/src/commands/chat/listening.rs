//! What happens on the server while a line is typed. What is worth showing breaks the typing off;
//! what was typed is kept.

use std::sync::atomic::Ordering;

use client::{Live, LiveEvent};
use contract::live::StreamState;
use contract::sessions::UpdateRecord;
use conversation::Update;
use model::SessionId;
use model::permission::PermissionState;
use model::quota::BudgetState;

use super::Chat;
use super::line::Line;

impl Chat {
    /// Reads a line, and listens meanwhile.
    pub(super) async fn read_line(&mut self, begun: String) -> anyhow::Result<Line> {
        let Some(mut editor) = self.editor.take() else { return Ok(Line::End) };
        let wants_break = editor.wants_break();
        let (prompt, offers) = (self.line_prompt(), self.offers());
        let mut reading = tokio::task::spawn_blocking(move || {
            let line = editor.read(&prompt, offers, &begun);
            (editor, line)
        });
        let mut failure = None;
        let (editor, line) = loop {
            let is_listening = self.heard.is_empty() && failure.is_none();
            tokio::select! {
                // A line was typed, or the typing was broken off.
                read = &mut reading => break read?,
                // Something has happened.
                event = next_of(&mut self.live), if is_listening => match event {
                    Ok(event) => {
                        if let Some(event) = self.unless_quiet(event)? {
                            self.heard.push(event);
                            wants_break.store(true, Ordering::Relaxed);
                        }
                    }
                    Err(error) => {
                        failure = Some(error);
                        wants_break.store(true, Ordering::Relaxed);
                    }
                },
            }
        };
        wants_break.store(false, Ordering::Relaxed);
        self.editor = Some(editor);
        if let Some(error) = failure {
            self.hang_up().await;
            self.words_of(&error.into());
        }
        line
    }

    /// Takes what changes nothing on the screen, and answers the rest.
    fn unless_quiet(&mut self, event: LiveEvent) -> anyhow::Result<Option<LiveEvent>> {
        let Some(talk) = &self.session else { return Ok(None) };
        if let LiveEvent::Updates { session, records } = &event
            && *session == talk.view.session_id
            && records.iter().all(is_quiet)
        {
            for record in records {
                self.audience.record(record)?;
            }
            return Ok(None);
        }
        Ok(concerns(&event, talk.view.session_id).then_some(event))
    }
}

async fn next_of(live: &mut Option<Live>) -> Result<LiveEvent, client::Error> {
    match live {
        Some(live) => live.next().await,
        None => std::future::pending().await,
    }
}

/// Whether something is to be shown to whoever talks in this session.
fn concerns(event: &LiveEvent, ours: SessionId) -> bool {
    match event {
        LiveEvent::Updates { session, .. }
        | LiveEvent::Refused { session, .. }
        | LiveEvent::SessionDeleted(session) => *session == ours,
        LiveEvent::Stream { session, state } => {
            *session == ours && matches!(state, StreamState::Restarted | StreamState::Ended)
        }
        LiveEvent::Permission(question) => {
            question.session_id == ours && question.state == PermissionState::Pending
        }
        LiveEvent::Budget(request) => {
            request.session_id == ours && request.state == BudgetState::Pending
        }
        LiveEvent::Snapshot(snapshot) => {
            snapshot.permissions.iter().any(|question| question.session_id == ours)
                || snapshot.budgets.iter().any(|request| request.session_id == ours)
        }
        LiveEvent::Session(session) => session.session_id == ours && session.status.is_final(),
        LiveEvent::Connected(_)
        | LiveEvent::Disconnected { .. }
        | LiveEvent::Machine(_)
        | LiveEvent::MachineDeleted(_)
        | LiveEvent::Job(_)
        | LiveEvent::JobDeleted(_)
        | LiveEvent::JobLogged { .. }
        | LiveEvent::Turn(_) => false,
    }
}

/// Whether nothing of a record is drawn.
fn is_quiet(record: &UpdateRecord) -> bool {
    let Ok(update) = Update::from_json(record.update.get().as_bytes()) else { return false };
    matches!(
        update,
        Update::Usage(_)
            | Update::Modes(_)
            | Update::Models(_)
            | Update::Options(_)
            | Update::Commands(_)
            | Update::SessionInfo(_)
            | Update::Queue(_)
            | Update::Agent(_)
            | Update::State(_)
            | Update::Unknown(_)
    )
}

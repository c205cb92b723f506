//! What is done with what an earlier life of the daemon has left (R08).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use journal::{Change, JournalError, Recovered};
use model::SessionId;
use model::command::CommandState;
use model::session::{SessionKind, SessionState};
use processes::Grace;
use wire::command::Order;

use crate::chats::{self, Chat, LeftOver, Stage};
use crate::context::Context;
use crate::holders::Agents;
use crate::ordered::{Ordered, left_over};
use crate::reports::{self, Refused};
use crate::spec::Spec;
use crate::supervisor::Supervisor;
use crate::sweep::{Manner, sweep};
use crate::terminals::Running;
use crate::worktrees::ending;

/// Takes over the terminals and agents that go on, ends what else was left running, says what is
/// known of what was under way, takes chats up again, and has those orders carried out that had not
/// been begun.
pub(crate) async fn recover(
    supervisor: &Arc<Supervisor>,
    recovered: Recovered,
) -> Result<(), JournalError> {
    let context = &supervisor.context;
    if let Some(cut) = &recovered.cut {
        tracing::warn!(path = %cut.path.display(), bytes = cut.bytes, "a torn end was cut off");
    }
    let (accepted, begun) = left_over(&recovered);
    let mut orders = LeftOver { accepted, begun };
    let mut sessions = read_specs(context, recovered.sessions).await;
    let all_chats = of_kind(&sessions, SessionKind::Chat);
    let terminals = of_kind(&sessions, SessionKind::Terminal);
    let (mut held, agents) = context.holders.find(&terminals, &all_chats).await;
    let taken_over = take_over(context, &mut sessions, agents, &mut orders).await;
    let LeftOver { accepted, begun } = orders;
    let has_agent: HashSet<SessionId> = taken_over.iter().map(Chat::session).collect();
    let is_halted = context.admission.halting().is_cancelled();
    let manner = if is_halted { Manner::AtOnce } else { Manner::Gentle };
    let left = sessions.iter().filter(|(session, _)| !held.contains_key(session));
    sweep(left.map(|(session, spec)| (*session, spec.paused)), manner).await;
    let mut going_on = all_chats;
    going_on.extend(held.keys().copied());
    ending::recover(context, &going_on).await;
    let (prompts, accepted) = prompts_of(&sessions, accepted, Stage::Accepted);
    let (begun_prompts, begun) = prompts_of(&sessions, begun, Stage::Begun);
    let mut prompts: HashMap<_, _> = prompts;
    for (session, mut earlier) in begun_prompts {
        earlier.append(prompts.entry(session).or_default());
        prompts.insert(session, earlier);
    }
    let mut changes = Vec::new();
    for ordered in begun {
        changes.extend(lost_track(context, &going_on, &ordered));
    }
    let without_agent = accepted.iter().filter(|one| !has_agent.contains(&one.session));
    changes.extend(without_agent.filter_map(|one| chats::question_moot(context, one)));
    let mut terminals = Vec::new();
    for (session, spec) in sessions {
        let prompts = prompts.remove(&session).unwrap_or_default();
        match spec.kind {
            SessionKind::Chat => {
                let chat = chats::recall(context, session, spec, prompts).await?;
                supervisor.resume_chat(chat);
            }
            SessionKind::Terminal => match held.remove(&session) {
                Some(held) => {
                    changes.push(terminal_goes_on(context, session, &spec));
                    terminals.push(Running::taken_over(context, session, spec, held));
                }
                None => {
                    chats::remove_state(context, session).await;
                    changes.extend(terminal_gone(context, session));
                }
            },
        }
    }
    context.journal.commit(changes).await?;
    for chat in taken_over {
        supervisor.resume_chat(chat);
    }
    for terminal in terminals {
        supervisor.resume_terminal(terminal);
    }
    for ordered in accepted {
        supervisor.dispatch(ordered);
    }
    Ok(())
}

/// Goes on with the chats whose agents do, and takes them out of the sessions. Those that cannot go on
/// with the same agent go on as they do without one.
async fn take_over(
    context: &Arc<Context>,
    sessions: &mut HashMap<SessionId, Spec>,
    agents: Agents,
    orders: &mut LeftOver,
) -> Vec<Chat> {
    let mut taken_over = Vec::new();
    for (session, found) in agents {
        let Some(spec) = sessions.get_mut(&session) else { continue };
        match chats::take_over(context, session, spec, found, orders).await {
            Ok(chat) => {
                sessions.remove(&session);
                taken_over.push(chat);
            }
            Err(error) => {
                tracing::warn!(
                    session.id = %session, error = %reports::with_causes(&error),
                    "a chat does not go on with its agent"
                );
                context.holders.end(session, Grace::NONE).await;
            }
        }
    }
    taken_over
}

fn of_kind(sessions: &HashMap<SessionId, Spec>, kind: SessionKind) -> HashSet<SessionId> {
    let of_kind = sessions.iter().filter(|(_, spec)| spec.kind == kind);
    of_kind.map(|(session, _)| *session).collect()
}

async fn read_specs(
    context: &Context,
    sessions: Vec<(SessionId, bytes::Bytes)>,
) -> HashMap<SessionId, Spec> {
    let mut specs = HashMap::new();
    for (session, bytes) in sessions {
        match Spec::from_bytes(&bytes) {
            Ok(spec) => drop(specs.insert(session, spec)),
            Err(error) => {
                let why = format!("what is known of it cannot be read: {error}");
                let failed = reports::session_changed(session, SessionState::Failed, &why);
                let changes = vec![context.report(failed), Change::RemoveSession(session)];
                // What cannot be written is in the log.
                let _ = context.commit(changes).await;
            }
        }
    }
    specs
}

type Prompts = HashMap<SessionId, Vec<(Ordered, Stage)>>;

/// Takes out the prompts of chats that go on; their fate is in the transcripts.
fn prompts_of(
    sessions: &HashMap<SessionId, Spec>,
    commands: Vec<Ordered>,
    stage: Stage,
) -> (Prompts, Vec<Ordered>) {
    let mut prompts = Prompts::new();
    let mut others = Vec::new();
    for ordered in commands {
        let is_prompt = matches!(ordered.order, Some(Order::Prompt(_)));
        if is_prompt && sessions.contains_key(&ordered.session) {
            prompts.entry(ordered.session).or_default().push((ordered, stage));
        } else {
            others.push(ordered);
        }
    }
    (prompts, others)
}

/// What is said of a command that was begun, and nobody knows how far it came.
fn lost_track(context: &Context, going_on: &HashSet<SessionId>, ordered: &Ordered) -> Vec<Change> {
    let is_start = matches!(ordered.order, Some(Order::StartSession(_)));
    if is_start && going_on.contains(&ordered.session) {
        // The session is there and goes on; that is all that was ordered.
        return reports::finished(context, ordered.id, CommandState::Done, None).into();
    }
    let message = "the daemon was restarted while it was carried out; what it did is not known";
    let refused = Refused::new("daemon_restarted", message);
    let mut changes: Vec<Change> = chats::question_moot(context, ordered).into_iter().collect();
    changes.extend(reports::finished(context, ordered.id, CommandState::Unknown, Some(&refused)));
    changes
}

/// A terminal whose holder has outlived the daemon goes on as the journal says.
fn terminal_goes_on(context: &Context, session: SessionId, spec: &Spec) -> Change {
    let state = if spec.paused { SessionState::Paused } else { SessionState::Running };
    context.report(reports::session_changed(session, state, ""))
}

/// Where nobody holds a terminal any more, its program has ended: with the computer, because its
/// holder was killed, or because the machine was halted while no daemon ran.
fn terminal_gone(context: &Context, session: SessionId) -> [Change; 2] {
    let detail = if context.admission.halting().is_cancelled() {
        context.admission.why_all_ends()
    } else {
        "the process that held it is gone".to_owned()
    };
    let stopped = reports::session_changed(session, SessionState::Stopped, &detail);
    [context.report(stopped), Change::RemoveSession(session)]
}

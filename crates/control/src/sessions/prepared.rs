//! A session that is about to be started, as its machine will have it.

use std::time::Duration;

use bytes::Bytes;
use model::label::Labels;
use model::machine::Machine;
use model::session::{Session, SessionKind, SessionState, Worktree};
use model::{Actor, SessionId};
use policy::Resolved;
use wire::call::{Answer, PrepareSession, Question};
use wire::command::{Size, StartSession};
use wire::outside::Continued;

use super::SessionRequest;
use crate::authorise::acting_user;
use crate::{ControlPlane, Error, files, outside, text, worktrees};

/// How long a machine may take to look whether a session could be started.
const PREPARE_WITHIN: Duration = Duration::from_secs(10);

/// Where a session works, as its machine has answered.
pub(super) struct Place {
    directory: String,
    /// The worktree in which that lies.
    worktree: Option<Worktree>,
    /// What the session is called that is gone on with.
    title: Option<String>,
}

/// Asks the machine, so that what cannot work is refused before anything is stored.
pub(super) async fn prepare(
    plane: &ControlPlane,
    id: SessionId,
    request: &SessionRequest,
    resolved: &Resolved,
    continues: Option<Continued>,
) -> Result<Place, Error> {
    let worktree = request.worktree.as_ref().map(worktrees::wanted).transpose()?;
    // A machine may have to look at the whole repository for it.
    let within = if worktree.is_some() { files::ANSWER_WITHIN } else { PREPARE_WITHIN };
    let question = Question::PrepareSession(PrepareSession {
        kind: wire_kind(request.kind).into(),
        workspace: request.workspace.clone().unwrap_or_default(),
        agent: request.agent.as_ref().map(ToString::to_string).unwrap_or_default(),
        preset: resolved.policy.reach().to_string(),
        worktree,
        session_id: Bytes::copy_from_slice(id.as_bytes()),
        continues: continues.clone(),
    });
    match plane.relay.call(request.machine, question, within).await? {
        Answer::SessionPrepared(prepared) => {
            let title = outside::continuable(continues.as_ref(), &prepared)?;
            let (directory, worktree) = worktrees::planned(request.worktree.as_ref(), prepared)?;
            Ok(Place { directory, worktree, title })
        }
        _ => Err(relay::CallFailure::Unexpected.into()),
    }
}

/// The session, as it is stored.
pub(super) fn new_session(
    plane: &ControlPlane,
    actor: &Actor,
    machine: &Machine,
    request: &SessionRequest,
    resolved: &Resolved,
    (id, place): (SessionId, Place),
) -> Result<Session, Error> {
    let Place { directory: workspace, worktree, title } = place;
    let now = plane.now();
    let name = request.title.as_deref().map(|title| text::name("the title", title, 200));
    let asked = worktree.as_ref().map_or(&workspace, |worktree| &worktree.source);
    let title = title
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| default_title(machine, request, asked));
    let model = request.model.as_deref().map(|model| text::name("the model", model, 200));
    Ok(Session {
        id,
        tenant: machine.tenant,
        owner: acting_user(actor)?,
        machine: machine.id,
        kind: request.kind,
        agent: request.agent.clone(),
        workspace,
        worktree,
        model: model.transpose()?,
        preset: resolved.policy.preset.to_string(),
        policy: Some(serde_json::to_string(resolved).map_err(Error::internal)?),
        title,
        labels: Labels { name: name.transpose()?, ..Labels::default() },
        state: SessionState::Starting,
        detail: None,
        containment: None,
        containment_detail: None,
        idle_limit: request.idle_limit,
        pause: None,
        paused_for: Duration::ZERO,
        created_at: now,
        last_active_at: now,
        imported_at: None,
    })
}

fn default_title(machine: &Machine, request: &SessionRequest, workspace: &str) -> String {
    let agent = request.agent.as_ref().map_or("Shell", |name| {
        let known = machine.facts.agents.iter().find(|agent| agent.name == *name);
        known.map_or(name.as_str(), |agent| agent.title.as_str())
    });
    let directory = workspace.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or("/");
    text::one_line(&format!("{agent} · {directory}"), 200)
}

/// The order, but for the policy: its rules are read when it is stored.
pub(super) fn start_order(session: &Session, request: &SessionRequest) -> StartSession {
    let (columns, rows) = request.size.unwrap_or((80, 24));
    StartSession {
        kind: wire_kind(session.kind).into(),
        workspace: session.workspace.clone(),
        agent: session.agent.as_ref().map(ToString::to_string).unwrap_or_default(),
        model: session.model.clone().unwrap_or_default(),
        policy_json: Bytes::new(),
        size: Some(Size {
            columns: columns.clamp(1, 1000).into(),
            rows: rows.clamp(1, 1000).into(),
        }),
        worktree: session.worktree.as_ref().map(worktrees::ordered),
        continues: None,
    }
}

const fn wire_kind(kind: SessionKind) -> wire::command::SessionKind {
    match kind {
        SessionKind::Chat => wire::command::SessionKind::Chat,
        SessionKind::Terminal => wire::command::SessionKind::Terminal,
    }
}

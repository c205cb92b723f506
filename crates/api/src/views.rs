//! What the model looks like from outside: one function for each thing that is shown.

pub mod changes;
pub mod csv;
pub mod files;
pub mod jobs;
pub mod keeping;
pub mod machines;
pub mod passkeys;
pub mod people;
pub mod searches;
pub mod second_factors;
pub mod usage;

use std::collections::HashMap;

use contract::assignments::AssignmentView;
use contract::audit::AuditView;
use contract::auth::{ApiTokenView, LoginView, RotatedApiToken, UserView};
use contract::live::{Activity, ActivityKind, SessionActivity, TurnEvent};
use contract::machines::{EnrolmentState, EnrolmentView, FreezeView};
use contract::permissions::PermissionView;
use contract::policy::{PolicyView, PresetView, RuleView};
use contract::presence::{PresentView, SessionPresence};
use contract::provider_keys::{ProviderKeyTrial, ProviderKeyView};
use contract::sessions::{Owner, PauseView, SessionView, TurnView, UpdateRecord, WorktreeView};
use contract::shares::ShareView;
use control::api_tokens::Rotated;
use control::assignments::Assigned;
use control::policies::session_policy;
use control::shares::{Shared, Sharing};
use control::{ControlPlane, Error};
use model::audit::AuditRecord;
use model::enrolment::Enrolment;
use model::freeze::Freeze;
use model::permission::PermissionRequest;
use model::policy_rule::{PolicyPreset, PolicyRule};
use model::presence::Present;
use model::provider::ProviderKey;
use model::session::{Session, SessionKind, SessionState, Worktree};
use model::turn::{Turn, TurnState};
use model::user::{ApiToken, Login, User};
use model::{ExposeSecret, LoginId, SessionId, Timestamp, UserId};
use policy::{Door, NamedPreset, PolicyOptions, Preset, PresetName, Resolved, resolve};
use serde_json::value::{RawValue, to_raw_value};
use wire::stream::Record;

pub use machines::{agents, machine, machines};

/// An account.
pub fn user(user: &User) -> UserView {
    UserView {
        user_id: user.id,
        number: user.number,
        tenant_id: user.tenant,
        username: user.username.clone(),
        display_name: user.display_name.clone(),
        kind: user.kind,
        role: user.role,
        state: user.state,
        created_at: user.created_at.into(),
    }
}

/// That no new work begins.
fn freeze(freeze: &Freeze) -> FreezeView {
    FreezeView {
        at: freeze.at.into(),
        by: freeze.by,
        by_name: freeze.by_name.clone(),
        reason: freeze.reason.clone(),
    }
}

/// A browser that is signed in.
pub fn login(login: &Login, current: Option<LoginId>) -> LoginView {
    LoginView {
        login_id: login.id,
        user_agent: login.user_agent.clone(),
        created_at: login.created_at.into(),
        last_used_at: login.last_used_at.into(),
        expires_at: login.expires_at.into(),
        current: current == Some(login.id),
    }
}

/// An API token.
pub fn api_token(token: &ApiToken) -> ApiTokenView {
    ApiTokenView {
        token_id: token.id,
        name: token.name.clone(),
        scopes: token.scopes.iter().collect(),
        created_at: token.created_at.into(),
        last_used_at: token.last_used_at.map(Into::into),
        expires_at: token.expires_at.into(),
    }
}

/// A registration token.
pub fn enrolment(enrolment: &Enrolment, now: Timestamp) -> EnrolmentView {
    let state = if enrolment.consumed_by.is_some() {
        EnrolmentState::Used
    } else if enrolment.revoked_at.is_some() {
        EnrolmentState::Revoked
    } else if enrolment.expires_at < now {
        EnrolmentState::Expired
    } else {
        EnrolmentState::Open
    };
    EnrolmentView {
        enrolment_id: enrolment.id,
        state,
        created_by: enrolment.created_by,
        created_at: enrolment.created_at.into(),
        expires_at: enrolment.expires_at.into(),
        machine_id: enrolment.consumed_by,
    }
}

/// An API token in the place of another, with its text.
pub fn rotated_token(rotated: &Rotated) -> RotatedApiToken {
    RotatedApiToken {
        token: rotated.text.expose_secret().to_owned(),
        view: api_token(&rotated.token),
        previous: api_token(&rotated.previous),
    }
}

/// Somebody who was given a right on a machine.
pub fn assignment(assigned: &Assigned) -> AssignmentView {
    AssignmentView {
        user_id: assigned.user.id,
        number: assigned.user.number,
        username: assigned.user.username.clone(),
        display_name: assigned.user.display_name.clone(),
        permission: assigned.level,
        granted_by: assigned.granted_by,
        granted_at: assigned.granted_at.into(),
    }
}

/// Somebody to whom a session is lent.
pub fn share(sharing: &Sharing) -> ShareView {
    let Sharing { shared: Shared { user, share }, may_drive } = sharing;
    ShareView {
        user_id: user.id,
        username: user.username.clone(),
        display_name: user.display_name.clone(),
        level: share.level,
        may_drive: *may_drive,
        granted_by: share.granted_by,
        granted_at: share.granted_at.into(),
        expires_at: share.expires_at.into(),
    }
}

/// Everybody who looks at a session.
pub fn presence(session_id: SessionId, there: &[Present]) -> SessionPresence {
    let people = there.iter().map(|present| PresentView {
        user_id: present.user,
        display_name: present.display_name.clone(),
        since: present.since.into(),
    });
    SessionPresence { session_id, people: people.collect() }
}

/// The owners of what is shown, each looked up once.
#[derive(Debug, Default)]
pub struct Owners {
    known: HashMap<UserId, Owner>,
}

impl Owners {
    /// An account, by what people call it.
    async fn owner(&mut self, plane: &ControlPlane, user_id: UserId) -> Result<Owner, Error> {
        if let Some(owner) = self.known.get(&user_id) {
            return Ok(owner.clone());
        }
        let user = plane.store.user(user_id).await?;
        let display_name = user.map(|user| user.display_name).unwrap_or_default();
        let owner = Owner { user_id, display_name };
        self.known.insert(user_id, owner.clone());
        Ok(owner)
    }
}

/// A session, with the name of its owner and what it used.
pub async fn session(plane: &ControlPlane, session: &Session) -> Result<SessionView, Error> {
    let used = plane.store.usage_sum(session.id).await?;
    let view = session_with(plane, session, &mut Owners::default()).await?;
    Ok(SessionView { usage: Some(usage::totals(&used)), ..view })
}

fn worktree(worktree: &Worktree) -> WorktreeView {
    WorktreeView {
        source: worktree.source.clone(),
        branch: worktree.branch.clone(),
        base: worktree.base.clone(),
        state: worktree.state,
        files: worktree.files,
        commits: worktree.commits,
        detail: worktree.detail.clone(),
    }
}

/// A session, with the name of its owner, who may be known.
pub async fn session_with(
    plane: &ControlPlane,
    session: &Session,
    owners: &mut Owners,
) -> Result<SessionView, Error> {
    let days = plane.store.transcript_days(&[session.id]).await?;
    session_kept(plane, session, owners, &days).await
}

/// A session, and whether it is among those that are kept.
async fn session_kept(
    plane: &ControlPlane,
    session: &Session,
    owners: &mut Owners,
    kept_days: &HashMap<SessionId, u32>,
) -> Result<SessionView, Error> {
    // Terminals are never kept.
    let is_chat = session.kind == SessionKind::Chat;
    let owner = owners.owner(plane, session.owner).await?;
    let paused = match session.pause.filter(|_| !session.state.is_final()) {
        Some(pause) => {
            let by = owners.owner(plane, pause.by).await?;
            Some(PauseView { at: pause.at.into(), by })
        }
        None => None,
    };
    Ok(SessionView {
        session_id: session.id,
        id: session.id,
        machine_id: session.machine,
        kind: session.kind,
        agent_name: session.agent.as_ref().map(ToString::to_string),
        project_path: session.workspace.clone(),
        worktree: session.worktree.as_ref().map(worktree).map(Box::new),
        model: session.model.clone(),
        permission_preset: session.preset.clone(),
        policy: session_policy(session)?.as_ref().map(policy),
        title: session.name().to_owned(),
        name: session.name().to_owned(),
        tags: session.labels.tags.clone(),
        archived: session.labels.is_archived(),
        status: session.state,
        active: matches!(session.state, SessionState::Running | SessionState::Waiting),
        detail: session.detail.clone(),
        containment: session.containment,
        imported_at: session.imported_at.map(Into::into),
        transcript_kept_days: kept_days.get(&session.id).copied().filter(|_| is_chat),
        containment_detail: session.containment_detail.clone(),
        ttl: session.idle_limit.map(|limit| limit.as_secs()),
        paused,
        owner,
        created_at: session.created_at.into(),
        last_active_at: session.last_active_at.into(),
        last_active: session.last_active_at.into(),
        usage: None,
    })
}

/// Sessions, with the names of their owners and what they used.
pub async fn sessions(
    plane: &ControlPlane,
    sessions: &[Session],
) -> Result<Vec<SessionView>, Error> {
    let ids: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
    let used = plane.store.usage_sums(&ids).await?;
    let mut views = sessions_with(plane, sessions, &mut Owners::default()).await?;
    for view in &mut views {
        let sum = used.get(&view.session_id).copied().unwrap_or_default();
        view.usage = Some(usage::totals(&sum));
    }
    Ok(views)
}

/// Sessions, with the names of their owners, who may be known.
pub async fn sessions_with(
    plane: &ControlPlane,
    sessions: &[Session],
    owners: &mut Owners,
) -> Result<Vec<SessionView>, Error> {
    let ids: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
    let days = plane.store.transcript_days(&ids).await?;
    let mut views = Vec::with_capacity(sessions.len());
    for one in sessions {
        views.push(session_kept(plane, one, owners, &days).await?);
    }
    Ok(views)
}

/// A policy, resolved.
pub fn policy(resolved: &Resolved) -> PolicyView {
    let policy = &resolved.policy;
    PolicyView {
        permission_preset: policy.preset.to_string(),
        permissions: policy.permissions,
        allowed_tools: policy.tools.iter().copied().collect(),
        other_tools: policy.other_tools,
        denied_tools: policy.denied_tools.iter().copied().collect(),
        auth_policy: policy.auth,
        non_interactive_permissions: policy.non_interactive,
        interactive: policy.interactive,
        max_turns: resolved.max_turns,
        origins: resolved.origins,
        warnings: resolved.warnings.clone(),
    }
}

/// A rule of people's.
pub fn policy_rule(rule: &PolicyRule) -> Result<RuleView, Error> {
    Ok(RuleView {
        rule_id: rule.id,
        effect: rule.effect.parse().map_err(Error::internal)?,
        tool: rule.tool.parse().map_err(Error::internal)?,
        matches: serde_json::from_str(&rule.matches).map_err(Error::internal)?,
        title: rule.title.clone(),
        owner_id: rule.owner,
        machine_id: rule.machine,
        project_path: rule.workspace.clone(),
        session_id: rule.session,
        request_id: rule.request,
        created_by: rule.created_by,
        created_at: rule.created_at.into(),
        expires_at: rule.expires_at.map(Into::into),
        last_used_at: rule.last_used_at.map(Into::into),
        uses: rule.uses,
    })
}

/// One of our presets.
pub fn built_in_preset(preset: Preset) -> Result<PresetView, Error> {
    let resolved = resolve(&PolicyOptions::of_preset(preset.as_str()), Door::asking(true), &[])?;
    Ok(PresetView {
        name: preset.to_string(),
        description: String::new(),
        built_in: true,
        policy: policy(&resolved),
        options: None,
        changed_by: None,
        changed_at: None,
    })
}

/// A preset that an administrator has made.
pub fn policy_preset(preset: &PolicyPreset) -> Result<PresetView, Error> {
    let options: PolicyOptions = serde_json::from_str(&preset.options).map_err(Error::internal)?;
    let name: PresetName = preset.name.parse().map_err(Error::internal)?;
    let named = [NamedPreset { name, options: options.clone() }];
    let asked = PolicyOptions::of_preset(preset.name.as_str());
    Ok(PresetView {
        name: preset.name.clone(),
        description: preset.description.clone(),
        built_in: false,
        policy: policy(&resolve(&asked, Door::asking(true), &named)?),
        options: Some(options),
        changed_by: Some(preset.changed_by),
        changed_at: Some(preset.changed_at.into()),
    })
}

/// A turn.
pub fn turn(turn: &Turn) -> TurnView {
    TurnView {
        turn_id: turn.id,
        session_id: turn.session,
        author: turn.author,
        state: turn.state,
        stop_reason: turn.stop_reason.clone(),
        outcome: turn.outcome.clone(),
        created_at: turn.created_at.into(),
        finished_at: turn.finished_at.map(Into::into),
    }
}

/// A question.
pub fn permission(request: &PermissionRequest) -> Result<PermissionView, Error> {
    Ok(PermissionView {
        request_id: request.id,
        session_id: request.session,
        machine_id: request.machine,
        turn_id: request.turn,
        title: request.title.clone(),
        details: RawValue::from_string(request.details.clone()).map_err(Error::internal)?,
        digest: hex::encode(request.digest),
        state: request.state,
        answer: request.answer,
        note: request.note.clone(),
        answered_by: request.answered_by,
        asked_at: request.asked_at.into(),
        answered_at: request.answered_at.map(Into::into),
    })
}

/// An event of a turn, under the identifier by which its reader knows it.
pub fn turn_event(
    id: Box<RawValue>,
    session_id: SessionId,
    seq: u64,
    event: conversation::events::Event,
) -> TurnEvent {
    TurnEvent {
        id,
        session_id,
        version: "v1".to_owned(),
        kind: event.kind,
        content: event.content,
        name: event.name,
        input: event.input,
        output: event.output,
        tool_call_id: event.tool_call_id,
        turn_id: event.turn,
        seq,
        cut_bytes: event.cut_bytes,
    }
}

/// What a change of a turn tells those who do not follow its session.
pub fn activity(turn: &Turn) -> SessionActivity {
    let kind = match turn.state {
        TurnState::Sent => ActivityKind::Prompt,
        TurnState::OnMachine | TurnState::Running => ActivityKind::Event,
        TurnState::Done => ActivityKind::Result,
        TurnState::Cancelled | TurnState::Failed | TurnState::Unknown => ActivityKind::Error,
    };
    SessionActivity {
        session_id: turn.session,
        activity: Activity {
            id: turn.id,
            kind,
            request_id: turn.id,
            timestamp: turn.finished_at.unwrap_or(turn.created_at).into(),
            error: turn.outcome.clone().filter(|_| kind == ActivityKind::Error),
        },
    }
}

/// Something that is JSON anyway, as it is written.
pub fn raw(value: &impl serde::Serialize) -> Box<RawValue> {
    to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// Records of a transcript. One that is not JSON comes from a machine that has lost its mind; it
/// is shown as nothing rather than passed on.
pub fn records(records: Vec<Record>) -> Vec<UpdateRecord> {
    records
        .into_iter()
        .map(|record| UpdateRecord {
            seq: record.seq,
            at: Timestamp::from_millis(record.at_ms).into(),
            update: String::from_utf8(record.update_json.to_vec())
                .ok()
                .and_then(|json| RawValue::from_string(json).ok())
                .unwrap_or_else(|| RawValue::NULL.to_owned()),
        })
        .collect()
}

/// A provider's key.
pub fn provider_key(key: &ProviderKey) -> ProviderKeyView {
    ProviderKeyView {
        id: key.id,
        provider: key.provider.to_string(),
        key_name: key.name.clone(),
        base_url: key.base_url.clone(),
        hint: key.hint.clone(),
        models: key.serves.models.clone(),
        aliases: key.serves.aliases.clone(),
        priority: key.serves.priority,
        weight: key.serves.weight,
        state: key.serves.state,
        last_test: key.last_trial.map(|(result, at)| ProviderKeyTrial { result, at: at.into() }),
        created_at: key.created_at.into(),
        secret_set_at: key.secret_set_at.into(),
    }
}

/// One line of the audit log.
pub fn audit(record: &AuditRecord) -> Result<AuditView, Error> {
    Ok(AuditView {
        id: record.id,
        position: record.position,
        at: record.at.into(),
        actor: record.actor.clone(),
        action: record.action.clone(),
        object: record.object.clone(),
        result: record.result.clone(),
        facts: RawValue::from_string(record.facts.clone()).map_err(Error::internal)?,
        hash: hex::encode(record.hash),
    })
}

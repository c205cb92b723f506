//! What the model looks like from outside: one function for each thing that is shown.

use contract::audit::AuditView;
use contract::auth::{ApiTokenView, LoginView, UserView};
use contract::machines::{Capabilities, EnrolmentState, EnrolmentView, MachineView};
use contract::permissions::PermissionView;
use contract::provider_keys::ProviderKeyView;
use contract::sessions::{Owner, SessionView, TurnView, UpdateRecord};
use contract::usage::UsageView;
use control::machines::machine_status;
use control::{ControlPlane, Error};
use model::audit::AuditRecord;
use model::enrolment::Enrolment;
use model::machine::Machine;
use model::permission::PermissionRequest;
use model::provider::ProviderKey;
use model::session::Session;
use model::turn::Turn;
use model::usage::UsageRecord;
use model::user::{ApiToken, Login, User};
use model::{LoginId, Timestamp};
use serde_json::value::RawValue;
use wire::stream::Record;

/// An account.
pub fn user(user: &User) -> UserView {
    UserView {
        user_id: user.id,
        tenant_id: user.tenant,
        username: user.username.clone(),
        display_name: user.display_name.clone(),
        role: user.role,
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

/// A machine, with its status at this moment.
pub fn machine(plane: &ControlPlane, machine: &Machine) -> MachineView {
    let (status, connected) = machine_status(plane, machine.id);
    let facts = &machine.facts;
    #[expect(clippy::cast_precision_loss, reason = "a size for people, in whole tenths")]
    let memory_gb = (facts.memory_mib as f64 / 102.4).round() / 10.0;
    MachineView {
        machine_id: machine.id,
        machine_name: machine.name.clone(),
        hostname: facts.hostname.clone(),
        os_type: facts.os.clone(),
        os_version: facts.os_version.clone(),
        arch: facts.arch.clone(),
        status,
        connected,
        capabilities: Capabilities {
            cpu_cores: facts.cpu_cores,
            memory_gb,
            shell: facts.shell_allowed,
        },
        agent_version: facts.version.clone(),
        workspaces: facts.workspaces.clone(),
        agents: facts.agents.clone(),
        enrolled_at: machine.enrolled_at.into(),
        last_seen_at: machine.last_seen_at.map(Into::into),
    }
}

/// A session, with the name of its owner.
pub async fn session(plane: &ControlPlane, session: &Session) -> Result<SessionView, Error> {
    let owner = plane.store.user(session.owner).await?;
    Ok(SessionView {
        session_id: session.id,
        machine_id: session.machine,
        kind: session.kind,
        agent_name: session.agent.as_ref().map(ToString::to_string),
        project_path: session.workspace.clone(),
        model: session.model.clone(),
        permission_preset: session.preset.clone(),
        title: session.title.clone(),
        status: session.state,
        detail: session.detail.clone(),
        containment: session.containment,
        containment_detail: session.containment_detail.clone(),
        owner: Owner {
            user_id: session.owner,
            display_name: owner.map(|owner| owner.display_name).unwrap_or_default(),
        },
        created_at: session.created_at.into(),
        last_active_at: session.last_active_at.into(),
    })
}

/// Sessions, with the names of their owners.
pub async fn sessions(
    plane: &ControlPlane,
    sessions: &[Session],
) -> Result<Vec<SessionView>, Error> {
    let mut views = Vec::with_capacity(sessions.len());
    for one in sessions {
        views.push(session(plane, one).await?);
    }
    Ok(views)
}

/// A turn.
pub fn turn(turn: &Turn) -> TurnView {
    TurnView {
        turn_id: turn.id,
        session_id: turn.session,
        author: turn.author,
        state: turn.state,
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
        created_at: key.created_at.into(),
    }
}

/// One LLM call attempt.
pub fn usage(record: &UsageRecord) -> UsageView {
    UsageView {
        usage_id: record.id,
        user_id: record.user,
        machine_id: record.machine,
        session_id: record.session,
        provider: record.provider.to_string(),
        model: record.model_asked.clone(),
        model_answered: record.model_answered.clone(),
        tokens: record.tokens,
        status: record.status,
        http_status: record.http_status,
        started_at: record.started_at.into(),
        first_byte_ms: record.first_byte_ms,
        duration_ms: record.duration_ms,
    }
}

/// One line of the audit log.
pub fn audit(record: &AuditRecord) -> Result<AuditView, Error> {
    Ok(AuditView {
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

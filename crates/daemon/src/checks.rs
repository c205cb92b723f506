//! Whether a session may be started here: the machine decides, whatever its server says (S65).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use agents::{Adapter, Detected};
use model::agent::AgentName;
use model::session::SessionKind;
use policy::{Preset, SessionPolicy};

use crate::context::Context;
use crate::local_policy::{LocalPolicy, WorkspaceError};
use crate::reports::Refused;
use crate::spec::Spec;

/// The directory that is meant, if sessions may run there.
pub(crate) async fn workspace(policy: &Arc<LocalPolicy>, asked: &str) -> Result<PathBuf, Refused> {
    let (policy, asked) = (policy.clone(), asked.to_owned());
    // A directory may lie on a disk that is far away.
    let resolved = tokio::task::spawn_blocking(move || policy.resolve_workspace(&asked)).await;
    let stopping = |_| Refused::new("stopping", "the daemon is stopping");
    Ok(resolved.map_err(stopping)??)
}

impl From<WorkspaceError> for Refused {
    fn from(error: WorkspaceError) -> Self {
        let code = match error {
            WorkspaceError::Missing(_) | WorkspaceError::NotText => "workspace_missing",
            WorkspaceError::Forbidden { .. } => "workspace_forbidden",
        };
        Self::new(code, error.to_string())
    }
}

/// Whether the machine's owner allows what a policy lets happen, whatever it is called.
pub(crate) fn policy(allowed: &LocalPolicy, policy: &SessionPolicy) -> Result<(), Refused> {
    preset(allowed, policy.reach())
}

/// Whether the machine's owner allows the preset.
pub(crate) fn preset(allowed: &LocalPolicy, preset: Preset) -> Result<(), Refused> {
    if allowed.allows_preset(preset) {
        return Ok(());
    }
    let highest = allowed.highest_preset;
    let message = format!("this machine allows the preset {highest} at the most, not {preset}");
    Err(Refused::new("preset_forbidden", message))
}

/// Whether a plain shell may be started.
pub(crate) fn shell(allowed: &LocalPolicy) -> Result<(), Refused> {
    if allowed.shell {
        return Ok(());
    }
    Err(Refused::new("shell_forbidden", "this machine does not allow a shell"))
}

/// Whether an agent may be started.
pub(crate) fn is_allowed(allowed: &LocalPolicy, name: &AgentName) -> Result<(), Refused> {
    if allowed.allows_agent(name) {
        return Ok(());
    }
    let message = format!("this machine does not allow the agent {name}");
    Err(Refused::new("agent_forbidden", message))
}

/// Whether an agent may be started, and can be.
pub(crate) async fn agent(
    context: &Context,
    allowed: &LocalPolicy,
    name: &AgentName,
    kind: SessionKind,
) -> Result<(Arc<dyn Adapter>, Detected), Refused> {
    is_allowed(allowed, name)?;
    let Some((adapter, detected)) = context.shelf.find(name).await else {
        let message = format!("this machine knows no agent {name}");
        return Err(Refused::new("agent_unknown", message));
    };
    let agent = &detected.agent;
    let offered = match kind {
        SessionKind::Chat => agent.chat,
        SessionKind::Terminal => agent.terminal,
    };
    if offered {
        return Ok((adapter, detected));
    }
    let missing = agent.missing.clone().unwrap_or_else(|| format!("it has no {kind} here"));
    let refused = Refused::new("agent_not_installed", format!("{}: {missing}", agent.title));
    Err(match &agent.install {
        Some(command) => refused.with_hint(format!("on the machine, run: {command}")),
        None => refused,
    })
}

/// Whether something in the workspace would make the agent act before anybody is asked (S74).
/// Where everything is allowed anyway, it may.
pub(crate) fn hazard(
    context: &Context,
    spec: &Spec,
    adapter: &dyn Adapter,
    workspace: &Path,
) -> Result<(), Refused> {
    if spec.policy.allows_everything() {
        return Ok(());
    }
    let Some(path) = agents::hazard_in(adapter, workspace, &context.variables) else {
        return Ok(());
    };
    let title = adapter.facts().title;
    let message = format!(
        "{title} would follow {} before anybody is asked, and cannot be told not to",
        path.display()
    );
    let refused = Refused::new("workspace_hazard", message);
    Err(refused.with_hint("look at that file and move it away, or start with the preset full-auto"))
}

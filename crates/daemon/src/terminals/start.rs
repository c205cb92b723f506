//! What runs in a terminal.

use std::ffi::OsString;
use std::path::Path;

use agents::{Launch, LaunchRequest};
use holder::{AttachError, Held, Standing, StartError, Starting};
use journal::Change;
use model::SessionId;
use model::agent::AgentName;
use model::command::CommandState;
use model::session::{SessionKind, SessionState};
use processes::{Marker, Program, inherited_environment};
use terminal::Size;
use tokio::sync::mpsc;

use super::{Running, TerminalOrder, done, refuse};
use crate::admission::Admitted;
use crate::checks;
use crate::containment;
use crate::context::Context;
use crate::holders::ALONE_FOR;
use crate::model_access::model_access;
use crate::ordered::Ordered;
use crate::reports::{self, Refused};
use crate::spec::Spec;
use crate::supervisor::Supervisor;
use crate::worktrees::{self, ending};

/// Shells that can be told to be login shells, which then read what the user has set up.
const LOGIN_SHELLS: &[&str] = &["bash", "zsh", "fish", "ksh", "sh", "dash"];

/// Starts a terminal and runs it until it has ended.
pub(crate) async fn start(
    supervisor: &Supervisor,
    ordered: Ordered,
    spec: Spec,
    size: Size,
    orders: mpsc::Receiver<TerminalOrder>,
) {
    let context = &supervisor.context;
    let halting = context.admission.halting();
    match begin(context, &ordered, &spec, size).await {
        Ok(begun) => {
            let running = Running::new(context, halting, ordered.session, spec, begun);
            Box::pin(running.run(supervisor, orders)).await;
        }
        Err(refused) => {
            fail(context, &ordered, &refused).await;
            ending::over(context, ordered.session).await;
            refuse_all(supervisor, &ordered, orders).await;
        }
    }
}

/// Notes that the session exists, and then starts its program.
async fn begin(
    context: &Context,
    ordered: &Ordered,
    spec: &Spec,
    size: Size,
) -> Result<(Held, Standing), Refused> {
    worktrees::make(context, ordered.session, spec).await?;
    check(context, spec).await?;
    let put = Change::PutSession { session: ordered.session, spec: spec.to_bytes() };
    let kept = context.commit(vec![Change::Begin(ordered.id), put]).await;
    kept.map_err(|error| Refused::new("journal", error.to_string()))?;
    worktrees::begun(context, ordered.session).await;
    let program = match &spec.agent {
        None => shell(context, ordered.session, spec).await?,
        Some(agent) => agent_program(context, ordered.session, spec, agent).await?,
    };
    // What is needed of the server may have taken a while; the owner may have thought better of it.
    // Whoever halts the machine waits until the program is there to be ended.
    let _admitted = check(context, spec).await?;
    let held = hold(context, ordered.session, program, size).await?;
    let running = reports::session_changed(ordered.session, SessionState::Running, "");
    let mut changes = vec![context.report(running)];
    let contained = containment::fact(context, ordered.session, spec);
    changes.extend(contained.map(|fact| context.report(fact)));
    changes.extend(done(context, ordered));
    // What cannot be written now is in the log; the program runs.
    let _ = context.commit(changes).await;
    Ok(held)
}

/// Starts the program in a process that outlives this one.
async fn hold(
    context: &Context,
    session: SessionId,
    program: Program,
    size: Size,
) -> Result<(Held, Standing), Refused> {
    let not_started = |why: String| Refused::new("not_started", why);
    let holders = &context.holders;
    let place = holders.place().map_err(|error| not_started(reports::with_causes(&error)))?;
    let starting = Starting {
        holder: holders.program.clone(),
        environment: inherited_environment(context.variables.iter().cloned()),
        marker: Marker::new(session),
        size,
        alone_for: ALONE_FOR,
        program,
    };
    let started = holder::start(place, &session.to_string(), starting).await;
    if let Err(StartError::Attach(AttachError::Silent)) = &started {
        // It may still come to it.
        holders.kill(session).await;
    }
    started.map_err(|error| not_started(reports::with_causes(&error)))
}

/// Whether the machine's owner allows it at this moment.
async fn check(context: &Context, spec: &Spec) -> Result<Admitted, Refused> {
    let allowed = context.admission.admit().await?.policy;
    if let Some(agent) = &spec.agent {
        // Which may have to be looked for first.
        checks::agent(context, &allowed, agent, SessionKind::Terminal).await?;
    }
    let admitted = context.admission.admit().await?;
    checks::workspace(&admitted.policy, &spec.workspace).await?;
    checks::policy(&admitted.policy, &spec.policy)?;
    match &spec.agent {
        None => checks::shell(&admitted.policy)?,
        Some(agent) => checks::is_allowed(&admitted.policy, agent)?,
    }
    Ok(admitted)
}

async fn shell(context: &Context, session: SessionId, spec: &Spec) -> Result<Program, Refused> {
    let is_login_shell = context
        .shell
        .file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| LOGIN_SHELLS.contains(&name));
    let program = Program {
        path: context.shell.clone(),
        arguments: if is_login_shell { vec!["-l".into()] } else { Vec::new() },
        environment: on_a_terminal(inherited_environment(context.variables.iter().cloned())),
        directory: spec.workspace.clone().into(),
    };
    let own = context.state_directory(session);
    let (program, directories) = context.holder.hold(spec, &own, program);
    if !directories.is_empty() {
        prepare(Launch {
            program: program.clone(),
            state_directory: own,
            directories,
            files: vec![],
        })
        .await?;
    }
    Ok(program)
}

async fn agent_program(
    context: &Context,
    session: SessionId,
    spec: &Spec,
    name: &AgentName,
) -> Result<Program, Refused> {
    let gone = || Refused::new("agent_not_installed", format!("{name} is not installed"));
    let allowed = context.admission.admit().await?.policy;
    let (adapter, detected) = checks::agent(context, &allowed, name, SessionKind::Terminal).await?;
    let gateway = model_access(context, session, spec).await?;
    let own = context.state_directory(session);
    let launch = adapter.terminal(&LaunchRequest {
        found: &detected.terminal.ok_or_else(gone)?,
        search: context.shelf.search(),
        workspace: Path::new(&spec.workspace),
        state_directory: &own,
        gateway: &gateway,
        variables: &context.variables,
    });
    let mut launch = launch.ok_or_else(gone)?;
    launch.program.environment = on_a_terminal(launch.program.environment);
    let launch = context.holder.hold_agent(spec, &*adapter, launch);
    let program = launch.program.clone();
    prepare(launch).await?;
    Ok(program)
}

/// Makes what must be there before a program starts.
async fn prepare(launch: Launch) -> Result<(), Refused> {
    match tokio::task::spawn_blocking(move || launch.seed()).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Refused::new("not_started", reports::with_causes(&error))),
        Err(_) => Err(Refused::new("stopping", "the daemon is stopping")),
    }
}

/// Says what the terminal can do.
fn on_a_terminal(mut environment: Vec<(OsString, OsString)>) -> Vec<(OsString, OsString)> {
    let own = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor")];
    environment.retain(|(name, _)| own.iter().all(|(known, _)| name != known));
    environment.extend(own.map(|(name, value)| (name.into(), value.into())));
    environment
}

/// Says that the session could not begin.
async fn fail(context: &Context, ordered: &Ordered, refused: &Refused) {
    let failed = reports::session_changed(ordered.session, SessionState::Failed, &refused.message);
    let mut changes = vec![context.report(failed), Change::RemoveSession(ordered.session)];
    changes.extend(reports::finished(context, ordered.id, CommandState::Failed, Some(refused)));
    // What cannot be written is in the log.
    let _ = context.commit(changes).await;
}

async fn refuse_all(
    supervisor: &Supervisor,
    ordered: &Ordered,
    mut orders: mpsc::Receiver<TerminalOrder>,
) {
    supervisor.leave(ordered.session);
    orders.close();
    while let Some(order) = orders.recv().await {
        if let TerminalOrder::Command(ordered) = order {
            refuse(&supervisor.context, &ordered, "the session could not be started").await;
        }
    }
}

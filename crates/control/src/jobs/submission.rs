//! What is asked for, checked and stored.

use std::time::Duration;

use model::agent::AgentName;
use model::job::{Job, JobState, LogLevel};
use model::machine::{Machine, MachineStatus};
use model::session::SessionKind;
use model::{Actor, JobId, MachineId, UserId};
use policy::{Action, Door, PolicyOptions};
use serde_json::json;
use store::idempotency::EarlierAnswer;
use store::jobs::JobText;
use wire::limits::MAX_PROMPT_BYTES;

use super::{WholeJob, tell, whole};
use crate::authorise::acting_user;
use crate::error::{machine_not_described, machine_offline};
use crate::freezes::{refuse_frozen, refuse_frozen_now};
use crate::webhooks::{self, WebhookRequest};
use crate::worktrees::{self, WorktreeRequest};
use crate::{ControlPlane, Error, machines, policies, sessions, text};

/// The longest that a job may run or wait for its machine.
pub const LONGEST: Duration = Duration::from_hours(168);

/// For how long a machine may be away if nothing else is said: long enough for a restart.
pub const DEFAULT_MACHINE_WAIT: Duration = Duration::from_mins(15);

/// The highest priority; the lowest is its negative.
pub const HIGHEST_PRIORITY: i64 = 100;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct JobRequest {
    /// What the agent is to do, as text.
    pub prompt: String,
    /// The same as ACP content blocks, a JSON array, where it is more than a text.
    pub content: Option<String>,
    /// The agent; the first that the machine has if there is none.
    pub agent: Option<AgentName>,
    /// Where; the only machine that is online if there is none.
    pub machine: Option<MachineId>,
    /// The directory; the machine's first workspace if there is none.
    pub workspace: Option<String>,
    /// The worktree in which it is done; in the directory itself if there is none.
    pub worktree: Option<WorktreeRequest>,
    /// The model; the agent's default if there is none.
    pub model: Option<String>,
    /// How long an attempt may take.
    pub timeout: Option<Duration>,
    /// Higher goes first.
    pub priority: i64,
    /// For how long the machine may be away. Without it the machine must be online now.
    pub machine_wait: Option<Duration>,
    /// What it may do without a person.
    pub policy: PolicyOptions,
    /// Whether a person may answer what else the agent asks.
    pub interactive: bool,
    /// Who is to be told of its end.
    pub webhook: Option<WebhookRequest>,
    /// The same key with the same request makes one job, however often it is sent.
    pub idempotency_key: Option<String>,
    /// The request as it was sent, written in one form, by which it is recognised.
    pub canonical: String,
}

/// A job that was submitted, by this request or by the same one before.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// The job as it is now.
    pub job: WholeJob,
}

/// Submits a job. When this answers, the job is stored, and will end in one of its final states.
pub async fn job_submit(
    plane: &ControlPlane,
    actor: &Actor,
    request: JobRequest,
) -> Result<Submitted, Error> {
    let owner = acting_user(actor)?;
    check_request(&request)?;
    if let Some(earlier) = earlier_job(plane, actor, owner, &request).await? {
        return Ok(Submitted { job: earlier });
    }
    let machine = choose_machine(plane, actor, &request).await?;
    let agent = choose_agent(plane, &machine, &request)?;
    // What cannot be resolved now never can; what holds is resolved when the session starts.
    let door = Door::documented(request.interactive);
    policies::policy_resolve(plane, machine.tenant, &request.policy, door).await?;
    let job = new_job(plane, owner, &machine, agent, &request)?;
    let webhook = match request.webhook {
        Some(webhook) => Some(webhooks::checked(plane, owner, webhook).await?),
        None => None,
    };
    if let Some(wanted) = &request.worktree {
        worktrees::wanted(wanted)?;
    }
    let worktree = request.worktree.as_ref().map(serde_json::to_string).transpose();
    let text = JobText {
        policy: serde_json::to_string(&request.policy).map_err(Error::internal)?,
        prompt: request.prompt,
        content: request.content,
        worktree: worktree.map_err(Error::internal)?,
        result: None,
    };
    let told = webhook.as_ref().map(|webhook| webhooks::host_of(&webhook.url));
    let facts = json!({
        "machine": machine.id.to_string(), "agent": job.agent.as_str(), "webhook": told,
    });
    let record = plane.audit(actor, "job.submit", format_args!("job:{}", job.id), &facts);
    let answer =
        EarlierAnswer { request_hash: digest(&request.canonical), answer: job.id.to_string() };
    let (key, stored, now) = (request.idempotency_key, job.clone(), plane.now());
    let line = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if let Some(key) = &key {
                    if let Some(earlier) = tx.idempotent_answer(owner, key).await? {
                        return same_request(&earlier, &answer).map(Err);
                    }
                    tx.idempotent_answer_insert(owner, key, &answer, now).await?;
                }
                refuse_frozen_now(tx, stored.machine).await?;
                tx.job_insert(&stored, &text).await?;
                if let Some(webhook) = &webhook {
                    tx.webhook_insert(stored.id, webhook).await?;
                }
                tx.audit_append(record).await?;
                Ok(Ok(tx.job_log(stored.id, now, LogLevel::Info, "Job submitted").await?))
            })
        })
        .await?;
    match line {
        Ok(line) => tell(plane, &job, vec![line]),
        // The same request was sent twice at once.
        Err(earlier) => return Ok(Submitted { job: known(plane, actor, earlier).await? }),
    }
    Ok(Submitted { job: whole(plane, actor, job).await? })
}

fn check_request(request: &JobRequest) -> Result<(), Error> {
    if request.prompt.trim().is_empty() && request.content.is_none() {
        return Err(Error::invalid("prompt_required", "prompt is required"));
    }
    let bytes = request.content.as_ref().map_or(request.prompt.len(), String::len);
    if bytes > MAX_PROMPT_BYTES {
        let message =
            format!("the prompt has {bytes} bytes; at most {MAX_PROMPT_BYTES} are allowed");
        return Err(Error::invalid("prompt_too_large", message));
    }
    if !(-HIGHEST_PRIORITY..=HIGHEST_PRIORITY).contains(&request.priority) {
        let message = format!("a priority is between -{HIGHEST_PRIORITY} and {HIGHEST_PRIORITY}");
        return Err(Error::invalid("invalid_priority", message));
    }
    for (what, time) in [("timeout", request.timeout), ("machine_wait", request.machine_wait)] {
        if time.is_some_and(|time| time > LONGEST) {
            let message = format!("{what} is at most {} seconds", LONGEST.as_secs());
            return Err(Error::invalid("invalid_time", message));
        }
    }
    if let Some(workspace) = &request.workspace {
        text::name("the directory", workspace, 4_096)?;
    }
    if let Some(model) = &request.model {
        text::name("the model", model, 200)?;
    }
    if let Some(key) = &request.idempotency_key {
        text::name("the idempotency key", key, 200)?;
    }
    Ok(())
}

/// The job that the same request made before. Looked for first, so that it is answered even where
/// the request would be refused by now.
async fn earlier_job(
    plane: &ControlPlane,
    actor: &Actor,
    owner: UserId,
    request: &JobRequest,
) -> Result<Option<WholeJob>, Error> {
    let Some(key) = &request.idempotency_key else { return Ok(None) };
    let Some(earlier) = plane.store.idempotent_answer(owner, key).await? else { return Ok(None) };
    let now = EarlierAnswer { request_hash: digest(&request.canonical), answer: String::new() };
    known(plane, actor, same_request(&earlier, &now)?).await.map(Some)
}

async fn known(plane: &ControlPlane, actor: &Actor, id: JobId) -> Result<WholeJob, Error> {
    let job = plane.store.job(id).await?.ok_or(Error::not_found("job"))?;
    whole(plane, actor, job).await
}

/// SHA-256 of a request, apart from that of every other kind of request.
fn digest(canonical: &str) -> [u8; 32] {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    context.update(b"job.submit\0");
    context.update(canonical.as_bytes());
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    digest
}

fn same_request(earlier: &EarlierAnswer, now: &EarlierAnswer) -> Result<JobId, Error> {
    if earlier.request_hash != now.request_hash {
        let message = "this idempotency key was used for another request";
        return Err(Error::conflict("idempotency_key_reused", message));
    }
    earlier.answer.parse().map_err(Error::internal)
}

async fn choose_machine(
    plane: &ControlPlane,
    actor: &Actor,
    request: &JobRequest,
) -> Result<Machine, Error> {
    let machine = match request.machine {
        Some(id) => plane.authorise_machine(actor, Action::SessionStart, id).await?,
        None => only_machine(plane, actor, request.machine_wait.is_some()).await?,
    };
    refuse_frozen(&machine)?;
    let is_offline = is_offline(plane, &machine);
    if is_offline && request.machine_wait.is_none() {
        let hint = "start it, or say with `machine_wait` how many seconds the job may wait for it";
        return Err(machine_offline().with_hint(hint));
    }
    if !is_offline {
        machines::refuse_closed(&machine)?;
    }
    if !is_offline && !machine.facts.is_described() {
        return Err(machine_not_described());
    }
    Ok(machine)
}

/// The only machine that is online, or the only one at all where the job may wait.
async fn only_machine(
    plane: &ControlPlane,
    actor: &Actor,
    may_wait: bool,
) -> Result<Machine, Error> {
    let mut machines = machines::machines(plane, actor).await?;
    let online: Vec<_> =
        machines.iter().filter(|machine| !is_offline(plane, machine)).cloned().collect();
    if !online.is_empty() {
        machines = online;
    } else if !may_wait {
        let message = "no machine is online";
        let hint = "`gantline machine run` on one of your machines brings it online";
        return Err(Error::unavailable("machine_offline", message).with_hint(hint));
    }
    let machine = match &machines[..] {
        [machine] => machine.id,
        [] => {
            let error = Error::conflict("no_machine", "there is no machine for you");
            return Err(error.with_hint("enrol one: `gantline machine enroll`"));
        }
        several => {
            let names: Vec<_> =
                several.iter().map(|one| format!("{} ({})", one.name, one.id)).take(20).collect();
            let message = format!("say with machine_id which machine: {}", names.join(", "));
            return Err(Error::invalid("machine_required", message));
        }
    };
    plane.authorise_machine(actor, Action::SessionStart, machine).await
}

pub(super) fn is_offline(plane: &ControlPlane, machine: &Machine) -> bool {
    machines::machine_status(plane, machine.id).0 == MachineStatus::Offline
}

/// The agent, if the machine has it as far as we know. A machine that is away and was never
/// described is believed to have it.
fn choose_agent(
    plane: &ControlPlane,
    machine: &Machine,
    request: &JobRequest,
) -> Result<AgentName, Error> {
    let usable = || {
        let agents = machine.facts.agents.iter();
        agents.filter(|agent| agent.chat && agent.missing.is_none()).map(|agent| &agent.name).next()
    };
    let Some(agent) = request.agent.as_ref().or_else(usable) else {
        let message = format!("{} has no agent that is installed", machine.name);
        let hint = "`gantline doctor` on it says how to install one";
        return Err(Error::conflict("agent_not_installed", message).with_hint(hint));
    };
    if !is_offline(plane, machine) {
        sessions::check_agent(machine, SessionKind::Chat, Some(agent))?;
    }
    Ok(agent.clone())
}

fn new_job(
    plane: &ControlPlane,
    owner: UserId,
    machine: &Machine,
    agent: AgentName,
    request: &JobRequest,
) -> Result<Job, Error> {
    let now = plane.now();
    let prompt_head: String = request.prompt.chars().take(Job::HEAD_CHARACTERS).collect();
    Ok(Job {
        id: JobId::new(now, &**plane.rng()),
        tenant: machine.tenant,
        owner,
        machine: machine.id,
        agent,
        workspace: request.workspace.clone(),
        model: request
            .model
            .as_deref()
            .map(|model| text::name("the model", model, 200))
            .transpose()?,
        prompt_is_longer: prompt_head.len() < request.prompt.len(),
        prompt_head,
        priority: request.priority,
        timeout: request.timeout.filter(|timeout| !timeout.is_zero()),
        machine_wait: request.machine_wait.unwrap_or(DEFAULT_MACHINE_WAIT),
        interactive: request.interactive,
        state: JobState::Queued,
        attempt: 1,
        session: None,
        turn: None,
        failure: None,
        error: None,
        created_at: now,
        queued_at: now,
        started_at: None,
        finished_at: None,
    })
}

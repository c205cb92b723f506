//! How a chat begins.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use agents::{Found, Gateway, LaunchRequest};
use conversation::{Conversation, Profile, Setup};
use journal::Change;
use model::SessionId;
use model::command::CommandState;
use model::session::SessionKind;
use tokio::sync::mpsc;

use super::Chat;
use super::agent::{AgentSlot, Standing};
use super::keep::{Keeping, failed_to_begin};
use super::orders::Prompted;
use super::pause::OwnTime;
use crate::checks;
use crate::context::Context;
use crate::ordered::Ordered;
use crate::outside;
use crate::reports::{self, Refused};
use crate::spec::Spec;
use crate::supervisor::Supervisor;
use crate::worktrees::{self, ending};

/// Starts a chat and runs it until it has ended.
pub(crate) async fn start(
    supervisor: &Supervisor,
    ordered: Ordered,
    spec: Spec,
    orders: mpsc::Receiver<Ordered>,
) {
    let context = &supervisor.context;
    let session = ordered.session;
    let begun = match make_ready(supervisor, session, &spec).await {
        Ok(()) => begin(context, &ordered, &spec).await.map(|()| setup(context, session, &spec)),
        Err(refused) => {
            super::remove_state(context, session).await;
            fail(context, &ordered, &refused).await;
            None
        }
    };
    match begun {
        Some(setup) => {
            worktrees::begun(context, session).await;
            let mut chat = Chat::new(context.clone(), session, spec, Conversation::new(setup));
            chat.chat.start();
            chat.run(supervisor, orders).await;
        }
        None => {
            ending::over(context, session).await;
            refuse_all(supervisor, session, orders).await;
        }
    }
}

/// Makes the chat's worktree, where it has one, checks everything else, and gives its agent what it
/// goes on with.
async fn make_ready(
    supervisor: &Supervisor,
    session: SessionId,
    spec: &Spec,
) -> Result<(), Refused> {
    let context = &supervisor.context;
    worktrees::make(context, session, spec).await?;
    check(context, spec).await?;
    outside::take(supervisor, session, spec).await
}

/// Checks again, on the machine that it concerns, whether a chat may be started (S65).
async fn check(context: &Context, spec: &Spec) -> Result<(), Refused> {
    let allowed = context.admission.admit().await?.policy;
    checks::workspace(&allowed, &spec.workspace).await?;
    checks::policy(&allowed, &spec.policy)?;
    let none = || Refused::new("agent_missing", "a chat needs an agent");
    let agent = spec.agent.as_ref().ok_or_else(none)?;
    checks::agent(context, &allowed, agent, SessionKind::Chat).await.map(drop)
}

/// What a chat is started with.
pub(super) fn setup(context: &Context, session: SessionId, spec: &Spec) -> Setup {
    Setup {
        workspace: spec.workspace.clone(),
        policy: spec.policy.clone(),
        profile: profile(context, session, spec).unwrap_or_default(),
        model: spec.model.clone(),
        version: context.version.clone(),
        continues: spec.continues.as_ref().map(|continued| continued.id.clone()),
    }
}

/// What is peculiar about an agent depends neither on where it is nor on where its models are, so
/// that it is known without either. `None` for an agent that cannot be started anyway.
fn profile(context: &Context, session: SessionId, spec: &Spec) -> Option<Profile> {
    let adapter = context.shelf.adapter(spec.agent.as_ref()?)?;
    let gateway = Gateway {
        base_url: context.server_url.clone(),
        token: String::new().into(),
        providers: Vec::new(),
        model: spec.model.clone(),
    };
    let request = LaunchRequest {
        found: &Found { path: "agent".into(), package: None },
        search: context.shelf.search(),
        workspace: spec.workspace.as_ref(),
        state_directory: &context.state_directory(session),
        gateway: &gateway,
        variables: &context.variables,
    };
    Some(adapter.chat(&request).profile)
}

/// Notes that the session exists, before it does. `None` if that cannot be noted.
async fn begin(context: &Context, ordered: &Ordered, spec: &Spec) -> Option<()> {
    let put = Change::PutSession { session: ordered.session, spec: spec.to_bytes() };
    context.commit(vec![Change::Begin(ordered.id), put]).await.ok()?;
    let done = reports::finished(context, ordered.id, CommandState::Done, None);
    // What cannot be written now is in the log; the session runs.
    let _ = context.commit(done.into()).await;
    Some(())
}

/// Says that the session could not begin.
async fn fail(context: &Context, ordered: &Ordered, refused: &Refused) {
    let failed = failed_to_begin(ordered.session, &refused.message);
    let mut changes = vec![context.report(failed)];
    changes.extend(reports::finished(context, ordered.id, CommandState::Failed, Some(refused)));
    // What cannot be written is in the log.
    let _ = context.commit(changes).await;
}

async fn refuse_all(
    supervisor: &Supervisor,
    session: SessionId,
    mut orders: mpsc::Receiver<Ordered>,
) {
    supervisor.leave(session);
    orders.close();
    while let Some(ordered) = orders.recv().await {
        let refused = Refused::new("session_ended", "the session could not be started");
        reports::refuse(&supervisor.context, ordered.id, &refused).await;
    }
}

impl Chat {
    pub(super) fn new(
        context: Arc<Context>,
        session: SessionId,
        spec: Spec,
        chat: Conversation,
    ) -> Self {
        let standing = spec.paused.then_some(Standing::Nothing);
        let time = OwnTime::new(context.clock.clone());
        if standing.is_some() {
            time.stand_still();
        }
        let halting = context.admission.halting();
        Self {
            context,
            halting,
            session,
            spec,
            chat,
            agent: AgentSlot::None,
            prompts: Prompted::default(),
            keeping: Keeping::default(),
            outbox: Vec::new(),
            begun: HashSet::new(),
            time,
            standing,
            held: VecDeque::new(),
            at_the_end: Vec::new(),
            is_to_stop_its_agent: false,
            is_halted: false,
        }
    }
}

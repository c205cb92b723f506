//! What the server asks. Nothing here changes what must last, but for what is only kept, and for the
//! files of people.

use bytes::Bytes;
use journal::JournalError;
use model::SessionId;
use model::session::SessionKind;
use tokio::sync::oneshot;
use wire::call::{
    AgentsDetected, Answer, PrepareSession, Question, ReadUpdates, SessionPrepared, SessionsListed,
    Updates,
};

use crate::checks;
use crate::context::{Context, blocking};
use crate::discards;
use crate::kept;
use crate::machine_key;
use crate::outside;
use crate::reports::Refused;
use crate::searching;
use crate::supervisor::Supervisor;
use crate::terminals::TerminalOrder;
use crate::updating::offers;
use crate::worktrees::{self, Ordered, ending};
use crate::{uploads, workspace_changes, workspace_files};

/// The most that is answered at once, in bytes.
const MOST_BYTES: usize = 1024 * 1024;

/// Answers a question.
pub(crate) async fn answer(supervisor: &Supervisor, question: Question) -> Answer {
    let context = &*supervisor.context;
    let answered = match question {
        Question::PrepareSession(question) => prepare(supervisor, &question).await,
        Question::DetectAgents(_) => detect(context).await,
        Question::ReadUpdates(question) => read_updates(supervisor, &question).await,
        Question::ReadScreen(question) => {
            ask_terminal(supervisor, &question.session_id, |answer| TerminalOrder::Screen {
                answer,
            })
            .await
        }
        Question::GrantLease(question) => {
            let lease = question.lease;
            let order = |answer| TerminalOrder::Lease { lease, answer };
            ask_terminal(supervisor, &question.session_id, order).await
        }
        Question::KeepRecords(question) => kept::keep(supervisor, question).await,
        Question::ListOutside(question) => outside::list(supervisor, question).await,
        Question::ListSessions(_) => Ok(list_sessions(supervisor)),
        Question::SearchTranscripts(question) => searching::search(supervisor, question).await,
        Question::ListDirectory(question) => workspace_files::list(context, question).await,
        Question::ReadFile(question) => workspace_files::read(context, question).await,
        Question::CreateDirectory(question) => {
            workspace_files::create_directory(context, question).await
        }
        Question::ListChanges(question) => workspace_changes::list(context, &question).await,
        Question::ReadDiff(question) => workspace_changes::diff(context, question).await,
        Question::DiscardChange(question) => discards::discard(context, question).await,
        Question::ReadLog(question) => workspace_changes::log(context, question).await,
        Question::RemoveWorktree(question) => ending::remove(supervisor, question).await,
        Question::BeginUpload(question) => uploads::begin(supervisor, question).await,
        Question::WriteUpload(question) => uploads::write(supervisor, question).await,
        Question::EndUpload(question) => uploads::end(supervisor, question).await,
        Question::OfferUpdate(question) => offers::consider(&supervisor.context, question).await,
        Question::ProposeKey(_) => machine_key::propose(context).await,
        Question::MintProxyToken(_) | Question::RenewProxyTokens(_) => {
            Err(Refused::new("unknown_call", "a machine makes no proxy tokens"))
        }
        // What is copied to the server is for the machine's owner to say.
        Question::BeginMirror(_)
        | Question::ListMirror(_)
        | Question::WriteMirror(_)
        | Question::EndMirror(_)
        | Question::RetainMirrors(_) => {
            Err(Refused::new("unknown_call", "a machine takes no copies, and is asked for none"))
        }
    };
    answered.unwrap_or_else(Answer::from)
}

/// Every session that is there, whether anything of it runs or not.
fn list_sessions(supervisor: &Supervisor) -> Answer {
    let sessions = supervisor.session_ids();
    let session_ids = sessions.iter().map(|id| Bytes::copy_from_slice(id.as_bytes())).collect();
    Answer::SessionsListed(SessionsListed { session_ids })
}

async fn prepare(supervisor: &Supervisor, question: &PrepareSession) -> Result<Answer, Refused> {
    let context = &*supervisor.context;
    let malformed = |what: &str| Refused::new("bad_request", format!("{what} is malformed"));
    let kind = match question.kind() {
        wire::command::SessionKind::Chat => SessionKind::Chat,
        wire::command::SessionKind::Terminal => SessionKind::Terminal,
        wire::command::SessionKind::Unspecified => return Err(malformed("the kind")),
    };
    // The same is asked again when the session begins.
    let allowed = context.admission.admit().await?.policy;
    let preset = question.preset.parse().map_err(|_| malformed("the preset"))?;
    checks::preset(&allowed, preset)?;
    if question.continues.is_some() && (kind != SessionKind::Chat || question.worktree.is_some()) {
        return Err(malformed("what is to be gone on with"));
    }
    let mut wanted = question.workspace.clone();
    let mut continuable = None;
    match (question.agent.as_str(), kind) {
        ("", SessionKind::Terminal) => checks::shell(&allowed)?,
        ("", SessionKind::Chat) => {
            return Err(Refused::new("agent_missing", "a chat needs an agent"));
        }
        (agent, kind) => {
            let agent = agent.parse().map_err(|_| malformed("the agent's name"))?;
            let (adapter, _) = checks::agent(context, &allowed, &agent, kind).await?;
            if let Some(continued) = &question.continues {
                let (directory, told) =
                    outside::prepare(supervisor, &allowed, &*adapter, continued).await?;
                wanted = directory;
                continuable = Some(told);
            }
        }
    }
    let workspace = checks::workspace(&allowed, &wanted).await?;
    let workspace = workspace.to_string_lossy().into_owned();
    let Some(wanted) = &question.worktree else {
        let prepared = SessionPrepared { workspace, worktree: None, continuable };
        return Ok(Answer::SessionPrepared(prepared));
    };
    let (workspace, planned) =
        worktrees::plan(context, &question.session_id, preset, &workspace, wanted).await?;
    let Ordered { source, branch, base } = planned;
    let worktree = Some(wire::worktree::Worktree { source, branch, base });
    Ok(Answer::SessionPrepared(SessionPrepared { workspace, worktree, continuable }))
}

async fn detect(context: &Context) -> Result<Answer, Refused> {
    // Looking runs programs.
    context.admission.admit().await?;
    let agents = context.shelf.look(&context.variables).await;
    context.looked.notify_one();
    // Writing JSON to memory fails only for keys that are not strings, and agents have none.
    let json = serde_json::to_vec(&agents).expect("agents can be written as JSON");
    Ok(Answer::AgentsDetected(AgentsDetected { agents_json: json.into() }))
}

async fn read_updates(supervisor: &Supervisor, question: &ReadUpdates) -> Result<Answer, Refused> {
    let unknown = || Refused::new("unknown_session", "there is no such session on this machine");
    let session = SessionId::from_slice(&question.session_id).map_err(|_| unknown())?;
    let max_bytes = usize::try_from(question.max_bytes).unwrap_or(usize::MAX).min(MOST_BYTES);
    let (journal, after) = (supervisor.context.journal.clone(), question.after);
    let page = blocking(move || journal.read(session, after, max_bytes))
        .await
        .map_err(|error: JournalError| Refused::new("unreadable", error.to_string()))?;
    if page.last == 0 && !supervisor.knows(session) {
        return Err(unknown());
    }
    Ok(Answer::Updates(Updates { records: page.records, last: page.last }))
}

async fn ask_terminal(
    supervisor: &Supervisor,
    session_id: &Bytes,
    order: impl FnOnce(oneshot::Sender<Answer>) -> TerminalOrder,
) -> Result<Answer, Refused> {
    let unknown = || Refused::new("unknown_session", "the terminal has ended");
    let terminal = supervisor.terminal(session_id).ok_or_else(unknown)?;
    let (answer, answered) = oneshot::channel();
    terminal.send(order(answer)).await.map_err(|_| unknown())?;
    answered.await.map_err(|_| unknown())
}

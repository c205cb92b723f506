//! All workspaces, once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use files::{RelativePath, Root};
use wire::call::{Answer, Question};
use wire::limits::MAX_MIRROR_FILES;
use wire::mirror::RetainMirrors;

use super::WITHIN;
use super::account::{Account, Mirrored, Problem};
use super::progress::Progress;
use super::sending::{Sending, Sent, Unsent};
use super::snapshot::{self, Cache, Search, Snapshot};
use crate::context::Context;
use crate::local_policy::LocalPolicy;
use crate::uplink::AskFailure;
use crate::workspace_files;

/// How often it is begun again because a file has changed on its way.
const TRIES: usize = 8;

/// What is known from one time to the next.
#[derive(Default)]
pub(super) struct Known {
    caches: HashMap<String, Cache>,
    /// Of which the server was told that only their copies are to stay.
    retained: Option<Vec<String>>,
}

/// Who wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asking {
    /// It is time.
    ByItself,
    /// The machine's owner, just now.
    Owner,
}

/// Brings the copies of all workspaces up to date.
pub(super) async fn copy_all(
    context: &Context,
    known: &mut Known,
    account: &mut Account,
    max_files: u32,
    asking: Asking,
) -> Result<(), Problem> {
    // Nothing is started, so that nobody need wait for its end.
    let policy = context.admission.admit().await?.policy.clone();
    let mut workspaces = Vec::new();
    let mut problem = None;
    for written in &policy.workspaces {
        let Some(workspace) = resolve(&policy, written).await else {
            let gone = format!("the workspace {} is not there", written.display());
            problem = Some(Problem::here("workspace_missing", gone));
            continue;
        };
        if workspaces.contains(&workspace) {
            continue;
        }
        let mut copying = Copying {
            context,
            account,
            policy: &policy,
            max_files: max_files.min(MAX_MIRROR_FILES),
        };
        let cache = known.caches.entry(workspace.clone()).or_default();
        copying.copy(&workspace, cache, asking).await?;
        workspaces.push(workspace);
    }
    known.caches.retain(|workspace, _| workspaces.contains(workspace));
    // A workspace on a disk that is not there at the moment keeps its copy.
    match problem {
        Some(problem) => Err(problem),
        None => retain(context, known, account, workspaces).await,
    }
}

async fn resolve(policy: &Arc<LocalPolicy>, written: &std::path::Path) -> Option<String> {
    let (policy, written) = (policy.clone(), written.to_str()?.to_owned());
    let resolve = move || policy.resolve_workspace(&written).ok();
    let resolved = tokio::task::spawn_blocking(resolve).await.ok()??;
    resolved.to_str().map(str::to_owned)
}

/// Has the server remove the copies of workspaces that are none any more.
async fn retain(
    context: &Context,
    known: &mut Known,
    account: &mut Account,
    workspaces: Vec<String>,
) -> Result<(), Problem> {
    if known.retained.as_ref() == Some(&workspaces) {
        return Ok(());
    }
    let question = Question::RetainMirrors(RetainMirrors { workspaces: workspaces.clone() });
    let Answer::MirrorsRetained(_) = context.uplink.ask(question, WITHIN).await? else {
        return Err(AskFailure::Unexpected.into());
    };
    account.workspaces.retain(|copy| workspaces.contains(&copy.workspace));
    known.retained = Some(workspaces);
    Ok(())
}

/// One workspace.
struct Copying<'a> {
    context: &'a Context,
    account: &'a mut Account,
    policy: &'a Arc<LocalPolicy>,
    max_files: u32,
}

impl Copying<'_> {
    async fn copy(
        &mut self,
        workspace: &str,
        cache: &mut Cache,
        asking: Asking,
    ) -> Result<(), Problem> {
        let mut restless = HashSet::new();
        for _ in 0..TRIES {
            let (root, snapshot) = self.look(workspace, cache, &restless).await?;
            match self.send(workspace, root, &snapshot, asking).await {
                Ok(sent) => {
                    self.note(workspace, &snapshot, sent);
                    return Ok(());
                }
                Err(Unsent::Changed(path)) => drop(restless.insert(path)),
                Err(Unsent::Problem(problem)) => return Err(problem),
            }
        }
        Err(Problem::here("files_change", "too many files change while they are copied"))
    }

    /// Looks through the workspace, on a thread that may wait for the disk.
    async fn look(
        &mut self,
        workspace: &str,
        cache: &mut Cache,
        restless: &HashSet<RelativePath>,
    ) -> Result<(Arc<Root>, Snapshot), Problem> {
        let (policy, own) = (self.policy.clone(), self.context.directory.clone());
        let (stopping, halting) = (self.context.stopping.clone(), self.context.admission.halting());
        let (workspace, restless) = (workspace.to_owned(), restless.clone());
        let (max_files, now) = (self.max_files, self.context.clock.now());
        let mut known = std::mem::take(cache);
        let look = move || {
            let root = workspace_files::open(&policy, &own, &workspace).map_err(Problem::from)?;
            let own = std::fs::canonicalize(&own).unwrap_or(own);
            let search = Search {
                workspace: std::path::Path::new(&workspace),
                root: &root,
                own: &own,
                max_files,
                restless: &restless,
                now,
            };
            let is_over = || stopping.is_cancelled() || halting.is_cancelled();
            let snapshot = snapshot::take(&search, &mut known, is_over);
            Ok::<_, Problem>((root, snapshot, known))
        };
        let stopping = || Problem::here("stopping", "the daemon is stopping");
        let looked = tokio::task::spawn_blocking(look).await.map_err(|_| stopping())?;
        let (root, snapshot, known) = looked?;
        *cache = known;
        Ok((Arc::new(root), snapshot.ok_or_else(stopping)?))
    }

    async fn send(
        &mut self,
        workspace: &str,
        root: Arc<Root>,
        snapshot: &Snapshot,
        asking: Asking,
    ) -> Result<Sent, Unsent> {
        let progress = Progress::of(self.context, self.account);
        let mut sending = Sending { context: self.context, root, snapshot, progress };
        sending.send(workspace, asking == Asking::Owner).await
    }

    /// Writes down what the server has now.
    fn note(&mut self, workspace: &str, snapshot: &Snapshot, sent: Sent) {
        let known = self.account.workspaces.iter().find(|known| known.workspace == workspace);
        let (sent_files, sent_bytes) = match known {
            Some(known) if sent.was_current => (known.sent_files, known.sent_bytes),
            _ => (sent.files, sent.bytes),
        };
        let copy = Mirrored {
            workspace: workspace.to_owned(),
            files: snapshot.entries.len() as u64,
            size_bytes: snapshot.size_bytes,
            left_out: snapshot.left_out,
            sent_files,
            sent_bytes,
            at: self.context.clock.now(),
        };
        if !sent.was_current {
            tracing::info!(
                workspace,
                files = copy.files,
                bytes = copy.size_bytes,
                sent.files = sent.files,
                sent.bytes = sent.bytes,
                left_out = copy.left_out.files(),
                "the server has a copy of the workspace"
            );
        }
        if copy.left_out.over_files > 0 && !sent.was_current {
            tracing::warn!(
                workspace,
                limit = self.max_files,
                left_out = copy.left_out.over_files,
                "there are more files than --max-files allows; the rest is not in the copy"
            );
        }
        self.account.has(copy);
        self.account.doing = None;
    }
}

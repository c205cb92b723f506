//! Group commit: one task owns the one connection that writes.
//!
//! It takes all work that has queued up, runs each piece inside a savepoint of one transaction,
//! commits once, and only then answers everybody. A piece that fails is rolled back alone; one that
//! came alone has the transaction to itself. A commit that fails stops the writer for good: what reached the disk is not known any more, and
//! to go on would be to acknowledge on a guess (R14).

use std::fs::File;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::StoreError;
use crate::figures::Figures;

/// Pieces of work that may wait; further callers wait to be let in.
const QUEUE: usize = 1_024;

/// Pieces of work in one commit at the most.
const BATCH: usize = 512;

/// How long nothing is written until the write-ahead file is emptied: it still holds what was
/// deleted since, such as prompts that their machine has by now.
const QUIET_FOR: Duration = Duration::from_secs(2);

/// A transaction, to which the entity files add their verbs.
#[derive(Debug)]
pub struct Tx {
    pub(crate) connection: SqliteConnection,
}

/// What a unit of work is: a boxed future that borrows the transaction.
pub type TxFuture<'tx, T> = Pin<Box<dyn Future<Output = T> + Send + 'tx>>;

/// Tells the caller how it ended, once that is known.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// What is left of a piece of work after it ran: keep it or roll it back, then answer.
struct Ran {
    keep: bool,
    answer: Answer,
}

/// A piece of work with its caller: it is run, or refused without having been run.
trait Job: Send {
    fn run(self: Box<Self>, tx: &mut Tx) -> TxFuture<'_, Ran>;
    fn refuse(self: Box<Self>, error: StoreError);
}

struct Piece<F, T, E> {
    work: F,
    caller: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Piece<F, T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: for<'tx> FnOnce(&'tx mut Tx) -> TxFuture<'tx, Result<T, E>> + Send + 'static,
{
    fn run(self: Box<Self>, tx: &mut Tx) -> TxFuture<'_, Ran> {
        let Self { work, caller } = *self;
        Box::pin(async move {
            let result = work(tx).await;
            let keep = result.is_ok();
            let answer: Answer = Box::new(move |committed: Result<(), StoreError>| {
                // The caller may have gone away; the work is done all the same.
                let _ = caller.send(committed.map_err(E::from).and(result));
            });
            Ran { keep, answer }
        })
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        let _ = self.caller.send(Err(error.into()));
    }
}

/// The way to the writer's task.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Box<dyn Job>>,
    pub(crate) figures: Arc<Figures>,
    stopped: watch::Receiver<Option<String>>,
    close: mpsc::Sender<()>,
    task: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Writer {
    pub(crate) fn start(connection: SqliteConnection, claimed: File) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let (close, closing) = mpsc::channel(1);
        let (stop, stopped) = watch::channel(None);
        let figures = Arc::new(Figures::default());
        let tx = Tx { connection };
        let task = tokio::spawn(run(tx, claimed, queue, closing, stop, figures.clone()));
        Self { jobs, figures, stopped, close, task: Arc::new(Mutex::new(Some(task))) }
    }

    pub(crate) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'tx> FnOnce(&'tx mut Tx) -> TxFuture<'tx, Result<T, E>> + Send + 'static,
    {
        let (caller, answer) = oneshot::channel();
        let job = Box::new(Piece { work, caller });
        let began_us = self.figures.now_us();
        self.jobs.send(job).await.map_err(|_| E::from(self.reason()))?;
        let answered = answer.await;
        self.figures.written(began_us);
        answered.unwrap_or_else(|_| Err(self.reason().into()))
    }

    /// Pieces of work that wait.
    pub(crate) fn waiting(&self) -> u64 {
        (self.jobs.max_capacity() - self.jobs.capacity()) as u64
    }

    pub(crate) async fn stopped(&self) -> String {
        let mut stopped = self.stopped.clone();
        let reason = stopped.wait_for(Option::is_some).await;
        reason.ok().and_then(|reason| reason.clone()).unwrap_or_else(|| "closed".to_owned())
    }

    pub(crate) async fn close(&self) {
        let _ = self.close.try_send(());
        if let Some(task) = self.task.lock().await.take() {
            let _ = task.await;
        }
    }

    fn reason(&self) -> StoreError {
        let reason = self.stopped.borrow().clone();
        StoreError::Stopped(reason.unwrap_or_else(|| "it was closed".to_owned()))
    }
}

async fn run(
    mut tx: Tx,
    claimed: File,
    mut queue: mpsc::Receiver<Box<dyn Job>>,
    mut closing: mpsc::Receiver<()>,
    stop: watch::Sender<Option<String>>,
    figures: Arc<Figures>,
) {
    let mut jobs = Vec::with_capacity(BATCH);
    let mut is_emptied = true;
    loop {
        tokio::select! {
            biased;
            // Work that is queued is done before the end.
            count = queue.recv_many(&mut jobs, BATCH) => if count == 0 { break },
            // Somebody asked for the end, and nothing is queued.
            _ = closing.recv() => queue.close(),
            () = tokio::time::sleep(QUIET_FOR), if !is_emptied => {
                // A reader may be in the way; the next quiet moment is as good.
                let _ = statement(&mut tx, "PRAGMA wal_checkpoint(TRUNCATE)").await;
                is_emptied = true;
                continue;
            }
        }
        is_emptied = false;
        let began_us = figures.now_us();
        let committed = if jobs.len() == 1
            && let Some(job) = jobs.pop()
        {
            commit_alone(&mut tx, job, &figures).await
        } else {
            commit_together(&mut tx, jobs.drain(..), &figures).await
        };
        figures.committed(began_us);
        if let Err(reason) = committed {
            tracing::error!(reason, "the database stopped accepting writes");
            stop.send_replace(Some(reason));
            break;
        }
    }
    queue.close();
    let _ = tx.connection.close().await;
    // Not before everything is in the file.
    drop(claimed);
}

/// Runs a piece that came alone. It needs no savepoint, which would be two more errands to the
/// thread of the connection: what is rolled back with it is the whole transaction. `Err` means that
/// the writer must not go on.
async fn commit_alone(tx: &mut Tx, job: Box<dyn Job>, figures: &Figures) -> Result<(), String> {
    if let Err(error) = statement(tx, "BEGIN IMMEDIATE").await {
        figures.undone(1);
        job.refuse(StoreError::Undone(error.to_string()));
        return Ok(());
    }
    let Ran { keep, answer } = job.run(tx).await;
    match statement(tx, if keep { "COMMIT" } else { "ROLLBACK" }).await {
        Ok(()) => {
            answer(Ok(()));
            Ok(())
        }
        Err(error) => {
            figures.undone(1);
            let reason = error.to_string();
            // SQLite may have rolled back by itself already, and then nothing is in doubt.
            let told = if keep { StoreError::Stopped } else { StoreError::Undone };
            answer(Err(told(reason.clone())));
            if keep { Err(reason) } else { Ok(()) }
        }
    }
}

/// Runs a batch. `Err` means that the writer must not go on.
async fn commit_together(
    tx: &mut Tx,
    jobs: impl ExactSizeIterator<Item = Box<dyn Job>>,
    figures: &Figures,
) -> Result<(), String> {
    let pieces = jobs.len();
    if let Err(error) = statement(tx, "BEGIN IMMEDIATE").await {
        figures.undone(pieces);
        // Nothing was begun, so nothing is in doubt: everybody may try again.
        jobs.for_each(|job| job.refuse(StoreError::Undone(error.to_string())));
        return Ok(());
    }
    let mut answers = Vec::with_capacity(jobs.len());
    let mut broken: Option<sqlx::Error> = None;
    for job in jobs {
        match &broken {
            None => broken = run_in_savepoint(tx, job, &mut answers).await.err(),
            Some(error) => job.refuse(StoreError::Undone(error.to_string())),
        }
    }
    if let Some(error) = broken {
        figures.undone(pieces);
        // SQLite may have rolled back by itself already, then this fails, and rightly so.
        let _ = statement(tx, "ROLLBACK").await;
        answer_all(answers, || Err(StoreError::Undone(error.to_string())));
        return Ok(());
    }
    match statement(tx, "COMMIT").await {
        Ok(()) => {
            answer_all(answers, || Ok(()));
            Ok(())
        }
        Err(error) => {
            figures.undone(pieces);
            let reason = error.to_string();
            answer_all(answers, || Err(StoreError::Stopped(reason.clone())));
            Err(reason)
        }
    }
}

/// Runs one piece. `Err` means that the whole transaction is lost: some errors (disk full, input
/// or output error) make SQLite roll back everything by itself, savepoints included
/// (<https://www.sqlite.org/lang_transaction.html>, "Response To Errors Within A Transaction").
async fn run_in_savepoint(
    tx: &mut Tx,
    job: Box<dyn Job>,
    answers: &mut Vec<Answer>,
) -> Result<(), sqlx::Error> {
    if let Err(error) = statement(tx, "SAVEPOINT piece").await {
        job.refuse(StoreError::Undone(error.to_string()));
        return Err(error);
    }
    let Ran { keep, answer } = job.run(tx).await;
    answers.push(answer);
    if !keep {
        statement(tx, "ROLLBACK TO piece").await?;
    }
    statement(tx, "RELEASE piece").await
}

fn answer_all(answers: Vec<Answer>, committed: impl Fn() -> Result<(), StoreError>) {
    for answer in answers {
        answer(committed());
    }
}

async fn statement(tx: &mut Tx, sql: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query(sql).execute(&mut tx.connection).await.map(drop)
}

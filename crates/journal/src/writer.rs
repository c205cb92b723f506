//! The thread that writes: it takes everything that has queued up, writes it, flushes once, and
//! then answers (group commit).

mod work;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock, RwLock};

use model::SessionId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};

use crate::append::AppendFile;
use crate::change::{Change, Committed};
use crate::disk::{Disk, DiskFile};
use crate::error::JournalError;
use crate::journal::{Journal, Writer};
use crate::limits::{Limits, QUEUE_JOBS, QUEUE_KIB};
use crate::state::State;
use crate::transcript::{NewRecord, Room};
use crate::transcripts::Transcripts;

/// How many jobs are taken at once.
const BATCH_JOBS: usize = 256;

/// Something to be written, and who waits for it.
pub(crate) struct Job {
    pub(crate) order: Order,
    /// The room in the queue that it takes; given back when it is done.
    pub(crate) room: OwnedSemaphorePermit,
}

pub(crate) type Answer<T> = oneshot::Sender<Result<T, JournalError>>;

/// What is to be written.
pub(crate) enum Order {
    Commit { changes: Vec<Change>, answer: Answer<Committed> },
    Append { session: SessionId, records: Vec<NewRecord>, room: Room, answer: Answer<u64> },
    Flush { session: Option<SessionId>, answer: Answer<()> },
    Remove { session: SessionId, answer: Answer<()> },
}

/// What the writer and everybody else see.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) directory: PathBuf,
    pub(crate) published: RwLock<Published>,
    /// The number of the last report that is durable.
    pub(crate) last_report: watch::Sender<u64>,
    pub(crate) transcripts: Transcripts,
    /// Why the writer has stopped for good.
    pub(crate) poison: OnceLock<Arc<str>>,
    /// KiB that may wait for the writer.
    pub(crate) queue_room: Arc<Semaphore>,
}

/// What is durable.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) state: State,
    /// Where its bodies lie.
    pub(crate) log: Arc<dyn DiskFile>,
}

/// What a writer is made of.
pub(crate) struct Parts {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) directory: PathBuf,
    pub(crate) limits: Limits,
    pub(crate) log: AppendFile,
    pub(crate) state: State,
    pub(crate) transcripts: Transcripts,
}

/// Starts the writer's thread.
pub(crate) fn start(parts: Parts) -> std::io::Result<(Journal, Writer)> {
    let shared = Arc::new(Shared {
        directory: parts.directory.clone(),
        published: RwLock::new(Published {
            state: parts.state.clone(),
            log: Arc::clone(&parts.log.file),
        }),
        last_report: watch::Sender::new(parts.state.last_report),
        transcripts: parts.transcripts,
        poison: OnceLock::new(),
        queue_room: Arc::new(Semaphore::new(QUEUE_KIB as usize)),
    });
    let mut work =
        work::Work::new(parts.disk, parts.limits, parts.log, parts.state, Arc::clone(&shared));
    let (sender, mut receiver) = mpsc::channel(QUEUE_JOBS);
    let thread = std::thread::Builder::new().name("journal".to_owned()).spawn(move || {
        let mut batch = Vec::with_capacity(BATCH_JOBS);
        while receiver.blocking_recv_many(&mut batch, BATCH_JOBS) > 0 {
            work.do_batch(&mut batch);
        }
        work.finish();
    })?;
    let journal = Journal::new(sender.downgrade(), Arc::clone(&shared));
    Ok((journal, Writer::new(sender, thread, shared)))
}

//! A scripted model provider on loopback: chat completions, Responses, Anthropic Messages and
//! Gemini, streaming and not, with usage numbers that are known exactly.
//!
//! It behaves like a model that can use the tools an agent offers. What it does is written in the
//! last thing the user said, in double brackets; several may follow each other:
//!
//! | directive | what the model does |
//! |---|---|
//! | `[[write notes.txt hello world]]` | calls the agent's own tool that writes a file |
//! | `[[run ls -l]]` | calls the agent's own tool that runs a command |
//! | `[[say text]]` | says the text, and nothing else |
//! | `[[slow 20 50ms]]` | says twenty pieces, fifty milliseconds apart |
//! | `[[fault status 429]]` | fails, see [`Fault`] for all the ways |
//! | `[[fault once status 429]]` | fails when it hears this for the first time, and not again |
//!
//! In a file's content `\n` is a new line. After the last tool result the model ends with a short
//! text that quotes it. Anything else is answered with a friendly demonstration, in Chinese where
//! the user writes Chinese. The calls that agents make behind the user's back (titles, routers,
//! reviewers, suggestions) get plain, sensible answers.
//!
//! - `prompt`, `directive`: what a request asks for, whatever its dialect
//! - `script`, `aside`, `tools`, `schema`, `demonstration`: what the model answers
//! - `chat`, `responses`, `anthropic`, `gemini`: one file per dialect, both ways
//! - `server`, `route`, `answer`: from a request to its answer
//! - `failing`, `stream`, `wire`: how it fails, and how it travels
//! - `record`: what happened, for tests to look at

mod answer;
mod anthropic;
mod aside;
mod chat;
mod demonstration;
mod directive;
mod failing;
mod fault;
mod gemini;
mod models;
mod prompt;
mod record;
mod responses;
mod route;
mod schema;
mod script;
mod server;
mod stream;
mod tools;
mod wire;

use std::collections::{HashSet, VecDeque};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use fault::{Cut, Fault};
pub use record::{Delivered, Exchange};

use record::Records;

/// What fails only once is remembered of so many prompts.
const MAX_ASKED: usize = 1_000;

/// How the provider behaves from the start.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The one key that is accepted, in whichever header the dialect uses; any key if `None`.
    pub key: Option<String>,
    /// The pause before each event of a stream. None for tests; some for people to watch.
    pub pace: Duration,
    /// What is kept of requests.
    pub bodies: Bodies,
}

/// What is kept of the bodies of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bodies {
    /// Their hash.
    #[default]
    Hashed,
    /// All of them, for tests that look inside.
    Kept,
}

/// A running provider. Dropping it stops it; [`stop`](Self::stop) also waits until it has.
#[derive(Debug)]
pub struct SimProvider {
    address: SocketAddr,
    shared: Arc<Shared>,
    cancel: CancellationToken,
    task: Option<JoinHandle<()>>,
}

/// What every connection sees.
#[derive(Debug)]
struct Shared {
    config: Config,
    records: Records,
    /// Faults that await their call, and for how many calls each is.
    faults: Mutex<VecDeque<(Fault, usize)>>,
    /// What was asked that fails only once.
    asked: Mutex<HashSet<String>>,
}

impl SimProvider {
    /// Listens on a free port of loopback.
    pub async fn start(config: Config) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            config,
            records: Records::default(),
            faults: Mutex::default(),
            asked: Mutex::default(),
        });
        let cancel = CancellationToken::new();
        let task = tokio::spawn(server::serve(listener, shared.clone(), cancel.clone()));
        Ok(Self { address, shared, cancel, task: Some(task) })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:port`, without `/v1`: what Anthropic's and Gemini's clients want.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// `http://127.0.0.1:port/v1`: what OpenAI's clients want.
    pub fn openai_base_url(&self) -> String {
        format!("{}/v1", self.base_url())
    }

    /// The next calls that would use tokens fail in this way: `times` of them, after those of the
    /// faults that were given before.
    pub fn fail_next(&self, fault: Fault, times: usize) {
        self.shared.faults().push_back((fault, times));
    }

    /// What happened so far, oldest first. Of very many only the newest are kept.
    pub fn exchanges(&self) -> Vec<Arc<Exchange>> {
        self.shared.records.all()
    }

    /// Waits until this many requests have come since the start.
    pub async fn requests_reach(&self, count: u64) {
        let mut counted: watch::Receiver<u64> = self.shared.records.counted();
        // The sender lives as long as `self`.
        let _ = counted.wait_for(|counted| *counted >= count).await;
    }

    /// Closes every connection and waits until all is done.
    pub async fn stop(mut self) {
        self.cancel.cancel();
        if let Some(task) = self.task.take() {
            // It ends by itself once cancelled; a panic in it has been printed.
            let _ = task.await;
        }
    }
}

impl Drop for SimProvider {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

impl Shared {
    /// The fault for the next call that would use tokens, if there is one.
    fn next_fault(&self) -> Option<Fault> {
        let mut faults = self.faults();
        let (fault, times) = faults.front_mut()?;
        let fault = fault.clone();
        *times = times.saturating_sub(1);
        if *times == 0 {
            faults.pop_front();
        }
        Some(fault)
    }

    /// Whether nobody has asked for this before. Of very much nothing is remembered.
    fn is_first(&self, asked: &str) -> bool {
        // Texts are put in and taken out as a whole.
        let mut all = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MAX_ASKED {
            all.clear();
        }
        all.insert(asked.to_owned())
    }

    fn faults(&self) -> std::sync::MutexGuard<'_, VecDeque<(Fault, usize)>> {
        // Nothing that is done under the lock can leave the queue half changed.
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;

//! Copies of the workspaces on the server, where the machine's owner wants them there. The owner
//! switches that on, on the machine; nothing that the server says does (S65).
//!
//! - [`wish`]: what the owner wants just now
//! - [`account`]: what is said of it to other programs on this computer
//! - `snapshot`: what is in a workspace, and by which hash
//! - `sending`, `progress`: a copy on its way, and how far it is
//! - `round`: all workspaces, once

pub mod account;
pub mod wish;

mod progress;
mod round;
mod sending;
mod snapshot;

use std::time::Duration;

use model::Tick;
use wire::call::{Answer, Question};
use wire::mirror::RetainMirrors;

use crate::config::MachineConfig;
use crate::context::Context;
use crate::mirror::account::{Account, Problem};
use crate::mirror::round::{Asking, Known};
use crate::mirror::wish::{Wanted, Wish};
use crate::uplink::AskFailure;

pub use account::{Doing, Mirrored};

/// How many files one copy has at most, where the owner says nothing else.
pub const DEFAULT_MAX_FILES: u32 = 10_000;

/// How large one copy is at most.
pub const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// How often it is looked whether anything has changed, where the owner says nothing of heartbeats.
const EVERY: Duration = Duration::from_secs(30);

/// How often it is looked whether the owner wants anything.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The longest time until it is tried again after the server has refused.
const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// How long the server may take for one question.
pub(crate) const WITHIN: Duration = Duration::from_mins(1);

/// What is to be copied, and when.
struct Keeping<'a> {
    context: &'a Context,
    /// As the owner's file says; what was said for this life of the daemon goes before it until it
    /// changes.
    seen: Option<MachineConfig>,
    is_on: bool,
    max_files: u32,
    every: Duration,
    known: Known,
    account: Account,
    next: Tick,
    /// How often it was refused in a row.
    refused: u32,
}

/// Keeps the copies up to date, until the daemon stops.
pub(crate) async fn keep_mirrored(context: &Context, config: &MachineConfig) {
    let mut keeping = Keeping {
        context,
        seen: MachineConfig::read(&context.directory).ok(),
        is_on: config.mirror_files,
        max_files: config.max_files.unwrap_or(DEFAULT_MAX_FILES),
        every: config.heartbeat_interval_ms.map_or(EVERY, |ms| Duration::from_millis(ms.into())),
        known: Known::default(),
        account: Account::read(&context.directory),
        next: context.clock.tick(),
        refused: 0,
    };
    keeping.account.begin(config.mirror_files);
    keeping.tell().await;
    tokio::select! {
        () = context.stopping.cancelled() => {}
        () = keeping.keep() => {}
    }
}

impl Keeping<'_> {
    async fn keep(&mut self) {
        loop {
            self.look().await;
            if let Some(wish) = Wish::read(&self.context.directory) {
                self.heed(wish).await;
            } else if self.is_due() {
                self.copy(Asking::ByItself).await;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Whether the copies are to be looked after by themselves. Without a link nothing is read that
    /// could not be sent.
    fn is_due(&self) -> bool {
        self.is_on && self.next <= self.context.clock.tick() && self.context.uplink.is_up()
    }

    /// Reads again what the owner's file says. What has changed in it holds from now on.
    async fn look(&mut self) {
        let directory = self.context.directory.clone();
        let read = tokio::task::spawn_blocking(move || MachineConfig::read(&directory).ok()).await;
        let Some(read) = read.ok().flatten() else { return };
        let Some(seen) = self.seen.replace(read.clone()) else { return };
        if seen.max_files != read.max_files {
            self.max_files = read.max_files.unwrap_or(DEFAULT_MAX_FILES);
            self.next = self.context.clock.tick();
        }
        if seen.mirror_files != read.mirror_files {
            self.is_on = read.mirror_files;
            self.account.is_on = self.is_on;
            self.next = self.context.clock.tick();
            self.tell().await;
        }
    }

    /// Does what the owner wants. It is wanted until it is done.
    async fn heed(&mut self, wish: Wish) {
        let is_done = match wish.wanted {
            Wanted::Now => self.copy(Asking::Owner).await,
            Wanted::Off => self.remove_all().await,
        };
        if !is_done {
            tokio::select! {
                () = self.context.uplink.down() => self.context.uplink.up().await,
                () = tokio::time::sleep(self.every) => {}
            }
            return;
        }
        self.account.heeded = Some(wish.number);
        self.tell().await;
        wish.forget(&self.context.directory);
    }

    /// Brings all copies up to date. Answers whether that has come to an end, good or bad; it has not
    /// where the server could not be reached.
    async fn copy(&mut self, asking: Asking) -> bool {
        let halting = self.context.admission.halting();
        let copied = tokio::select! {
            () = halting.cancelled() => Err(Problem::here("halted", "the machine is halted")),
            copied = round::copy_all(
                self.context, &mut self.known, &mut self.account, self.max_files, asking,
            ) => copied,
        };
        self.account.doing = None;
        let (is_over, wait) = match copied {
            Ok(()) => {
                self.refused = 0;
                self.account.problem = None;
                (true, self.every)
            }
            Err(problem) => {
                let is_over = !problem.is_offline();
                self.refused = self.refused.saturating_add(u32::from(is_over));
                let is_new =
                    self.account.problem.as_ref().is_none_or(|known| known.code != problem.code);
                if is_new {
                    tracing::warn!(
                        code = problem.code,
                        problem = problem.message,
                        "the copies on the server are not up to date"
                    );
                }
                self.account.problem = Some(problem.at(self.context.clock.now()));
                (is_over, self.wait())
            }
        };
        self.next = self.context.clock.tick() + wait;
        self.tell().await;
        is_over
    }

    /// Longer from time to time: what was refused once will be for a while.
    fn wait(&self) -> Duration {
        self.every.saturating_mul(1 << self.refused.min(8)).min(LONGEST_WAIT)
    }

    /// Switches it off, and has the server remove what it has.
    async fn remove_all(&mut self) -> bool {
        self.is_on = false;
        self.account.is_on = false;
        self.known = Known::default();
        let question = Question::RetainMirrors(RetainMirrors::default());
        let problem = match self.context.uplink.ask(question, WITHIN).await {
            Ok(Answer::MirrorsRetained(_)) => {
                tracing::info!("the server has removed its copies of the workspaces");
                self.account.workspaces.clear();
                self.account.problem = None;
                self.tell().await;
                return true;
            }
            Ok(_) => Problem::from(AskFailure::Unexpected),
            Err(failure) => Problem::from(failure),
        };
        let is_done = problem.is_unknown_to_server();
        self.account.problem = Some(problem.at(self.context.clock.now()));
        self.tell().await;
        is_done
    }

    async fn tell(&self) {
        self.account.write(&self.context.directory).await;
    }
}

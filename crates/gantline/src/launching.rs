//! Which program a machine runs: the one that was started, or a newer release that lies in the
//! machine's own directory (ADR 0084).
//!
//! What was started becomes the other one, as the same process, so that whoever started it sees no
//! difference. A release that is tried for the first time is a child: whatever it does, or does not
//! do, its parent is the program of before, which ends it and goes on itself.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use updates::Store;

use crate::words::Words;

/// How a program that was started by another one knows that, and by which.
pub(crate) const STARTED_BY: &str = "started-by";

/// How it is looked for another program.
pub(crate) struct Launch<'a> {
    /// The machine's directory.
    pub directory: &'a Path,
    /// Who started this program, if that was another release.
    pub started_by: Option<u32>,
    /// How long a release that is tried may take to be back at the server.
    pub patience: Duration,
    pub words: &'a dyn Words,
}

/// What is to be done.
pub(crate) enum Launched {
    /// Be the daemon.
    Here,
    /// Another program was it, and has ended.
    #[cfg_attr(windows, expect(dead_code, reason = "no program becomes another one there"))]
    Elsewhere(ExitCode),
}

impl Launch<'_> {
    fn store(&self) -> Store {
        Store::of(self.directory)
    }
}

#[cfg(unix)]
pub(crate) use unix::{again, launch, wait_for_parents_end, wait_for_trial};

#[cfg(unix)]
mod unix {
    use std::ffi::OsString;
    use std::os::unix::process::{CommandExt, parent_id};
    use std::process::ExitStatus;

    use anyhow::Context;
    use host::SystemClock;
    use model::Clock;
    use rustix::process::{Pid, Signal, kill_process};
    use tokio::process::Child;
    use tokio::signal::unix::{Signal as Signals, SignalKind, signal};
    use updates::{Choice, Kept, Own};

    use super::{Duration, ExitCode, Launch, Launched, Path, STARTED_BY, Store, Words};
    use crate::commands::contain::own_program;
    use crate::escape;
    use crate::exit::Meaning;
    use crate::output::print_line;

    /// How a child ends that has taken a further release, for its parent.
    const AGAIN: u8 = 86;

    /// How often it is looked whether a release is to be tried, and how one fares that is.
    const LOOK_EVERY: Duration = Duration::from_millis(250);

    /// How long a link has to hold for a release to be kept. The first sign of life is given at once.
    const HOLDS_FOR: Duration = Duration::from_secs(2);

    /// How long a child may take to end before it is killed: longer than a daemon ever takes.
    const ENDS_WITHIN: Duration = Duration::from_secs(10);

    /// How the trial of a release ended.
    enum Tried {
        /// It was kept, and has ended like this.
        Kept(ExitStatus),
        /// It was given up.
        Undone,
        /// It was given up because everything is to end.
        Stopped,
    }

    /// Looks for another program, and becomes it or starts it.
    pub(crate) async fn launch(launch: &Launch<'_>) -> anyhow::Result<Launched> {
        if launch.started_by.is_some() {
            return Ok(Launched::Here);
        }
        let store = launch.store();
        loop {
            let (choice, problem) = choose(&store).await;
            if let Some(problem) = problem {
                let reason = escape::line(&problem);
                say(format_args!("! {}", launch.words.program_given_up(&reason)));
            }
            match choice {
                Choice::Own => return Ok(Launched::Here),
                Choice::Other(kept) => {
                    let error = become_other(&kept.program, Some(std::process::id()));
                    store.give_up_chosen(&format!("it does not start: {error}"), now())?;
                }
                Choice::Trial(kept) => match try_out(launch, &store, &kept).await? {
                    Tried::Kept(status) if code(status) == AGAIN => {
                        return Err(become_other(&kept.program, None)).context("start it again");
                    }
                    Tried::Kept(status) => {
                        return Ok(Launched::Elsewhere(ExitCode::from(code(status))));
                    }
                    Tried::Stopped => return Ok(Launched::Elsewhere(Meaning::Done.into())),
                    Tried::Undone => {}
                },
            }
        }
    }

    /// Comes back when a release is to be tried.
    pub(crate) async fn wait_for_trial(directory: &Path) {
        let store = Store::of(directory);
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let trial = store.state().ok().and_then(|state| state.trial);
            if trial.is_some_and(|trial| !trial.begun) {
                return;
            }
        }
    }

    /// Comes back when the process is gone that has started this one: whoever starts that again would
    /// find this one in the way. Who is the same process has nobody to end with.
    pub(crate) async fn wait_for_parents_end(started_by: Option<u32>) {
        let parent = started_by.filter(|by| *by != std::process::id());
        while parent.is_none_or(|parent| parent_id() == parent) {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Has this program looked for anew, after it was the daemon. Comes back with what this process
    /// is to end with, or with why it goes on as nothing.
    pub(crate) fn again(started_by: Option<u32>) -> anyhow::Result<ExitCode> {
        if started_by.is_some_and(|by| by != std::process::id()) {
            return Ok(ExitCode::from(AGAIN));
        }
        Err(become_other(&own_program()?, None)).context("start this program again")
    }

    async fn choose(store: &Store) -> (Choice, Option<String>) {
        let store = store.clone();
        // Comparing a program with what was signed takes a while.
        let choosing = move || store.choose(&Own::of_this_build(), now());
        match tokio::task::spawn_blocking(choosing).await {
            Ok((choice, problem)) => (choice, problem.map(|problem| problem.to_string())),
            Err(_) => (Choice::Own, Some("looking for it has failed".to_owned())),
        }
    }

    /// Comes back only if that failed.
    fn become_other(program: &Path, started_by: Option<u32>) -> std::io::Error {
        std::process::Command::new(program).args(arguments(started_by)).exec()
    }

    /// Our own, for another release of this program.
    fn arguments(started_by: Option<u32>) -> Vec<OsString> {
        let option = format!("--{STARTED_BY}=");
        let is_ours = |word: &OsString| word.to_string_lossy().starts_with(&option);
        let own = std::env::args_os().skip(1).filter(|word| !is_ours(word));
        own.chain(started_by.map(|by| format!("{option}{by}").into())).collect()
    }

    /// What this process was told to do.
    struct Told {
        terminated: Signals,
        interrupted: Signals,
    }

    impl Told {
        fn listen() -> std::io::Result<Self> {
            let terminated = signal(SignalKind::terminate())?;
            Ok(Self { terminated, interrupted: signal(SignalKind::interrupt())? })
        }

        async fn next(&mut self) -> Signal {
            tokio::select! {
                _ = self.terminated.recv() => Signal::TERM,
                _ = self.interrupted.recv() => Signal::INT,
            }
        }
    }

    /// How the first moments of a release went.
    enum FirstRun {
        Works,
        Fails(String),
        ToldToEnd(Signal),
    }

    /// Runs a release for the first time. Whoever wants this process to end wants that of the child.
    async fn try_out(launch: &Launch<'_>, store: &Store, kept: &Kept) -> anyhow::Result<Tried> {
        let words = launch.words;
        let mut told = Told::listen()?;
        say(words.program_is_tried(kept.version));
        let mut command = tokio::process::Command::new(&kept.program);
        command.args(arguments(Some(std::process::id())));
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => {
                give_up(store, format!("it does not start: {error}"), words)?;
                return Ok(Tried::Undone);
            }
        };
        match first_run(launch, &mut child, kept, &mut told).await? {
            FirstRun::Works => drop(store.keep(now())?),
            FirstRun::Fails(reason) => {
                end(&mut child, Signal::TERM).await?;
                give_up(store, reason, words)?;
                return Ok(Tried::Undone);
            }
            FirstRun::ToldToEnd(signal) => {
                end(&mut child, signal).await?;
                give_up(store, "it was stopped while it was tried".to_owned(), words)?;
                return Ok(Tried::Stopped);
            }
        }
        say(words.program_is_kept(kept.version));
        loop {
            tokio::select! {
                ended = child.wait() => return Ok(Tried::Kept(ended?)),
                signal = told.next() => tell(child.id(), signal),
            }
        }
    }

    async fn first_run(
        launch: &Launch<'_>,
        child: &mut Child,
        kept: &Kept,
        told: &mut Told,
    ) -> anyhow::Result<FirstRun> {
        let version = kept.version.to_string();
        let works = works(launch.directory, child.id(), &version);
        let late = || {
            let seconds = launch.patience.as_secs();
            format!("it had no lasting link to the server within {seconds} s")
        };
        Ok(tokio::select! {
            () = works => FirstRun::Works,
            ended = child.wait() => FirstRun::Fails(format!("it ended with {}", ended?)),
            () = tokio::time::sleep(launch.patience) => FirstRun::Fails(late()),
            signal = told.next() => FirstRun::ToldToEnd(signal),
        })
    }

    /// Comes back when the child does what a daemon should: it has had a link for a while.
    async fn works(directory: &Path, pid: Option<u32>, version: &str) {
        let since = || {
            let status = daemon::status::read(directory)?;
            let is_its_own = Some(status.process_id) == pid && status.version == version;
            status.linked_since.filter(|_| is_its_own)
        };
        loop {
            let first = since();
            tokio::time::sleep(if first.is_some() { HOLDS_FOR } else { LOOK_EVERY }).await;
            if first.is_some() && since() == first {
                return;
            }
        }
    }

    fn give_up(store: &Store, reason: String, words: &dyn Words) -> anyhow::Result<()> {
        tracing::error!(reason, "the new release is given up");
        say(format_args!("! {}", words.program_given_up(&escape::line(&reason))));
        store.undo(reason, now())?;
        Ok(())
    }

    /// Has the child end, in good order if it can.
    async fn end(child: &mut Child, signal: Signal) -> anyhow::Result<()> {
        tell(child.id(), signal);
        if tokio::time::timeout(ENDS_WITHIN, child.wait()).await.is_err() {
            child.kill().await.context("end the release that was tried")?;
        }
        Ok(())
    }

    fn tell(pid: Option<u32>, signal: Signal) {
        let pid = pid.and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
        // It may have ended, and was not waited for yet.
        let _ = pid.map(|pid| kill_process(pid, signal));
    }

    /// Whoever does not listen any more stops nothing.
    fn say(line: impl std::fmt::Display) {
        let _ = print_line(line);
    }

    fn code(status: ExitStatus) -> u8 {
        // Whoever was ended by a signal has no code.
        status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(Meaning::Failed as u8)
    }

    fn now() -> model::Timestamp {
        SystemClock::start().now()
    }
}

#[cfg(not(unix))]
pub(crate) use other::{again, launch, wait_for_parents_end, wait_for_trial};

/// Where no process becomes another one, the program is updated by whoever installs it.
#[cfg(not(unix))]
mod other {
    use super::{ExitCode, Launch, Launched, Path};

    pub(crate) async fn launch(launch: &Launch<'_>) -> anyhow::Result<Launched> {
        let _ = (launch.store(), launch.started_by, launch.patience, launch.words);
        Ok(Launched::Here)
    }

    pub(crate) async fn wait_for_trial(_directory: &Path) {
        std::future::pending().await
    }

    pub(crate) async fn wait_for_parents_end(_started_by: Option<u32>) {
        std::future::pending().await
    }

    pub(crate) fn again(_started_by: Option<u32>) -> anyhow::Result<ExitCode> {
        Ok(crate::exit::Meaning::Done.into())
    }
}

//! Work that begins and ends, again and again: what it has needed is given back.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client::Part;
use e2e::house::Kind;
use e2e::jobs::{job_is, job_of};
use e2e::patience::{PATIENCE, within};
use e2e::{House, Machine, Person, Setup, proc, scan};
use model::job::JobState;
use model::session::SessionState;

/// How many rounds there are, unless `GANTLINE_SOAK_ROUNDS` says otherwise; a night takes 1000.
const ROUNDS: usize = 12;

/// How many terminals, chats and jobs begin and end in a round, side by side.
const EACH: usize = 2;

/// What a process may have more in the last third of the rounds than in the one before. Memory that
/// is given back to the allocator is not at once given back to the system.
const MORE_MEMORY_KIB: u64 = 8 * 1024;

/// Files that are written beside what they replace, and a further part of the journal, come and go; what is
/// left of each session would be dozens.
const MORE_ON_DISK: usize = 8;

/// Connections and threads that wait for something to do come and go.
const MORE_FILES: usize = 8;
const MORE_THREADS: usize = 8;

/// How long connections and threads with nothing to do may stay.
const IDLE_FOR: Duration = Duration::from_mins(1);

/// Answers a line with some output, and ends with the next one.
const SHELL: &str = "printf 'ready> '\nread -r line\nseq 1 500\necho \"<$line>\"\nread -r line";

/// How terminals end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Somebody ends them.
    Ordered,
    /// The program does.
    ByItself,
}

/// What is in use.
#[derive(Debug, Clone, Copy)]
struct InUse {
    memory_kib: u64,
    files: usize,
    threads: usize,
}

impl InUse {
    fn by(pid: u32) -> Result<Self> {
        let (memory_kib, files) = (proc::memory_kib(pid)?, proc::open_files(pid)?);
        Ok(Self { memory_kib, files, threads: proc::threads(pid)? })
    }
}

/// R30: after a first third, sessions and jobs that begin and end leave nothing behind: in the server
/// and in the daemon neither memory nor open files nor threads, on the machine neither processes nor
/// files beside the transcripts that are kept on purpose.
#[tokio::test]
async fn what_begins_and_ends_leaves_nothing_behind() -> Result<()> {
    let rounds = match std::env::var("GANTLINE_SOAK_ROUNDS") {
        Ok(rounds) => rounds.parse().context("read GANTLINE_SOAK_ROUNDS")?,
        Err(_) => ROUNDS,
    };
    ensure!(rounds >= 3, "there are three thirds");
    let limits = ["--jobs-per-machine", "4", "--jobs-per-user", "4"].map(Into::into).to_vec();
    let setup = Setup { kind: Kind::Server, arguments: limits, ..Setup::default() };
    let house = House::up(setup).await?;
    let machine = Machine::enrol_with(&house, house.address(), Some(SHELL.to_owned())).await?;
    let person = house.person()?;
    person.machine().await?;
    let both = [house.pid()?, machine.pid()?];

    let mut used = [Vec::new(), Vec::new()];
    let mut files = Vec::new();
    // Output of a terminal that ends by itself is kept for a minute: that takes a long run to be seen.
    let end = if rounds > ROUNDS { End::ByItself } else { End::Ordered };
    for round in 0..rounds {
        work(&person, round, end).await?;
        scan::nobody_left(house.place().path(), &both).await?;
        for (used, pid) in used.iter_mut().zip(both) {
            used.push(InUse::by(pid)?);
        }
        files.push(files_of(&Machine::directory(&house))?);
    }

    let third = rounds / 3;
    for ((used, pid), who) in used.iter().zip(both).zip(["the server", "the daemon"]) {
        let memory =
            |from: usize| median(used[from..from + third].iter().map(|one| one.memory_kib));
        let (before, last) = (memory(rounds - 2 * third), memory(rounds - third));
        let trend = format!("{who}, in thirds: {} {before} {last} KiB", memory(0));
        ensure!(last <= before + MORE_MEMORY_KIB, "{trend}");
        eprintln!("{trend}");
        settles(who, pid, &used[..third]).await?;
    }
    let (before, last) = (files[third - 1], files[rounds - 1]);
    ensure!(last <= before + MORE_ON_DISK, "files on the machine: {files:?}");
    Ok(())
}

/// Waits until a process has no more open files and threads than in the first rounds.
async fn settles(who: &str, pid: u32, first: &[InUse]) -> Result<()> {
    let files = first.iter().map(|one| one.files).max().unwrap_or_default() + MORE_FILES;
    let threads = first.iter().map(|one| one.threads).max().unwrap_or_default() + MORE_THREADS;
    let settled = within(IDLE_FOR, "wait until what is idle has gone", async {
        loop {
            let now = InUse::by(pid)?;
            if now.files <= files && now.threads <= threads {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
    let settled = settled.await;
    settled.with_context(|| format!("{who} has {:?}, and had {first:?}", InUse::by(pid)))
}

/// Begins and ends some of everything.
async fn work(person: &Person, round: usize, end: End) -> Result<()> {
    let terminals = (0..EACH).map(|_| terminal(person, end));
    let chats = (0..EACH).map(|_| chat(person));
    let jobs = (0..EACH).map(|number| job(person, format!("soak-{round}-{number}")));
    tokio::try_join!(
        futures_util::future::try_join_all(terminals),
        futures_util::future::try_join_all(chats),
        futures_util::future::try_join_all(jobs),
    )?;
    Ok(())
}

async fn terminal(person: &Person, end: End) -> Result<()> {
    let session = person.terminal().await?;
    let mut viewer = person.attach(session, Part::Write).await?;
    viewer.shows("ready>").await?;
    viewer.keyboard().await?;
    viewer.type_in("done\n")?;
    viewer.shows("<done>").await?;
    match end {
        End::Ordered => drop(person.client.session_stop(session, None).await?),
        End::ByItself => viewer.type_in("\n")?,
    }
    viewer.ended().await?;
    is_over(person, session).await
}

async fn chat(person: &Person) -> Result<()> {
    let mut chat = person.chat("demo").await?;
    chat.ask("/say pong").await?;
    let session = chat.seen.session.session_id;
    person.client.session_stop(session, None).await?;
    is_over(person, session).await
}

async fn is_over(person: &Person, session: model::SessionId) -> Result<()> {
    person.session_is(session, SessionState::Stopped).await
}

async fn job(person: &Person, key: String) -> Result<()> {
    let job = person.client.job_submit(&job_of("/say pong"), &key).await?.summary.id;
    let is_done = |view: &contract::jobs::JobView| view.summary.status == JobState::Completed;
    let view = within(2 * PATIENCE, "do a job", job_is(&person.client, job, "is done", is_done));
    view.await?;
    Ok(())
}

fn median(numbers: impl Iterator<Item = u64>) -> u64 {
    let mut sorted: Vec<u64> = numbers.collect();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// How many files there are below a directory, without the transcripts of sessions.
fn files_of(directory: &Path) -> Result<usize> {
    let mut count = 0;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_name() == "transcripts" {
            continue;
        }
        // What goes while it is looked at is not left.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => count += files_of(&entry.path())?,
            Ok(_) => count += 1,
            Err(_) => {}
        }
    }
    Ok(count)
}

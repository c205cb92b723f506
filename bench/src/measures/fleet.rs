//! Ten thousand idle machines on one server (R17), and all of them back after it was started again
//! (R18). Their links are those of daemons, encrypted and kept up by the same engine; nothing is
//! behind them. They share the processors with the server.

use std::fs::File;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use client::Client;
use contract::machines::CreateEnrolment;
use futures_util::{StreamExt, TryStreamExt, stream};
use sim::machine::{Fleet, IdleMachine, enrol};

use crate::house::{self, Place, TOKEN};
use crate::process::{Process, cpu_time, free_address, memory_bytes, most_memory_bytes};
use crate::row::{Row, Unit};
use crate::spread::Spread;
use crate::stopwatch::Stopwatch;
use crate::subjects::Subjects;

/// How many are enrolled at a time.
const DOOR: usize = 32;

/// For how long it is looked what it costs that they are there. Twice as long as the rarest of what
/// happens by itself, which is that signs of life are noted.
const IDLE: Duration = Duration::from_mins(2);

/// How long after everybody is there it is begun to look: what comes with a new link is over then.
const SETTLING: Duration = Duration::from_secs(35);

/// How often somebody asks for something while everybody comes back.
const ASKED_EVERY: Duration = Duration::from_millis(100);

/// How long enrolling and coming back may take before it counts as broken.
const PATIENCE: Duration = Duration::from_mins(15);

/// What is promised: R17 names the computer, the numbers leave room on it.
const MEMORY_MB: f64 = 400.0;
const MOST_MEMORY_MB: f64 = 800.0;
const PROCESSOR_PERCENT: f64 = 30.0;

/// What is promised: a minute (R18), and that people are served meanwhile.
const BACK_MS: f64 = 60_000.0;
const ANSWER_MS: f64 = 500.0;

/// A server without a machine of its own, and where it keeps its data.
struct Server {
    place: Place,
    address: SocketAddr,
    client: Client,
    process: Process,
}

impl Server {
    async fn start(subjects: &Subjects, place: Place, address: SocketAddr) -> Result<Self> {
        let mut command = place.command(&subjects.gantline);
        command.stderr(File::create(place.at("log"))?);
        command.args(["server", "--token", TOKEN, "--port", &address.port().to_string()]);
        command.arg("--data-dir").arg(place.at("data")).env("GANTLINE_LOG", "warn");
        let mut process = Process::start(command)?;
        process.listens(address).await?;
        Ok(Self { place, address, client: house::client(address)?, process })
    }

    /// Stops it and starts it again, with the same data on the same port.
    async fn restart(self, subjects: &Subjects) -> Result<Self> {
        let Self { place, address, process, .. } = self;
        process.stop().await?;
        Self::start(subjects, place, address).await
    }
}

/// Machines.
#[expect(clippy::cast_precision_loss, reason = "no computer has so much memory")]
pub(super) async fn measure(subjects: &Subjects) -> Result<Vec<Row>> {
    let count = subjects.machines;
    host::process::raise_max_open_files()?;
    let (most, needed) = (host::process::max_open_files(), count as u64 + count as u64 / 3);
    ensure!(most >= needed, "{needed} open files are needed, and {most} may be (`ulimit -n`)");
    let server = Server::start(subjects, Place::new()?, free_address()?).await?;
    let machines = enrol_all(&server, count).await?;
    let mut fleet = Fleet::start(server.address, machines);
    reach(&mut fleet, count).await?;
    tokio::time::sleep(SETTLING).await;

    let (processor, lasting) = idle(&server).await?;
    let steady = memory_bytes(server.process.pid()?)?;
    ensure!(fleet.up() == count, "only {} of {count} are there", fleet.up());
    let server = server.restart(subjects).await?;
    let (back, answers) = come_back(&mut fleet, &server, count).await?;
    tokio::time::sleep(SETTLING).await;
    let most = most_memory_bytes(server.process.pid()?)?;
    drop(fleet);
    server.process.stop().await?;

    let name = |what: &str| format!("{count} machines, {what}");
    let megabytes = |bytes: u64| Unit::Megabytes.of(bytes as f64 / 1e6);
    let percent = Unit::Percent.of(processor.as_secs_f64() / lasting.as_secs_f64() * 1e2);
    let each = Unit::Kilobytes.of(steady as f64 / 1e3 / count as f64);
    let (back, slow) = (back.as_secs_f64() * 1e3, answers.percentile_ms(99));
    let ms = |number| Unit::Milliseconds.of(number);
    Ok(vec![
        Row::at_most(&name("memory"), megabytes(steady), MEMORY_MB),
        Row::alone(&name("memory for each"), each),
        Row::at_most(&name("of one processor"), percent, PROCESSOR_PERCENT),
        Row::at_most(&name("all back after a restart"), ms(back), BACK_MS),
        Row::at_most(&name("most memory meanwhile"), megabytes(most), MOST_MEMORY_MB),
        Row::at_most(&name("answers meanwhile, p99"), ms(slow), ANSWER_MS),
    ])
}

async fn enrol_all(server: &Server, count: usize) -> Result<Vec<IdleMachine>> {
    let enrolling = stream::iter(0..count)
        .map(|number| async move {
            let order = CreateEnrolment::default();
            let token = server.client.enrolment_create(&order).await?.registration_token;
            let name = format!("idle-{number}");
            Ok::<_, anyhow::Error>(enrol(server.address, &token, &name).await?)
        })
        .buffer_unordered(DOOR)
        .try_collect();
    let enrolled = tokio::time::timeout(PATIENCE, enrolling).await;
    enrolled.context("enrol all machines")?.context("enrol a machine")
}

async fn reach(fleet: &mut Fleet, count: usize) -> Result<()> {
    if tokio::time::timeout(PATIENCE, fleet.reaches(count)).await.is_err() {
        bail!("only {} of {count} machines were linked", fleet.up());
    }
    Ok(())
}

/// What the processors do for the server while nothing happens, and for how long it was looked.
async fn idle(server: &Server) -> Result<(Duration, Duration)> {
    let pid = server.process.pid()?;
    let (stopwatch, before) = (Stopwatch::start(), cpu_time(pid)?);
    tokio::time::sleep(IDLE).await;
    Ok((cpu_time(pid)?.saturating_sub(before), stopwatch.elapsed()))
}

/// How long it takes from when the server listens until everybody is there, and how long answers
/// take meanwhile.
async fn come_back(fleet: &mut Fleet, server: &Server, count: usize) -> Result<(Duration, Spread)> {
    let (stopwatch, mut answers) = (Stopwatch::start(), Vec::new());
    // Some may not have noticed yet that it was away.
    let asking = async {
        loop {
            let asked = Stopwatch::start();
            server.client.me().await?;
            answers.push(asked.elapsed());
            tokio::time::sleep(ASKED_EVERY).await;
        }
    };
    tokio::select! {
        back = reach(fleet, count) => back?,
        failed = asking => return failed,
    }
    let back = stopwatch.elapsed();
    Ok((back, Spread::of(answers)))
}

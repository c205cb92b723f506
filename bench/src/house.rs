//! `gantline up --demo` in a place of its own, as a process; or server and machine as one each.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use client::{Client, ClientConfig, ServerUrl};
use contract::machines::{CreateEnrolment, MachineView};
use contract::sessions::{CreateSession, SessionView};
use model::machine::{Carrier, MachineStatus};
use model::rng::CountingRng;
use model::session::{SessionKind, SessionState};
use tokio::process::Command;

use crate::detour::Detour;
use crate::process::{LOOK_EVERY, Process, free_address, within};

/// The shared token of every house.
pub(crate) const TOKEN: &str = "bench-token";

/// A directory with everything that belongs to one run: data, workspace, home, log.
#[derive(Debug)]
pub(crate) struct Place {
    directory: tempfile::TempDir,
}

/// A running house.
pub(crate) struct House {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// What can be asked of it.
    pub(crate) client: Client,
    process: Process,
    /// The machine, where it is a process of its own.
    machine: Option<Machine>,
    place: Place,
}

/// A machine as a process of its own.
struct Machine {
    gantline: PathBuf,
    /// `None` between two daemons.
    process: Option<Process>,
    /// Ends with it.
    _detour: Option<Detour>,
}

/// How a machine reaches its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Straight.
    WebSocket,
    /// Where no WebSocket can be had.
    LongPoll,
}

impl Place {
    /// Makes one.
    pub(crate) fn new() -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("gantline-bench-").tempdir()?;
        for name in ["workspace", "home"] {
            std::fs::create_dir(directory.path().join(name))?;
        }
        Ok(Self { directory })
    }

    /// A path in it.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A program in an environment that holds nothing of the one who measures.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.at("workspace"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.at("home"))
            .env("LANG", "C.UTF-8")
            .env("SHELL", "/bin/sh")
            .stderr(Stdio::null());
        command
    }
}

impl House {
    /// Starts it and waits until its machine can be worked on.
    pub(crate) async fn up(gantline: &Path, arguments: &[&str]) -> Result<Self> {
        let place = Place::new()?;
        let address = free_address()?;
        let mut command = place.command(gantline);
        command.stderr(File::create(place.at("log"))?);
        command.args(["up", "--demo", "--token", TOKEN, "--port", &address.port().to_string()]);
        command.arg("--data-dir").arg(place.at("data"));
        command.arg("--workspace").arg(place.at("workspace"));
        command.args(arguments);
        let mut process = Process::start(command)?;
        process.listens(address).await.with_context(|| place.said())?;
        let house = Self { address, client: client(address)?, process, machine: None, place };
        house.machine().await?;
        Ok(house)
    }

    /// Starts a server and a machine as a process each, and waits until the machine can be worked
    /// on.
    pub(crate) async fn apart(gantline: &Path, way: Way) -> Result<Self> {
        let place = Place::new()?;
        let address = free_address()?;
        let mut command = place.command(gantline);
        command.stderr(File::create(place.at("log"))?);
        command.args(["server", "--token", TOKEN, "--port", &address.port().to_string()]);
        command.arg("--data-dir").arg(place.at("data"));
        let mut process = Process::start(command)?;
        process.listens(address).await.with_context(|| place.said())?;
        let client = client(address)?;
        let detour = match way {
            Way::WebSocket => None,
            Way::LongPoll => Some(Detour::before(address).await?),
        };
        let reached_at = detour.as_ref().map_or(address, |detour| detour.address);
        let order = CreateEnrolment::default();
        let token = client.enrolment_create(&order).await?.registration_token;
        let mut enroll = place.command(gantline);
        enroll.args(["machine", "enroll", "--server", &format!("http://{reached_at}")]);
        enroll.arg("--data-dir").arg(place.at("machine"));
        enroll.arg("--workspace").arg(place.at("workspace"));
        enroll.args(["--name", "bench"]).env("GANTLINE_ENROLMENT_TOKEN", token);
        Process::start(enroll)?.ends().await.context("enrol the machine")?;
        let gantline = gantline.to_owned();
        let process_of_machine = Some(start_machine(&place, &gantline)?);
        let machine = Machine { gantline, process: process_of_machine, _detour: detour };
        let house = Self { address, client, process, machine: Some(machine), place };
        house.machine().await?;
        house.goes(way).await?;
        Ok(house)
    }

    /// Waits until the machine says what carries its link, which it does with its first sign of life.
    async fn goes(&self, way: Way) -> Result<()> {
        let carrier = match way {
            Way::WebSocket => Carrier::WebSocket,
            Way::LongPoll => Carrier::LongPoll,
        };
        within("wait until the link goes its way", async {
            loop {
                let health = self.machine().await?.health;
                match health.and_then(|health| health.carrier) {
                    Some(known) if known == carrier => return Ok(()),
                    Some(other) => bail!("the link goes by {other}"),
                    None => tokio::time::sleep(LOOK_EVERY).await,
                }
            }
        })
        .await
    }

    /// Kills the machine's daemon as a power cut would.
    pub(crate) async fn kill_daemon(&mut self) -> Result<()> {
        let machine = self.machine.as_mut().context("the machine is a process of its own")?;
        machine.process.take().context("the daemon runs")?.kill().await
    }

    /// Starts the next one.
    pub(crate) fn start_daemon(&mut self) -> Result<()> {
        let machine = self.machine.as_mut().context("the machine is a process of its own")?;
        machine.process = Some(start_machine(&self.place, &machine.gantline)?);
        Ok(())
    }

    /// Stops it.
    pub(crate) async fn stop(self) -> Result<()> {
        if let Some(daemon) = self.machine.and_then(|machine| machine.process) {
            daemon.stop().await?;
        }
        self.process.stop().await
    }

    /// Its process.
    pub(crate) fn pid(&self) -> Result<u32> {
        self.process.pid()
    }

    /// A program in the environment of its users.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = self.place.command(program);
        command.stdin(Stdio::null());
        command
    }

    /// The directory in which its sessions run.
    pub(crate) fn workspace(&self) -> PathBuf {
        self.place.at("workspace")
    }

    /// Starts a terminal with the user's shell and waits until it runs.
    pub(crate) async fn terminal(&self, columns: u16, rows: u16) -> Result<SessionView> {
        let order = CreateSession {
            kind: SessionKind::Terminal,
            agent_name: None,
            columns: Some(columns),
            rows: Some(rows),
            ..self.order().await?
        };
        self.begin(&order, SessionState::Running).await
    }

    /// Starts a chat with the scripted agent and waits until it is ready.
    pub(crate) async fn chat(&self) -> Result<SessionView> {
        let order = self.order().await?;
        self.begin(&order, SessionState::Idle).await
    }

    async fn order(&self) -> Result<CreateSession> {
        Ok(CreateSession {
            machine_id: self.machine().await?.machine_id,
            kind: SessionKind::Chat,
            agent_name: Some("demo".to_owned()),
            project_path: None,
            model: None,
            policy: contract::PolicyOptions::default(),
            interactive: true,
            title: None,
            ttl: None,
            columns: None,
            rows: None,
            worktree: None,
            continues: None,
        })
    }

    async fn begin(&self, order: &CreateSession, state: SessionState) -> Result<SessionView> {
        let session = self.client.session_create(order).await.context("start a session")?;
        let mut live = self.client.live();
        within("wait until the session is ready", async {
            loop {
                let session = self.client.session(session.session_id).await?;
                ensure!(!session.status.is_final(), "the session {}", session.status);
                if session.status == state {
                    return Ok(session);
                }
                live.next().await?;
            }
        })
        .await
    }

    /// The only machine, as soon as it can be worked on and has said which agents it has.
    async fn machine(&self) -> Result<MachineView> {
        let mut live = self.client.live();
        within("wait until the machine is online", async {
            loop {
                let machines = self.client.machines().await?;
                let ready = machines.into_iter().find(|machine| {
                    machine.status == MachineStatus::Online && !machine.agents.is_empty()
                });
                match ready {
                    Some(machine) => return Ok(machine),
                    None => drop(live.next().await?),
                }
            }
        })
        .await
        .with_context(|| self.place.said())
    }
}

impl Place {
    fn said(&self) -> String {
        let log = std::fs::read_to_string(self.at("log")).unwrap_or_default();
        format!("the program said:\n{log}")
    }
}

fn start_machine(place: &Place, gantline: &Path) -> Result<Process> {
    let mut command = place.command(gantline);
    command.args(["machine", "run", "--demo"]).arg("--data-dir").arg(place.at("machine"));
    Process::start(command)
}

/// What can be asked of a server.
pub(crate) fn client(server: SocketAddr) -> Result<Client> {
    let url: ServerUrl = format!("http://{server}").parse()?;
    // Only waits are drawn from it.
    let mut config = ClientConfig::new(url, Arc::new(CountingRng::new(1)));
    config.token = Some(TOKEN.to_owned().into());
    Ok(Client::new(config)?)
}

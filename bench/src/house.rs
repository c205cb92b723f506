//! `gantline up --demo` in a place of its own, as a process.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use client::{Client, ClientConfig, ServerUrl};
use contract::machines::MachineView;
use contract::sessions::{CreateSession, SessionView};
use model::machine::MachineStatus;
use model::rng::CountingRng;
use model::session::{SessionKind, SessionState};
use tokio::process::Command;

use crate::process::{Process, free_address, within};

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
    place: Place,
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
        let house = Self { address, client: client(address)?, process, place };
        house.machine().await?;
        Ok(house)
    }

    /// Stops it.
    pub(crate) async fn stop(self) -> Result<()> {
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

fn client(server: SocketAddr) -> Result<Client> {
    let url: ServerUrl = format!("http://{server}").parse()?;
    // Only waits are drawn from it.
    let mut config = ClientConfig::new(url, Arc::new(CountingRng::new(1)));
    config.token = Some(TOKEN.to_owned().into());
    Ok(Client::new(config)?)
}

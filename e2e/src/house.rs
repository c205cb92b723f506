//! A server with this computer as its machine, as `gantline up` starts it, in a place of its own.

use std::ffi::{OsStr, OsString};
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use tokio::process::Command;

use crate::binary;
use crate::person::Person;
use crate::program::{Ended, Program};
use crate::scan;

/// The shared token of every house.
pub const TOKEN: &str = "walkthrough-token";

/// Ports of houses lie below the range from which the system takes those of outgoing connections
/// (32768 upwards, `ip_local_port_range`), so that none is taken while a house is down.
const PORTS: std::ops::Range<u16> = 15_000..32_000;

/// What a house consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// The server and this computer as its machine, in one process.
    #[default]
    Up,
    /// The server alone.
    Server,
}

/// How a house is started.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// What it consists of.
    pub kind: Kind,
    /// With the scripted agent and the scripted model provider.
    pub demo: bool,
    /// Names of agents in whose place the scripted agent stands.
    pub scripted_as: Vec<&'static str>,
    /// Directories that come before the system's, where programs are looked for.
    pub path: Vec<PathBuf>,
    /// Further arguments.
    pub arguments: Vec<OsString>,
    /// What runs in terminals instead of a shell: the lines of a shell script.
    pub shell: Option<String>,
}

impl Setup {
    /// With the scripted agent and the scripted model provider.
    pub fn demo() -> Self {
        Self { demo: true, ..Self::default() }
    }
}

/// A directory with everything that belongs to a test: data, workspace, home. It and every process
/// that belongs to it go when it is dropped.
#[derive(Debug)]
pub struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    /// Makes one.
    pub fn new() -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("gantline-e2e-").tempdir()?;
        for name in ["workspace", "home", "tmp"] {
            std::fs::create_dir(directory.path().join(name))?;
        }
        Ok(Self { directory })
    }

    /// The whole of it.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// A path in it.
    pub fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// A program in the place: a shell script of these lines.
    pub fn program(&self, name: &str, lines: &str) -> Result<PathBuf> {
        let path = self.at(name);
        std::fs::write(&path, format!("#!/bin/sh\n{lines}\n"))?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700))?;
        Ok(path)
    }

    /// The program with arguments, in an environment that holds nothing of the one who runs the
    /// tests.
    pub fn gantline<S: AsRef<OsStr>>(&self, arguments: &[S], path: &[PathBuf]) -> Result<Command> {
        self.command(&binary::gantline()?, arguments, path)
    }

    /// Another program with arguments, in the same environment.
    pub fn command<S: AsRef<OsStr>>(
        &self,
        program: &Path,
        arguments: &[S],
        path: &[PathBuf],
    ) -> Result<Command> {
        let mut command = Command::new(program);
        let system = std::env::var_os("PATH").unwrap_or_default();
        let path = path.iter().cloned().chain(std::env::split_paths(&system));
        command
            .args(arguments)
            .current_dir(self.at("workspace"))
            .env_clear()
            .env("PATH", std::env::join_paths(path)?)
            .env("HOME", self.at("home"))
            .env("TMPDIR", self.at("tmp"))
            .env("LANG", "C.UTF-8")
            .env("SHELL", "/bin/sh")
            .env("GANTLINE_LOG", "info")
            .env("RUST_BACKTRACE", "1");
        Ok(command)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        scan::sweep(self.path());
    }
}

/// A running house. Killed, with everything it has started, when it is dropped.
#[derive(Debug)]
pub struct House {
    program: Option<Program>,
    port: u16,
    setup: Setup,
    place: Place,
}

impl House {
    /// Starts `gantline up` and waits until it answers.
    pub async fn up(setup: Setup) -> Result<Self> {
        let mut house = Self { program: None, port: free_port()?, setup, place: Place::new()? };
        house.name_agents()?;
        house.start().await?;
        Ok(house)
    }

    /// Says in the machine's own directory, as its owner would, which agents it has of its own.
    fn name_agents(&self) -> Result<()> {
        if self.setup.scripted_as.is_empty() {
            return Ok(());
        }
        let directory = self.place.at("data/machine");
        DirBuilder::new().recursive(true).mode(0o700).create(&directory)?;
        let program = binary::gantline()?.display().to_string();
        let name = |name| {
            format!("[[agents]]\nname = {name:?}\ncommand = [{program:?}, \"demo-agent\"]\n")
        };
        let list: String = self.setup.scripted_as.iter().map(name).collect();
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        options.open(directory.join("agents.toml"))?.write_all(list.as_bytes())?;
        Ok(())
    }

    /// Starts it again with the same data, on the same port.
    pub async fn start(&mut self) -> Result<()> {
        if self.program.is_some() {
            bail!("the house stands already");
        }
        let mut program = Program::start("gantline", self.command()?)?;
        let address = self.address().to_string();
        let has_started = |line: &str| line.contains(&address).then_some(());
        program.said("wait until it runs", has_started).await?;
        self.program = Some(program);
        self.person()?.client.health().await.context("ask for its health")?;
        Ok(())
    }

    /// The command line that starts it.
    pub fn command(&self) -> Result<Command> {
        let mut arguments: Vec<OsString> = match self.setup.kind {
            Kind::Up => vec!["up".into(), "--workspace".into(), self.workspace().into()],
            Kind::Server => vec!["server".into()],
        };
        if self.setup.demo {
            arguments.push("--demo".into());
        }
        arguments.extend(["--port".into(), self.port.to_string().into()]);
        arguments.extend(["--data-dir".into(), self.place.at("data").into()]);
        arguments.extend(["--token".into(), TOKEN.into()]);
        arguments.extend(self.setup.arguments.iter().cloned());
        let mut command = self.place.gantline(&arguments, &self.setup.path)?;
        if let Some(script) = &self.setup.shell {
            command.env("SHELL", self.place.program("shell", script)?);
        }
        Ok(command)
    }

    /// Kills it as a power cut would. What it has started is on its own.
    pub async fn kill(&mut self) -> Result<()> {
        self.program.take().context("the house stands")?.kill().await?;
        Ok(())
    }

    /// Presses Ctrl-C and waits for the end.
    pub async fn interrupt(&mut self) -> Result<Ended> {
        let mut program = self.program.take().context("the house stands")?;
        program.signal(Signal::INT)?;
        program.ended().await
    }

    /// Somebody who may do everything.
    pub fn person(&self) -> Result<Person> {
        Person::new(self.address(), TOKEN)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// The program's process.
    pub fn pid(&self) -> Result<u32> {
        self.program.as_ref().context("the house stands")?.pid()
    }

    /// What the program has said, in lines.
    pub fn said(&self) -> Vec<String> {
        self.program.as_ref().map(Program::lines).unwrap_or_default()
    }

    /// Everything that belongs to it.
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// The directory in which its sessions run.
    pub fn workspace(&self) -> PathBuf {
        self.place.at("workspace")
    }

    /// The text of a file in the workspace; `None` if there is none.
    pub fn file(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.workspace().join(name)).ok()
    }

    /// Waits until nothing that it has started is left.
    pub async fn nobody_left(&self) -> Result<()> {
        let own = self.program.as_ref().and_then(|program| program.pid().ok());
        scan::nobody_left(self.place.path(), own.as_slice()).await
    }
}

/// A port that nobody listens on, other ones for other tests.
pub fn free_port() -> Result<u16> {
    let first = u64::from(std::process::id()) * 7 % u64::from(PORTS.end - PORTS.start);
    let first = PORTS.start + u16::try_from(first)?;
    (first..PORTS.end)
        .chain(PORTS.start..first)
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .context("no port is free")
}

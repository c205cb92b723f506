//! A machine in a process of its own: enrolled as people enrol one, and run as they run one.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use contract::machines::CreateEnrolment;
use rustix::process::Signal;

use crate::house::House;
use crate::program::{Ended, Program};

/// Where the machine keeps what it is, in the place of its house.
const DIRECTORY: &str = "machine";

/// What the machine is called.
pub const NAME: &str = "far-away";

/// The variable that takes the registration token, so that it is in no command line.
pub(crate) const TOKEN_VARIABLE: &str = "GANTLINE_ENROLMENT_TOKEN";

/// A machine. Its workspace is that of its house. Killed when it is dropped.
#[derive(Debug, Default)]
pub struct Machine {
    program: Option<Program>,
    shell: Option<String>,
    /// What else is in its environment, and where it is started, instead of where tests are.
    surroundings: Option<(Vec<(String, String)>, PathBuf)>,
    /// Another program than the one that was built.
    as_program: Option<PathBuf>,
}

impl Machine {
    /// Enrols a machine that reaches its server at `server`, and starts it.
    pub async fn enrol(house: &House, server: SocketAddr) -> Result<Self> {
        Self::enrol_with(house, server, None).await
    }

    /// The same; these lines of a script run in its terminals instead of a shell.
    pub async fn enrol_with(
        house: &House,
        server: SocketAddr,
        shell: Option<String>,
    ) -> Result<Self> {
        let (person, order) = (house.person()?, CreateEnrolment::default());
        let enrolment = person.client.enrolment_create(&order).await;
        let token = enrolment.context("make a registration token")?.registration_token;
        let place = house.place();
        let (server, directory) = (format!("http://{server}"), Self::directory(house));
        let (directory, workspace) =
            (directory.display().to_string(), house.workspace().display().to_string());
        let line = [
            "machine",
            "enroll",
            "--server",
            &server,
            "--data-dir",
            &directory,
            "--workspace",
            &workspace,
            "--name",
            NAME,
        ];
        let mut command = place.gantline(&line, &[])?;
        command.env(TOKEN_VARIABLE, token);
        let ended = Program::start("enroll", command)?.ended().await?;
        ensure!(ended.status.success(), "enrol: {}", ended.text());
        let mut machine = Self { program: None, shell, ..Self::default() };
        machine.start(house)?;
        Ok(machine)
    }

    /// Starts it, again with the same key and the same journal.
    pub fn start(&mut self, house: &House) -> Result<()> {
        self.start_with(house, &[])
    }

    /// The same, with further options.
    pub fn start_with(&mut self, house: &House, options: &[&str]) -> Result<()> {
        ensure!(self.program.is_none(), "the machine runs already");
        let place = house.place();
        let directory = Self::directory(house).display().to_string();
        let line = ["machine", "run", "--demo", "--data-dir", &directory];
        let line: Vec<_> = line.iter().chain(options).collect();
        let mut command = match &self.as_program {
            Some(program) => place.command(program, &line, &[])?,
            None => place.gantline(&line, &[])?,
        };
        // So that tests see whatever it could say.
        command.env("GANTLINE_LOG", "debug");
        if let Some((variables, directory)) = &self.surroundings {
            command.envs(variables.iter().map(|(name, value)| (name, value)));
            command.current_dir(directory);
        }
        if let Some(script) = &self.shell {
            command.env("SHELL", place.program("shell", script)?);
        }
        self.program = Some(Program::start("machine", command)?);
        Ok(())
    }

    /// Starts it within a directory, with these variables beside its own.
    pub fn start_in(
        &mut self,
        house: &House,
        directory: PathBuf,
        variables: Vec<(String, String)>,
    ) -> Result<()> {
        self.surroundings = Some((variables, directory));
        self.start(house)
    }

    /// The same, as another program than the one that was built.
    pub fn run_as(&mut self, house: &House, program: PathBuf, options: &[&str]) -> Result<()> {
        self.as_program = Some(program);
        self.start_with(house, options)
    }

    /// What its owner does with `gantline machine`, beside whatever runs; answers how that has
    /// ended.
    pub async fn command(house: &House, words: &[&str]) -> Result<Ended> {
        let place = house.place();
        let directory = Self::directory(house).display().to_string();
        let line = ["--data-dir", &directory];
        let line: Vec<_> = ["machine"].iter().chain(words).chain(&line).collect();
        Program::start("owner", place.gantline(&line, &[])?)?.ended().await
    }

    /// Kills it as a power cut would.
    pub async fn kill(&mut self) -> Result<()> {
        self.program.take().context("the machine runs")?.kill().await?;
        Ok(())
    }

    /// Asks it to terminate, as the service manager does to restart it, and waits for its end.
    pub async fn terminate(&mut self) -> Result<()> {
        let mut program = self.program.take().context("the machine runs")?;
        program.signal(Signal::TERM)?;
        let ended = program.ended().await?;
        ensure!(ended.status.success(), "terminate: {}", ended.text());
        Ok(())
    }

    /// Has its owner make it a machine no longer.
    pub async fn unenrol(house: &House) -> Result<()> {
        let ended = Self::command(house, &["unenroll"]).await?;
        ensure!(ended.status.success(), "unenrol: {}", ended.text());
        Ok(())
    }

    /// Holds it where it is: it hears nothing, and its connections stay.
    pub fn hold(&self) -> Result<()> {
        self.program.as_ref().context("the machine runs")?.signal(Signal::STOP)
    }

    /// Lets it go on.
    pub fn let_go(&self) -> Result<()> {
        self.program.as_ref().context("the machine runs")?.signal(Signal::CONT)
    }

    /// Where it keeps what it is.
    pub fn directory(house: &House) -> PathBuf {
        house.place().at(DIRECTORY)
    }

    /// What it has said, in lines.
    pub fn said(&self) -> Vec<String> {
        self.program.as_ref().map(Program::lines).unwrap_or_default()
    }

    /// Its process.
    pub fn pid(&self) -> Result<u32> {
        self.program.as_ref().context("the machine runs")?.pid()
    }
}

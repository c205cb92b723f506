//! A machine that runs Windows, as far as Wine is Windows: its program is the one that is made for
//! Windows, and everything around it is of this computer.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use contract::machines::CreateEnrolment;
use tokio::process::Command;

use crate::house::House;
use crate::machine::{NAME, TOKEN_VARIABLE};
use crate::program::{Ended, Program};
use crate::scan::{self, Process};

/// Names the program for Windows, by its whole path.
const PROGRAM: &str = "GANTLINE_E2E_WINDOWS_PROGRAM";

/// Where Wine keeps its Windows; what everybody calls it.
const PREFIX: &str = "WINEPREFIX";

/// Where Debian keeps the half of Wine that is for 64 bits.
const WINE: &str = "/usr/lib/wine/wine64";

/// What runs in a terminal. A program on a pseudo-console of Wine 8 is connected to it, but its
/// standard handles stay empty (ADR 0093): it opens the console by name.
const SHELL: &str =
    "@%SystemRoot%\\system32\\cmd.exe /d /q <CONIN$ >CONOUT$\r\n@exit %ERRORLEVEL%\r\n";

/// A machine. Its workspace is that of its house. Killed when it is dropped.
#[derive(Debug)]
pub struct WindowsMachine {
    program: PathBuf,
    prefix: PathBuf,
    daemon: Option<Program>,
}

impl WindowsMachine {
    /// Enrols a machine of a house.
    ///
    /// # Errors
    ///
    /// If the program is not named, or Wine is not there: nothing passes without being tried.
    pub async fn enrol(house: &House) -> Result<Self> {
        let machine = Self { program: named(PROGRAM)?, prefix: named(PREFIX)?, daemon: None };
        let order = CreateEnrolment::default();
        let enrolment = house.person()?.client.enrolment_create(&order).await;
        let token = enrolment.context("make a registration token")?.registration_token;
        let server = format!("http://{}", house.address());
        let workspace = to_windows(&house.workspace());
        let words = ["enroll", "--server", &server, "--workspace", &workspace, "--name", NAME];
        let mut command = machine.gantline(house, &words)?;
        command.env(TOKEN_VARIABLE, token);
        let ended = Program::start("enroll", command)?.ended().await?;
        ensure!(ended.status.success(), "enrol: {}", ended.text());
        Ok(machine)
    }

    /// Starts its daemon.
    pub fn start(&mut self, house: &House) -> Result<()> {
        ensure!(self.daemon.is_none(), "the machine runs already");
        let shell = house.place().at("shell.cmd");
        std::fs::write(&shell, SHELL)?;
        let words = ["run", "--demo", "--shell-bin", &to_windows(&shell)];
        let mut command = self.gantline(house, &words)?;
        command.env("GANTLINE_LOG", "debug");
        self.daemon = Some(Program::start("machine", command)?);
        Ok(())
    }

    /// What its owner does with `gantline machine`; answers how that has ended.
    pub async fn command(&self, house: &House, words: &[&str]) -> Result<Ended> {
        Program::start("owner", self.gantline(house, words)?)?.ended().await
    }

    /// Kills its daemon as a power cut would. What it has started goes on, and under Wine it goes on
    /// to have the daemon's output, which is not waited for.
    pub async fn kill(&mut self) -> Result<()> {
        let daemon = self.daemon.take().context("the machine runs")?;
        scan::kill(daemon.pid()?).await
    }

    /// What its processes have in their command lines.
    pub fn program_name(&self) -> String {
        self.program.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Where it keeps what it is.
    pub fn directory(house: &House) -> PathBuf {
        house.place().at("machine")
    }

    /// The processes of its sessions with these words in their command lines. Wine shows what
    /// Windows would, and each process of Windows is one of this computer.
    pub fn processes(house: &House, words: &str) -> Vec<Process> {
        let mut all = scan::processes_of(house.place().path());
        all.retain(|process| process.command.contains(words));
        all
    }

    fn gantline(&self, house: &House, words: &[&str]) -> Result<Command> {
        let directory = to_windows(&Self::directory(house));
        let (program, machine) = (self.program.as_os_str(), OsStr::new("machine"));
        let place = ["--data-dir", &directory];
        let words = words.iter().chain(&place).map(OsStr::new);
        let line: Vec<&OsStr> = [program, machine].into_iter().chain(words).collect();
        let mut command = house.place().command(Path::new(WINE), &line, &[])?;
        // What Wine itself has to say is of no use to whoever reads the log of a test.
        command.env(PREFIX, &self.prefix).env("WINEDEBUG", "-all");
        Ok(command)
    }
}

/// A path as Windows knows it: Wine shows the root of this computer as the drive `Z:`.
pub fn to_windows(path: &Path) -> String {
    format!("Z:{}", path.display()).replace('/', "\\")
}

fn named(variable: &str) -> Result<PathBuf> {
    let path = std::env::var_os(variable).map(PathBuf::from);
    let path =
        path.with_context(|| format!("{variable} is not set; run: cargo xtask ci systems"))?;
    ensure!(
        path.is_absolute() && path.exists() && Path::new(WINE).is_file(),
        "{variable} names nothing by its whole path, or there is no {WINE}: {}",
        path.display()
    );
    Ok(path)
}

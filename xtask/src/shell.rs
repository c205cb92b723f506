//! Running programs in the repository, their output in one stream.

use std::ffi::OsString;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::repository::Repository;

/// Where programs are run and where what they print goes.
#[derive(Debug)]
pub(crate) struct Shell {
    repository: Repository,
    output: Output,
}

#[derive(Debug)]
enum Output {
    /// Both streams of a program go to our standard output, in the order they were written.
    Screen,
    /// Both streams of a program go to our error stream, in the order they were written.
    ErrorStream,
    /// Both streams are appended to a file.
    Log(File),
}

impl Shell {
    /// Prints to the terminal.
    pub(crate) fn on_screen(repository: &Repository) -> Self {
        Self { repository: repository.clone(), output: Output::Screen }
    }

    /// Prints to the terminal, but not into what is kept of our standard output.
    pub(crate) fn on_error_stream(repository: &Repository) -> Self {
        Self { repository: repository.clone(), output: Output::ErrorStream }
    }

    /// Prints into a file, for what runs beside something that owns the terminal.
    pub(crate) fn into_log(repository: &Repository, path: &Path) -> Result<Self> {
        let file = File::create(path)
            .with_context(|| format!("failed to create the log {}", path.display()))?;
        Ok(Self { repository: repository.clone(), output: Output::Log(file) })
    }

    /// The checkout in which everything runs.
    pub(crate) const fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Prints one line where the programs print.
    pub(crate) fn say(&self, line: &str) {
        match &self.output {
            Output::Screen => println!("{line}"),
            Output::ErrorStream => eprintln!("{line}"),
            // A log that cannot be written must not stop the work it is about.
            Output::Log(file) => drop(writeln!(&*file, "{line}")),
        }
    }

    /// Runs a program to its end, in the root; anything but success is an error.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Result<()> {
        self.run_in(self.repository.root(), program, arguments)
    }

    /// Runs a program to its end, in a directory; anything but success is an error.
    pub(crate) fn run_in(&self, directory: &Path, program: &str, arguments: &[&str]) -> Result<()> {
        let mut command = self.command(program);
        command.current_dir(directory).args(arguments);
        self.finish(command)
    }

    /// Runs a command made with [`Shell::command`] to its end; anything but success is an error.
    pub(crate) fn finish(&self, command: Command) -> Result<()> {
        let shown = shown(&command);
        let code = self.exit_code(command)?;
        if code != Some(0) {
            let how = code.map_or("a signal".to_owned(), |code| format!("exit code {code}"));
            bail!("`{shown}` ended with {how}");
        }
        Ok(())
    }

    /// Runs a command made with [`Shell::command`] to its end; `None` where a signal ended it.
    pub(crate) fn exit_code(&self, mut command: Command) -> Result<Option<i32>> {
        let shown = shown(&command);
        self.say(&format!("   $ {shown}"));
        command.stdin(Stdio::null()).stdout(self.stream()?).stderr(self.stream()?);
        let status = command
            .status()
            .with_context(|| format!("failed to start {}", command.get_program().display()))?;
        Ok(status.code())
    }

    /// Runs a command made with [`Shell::command`] to its end and returns its exit code, `None`
    /// where a signal ended it, with both of its streams; none of it is shown.
    pub(crate) fn captured(&self, mut command: Command) -> Result<(Option<i32>, String)> {
        self.say(&format!("   $ {}", shown(&command)));
        let output = command
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("failed to start {}", command.get_program().display()))?;
        let printed = [output.stdout, output.stderr].concat();
        Ok((output.status.code(), String::from_utf8_lossy(&printed).into_owned()))
    }

    /// Runs a program to its end and returns what it printed; its errors are shown.
    pub(crate) fn stdout_of(&self, program: &str, arguments: &[&str]) -> Result<String> {
        let mut command = self.command(program);
        command.args(arguments).stdin(Stdio::null()).stderr(self.stream()?);
        let shown = shown(&command);
        let output = command.output().with_context(|| format!("failed to start {program}"))?;
        if !output.status.success() {
            bail!("`{shown}` failed: {}", output.status);
        }
        String::from_utf8(output.stdout).with_context(|| format!("`{shown}` did not print text"))
    }

    /// A command in the root that also finds the tools this repository installed for itself.
    pub(crate) fn command(&self, program: &str) -> Command {
        let found = self.find(program).unwrap_or_else(|| PathBuf::from(program));
        let mut command = Command::new(found);
        command.current_dir(self.repository.root());
        if let Ok(joined) = std::env::join_paths(self.search_path()) {
            command.env("PATH", joined);
        }
        command
    }

    /// Whether a program would be found.
    pub(crate) fn finds(&self, program: &str) -> bool {
        self.find(program).is_some()
    }

    /// Where a program would be found.
    pub(crate) fn find(&self, program: &str) -> Option<PathBuf> {
        let places = self.search_path();
        places.iter().map(|place| place.join(program)).find(|file| file.is_file())
    }

    /// Our own tools first, then the caller's path, then where Debian keeps the administrator's.
    fn search_path(&self) -> Vec<PathBuf> {
        let inherited: OsString = std::env::var_os("PATH").unwrap_or_default();
        let mut path = vec![self.repository.path(".cache/tools/bin")];
        path.extend(std::env::split_paths(&inherited));
        path.extend(["/usr/sbin", "/sbin"].map(PathBuf::from));
        path
    }

    fn stream(&self) -> Result<Stdio> {
        match &self.output {
            Output::Screen => screen(),
            Output::ErrorStream => error_stream(),
            Output::Log(file) => Ok(file.try_clone().context("failed to share the log")?.into()),
        }
    }
}

/// Our standard output, for a stream of a child. One stream keeps the order of lines.
#[cfg(unix)]
fn screen() -> Result<Stdio> {
    use std::os::fd::AsFd as _;
    std::io::stdout().flush().context("failed to flush standard output")?;
    let ours = std::io::stdout()
        .as_fd()
        .try_clone_to_owned()
        .context("failed to share standard output")?;
    Ok(ours.into())
}

#[cfg(not(unix))]
fn screen() -> Result<Stdio> {
    Ok(Stdio::inherit())
}

/// Our error stream, for a stream of a child.
#[cfg(unix)]
fn error_stream() -> Result<Stdio> {
    use std::os::fd::AsFd as _;
    let ours = std::io::stderr()
        .as_fd()
        .try_clone_to_owned()
        .context("failed to share the error stream")?;
    Ok(ours.into())
}

#[cfg(not(unix))]
fn error_stream() -> Result<Stdio> {
    Ok(Stdio::inherit())
}

/// The command as it would be typed.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program()).to_string_lossy();
    let arguments = command.get_args().map(|argument| quoted(&argument.to_string_lossy()));
    std::iter::once(name.into_owned()).chain(arguments).collect::<Vec<_>>().join(" ")
}

fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@+%".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_command_can_be_pasted() {
        let mut command = Command::new("/usr/bin/cargo");
        command.args(["nextest", "run", "-E", "test(it's)"]);
        assert_eq!(shown(&command), r"cargo nextest run -E 'test(it'\''s)'");
    }
}

//! Files and commands.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use agent_client_protocol_schema::v1::{
    Content, ContentBlock, Diff, SessionUpdate, TextContent, ToolCall, ToolCallContent,
    ToolCallLocation, ToolCallStatus, ToolCallUpdate, ToolCallUpdateFields, ToolKind,
};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use super::client::Permission;
use super::session::Mode;
use super::turn::{Step, Stop, Turn};

/// How much of a file or of a command's output is taken in.
const MAX_OUTPUT_BYTES: u64 = 64 * 1024;

/// What a tool has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Done(String),
    Denied,
    Failed(String),
}

impl Outcome {
    /// For a model.
    pub(super) fn as_text(&self) -> String {
        match self {
            Self::Done(text) => text.clone(),
            Self::Denied => "The user did not allow this.".to_owned(),
            Self::Failed(problem) => format!("Error: {problem}"),
        }
    }
}

impl Turn {
    /// Asks, then writes a file.
    pub(super) async fn write(&self, path: &str, content: &str) -> Step<Outcome> {
        let input = json!({ "path": path, "content": content });
        let call = ToolCall::new(self.session.fresh_call_id(), format!("Write {path}"))
            .name("write_file".to_owned())
            .kind(ToolKind::Edit)
            .raw_input(input);
        let place = match place(&self.session.cwd, path) {
            Ok(place) => place,
            Err(problem) => return self.fail(call, problem).await,
        };
        let old = fs::read_to_string(&place).ok();
        let diff = Diff::new(place.clone(), content).old_text(old);
        let call = call
            .locations(vec![ToolCallLocation::new(place.clone())])
            .content(vec![ToolCallContent::Diff(diff)]);
        if let Some(refused) = self.announce_and_ask(&call).await? {
            return Ok(refused);
        }
        let written = create_parent(&place).and_then(|()| fs::write(&place, content));
        let outcome = outcome(written, || format!("Wrote {path}"));
        // The diff stays as it is; only a problem is worth saying.
        self.finish(&call, &outcome, None).await;
        Ok(outcome)
    }

    /// Appends exactly one line, without asking.
    pub(super) async fn append(&self, path: &str, line: &str) -> Step<Outcome> {
        let call = ToolCall::new(self.session.fresh_call_id(), format!("Append to {path}"))
            .name("append_line".to_owned())
            .kind(ToolKind::Edit)
            .status(ToolCallStatus::InProgress)
            .raw_input(json!({ "path": path, "line": line }));
        let place = match place(&self.session.cwd, path) {
            Ok(place) => place,
            Err(problem) => return self.fail(call, problem).await,
        };
        self.check()?;
        self.update(SessionUpdate::ToolCall(call.clone())).await;
        let appended = append_line(&place, line);
        let outcome = outcome(appended, || format!("Appended a line to {path}"));
        self.finish(&call, &outcome, None).await;
        Ok(outcome)
    }

    /// Reads a file, or lists a directory.
    pub(super) async fn read(&self, path: &str) -> Step<Outcome> {
        let call = ToolCall::new(self.session.fresh_call_id(), format!("Read {path}"))
            .name("read_file".to_owned())
            .kind(ToolKind::Read)
            .status(ToolCallStatus::InProgress)
            .raw_input(json!({ "path": path }));
        let place = match place(&self.session.cwd, path) {
            Ok(place) => place,
            Err(problem) => return self.fail(call, problem).await,
        };
        self.check()?;
        let call = call.locations(vec![ToolCallLocation::new(place.clone())]);
        self.update(SessionUpdate::ToolCall(call.clone())).await;
        let outcome = match read_beginning(&place) {
            Ok(text) => Outcome::Done(text),
            Err(error) => Outcome::Failed(format!("{path}: {error}")),
        };
        self.finish(&call, &outcome, None).await;
        Ok(outcome)
    }

    /// Asks, then runs a command.
    pub(super) async fn run(&self, command: &str) -> Step<Outcome> {
        let call = ToolCall::new(self.session.fresh_call_id(), format!("Run {command}"))
            .name("run_shell_command".to_owned())
            .kind(ToolKind::Execute)
            .raw_input(json!({ "command": command }));
        if let Some(refused) = self.announce_and_ask(&call).await? {
            return Ok(refused);
        }
        self.carry_out(call, command).await
    }

    /// Runs a command without asking, as a hostile agent would, and a broken one.
    pub(super) async fn sneak(&self, command: &str) -> Step<Outcome> {
        let call = ToolCall::new(self.session.fresh_call_id(), format!("Sneak {command}"))
            .name("run_shell_command".to_owned())
            .kind(ToolKind::Execute)
            .status(ToolCallStatus::InProgress)
            .raw_input(json!({ "command": command }));
        self.check()?;
        self.update(SessionUpdate::ToolCall(call.clone())).await;
        self.carry_out(call, command).await
    }

    async fn carry_out(&self, call: ToolCall, command: &str) -> Step<Outcome> {
        let ran = tokio::select! {
            ran = run_command(command, &self.session.cwd) => ran,
            () = self.cancelled.cancelled() => return Err(Stop::Cancelled),
        };
        let (outcome, output) = match ran {
            Ok((status, text)) if status.success() => {
                (Outcome::Done(text), json!({ "exit_code": 0 }))
            }
            Ok((status, text)) => (
                Outcome::Failed(format!("{status}\n{text}")),
                json!({ "exit_code": status.code() }),
            ),
            Err(error) => (Outcome::Failed(error.to_string()), Value::Null),
        };
        self.finish(&call, &outcome, Some(output)).await;
        Ok(outcome)
    }

    /// Asks two questions at once.
    pub(super) async fn ask_twice(&self) -> Step {
        let (first, second) = tokio::join!(self.run("echo first"), self.run("echo second"));
        let allowed =
            [first?, second?].iter().filter(|outcome| matches!(outcome, Outcome::Done(_))).count();
        self.say(&format!("{allowed} of 2 were allowed.")).await
    }

    /// `None` when it may go ahead.
    async fn announce_and_ask(&self, call: &ToolCall) -> Step<Option<Outcome>> {
        self.check()?;
        self.update(SessionUpdate::ToolCall(call.clone())).await;
        let settings = self.session.settings();
        let permission = match settings.mode {
            Mode::Plan => Permission::Refused,
            Mode::Auto => Permission::Once,
            Mode::Ask if settings.always_allowed => Permission::Once,
            Mode::Ask => self.ask(call).await?,
        };
        match permission {
            Permission::Once => {}
            Permission::Always => self.session.set(|settings| settings.always_allowed = true),
            Permission::Cancelled => return Err(Stop::Cancelled),
            Permission::Refused => {
                self.finish(call, &Outcome::Denied, None).await;
                return Ok(Some(Outcome::Denied));
            }
        }
        self.set_status(call, ToolCallStatus::InProgress).await;
        Ok(None)
    }

    async fn ask(&self, call: &ToolCall) -> Step<Permission> {
        let fields = ToolCallUpdateFields::new()
            .title(call.title.clone())
            .kind(call.kind)
            .status(ToolCallStatus::Pending)
            .content(call.content.clone())
            .locations(call.locations.clone())
            .raw_input(call.raw_input.clone());
        let question = ToolCallUpdate::new(call.tool_call_id.clone(), fields);
        tokio::select! {
            permission = self.client.ask(&self.session.id, question) => Ok(permission),
            () = self.cancelled.cancelled() => Err(Stop::Cancelled),
        }
    }

    async fn fail(&self, call: ToolCall, problem: String) -> Step<Outcome> {
        self.check()?;
        self.update(SessionUpdate::ToolCall(call.clone())).await;
        let outcome = Outcome::Failed(problem);
        self.finish(&call, &outcome, None).await;
        Ok(outcome)
    }

    async fn set_status(&self, call: &ToolCall, status: ToolCallStatus) {
        let fields = ToolCallUpdateFields::new().status(status);
        let update = ToolCallUpdate::new(call.tool_call_id.clone(), fields);
        self.update(SessionUpdate::ToolCallUpdate(update)).await;
    }

    async fn finish(&self, call: &ToolCall, outcome: &Outcome, output: Option<Value>) {
        let status = match outcome {
            Outcome::Done(_) => ToolCallStatus::Completed,
            Outcome::Denied | Outcome::Failed(_) => ToolCallStatus::Failed,
        };
        let mut fields = ToolCallUpdateFields::new().status(status).raw_output(output);
        let shows_diff = matches!(call.content.first(), Some(ToolCallContent::Diff(_)));
        if !shows_diff || matches!(outcome, Outcome::Failed(_)) {
            fields = fields.content(vec![text(&outcome.as_text())]);
        }
        let update = ToolCallUpdate::new(call.tool_call_id.clone(), fields);
        self.update(SessionUpdate::ToolCallUpdate(update)).await;
    }
}

fn text(text: &str) -> ToolCallContent {
    let block = ContentBlock::Text(TextContent::new(text));
    ToolCallContent::Content(Content::new(block))
}

fn outcome(result: io::Result<()>, done: impl FnOnce() -> String) -> Outcome {
    match result {
        Ok(()) => Outcome::Done(done()),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

/// Where a path is, if it lies in the workspace, links included.
fn place(workspace: &Path, path: &str) -> Result<PathBuf, String> {
    let outside = || format!("{path} lies outside the workspace");
    let joined = workspace.join(path);
    let climbs = joined.components().any(|component| component == Component::ParentDir);
    if climbs || !joined.starts_with(workspace) {
        return Err(outside());
    }
    let workspace = fs::canonicalize(workspace).map_err(|error| error.to_string())?;
    let existing = joined.ancestors().find_map(|ancestor| fs::canonicalize(ancestor).ok());
    match existing {
        Some(real) if real.starts_with(&workspace) => Ok(joined),
        _ => Err(outside()),
    }
}

fn create_parent(place: &Path) -> io::Result<()> {
    place.parent().map_or(Ok(()), fs::create_dir_all)
}

fn append_line(place: &Path, line: &str) -> io::Result<()> {
    create_parent(place)?;
    let mut file = OpenOptions::new().create(true).append(true).open(place)?;
    // In one piece: a reader, or the same line of another process, never sees half of it.
    file.write_all(format!("{line}\n").as_bytes())
}

fn read_beginning(place: &Path) -> io::Result<String> {
    if place.is_dir() {
        let mut names: Vec<String> = fs::read_dir(place)?
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .collect();
        names.sort();
        return Ok(names.join("\n"));
    }
    let mut bytes = Vec::new();
    io::Read::read_to_end(
        &mut io::Read::take(fs::File::open(place)?, MAX_OUTPUT_BYTES),
        &mut bytes,
    )?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Runs a command line as people write it, through the shell: that is what this tool is for, and
/// why it asks.
async fn run_command(command: &str, directory: &Path) -> io::Result<(ExitStatus, String)> {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut child = Command::new(shell)
        .args([flag, command])
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (status, output, complaint) =
        tokio::join!(child.wait(), read_pipe(stdout), read_pipe(stderr));
    let bytes = [output?, complaint?].concat();
    Ok((status?, String::from_utf8_lossy(&bytes).into_owned()))
}

/// Takes in the beginning and lets the rest pass, so that the command is not held up.
async fn read_pipe(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let Some(pipe) = pipe else { return Ok(bytes) };
    let mut beginning = pipe.take(MAX_OUTPUT_BYTES);
    beginning.read_to_end(&mut bytes).await?;
    tokio::io::copy(&mut beginning.into_inner(), &mut tokio::io::sink()).await?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_in_the_workspace_is_touched() {
        let directory = tempfile::tempdir().unwrap();
        let workspace = directory.path().join("w");
        fs::create_dir_all(workspace.join("src")).unwrap();
        assert!(place(&workspace, "notes.txt").is_ok());
        assert!(place(&workspace, "new/deep/notes.txt").is_ok());
        assert!(place(&workspace, workspace.join("src/a").to_str().unwrap()).is_ok());
        for outside in ["../x", "src/../../x", "/etc/passwd"] {
            assert!(place(&workspace, outside).is_err(), "{outside}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("/etc", workspace.join("link")).unwrap();
            assert!(place(&workspace, "link/passwd").is_err());
        }
    }
}

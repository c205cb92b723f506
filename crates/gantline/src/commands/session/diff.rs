//! `gantline session diff`: what differs in the files where a session works.

use std::process::ExitCode;

use client::Client;
use contract::changes::{
    ChangeContent, ChangeStatus, ChangedFile, DiffHunk, DiffLine, DiffLineKind, FileDiff,
};
use model::SessionId;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::paint::Paint;
use crate::words::Words;

/// Which files of which session to print.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    /// Only these files, as `session changes` names them.
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Prints them.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, words).await?.session_id;
    let changes = client.changes(session).await?;
    let is_asked = |file: &ChangedFile| args.paths.is_empty() || args.paths.contains(&file.path);
    let (asked, _): (Vec<_>, Vec<_>) = changes.files.into_iter().partition(is_asked);
    for path in &args.paths {
        // The server says what is wrong with a file that is not in the list.
        if !asked.iter().any(|file| file.path == *path) {
            client.file_diff(session, path, None).await?;
        }
    }
    for file in asked {
        print(&client, session, file, args.format.format, words).await?;
    }
    if changes.has_more && args.format.format == Format::Text {
        print_line(words.more_changes())?;
    }
    Ok(Meaning::Done.into())
}

async fn print(
    client: &Client,
    session: SessionId,
    file: ChangedFile,
    format: Format,
    words: &dyn Words,
) -> anyhow::Result<()> {
    let has_lines = matches!(file.content, ChangeContent::Text | ChangeContent::Uncounted);
    let diff = if has_lines {
        client.file_diff(session, &file.path, file.old_path.as_deref()).await?
    } else {
        FileDiff { file, hunks: vec![], is_cut: false }
    };
    if format == Format::Json {
        return Ok(try_print_json(&diff)?);
    }
    for line in draw(&diff, Paint::of_stdout(), words) {
        print_line(line)?;
    }
    Ok(())
}

/// The lines of a patch, as every tool for patches reads them. What could draw over the window is
/// shown instead.
fn draw(diff: &FileDiff, paint: Paint, words: &dyn Words) -> Vec<String> {
    let FileDiff { file, hunks, is_cut } = diff;
    let (path, old) = (&file.path, file.old_path.as_ref().unwrap_or(&file.path));
    let (path, old) = (escape::line(path), escape::line(old));
    let is_new = matches!(file.status, ChangeStatus::Added | ChangeStatus::Untracked);
    let is_gone = file.status == ChangeStatus::Deleted;
    let mut lines = vec![paint.bold(format!("diff --git a/{old} b/{path}"))];
    if hunks.is_empty() {
        lines.push(format!(
            "{} {}",
            words.change_status(file.status),
            words.change_content(file.content)
        ));
        return lines;
    }
    lines.push(paint.bold(if is_new { "--- /dev/null".into() } else { format!("--- a/{old}") }));
    lines.push(paint.bold(if is_gone { "+++ /dev/null".into() } else { format!("+++ b/{path}") }));
    for hunk in hunks {
        lines.push(paint.dim(range(hunk)));
        lines.extend(hunk.lines.iter().flat_map(|line| draw_line(line, paint)));
    }
    if *is_cut {
        lines.push(paint.yellow(words.diff_is_cut()));
    }
    lines
}

fn range(hunk: &DiffHunk) -> String {
    let without = |kind| hunk.lines.iter().filter(|line| line.kind != kind).count();
    let (old, new) = (without(DiffLineKind::Added), without(DiffLineKind::Removed));
    let heading = escape::line(&hunk.heading);
    let range = format!("@@ -{},{old} +{},{new} @@ {heading}", hunk.old_start, hunk.new_start);
    range.trim_end().to_owned()
}

fn draw_line(line: &DiffLine, paint: Paint) -> impl Iterator<Item = String> {
    let text = escape::text(&line.text);
    let drawn = match line.kind {
        DiffLineKind::Same => format!(" {text}"),
        DiffLineKind::Added => paint.green(format!("+{text}")),
        DiffLineKind::Removed => paint.red(format!("-{text}")),
    };
    let end = line.is_unended.then(|| "\\ No newline at end of file".to_owned());
    std::iter::once(drawn).chain(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, of};

    fn line(kind: DiffLineKind, text: &str, is_unended: bool) -> DiffLine {
        DiffLine { kind, text: text.to_owned(), is_unended }
    }

    fn diff(hunks: Vec<DiffHunk>, content: ChangeContent) -> FileDiff {
        let file = ChangedFile {
            path: "src/a.rs".to_owned(),
            old_path: None,
            status: ChangeStatus::Modified,
            content,
            added: 1,
            removed: 1,
        };
        FileDiff { file, hunks, is_cut: false }
    }

    #[test]
    fn a_change_is_drawn_as_a_patch() {
        let hunk = DiffHunk {
            old_start: 3,
            new_start: 4,
            heading: "fn main() {".to_owned(),
            lines: vec![
                line(DiffLineKind::Same, "a", false),
                line(DiffLineKind::Removed, "b", false),
                line(DiffLineKind::Added, "\u{1b}[2Jc", true),
            ],
        };
        let drawn =
            draw(&diff(vec![hunk], ChangeContent::Text), Paint::Plain, of(Language::English));
        insta::assert_snapshot!(drawn.join("\n"), @r"
        diff --git a/src/a.rs b/src/a.rs
        --- a/src/a.rs
        +++ b/src/a.rs
        @@ -3,2 +4,2 @@ fn main() {
         a
        -b
        +\u{1b}[2Jc
        \ No newline at end of file
        ");
    }

    #[test]
    fn what_has_no_lines_says_what_it_is() {
        let drawn = draw(&diff(vec![], ChangeContent::Binary), Paint::Plain, of(Language::English));
        assert_eq!(drawn[1], "changed (not text)");
    }
}

//! What an agent has changed, over the whole way from its machine's git.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use contract::changes::{ChangeContent, ChangeStatus, DiffLineKind};
use e2e::{House, Setup};
use http::Method;

fn git(workspace: &Path, arguments: &[&str]) -> Result<()> {
    let done = Command::new("git")
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@example", "-c", "core.fsmonitor=false"])
        .args(arguments)
        .current_dir(workspace)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()?;
    ensure!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}

#[tokio::test]
async fn changes_are_listed_compared_and_logged() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let id = person.chat("demo").await?.id();
    let (client, workspace) = (&person.client, &house.workspace());

    let refused = client.changes(id).await.err().context("there is no repository")?;
    assert_eq!(refused.code(), Some("no_repository"));

    git(workspace, &["init", "--quiet", "--initial-branch=main"])?;
    fs::write(workspace.join("文 件"), "one\ntwo\n")?;
    git(workspace, &["add", "--all"])?;
    git(workspace, &["commit", "--quiet", "--message", "begin"])?;
    fs::write(workspace.join("文 件"), "one\nTWO\n")?;
    fs::write(workspace.join("new"), "x\n")?;
    // A program that would be run by whoever asks git here.
    let canary = house.place().path().join("canary");
    let program = format!("touch '{}'", canary.display());
    git(workspace, &["config", "core.fsmonitor", &program])?;

    let changes = client.changes(id).await?;
    assert_eq!((changes.branch.as_deref(), changes.has_more), (Some("main"), false));
    let seen: Vec<_> = changes
        .files
        .iter()
        .map(|file| (&*file.path, file.status, file.added, file.removed))
        .collect();
    assert_eq!(
        seen,
        [("new", ChangeStatus::Untracked, 1, 0), ("文 件", ChangeStatus::Modified, 1, 1)]
    );
    let diff = client.file_diff(id, "文 件", None).await?;
    assert_eq!(diff.file.content, ChangeContent::Text);
    let lines: Vec<_> = diff.hunks[0].lines.iter().map(|line| (line.kind, &*line.text)).collect();
    assert_eq!(
        lines,
        [(DiffLineKind::Same, "one"), (DiffLineKind::Removed, "two"), (DiffLineKind::Added, "TWO")]
    );
    let log = client.commit_log(id, None, None).await?;
    assert_eq!(log.commits.iter().map(|one| &*one.subject).collect::<Vec<_>>(), ["begin"]);

    for (path, code) in [("none", "file_not_changed"), ("../x", "path_invalid")] {
        let refused = client.file_diff(id, path, None).await.err().context("it is refused")?;
        assert_eq!(refused.code(), Some(code), "{path}");
    }
    ensure!(!canary.exists(), "what the repository brings was run");
    Ok(())
}

/// What was discarded is as it was committed, is kept for a while, and is written down.
#[tokio::test]
async fn changes_are_discarded_and_kept() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let id = person.chat("demo").await?.id();
    let (client, workspace) = (&person.client, &house.workspace());
    git(workspace, &["init", "--quiet", "--initial-branch=main"])?;
    let long: Vec<_> = (0..40).map(|line| format!("line {line}\n")).collect();
    for (path, text) in [("changed", "one\n"), ("gone", "x\n"), ("moved", &long.concat())] {
        fs::write(workspace.join(path), text)?;
    }
    fs::write(workspace.join(".gitignore"), "ignored\n")?;
    git(workspace, &["add", "--all"])?;
    git(workspace, &["commit", "--quiet", "--message", "begin"])?;
    fs::write(workspace.join("changed"), "two\n")?;
    fs::remove_file(workspace.join("gone"))?;
    fs::rename(workspace.join("moved"), workspace.join("moved-on"))?;
    fs::write(workspace.join("new"), "new\n")?;
    fs::write(workspace.join("ignored"), "mine\n")?;
    git(workspace, &["add", "changed", "new"])?;

    for path in ["ignored", "changed/", "", "."] {
        ensure!(client.change_discard(id, path, None).await.is_err(), "{path:?} is no change");
    }
    for file in client.changes(id).await?.files {
        let done = client.change_discard(id, &file.path, file.old_path.as_deref()).await?;
        let kept = done.kept_at.map(fs::read_to_string).transpose()?;
        let expected = match file.path.as_str() {
            "changed" => Some("two\n".to_owned()),
            "new" => Some("new\n".to_owned()),
            "moved-on" => Some(long.concat()),
            _ => None,
        };
        assert_eq!(kept, expected, "{}", file.path);
    }
    assert_eq!(client.changes(id).await?.files, []);
    assert_eq!(fs::read_to_string(workspace.join("changed"))?, "one\n");
    assert_eq!(fs::read_to_string(workspace.join("moved"))?, long.concat());
    assert_eq!(fs::read_to_string(workspace.join("ignored"))?, "mine\n");
    ensure!(workspace.join("gone").exists() && !workspace.join("new").exists());
    git(workspace, &["diff", "--cached", "--quiet", "HEAD"])?;
    let audit = person.request(Method::GET, "/api/audit", None).await?.body.to_string();
    ensure!(audit.contains("file.discard"), "it is written down: {audit}");
    Ok(())
}

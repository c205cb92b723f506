//! What is seen of a repository.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use repositories::log::{self, LogPart};
use repositories::patch::LineKind;
use repositories::{Changed, Content, FileDiff, RepositoryError, Status, changes, diff};

use crate::scene::Scene;

const fn text(added: u32, removed: u32) -> Content {
    Content::Text { added, removed }
}

fn seen(files: &[Changed]) -> Vec<(&str, Status, Content)> {
    files.iter().map(|file| (file.path.as_str(), file.status, file.content)).collect()
}

/// A text of so many lines, each with its number.
fn numbered(words: &str, lines: u32) -> String {
    let lines: Vec<_> = (0..lines).map(|line| format!("{words} {line}\n")).collect();
    lines.concat()
}

/// A change as people write it down.
fn written(diff: &FileDiff) -> String {
    let lines = diff.hunks.iter().flat_map(|hunk| &hunk.lines).map(|line| {
        let sign = match line.kind {
            LineKind::Same => ' ',
            LineKind::Added => '+',
            LineKind::Removed => '-',
        };
        format!("{sign}{}{}", line.text, if line.is_unended { "¶" } else { "" })
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn every_kind_of_change_is_told() {
    let scene = Scene::empty();
    let long = numbered("line", 40);
    for (path, content) in [
        ("changed", "a\nb\n"),
        ("gone", "was here\n"),
        ("moved", &*long),
        ("script", "#!/bin/sh\n"),
        ("becomes-link", "file\n"),
        ("same", "x\n"),
        (".gitignore", "ignored\n"),
    ] {
        scene.write(path, content);
    }
    scene.write("binary", b"\0\x01");
    scene.commit("begin");
    scene.write("changed", "a\nB\nc\n");
    scene.write("binary", b"\0\x02");
    scene.write("ignored", "x\n");
    scene.write("new/deep", "x\ny\n");
    scene.write("staged", "quite new\n");
    scene.git(&["add", "staged"]);
    fs::remove_file(scene.at("gone")).unwrap();
    // Nobody has told git of the move.
    fs::rename(scene.at("moved"), scene.at("moved-on")).unwrap();
    fs::remove_file(scene.at("becomes-link")).unwrap();
    symlink("/etc/hostname", scene.at("becomes-link")).unwrap();

    let changes = scene.changes().await.unwrap();
    assert_eq!((changes.branch.as_deref(), changes.has_more), (Some("main"), false));
    assert_eq!(changes.head, Some(scene.git(&["rev-parse", "HEAD"])));
    assert_eq!(
        seen(&changes.files),
        [
            ("becomes-link", Status::TypeChanged, text(1, 1)),
            ("binary", Status::Modified, Content::Binary),
            ("changed", Status::Modified, text(2, 1)),
            ("gone", Status::Deleted, text(0, 1)),
            ("moved-on", Status::Renamed, text(0, 0)),
            ("new/deep", Status::Untracked, text(2, 0)),
            ("staged", Status::Added, text(1, 0)),
        ]
    );
    assert_eq!(changes.files[4].old_path.as_deref(), Some("moved"));
    assert_eq!(written(&scene.diff("changed").await.unwrap()), " a\n-b\n+B\n+c");
    assert_eq!(written(&scene.diff("new/deep").await.unwrap()), "+x\n+y");
    assert_eq!(written(&scene.diff("gone").await.unwrap()), "-was here");
    let link = written(&scene.diff("becomes-link").await.unwrap());
    assert!(link.contains("+/etc/hostname¶"), "a link is shown, not followed: {link}");
    let binary = scene.diff("binary").await.unwrap();
    assert_eq!((binary.file.content, binary.hunks.len()), (Content::Binary, 0));
    for path in ["same", "ignored", "nothing", "new", ""] {
        let refused = scene.diff(path).await;
        assert!(matches!(refused, Err(RepositoryError::NotChanged)), "{path}: {refused:?}");
    }
}

#[tokio::test]
async fn what_was_renamed_is_compared_with_what_it_was() {
    let scene = Scene::empty();
    let long = numbered("line", 40);
    scene.write("old", &long);
    scene.commit("begin");
    fs::remove_file(scene.at("old")).unwrap();
    scene.write("new", long.replace("line 7\n", "seven\n"));
    let (git, workspace) = (scene.ours(), scene.workspace(""));
    let diff = diff::diff(&git, &workspace, "new", Some("old")).await.unwrap();
    assert_eq!((diff.file.status, diff.file.content), (Status::Renamed, text(1, 1)));
    assert!(written(&diff).contains("-line 7\n+seven"));
    assert_eq!(diff.hunks[0].old_start, 5);
    assert_eq!(scene.files().await.len(), 1);
}

#[tokio::test]
async fn before_the_first_commit_everything_is_new() {
    let scene = Scene::empty();
    let changes = scene.changes().await.unwrap();
    assert_eq!((changes.head, changes.files.len()), (None, 0));
    scene.write("a", "x");
    scene.write("b", "x\n");
    scene.git(&["add", "b"]);
    let files = scene.files().await;
    assert_eq!(
        seen(&files),
        [("a", Status::Untracked, text(1, 0)), ("b", Status::Added, text(1, 0))]
    );
    assert_eq!(written(&scene.diff("a").await.unwrap()), "+x¶");
    let part = LogPart { from: None, skip: 0, most: 10 };
    let log = log::log(&scene.ours(), &scene.workspace(""), part).await.unwrap();
    assert_eq!((log.from, log.commits.len()), (None, 0));
}

/// Names are told as they are, whatever is in them.
#[tokio::test]
async fn names_of_every_kind_are_told() {
    let scene = Scene::empty();
    let names = ["a\nb", "a\"b", "tab\there", "文件", "-rf", ":(top)x", "*", " ", "a => b", "{x}"];
    for name in names {
        scene.write(name, "x\n");
    }
    fs::write(scene.at("").join(OsStr::from_bytes(b"not\xfftext")), "x\n").unwrap();
    let files = scene.files().await;
    assert_eq!(files.len(), names.len() + 1);
    assert!(files.iter().any(|file| file.path == "not\u{fffd}text"));
    scene.commit("begin");
    for name in names {
        scene.write(name, "y\n");
    }
    assert_eq!(scene.files().await.len(), names.len());
    for name in names {
        let diff = scene.diff(name).await.unwrap();
        assert_eq!((diff.file.path.as_str(), &*written(&diff)), (name, "-x\n+y"));
    }
}

#[tokio::test]
async fn a_workspace_below_the_top_sees_what_is_in_it() {
    let scene = Scene::empty();
    scene.write("top", "x\n");
    scene.write("part/inner", "x\n");
    scene.write("party", "x\n");
    scene.commit("begin");
    scene.write("apart", "x\n");
    scene.commit("elsewhere");
    for path in ["top", "part/inner", "party"] {
        scene.write(path, "y\n");
    }
    scene.write("part/new", "z\n");
    scene.write("new", "z\n");
    let (git, workspace) = (scene.ours(), scene.workspace("part"));
    let changes = changes::changes(&git, &workspace).await.unwrap();
    let paths: Vec<_> = changes.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["inner", "new"]);
    let inner = diff::diff(&git, &workspace, "inner", None).await.unwrap();
    assert_eq!(written(&inner), "-x\n+y");
    assert!(diff::diff(&git, &workspace, "../top", None).await.is_err());
    let part = LogPart { from: None, skip: 0, most: 10 };
    let log = log::log(&git, &workspace, part).await.unwrap();
    assert_eq!(log.commits.len(), 1, "what was committed elsewhere is not of this workspace");
}

/// A line that ends otherwise is a change only where the repository says so.
#[tokio::test]
async fn ends_of_lines_are_compared_as_the_repository_says() {
    let scene = Scene::empty();
    scene.write("file", "a\nb\n");
    scene.commit("begin");
    scene.write("file", "a\r\nb\r\n");
    assert_eq!(seen(&scene.files().await), [("file", Status::Modified, text(2, 2))]);
    assert_eq!(written(&scene.diff("file").await.unwrap()), "-a\n-b\n+a\r\n+b\r");
    scene.git(&["config", "core.autocrlf", "true"]);
    assert_eq!(scene.files().await.len(), 0);
    scene.git(&["config", "core.autocrlf", "false"]);
    scene.write(".git/info/exclude", "file\n");
    scene.write(".gitattributes", "file text eol=crlf\n");
    let files = scene.files().await;
    assert_eq!(seen(&files), [(".gitattributes", Status::Untracked, text(1, 0))]);
}

/// A change within the same second as the index, of the same length, is seen.
#[tokio::test]
async fn a_change_that_is_as_new_as_the_index_is_seen() {
    let scene = Scene::empty();
    for turn in 0..5 {
        scene.write("file", format!("before {turn}\n"));
        scene.commit("begin");
        scene.write("file", format!("after! {turn}\n"));
        assert_eq!(scene.files().await.len(), 1, "turn {turn}");
    }
}

#[tokio::test]
async fn a_large_change_is_told_in_part_and_says_so() {
    let scene = Scene::empty();
    scene.write("file", "");
    scene.commit("begin");
    let lines = 60_000_u32;
    scene.write("file", numbered("this is line number", lines));
    assert_eq!(seen(&scene.files().await), [("file", Status::Modified, text(lines, 0))]);
    let diff = scene.diff("file").await.unwrap();
    assert!(diff.is_cut);
    let told = diff.hunks[0].lines.len();
    assert!(told > 1_000 && told < lines as usize, "{told}");
    assert_eq!(diff.hunks[0].lines[told - 2].text, format!("this is line number {}", told - 2));
}

#[tokio::test]
async fn many_files_are_told_in_part_and_say_so() {
    let scene = Scene::empty();
    for number in 0..1_100 {
        scene.write(&format!("file-{number:04}"), "x\n");
    }
    let changes = scene.changes().await.unwrap();
    assert_eq!((changes.files.len(), changes.has_more), (1_000, true));
    assert!(changes.files.iter().all(|file| file.content == text(1, 0)));
}

#[tokio::test]
async fn what_is_not_merged_is_told_once() {
    let scene = Scene::set();
    scene.commit("ours");
    scene.git(&["checkout", "--quiet", "-b", "other", "HEAD^"]);
    scene.write("file", "one\nzwei\nthree\n");
    scene.commit("theirs");
    scene.plain(&scene.at(""), &["merge", "--quiet", "main"]);
    let files = scene.files().await;
    assert_eq!(files.len(), 1);
    assert_eq!((files[0].path.as_str(), files[0].status), ("file", Status::Unmerged));
    assert!(written(&scene.diff("file").await.unwrap()).contains("+<<<<<<< HEAD"));
}

/// What the machine's owner never wants to see is not told, though their settings are not in force.
#[tokio::test]
async fn what_the_owner_ignores_everywhere_is_not_told() {
    let scene = Scene::set();
    fs::create_dir_all(scene.beside("home/.config/git")).unwrap();
    fs::write(scene.beside("home/.config/git/ignore"), "*.swp\n").unwrap();
    scene.write("a.swp", "x\n");
    assert_eq!(seen(&scene.files().await), [("file", Status::Modified, text(1, 1))]);
}

/// A repository in the repository is compared by its commit.
#[tokio::test]
async fn repositories_in_the_repository_are_told() {
    let scene = Scene::set();
    for (directory, file) in [("sub", "inner"), ("new", "inner")] {
        scene.write(&format!("{directory}/{file}"), "x\n");
        scene.plain(&scene.at(directory), &["init", "--quiet"]);
    }
    scene.plain(&scene.at("sub"), &["add", "inner"]);
    scene.plain(&scene.at("sub"), &["commit", "--quiet", "--message", "inner"]);
    scene.git(&["add", "sub"]);
    let files = scene.files().await;
    assert_eq!(
        seen(&files),
        [
            ("file", Status::Modified, text(1, 1)),
            ("new", Status::Untracked, Content::Repository),
            ("sub", Status::Added, Content::Repository),
        ]
    );
}

/// What the machine keeps its keys in is not shown, wherever it lies.
#[tokio::test]
async fn what_is_withheld_is_not_shown() {
    let scene = Scene::empty();
    scene.write("own/key", "the old key\n");
    scene.commit("begin");
    scene.write("own/key", "the key\n");
    scene.write("own/new", "the new key\n");
    scene.write("file", "x\n");
    let mut workspace = scene.workspace("");
    workspace.withheld = scene.at("own");
    let git = scene.ours();
    let changes = changes::changes(&git, &workspace).await.unwrap();
    assert_eq!(seen(&changes.files), [("file", Status::Untracked, text(1, 0))]);
    for path in ["own/key", "own/new", "own"] {
        let refused = diff::diff(&git, &workspace, path, None).await;
        assert!(matches!(refused, Err(RepositoryError::Withheld)), "{path}: {refused:?}");
    }
}

#[tokio::test]
async fn commits_are_told_the_last_one_first() {
    let scene = Scene::empty();
    for subject in ["first", "second: a\tb", "third <b>文</b>"] {
        scene.write("file", subject);
        scene.commit(subject);
    }
    let (git, workspace) = (scene.ours(), scene.workspace(""));
    let part = LogPart { from: None, skip: 0, most: 2 };
    let log = log::log(&git, &workspace, part).await.unwrap();
    let subjects: Vec<_> = log.commits.iter().map(|commit| commit.subject.as_str()).collect();
    assert_eq!((subjects, log.has_more), (vec!["third <b>文</b>", "second: a\tb"], true));
    assert_eq!(log.commits[0].author, "Ada");
    assert!(log.commits[0].committed_at_s > 1_600_000_000);
    // A commit that comes meanwhile moves nothing.
    scene.write("file", "fourth");
    scene.commit("fourth");
    let part = LogPart { from: log.from.as_deref(), skip: 2, most: 2 };
    let rest = log::log(&git, &workspace, part).await.unwrap();
    assert_eq!((rest.commits[0].subject.as_str(), rest.has_more), ("first", false));
}

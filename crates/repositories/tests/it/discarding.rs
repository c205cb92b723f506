//! What is put back as it was committed.

use std::fs;

use repositories::committed::{Committed, committed, unstage};
use repositories::{RepositoryError, Status};

use crate::scene::Scene;

async fn was(scene: &Scene, path: &str) -> Result<Committed, RepositoryError> {
    committed(&scene.ours(), &scene.workspace(""), path).await
}

fn file(content: &str, is_executable: bool) -> Committed {
    Committed::File { content: content.into(), is_executable }
}

#[tokio::test]
async fn a_file_is_told_as_it_was_committed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let scene = Scene::empty();
    scene.write("文 件", "one\n");
    scene.write("run", "#!/bin/sh\n");
    fs::set_permissions(scene.at("run"), fs::Permissions::from_mode(0o755)).unwrap();
    scene.write("crlf", "a\r\nb\r\n");
    scene.write(".gitattributes", "crlf text eol=crlf\n");
    symlink("run", scene.at("link")).unwrap();
    scene.commit("begin");
    scene.write("文 件", "two\n");
    fs::remove_file(scene.at("run")).unwrap();
    scene.write("new", "x\n");
    assert_eq!(was(&scene, "文 件").await.unwrap(), file("one\n", false));
    assert_eq!(was(&scene, "run").await.unwrap(), file("#!/bin/sh\n", true));
    assert_eq!(was(&scene, "crlf").await.unwrap(), file("a\r\nb\r\n", false), "as it stood here");
    assert_eq!(was(&scene, "new").await.unwrap(), Committed::Absent);
    let link = was(&scene, "link").await;
    assert!(matches!(link, Err(RepositoryError::NotRestorable(_))), "{link:?}");
}

/// S72: what a filter of the repository would make of a file is not asked for, and not guessed.
#[tokio::test]
async fn a_file_that_passes_a_filter_is_not_put_back() {
    let scene = Scene::set();
    scene.write(".gitattributes", "file filter=evil\n");
    scene.git(&["config", "filter.evil.smudge", &scene.canary("smudge")]);
    let refused = was(&scene, "file").await;
    assert!(matches!(refused, Err(RepositoryError::NotRestorable(_))), "{refused:?}");
    assert_eq!(scene.traces(), Vec::<String>::new());
}

#[tokio::test]
async fn git_forgets_what_it_was_told_of_one_file() {
    let scene = Scene::set();
    scene.write("other", "x\n");
    scene.write("new", "x\n");
    scene.git(&["add", "--all"]);
    let (git, workspace) = (scene.ours(), scene.workspace(""));
    for path in ["file", "new"] {
        unstage(&git, &workspace, path).await.unwrap();
    }
    assert_eq!(scene.git(&["diff", "--cached", "--name-only"]), "other");
    let files = scene.files().await;
    let status = |path: &str| files.iter().find(|file| file.path == path).unwrap().status;
    assert_eq!(status("file"), Status::Modified, "the file itself stays");
    assert_eq!(status("new"), Status::Untracked);
    assert_eq!(scene.git(&["status", "--porcelain"]).lines().count(), 3);
}

/// S72: where the index is changed, nothing is run either.
#[tokio::test]
async fn changing_the_index_runs_nothing() {
    let scene = Scene::set();
    scene.git(&["add", "file"]);
    for hook in ["post-index-change", "fsmonitor-watchman"] {
        fs::copy(scene.canary("hook"), scene.at(".git/hooks").join(hook)).unwrap();
    }
    scene.git(&["config", "core.fsmonitor", &scene.canary("monitor")]);
    scene.forget_traces();
    unstage(&scene.ours(), &scene.workspace(""), "file").await.unwrap();
    assert_eq!(scene.traces(), Vec::<String>::new());
    let index = scene.plain(&scene.at(""), &["-c", "core.fsmonitor=false", "diff", "--cached"]);
    assert!(index.stdout.is_empty());
}

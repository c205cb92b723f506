//! Which repository a workspace is in.

use std::fs;

use repositories::{Git, RepositoryError, Workspace, changes};

use crate::scene::Scene;

async fn paths(scene: &Scene, workspace: &Workspace) -> Result<Vec<String>, RepositoryError> {
    let changes = changes::changes(&scene.ours(), workspace).await?;
    Ok(changes.files.into_iter().map(|file| file.path).collect())
}

#[tokio::test]
async fn where_there_is_no_repository_that_is_said() {
    let scene = Scene::bare();
    let refused = scene.changes().await;
    assert!(matches!(refused, Err(RepositoryError::NoRepository)), "{refused:?}");
    scene.git(&["init", "--quiet", "--bare", "store.git"]);
    let refused = paths(&scene, &scene.workspace("store.git")).await;
    assert!(matches!(refused, Err(RepositoryError::NoRepository)), "{refused:?}");
}

#[tokio::test]
async fn where_there_is_no_git_that_is_said() {
    let scene = Scene::set();
    let git = Git::new([("PATH".into(), scene.beside("canaries").into())], scene.beside("scratch"));
    let refused = changes::changes(&git, &scene.workspace("")).await;
    assert!(matches!(refused, Err(RepositoryError::GitMissing)), "{refused:?}");
}

/// S70: a repository above what the machine's owner allows is not looked at.
#[tokio::test]
async fn nothing_above_what_is_allowed_is_looked_at() {
    let scene = Scene::set();
    scene.write("part/new", "x\n");
    let mut workspace = scene.workspace("part");
    assert_eq!(paths(&scene, &workspace).await.unwrap(), ["new"]);
    workspace.allowed.clone_from(&workspace.path);
    let refused = paths(&scene, &workspace).await;
    assert!(matches!(refused, Err(RepositoryError::NoRepository)), "{refused:?}");
}

#[tokio::test]
async fn nothing_in_a_repositorys_own_directory_is_a_workspace() {
    let scene = Scene::set();
    let refused = paths(&scene, &scene.workspace(".git/hooks")).await;
    assert!(matches!(refused, Err(RepositoryError::NoRepository)), "{refused:?}");
}

#[tokio::test]
async fn a_worktree_is_looked_at_wherever_its_repository_is() {
    let scene = Scene::set();
    let place = scene.beside("tree");
    scene.git(&["worktree", "add", "--quiet", "-b", "side", place.to_str().unwrap()]);
    fs::write(place.join("file"), "changed\n").unwrap();
    let withheld = scene.beside("keys");
    let workspace = Workspace { allowed: place.clone(), path: place, withheld };
    let changes = changes::changes(&scene.ours(), &workspace).await.unwrap();
    assert_eq!((changes.branch.as_deref(), changes.files.len()), (Some("side"), 1));
}

/// S70: a file that says that the workspace belongs to somebody's repository elsewhere is believed
/// only where that repository says so, too.
#[tokio::test]
async fn a_workspace_does_not_make_a_repository_elsewhere_its_own() {
    let scene = Scene::bare();
    let other = scene.beside("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("secret"), "x\n").unwrap();
    for arguments in [
        &["init", "--quiet"][..],
        &["add", "secret"],
        &["commit", "--quiet", "--message", "x"],
        &["worktree", "add", "--quiet", "../tree"],
    ] {
        assert!(scene.plain(&other, arguments).status.success());
    }
    for way in [".git", ".git/worktrees/tree"] {
        scene.write(".git", format!("gitdir: {}\n", other.join(way).display()));
        let refused = scene.changes().await;
        assert!(matches!(refused, Err(RepositoryError::Outside)), "{way}: {refused:?}");
    }
    fs::remove_file(scene.at(".git")).unwrap();
    std::os::unix::fs::symlink(other.join(".git"), scene.at(".git")).unwrap();
    let refused = scene.changes().await;
    assert!(matches!(refused, Err(RepositoryError::Outside)), "{refused:?}");
    // A directory of the workspace's own that shares what is elsewhere.
    fs::remove_file(scene.at(".git")).unwrap();
    scene.write(".git/HEAD", "ref: refs/heads/main\n");
    scene.write(".git/commondir", other.join(".git").to_str().unwrap());
    let refused = scene.changes().await;
    assert!(matches!(refused, Err(RepositoryError::Outside)), "{refused:?}");
}

#[tokio::test]
async fn what_is_broken_is_said_to_be() {
    for (file, content) in [
        (".git/HEAD", "nonsense"),
        (".git/HEAD", "ref: ../../../etc/passwd"),
        (".git/config", "[core\n"),
        (".git/index", "DIRC nonsense"),
    ] {
        let scene = Scene::set();
        scene.write(file, content);
        let refused = scene.changes().await;
        assert!(matches!(refused, Err(RepositoryError::Unreadable)), "{file}: {refused:?}");
    }
    let scene = Scene::bare();
    scene.write(".git", "gitdir: nowhere");
    assert!(matches!(scene.changes().await, Err(RepositoryError::Unreadable)));
}

/// Repositories in the formats that newer releases of git make.
#[tokio::test]
async fn newer_formats_are_understood() {
    for format in ["--object-format=sha256", "--ref-format=reftable"] {
        let scene = Scene::bare();
        let made = scene.plain(&scene.at(""), &["init", "--quiet", "-b", "main", format]);
        if !made.status.success() {
            // This git is older than the format.
            continue;
        }
        scene.write("file", "x\n");
        assert_eq!(scene.files().await.len(), 1, "{format}");
        scene.commit("begin");
        assert_eq!(scene.files().await.len(), 0, "{format}");
        assert_eq!(scene.changes().await.unwrap().branch.as_deref(), Some("main"), "{format}");
    }
}

//! Worktrees: made, looked at, taken away.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use repositories::worktree::{self, Branch, Wanted};
use repositories::{Holding, RepositoryError, Workspace, Worktree, changes};

use crate::scene::Scene;

const PLAIN: Wanted<'_> = Wanted { name: "one", branch: "gantline/one", base: None };

async fn made(scene: &Scene, wanted: Wanted<'_>) -> Result<Worktree, RepositoryError> {
    let (git, at) = (scene.ours(), scene.workspace(""));
    let planned = worktree::plan(&git, &at, wanted).await?;
    worktree::make(&git, &at, &planned).await?;
    Ok(planned)
}

async fn holding(scene: &Scene, made: &Worktree) -> Holding {
    let held = worktree::holding(&scene.ours(), &scene.workspace(""), made).await;
    held.unwrap().unwrap()
}

async fn removed(scene: &Scene, made: &Worktree) -> Result<Branch, RepositoryError> {
    worktree::remove(&scene.ours(), &scene.workspace("").allowed, made).await
}

/// What people see with their own git.
fn in_it(scene: &Scene, made: &Worktree, arguments: &[&str]) -> String {
    let output = scene.plain(&made.tree, arguments);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[tokio::test]
async fn a_worktree_is_one_to_git_and_leaves_the_rest_alone() {
    let scene = Scene::set();
    scene.write("run", "#!/bin/sh\n");
    fs::set_permissions(scene.at("run"), fs::Permissions::from_mode(0o755)).unwrap();
    scene.git(&["add", "run"]);
    scene.git(&["commit", "--quiet", "--message", "run"]);
    let before = scene.git(&["status", "--porcelain"]);
    let made = made(&scene, PLAIN).await.unwrap();
    assert_eq!(fs::read_to_string(made.tree.join("file")).unwrap(), "one\ntwo\nthree\n");
    let about = fs::metadata(made.tree.join("run")).unwrap();
    assert_ne!(about.permissions().mode() & 0o100, 0, "it can be run");
    assert_eq!(in_it(&scene, &made, &["status", "--porcelain"]), "", "nothing looks changed");
    assert_eq!(in_it(&scene, &made, &["branch", "--show-current"]), "gantline/one");
    assert_eq!(in_it(&scene, &made, &["rev-parse", "HEAD"]), made.base);
    let listed = scene.git(&["worktree", "list", "--porcelain"]);
    assert!(listed.contains("branch refs/heads/gantline/one"), "{listed}");
    assert!(!listed.contains("prunable"), "{listed}");
    scene.git(&["fsck", "--strict"]);
    // Whoever works in the other files sees nothing of it.
    assert_eq!(scene.git(&["status", "--porcelain"]), before);
    assert_eq!(scene.files().await.len(), 1);

    assert!(holding(&scene, &made).await.is_nothing());
    assert_eq!(removed(&scene, &made).await.unwrap(), Branch::Gone);
    assert!(!scene.at(".gantline").exists() && !made.git.exists());
    assert_eq!(scene.git(&["branch", "--list", "gantline/*"]), "");
    assert_eq!(scene.git(&["status", "--porcelain"]), before);
}

#[tokio::test]
async fn two_worktrees_do_not_see_each_other() {
    let scene = Scene::set();
    let first = made(&scene, PLAIN).await.unwrap();
    let wanted = Wanted { name: "two", branch: "side", base: Some("main") };
    let second = made(&scene, wanted).await.unwrap();
    fs::write(first.tree.join("file"), "first\n").unwrap();
    fs::write(second.tree.join("new"), "second\n").unwrap();
    for (worktree, expected) in [(&first, "file"), (&second, "new")] {
        let place = Workspace { path: worktree.tree.clone(), ..scene.workspace("") };
        let seen = changes::changes(&scene.ours(), &place).await.unwrap();
        let paths: Vec<_> = seen.files.into_iter().map(|file| file.path).collect();
        assert_eq!(paths, [expected]);
    }
    // One goes, and the other stays.
    assert_eq!(removed(&scene, &first).await.unwrap(), Branch::Gone);
    assert!(second.tree.join("new").exists() && scene.at(".gantline/.gitignore").exists());
}

#[tokio::test]
async fn what_is_nowhere_else_is_told() {
    let scene = Scene::set();
    let made = made(&scene, PLAIN).await.unwrap();
    fs::write(made.tree.join("new"), "x\n").unwrap();
    let held = holding(&scene, &made).await;
    assert_eq!((held.files, held.commits, held.is_nothing()), (1, 0, false));

    in_it(&scene, &made, &["add", "new"]);
    in_it(&scene, &made, &["commit", "--quiet", "--message", "work"]);
    let held = holding(&scene, &made).await;
    assert_eq!((held.files, held.commits), (0, 1));
    // On no branch at all.
    in_it(&scene, &made, &["checkout", "--quiet", "--detach"]);
    in_it(&scene, &made, &["commit", "--quiet", "--allow-empty", "--message", "more"]);
    assert_eq!(holding(&scene, &made).await.commits, 2);
    in_it(&scene, &made, &["checkout", "--quiet", "gantline/one"]);

    // What is merged is elsewhere.
    scene.git(&["merge", "--quiet", "--ff-only", "gantline/one"]);
    assert!(holding(&scene, &made).await.is_nothing());
    assert_eq!(removed(&scene, &made).await.unwrap(), Branch::Kept);
    assert_eq!(scene.git(&["branch", "--list", "gantline/*"]), "gantline/one");
}

#[tokio::test]
async fn what_is_half_done_is_told() {
    let scene = Scene::set();
    let made = made(&scene, PLAIN).await.unwrap();
    fs::write(made.git.join("MERGE_HEAD"), "").unwrap();
    assert!(!holding(&scene, &made).await.is_nothing());
    fs::remove_file(made.git.join("MERGE_HEAD")).unwrap();
    assert!(holding(&scene, &made).await.is_nothing());
    // Without its way back the files would be those of the repository around it.
    fs::remove_file(made.tree.join(".git")).unwrap();
    let refused = worktree::holding(&scene.ours(), &scene.workspace(""), &made).await;
    assert!(matches!(refused, Err(RepositoryError::NotTheWorktree(_))), "{refused:?}");
}

/// S69: what names a branch or a commit becomes no option of git.
#[tokio::test]
async fn what_cannot_be_made_is_said_and_leaves_nothing() {
    let scene = Scene::set();
    scene.git(&["branch", "taken"]);
    scene.git(&["worktree", "add", "--quiet", "--detach", "../detached"]);
    let refuse = async |branch, base| {
        let wanted = Wanted { name: "one", branch, base };
        made(&scene, wanted).await.map(|made| made.branch).unwrap_err().code()
    };
    for branch in ["taken", "main"] {
        assert_eq!(refuse(branch, None).await, "branch_exists");
    }
    assert_eq!(refuse("taken/below", None).await, "branch_refused");
    let long = "x".repeat(201);
    for branch in [
        "", "-d", "--force", "HEAD", "a..b", "a b", "@{-1}", "a\nb", "a~1", "x.lock", "../x", &long,
    ] {
        assert_eq!(refuse(branch, None).await, "branch_invalid", "{branch:?}");
    }
    for base in
        ["nothing", "", "--all", "-x", "HEAD^{tree}", "HEAD:file", "a\nb", "HEAD HEAD", &long]
    {
        assert_eq!(refuse("fine", Some(base)).await, "base_unknown", "{base:?}");
    }
    assert!(!scene.at(".gantline").exists() && !scene.at(".git/worktrees/gantline-one").exists());
    assert_eq!(scene.git(&["branch", "--list", "fine", "taken"]), "taken");
}

#[tokio::test]
async fn where_no_worktree_can_be_the_reason_is_said() {
    let empty = Scene::empty();
    assert_eq!(made(&empty, PLAIN).await.unwrap_err().code(), "repository_empty");
    let none = Scene::bare();
    assert_eq!(made(&none, PLAIN).await.unwrap_err().code(), "no_repository");
    none.git(&["init", "--quiet", "--bare", "."]);
    let refused = made(&none, PLAIN).await.unwrap_err();
    assert!(refused.to_string().contains("bare"), "{refused}");
    assert!(!none.at(".gantline").exists());
}

#[tokio::test]
async fn work_in_a_part_of_the_repository_goes_on_there() {
    let scene = Scene::set();
    scene.write("part/inner", "x\n");
    scene.commit("part");
    let first = scene.git(&["rev-list", "--max-parents=0", "HEAD"]);
    let (git, at) = (scene.ours(), scene.workspace("part"));
    let planned = worktree::plan(&git, &at, PLAIN).await.unwrap();
    worktree::make(&git, &at, &planned).await.unwrap();
    assert_eq!(planned.workspace(), scene.at(".gantline/worktrees/one/part"));
    assert!(planned.workspace().join("inner").exists());
    let earlier = Wanted { name: "two", branch: "two", base: Some(&first) };
    let refused = worktree::plan(&git, &at, earlier).await.unwrap_err();
    assert!(matches!(refused, RepositoryError::Unsupported(_)), "{refused:?}");
}

#[tokio::test]
async fn a_worktree_of_a_worktree_lies_beside_it() {
    let scene = Scene::set();
    let first = made(&scene, PLAIN).await.unwrap();
    let (git, at) = (scene.ours(), scene.workspace(".gantline/worktrees/one"));
    let wanted = Wanted { name: "two", branch: "two", base: None };
    let planned = worktree::plan(&git, &at, wanted).await.unwrap();
    assert_eq!(planned.tree.parent(), first.tree.parent());
    worktree::make(&git, &at, &planned).await.unwrap();
    assert!(holding(&scene, &first).await.is_nothing());
}

/// S70: what was put in the way leads nowhere else.
#[tokio::test]
async fn nothing_is_written_or_removed_elsewhere() {
    let ways: &[fn(&Scene)] = &[
        |scene| symlink(scene.beside("home"), scene.at(".gantline")).unwrap(),
        |scene| {
            fs::create_dir(scene.at(".gantline")).unwrap();
            symlink(scene.beside("home"), scene.at(".gantline/worktrees")).unwrap();
        },
        |scene| symlink(scene.beside("home"), scene.at(".git/worktrees")).unwrap(),
        |scene| symlink(scene.beside("home"), scene.at(".git/refs/heads/gantline")).unwrap(),
    ];
    for bring in ways {
        let scene = Scene::set();
        bring(&scene);
        let refused = made(&scene, PLAIN).await.unwrap_err();
        let codes = ["worktree_in_the_way", "repository_unsupported"];
        assert!(codes.contains(&refused.code()), "{refused:?}");
        assert_eq!(fs::read_dir(scene.beside("home")).unwrap().count(), 0);
        assert_eq!(scene.git(&["branch", "--list", "gantline/*"]), "");
    }
    // A file of ours that leads elsewhere is not written through.
    let scene = Scene::set();
    fs::create_dir(scene.at(".gantline")).unwrap();
    fs::write(scene.beside("home/kept"), "kept\n").unwrap();
    symlink(scene.beside("home/kept"), scene.at(".gantline/.gitignore")).unwrap();
    let made = made(&scene, PLAIN).await.unwrap();
    assert_eq!(fs::read_to_string(scene.beside("home/kept")).unwrap(), "kept\n");
    // Nor is anything removed where a directory was swapped for a link.
    fs::rename(scene.at(".gantline"), scene.beside("elsewhere")).unwrap();
    symlink(scene.beside("elsewhere"), scene.at(".gantline")).unwrap();
    let refused = removed(&scene, &made).await;
    assert!(matches!(refused, Err(RepositoryError::NotTheWorktree(_))), "{refused:?}");
    assert!(scene.beside("elsewhere/worktrees/one/file").exists());
}

/// What was begun and not finished goes, whatever there is of it.
#[tokio::test]
async fn what_is_half_made_can_be_removed() {
    for keep in 0..4 {
        let scene = Scene::set();
        let made = made(&scene, PLAIN).await.unwrap();
        if keep < 3 {
            fs::remove_file(made.git.join("gitdir")).unwrap();
        }
        if keep < 2 {
            fs::remove_dir_all(&made.git).unwrap();
        }
        if keep < 1 {
            fs::remove_dir_all(&made.tree).unwrap();
        }
        assert_eq!(removed(&scene, &made).await.unwrap(), Branch::Gone, "{keep}");
        assert!(!made.tree.exists() && !made.git.exists());
        assert_eq!(removed(&scene, &made).await.unwrap(), Branch::Gone, "twice");
        assert_eq!(scene.git(&["branch", "--list", "gantline/*"]), "");
    }
}

/// A branch on which somebody works stays, even where it has no commit of its own.
#[tokio::test]
async fn a_branch_that_is_checked_out_elsewhere_stays() {
    let scene = Scene::set();
    let made = made(&scene, PLAIN).await.unwrap();
    in_it(&scene, &made, &["checkout", "--quiet", "--detach"]);
    scene.git(&["worktree", "add", "--quiet", "../other", "gantline/one"]);
    assert_eq!(removed(&scene, &made).await.unwrap(), Branch::Kept);
}

/// Branches that git has packed are found, and go.
#[tokio::test]
async fn packed_branches_are_branches() {
    let scene = Scene::set();
    scene.git(&["branch", "taken"]);
    let made = made(&scene, PLAIN).await.unwrap();
    scene.git(&["pack-refs", "--all"]);
    let again = Wanted { name: "two", branch: "taken", base: None };
    let refused = worktree::plan(&scene.ours(), &scene.workspace(""), again).await.unwrap_err();
    assert_eq!(refused.code(), "branch_exists");
    assert_eq!(removed(&scene, &made).await.unwrap(), Branch::Gone);
    assert_eq!(scene.git(&["branch", "--list"]), "* main\n  taken");
    scene.git(&["fsck", "--strict"]);
}

//! Nothing that a repository brings is run (S72).
//!
//! Each repository here brings a program in one more way, and each way is shown to work: git as
//! people have it runs the program. Ours never does.

use std::fs;

use repositories::log::{self, LogPart};
use repositories::worktree::{self, Wanted};
use repositories::{RepositoryError, changes, diff};

use crate::scene::Scene;

/// A way in which a repository brings a program, and what people do that runs it.
struct Way {
    name: &'static str,
    /// Takes the program into the repository.
    bring: fn(&Scene, &str),
    /// What git is told that runs it.
    trigger: &'static [&'static str],
}

const fn way(name: &'static str, bring: fn(&Scene, &str), trigger: &'static [&'static str]) -> Way {
    Way { name, bring, trigger }
}

const WAYS: &[Way] = &[
    way("fsmonitor", |s, p| set(s, "core.fsmonitor", p), &["status"]),
    way("hooks", hooks, &["add", "file"]),
    way("hooks-path", hooks_path, &["add", "file"]),
    way("external-diff", |s, p| set(s, "diff.external", p), &["diff"]),
    way("diff-driver", |s, p| attribute(s, "diff", "diff.evil.command", p), &["diff"]),
    way("textconv", |s, p| attribute(s, "diff", "diff.evil.textconv", p), &["diff"]),
    way("clean", |s, p| attribute(s, "filter", "filter.evil.clean", p), &["diff"]),
    way("process", |s, p| attribute(s, "filter", "filter.evil.process", p), &["diff"]),
    way("smudge", |s, p| attribute(s, "filter", "filter.evil.smudge", p), &["checkout", "file"]),
    way("info-attributes", info_attributes, &["diff"]),
    way("signature", signature, &["log"]),
    way("include", include, &["status"]),
    way("include-if", include_if, &["status"]),
    way("worktree-settings", worktree_settings, &["status"]),
    way("promisor", promisor, &["diff", "HEAD"]),
    way("submodule", submodule, &["status"]),
    way("git-file", git_file, &["status"]),
    way("person", person, &["status"]),
    way("reference-hook", reference_hook, &["branch", "other"]),
    way("checkout-hook", checkout_hook, &["checkout", "-b", "other"]),
    way("alias", |s, p| set(s, "alias.evil", &format!("!{p}")), &["evil"]),
];

fn set(scene: &Scene, name: &str, value: &str) {
    scene.git(&["config", name, value]);
}

fn hooks(scene: &Scene, program: &str) {
    for hook in ["post-index-change", "pre-commit", "fsmonitor-watchman", "post-checkout"] {
        fs::copy(program, scene.at(".git/hooks").join(hook)).unwrap();
    }
}

fn reference_hook(scene: &Scene, program: &str) {
    fs::copy(program, scene.at(".git/hooks/reference-transaction")).unwrap();
}

fn checkout_hook(scene: &Scene, program: &str) {
    fs::copy(program, scene.at(".git/hooks/post-checkout")).unwrap();
}

fn hooks_path(scene: &Scene, program: &str) {
    scene.write("hooks/unused", "");
    fs::copy(program, scene.at("hooks/post-index-change")).unwrap();
    set(scene, "core.hooksPath", "hooks");
}

fn attribute(scene: &Scene, attribute: &str, name: &str, program: &str) {
    scene.write(".gitattributes", format!("* {attribute}=evil\n"));
    set(scene, "filter.evil.required", "false");
    set(scene, name, program);
}

fn info_attributes(scene: &Scene, program: &str) {
    scene.write(".git/info/attributes", "* filter=evil diff=evil\n");
    set(scene, "filter.evil.clean", program);
}

fn signature(scene: &Scene, program: &str) {
    set(scene, "log.showSignature", "true");
    set(scene, "gpg.program", program);
    let tree = scene.git(&["rev-parse", "HEAD^{tree}"]);
    let signed = format!(
        "tree {tree}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\
        gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\nsigned\n"
    );
    scene.write(".git/signed", signed);
    let commit = scene.git(&["hash-object", "-t", "commit", "-w", ".git/signed"]);
    scene.git(&["update-ref", "HEAD", &commit]);
}

fn include(scene: &Scene, program: &str) {
    scene.write(".git/more", format!("[core]\n\tfsmonitor = {program}\n"));
    set(scene, "include.path", "more");
}

fn include_if(scene: &Scene, program: &str) {
    scene.write(".git/more", format!("[core]\n\tfsmonitor = {program}\n"));
    set(scene, "includeIf.gitdir:**.path", "more");
}

fn worktree_settings(scene: &Scene, program: &str) {
    set(scene, "extensions.worktreeConfig", "true");
    scene.git(&["config", "--worktree", "core.fsmonitor", program]);
}

/// A repository of which a part is only fetched when it is needed, by a program.
fn promisor(scene: &Scene, program: &str) {
    let name = scene.git(&["rev-parse", "HEAD:file"]);
    fs::remove_file(scene.at(".git/objects").join(&name[..2]).join(&name[2..])).unwrap();
    set(scene, "extensions.partialClone", "origin");
    set(scene, "remote.origin.promisor", "true");
    set(scene, "remote.origin.url", &format!("ext::{program}"));
    set(scene, "protocol.ext.allow", "always");
}

/// A repository in the repository, with settings of its own.
fn submodule(scene: &Scene, program: &str) {
    scene.write("sub/inner", "x\n");
    let inside = scene.at("sub");
    for arguments in
        [&["init", "--quiet"][..], &["add", "inner"], &["commit", "--quiet", "--message", "inner"]]
    {
        assert!(scene.plain(&inside, arguments).status.success());
    }
    scene.git(&["add", "sub"]);
    scene.plain(&inside, &["config", "core.fsmonitor", program]);
    scene.write("sub/inner", "y\n");
}

/// A directory that belongs to a repository elsewhere in the workspace.
fn git_file(scene: &Scene, program: &str) {
    set(scene, "core.fsmonitor", program);
    fs::rename(scene.at(".git"), scene.at("innocent")).unwrap();
    scene.write(".git", "gitdir: innocent\n");
}

/// Not a repository, but the settings of whoever runs the daemon: what they name is theirs, and is
/// still not run for somebody who looks.
fn person(scene: &Scene, program: &str) {
    let settings = format!("[core]\n\tfsmonitor = {program}\n\tpager = {program}\n");
    fs::write(scene.beside("home/.gitconfig"), settings).unwrap();
}

/// Everything that can be asked, whatever it answers.
async fn look(scene: &Scene) -> Vec<RepositoryError> {
    let (git, workspace) = (scene.ours(), scene.workspace(""));
    let mut refusals = Vec::new();
    refusals.extend(changes::changes(&git, &workspace).await.err());
    for path in ["file", ".gitattributes", "sub"] {
        refusals.extend(diff::diff(&git, &workspace, path, None).await.err());
    }
    let part = LogPart { from: None, skip: 0, most: 10 };
    refusals.extend(log::log(&git, &workspace, part).await.err());
    refusals.retain(|refusal| !matches!(refusal, RepositoryError::NotChanged));
    refusals
}

/// S72: whatever way a repository brings a program, looking at it does not run it, and git as
/// people have it would.
#[tokio::test]
async fn nothing_that_a_repository_brings_is_run() {
    for way in WAYS {
        let scene = Scene::set();
        let program = scene.canary(way.name);
        (way.bring)(&scene, &program);
        let refusals = look(&scene).await;
        assert_eq!(scene.traces(), Vec::<String>::new(), "{} was run", way.name);
        let is_there = way.name != "promisor";
        assert_eq!(refusals.is_empty(), is_there, "{}: {refusals:?}", way.name);

        scene.plain(&scene.at(""), way.trigger);
        assert_eq!(scene.traces(), [way.name], "the way works");
    }
}

/// Makes a worktree, looks what it holds, and takes it away.
async fn work(scene: &Scene) -> Result<(), RepositoryError> {
    let (git, at) = (scene.ours(), scene.workspace(""));
    let wanted = Wanted { name: "one", branch: "gantline/one", base: None };
    let planned = worktree::plan(&git, &at, wanted).await?;
    worktree::make(&git, &at, &planned).await?;
    let inside = repositories::Workspace { path: planned.tree.clone(), ..at.clone() };
    changes::changes(&git, &inside).await?;
    worktree::holding(&git, &at, &planned).await?;
    worktree::remove(&git, &at.allowed, &planned).await.map(drop)
}

/// S72: whatever way a repository brings a program, a worktree is made and taken away without it.
#[tokio::test]
async fn a_worktree_runs_nothing_that_a_repository_brings() {
    for way in WAYS {
        let scene = Scene::set();
        // So that what an attribute names would have to do with the files that are written.
        (way.bring)(&scene, &scene.canary(way.name));
        if way.name == "smudge" {
            scene.plain(&scene.at(""), &["add", ".gitattributes"]);
            scene.plain(&scene.at(""), &["commit", "--quiet", "--message", "attributes"]);
        }
        scene.forget_traces();
        let worked = work(&scene).await;
        assert_eq!(scene.traces(), Vec::<String>::new(), "{} was run", way.name);
        let is_there = way.name != "promisor";
        assert_eq!(worked.is_ok(), is_there, "{}: {worked:?}", way.name);
        assert!(!scene.at(".gantline").exists(), "{}: something is left", way.name);

        let people = &["worktree", "add", "--quiet", "../theirs"];
        if ["hooks", "smudge", "reference-hook", "checkout-hook"].contains(&way.name) {
            scene.plain(&scene.at(""), people);
            assert_eq!(scene.traces(), [way.name], "git as people have it runs it");
        }
    }
}

/// S72: all ways at once, for whatever one does only together with another.
#[tokio::test]
async fn all_ways_together_run_nothing_either() {
    let scene = Scene::set();
    // In an order in which none is in the way of those that are brought after it.
    for way in WAYS.iter().rev().filter(|way| !["promisor", "git-file"].contains(&way.name)) {
        (way.bring)(&scene, &scene.canary(way.name));
    }
    for (name, value) in [
        ("core.pager", scene.canary("pager")),
        ("pager.diff", scene.canary("pager-diff")),
        ("core.editor", scene.canary("editor")),
        ("core.sshCommand", scene.canary("ssh")),
        ("core.gitProxy", scene.canary("proxy")),
        ("core.askPass", scene.canary("ask")),
        ("credential.helper", scene.canary("credentials")),
        ("uploadpack.packObjectsHook", scene.canary("pack")),
        ("trailer.x.command", scene.canary("trailer")),
        ("interactive.diffFilter", scene.canary("interactive")),
    ] {
        set(&scene, name, &value);
    }
    // Some ways have worked while others were brought.
    scene.forget_traces();
    assert!(look(&scene).await.is_empty());
    assert_eq!(scene.traces(), Vec::<String>::new());
}

/// S72: looking at a repository changes nothing in it.
#[tokio::test]
async fn looking_leaves_everything_as_it_is() {
    let scene = Scene::set();
    scene.write("new", "x\n");
    let state = || {
        let mut seen: Vec<_> = walk(&scene.at(""))
            .into_iter()
            .map(|path| (fs::metadata(&path).unwrap().modified().unwrap(), path))
            .collect();
        seen.sort();
        seen
    };
    let before = state();
    assert!(look(&scene).await.is_empty());
    assert_eq!(state(), before);
    let left = fs::read_dir(scene.beside("scratch")).unwrap().count();
    assert_eq!(left, 0, "no stand-in is left behind");
}

fn walk(directory: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(
            |path| if path.is_dir() { [walk(&path), vec![path]].concat() } else { vec![path] },
        )
        .collect()
}

/// S72: settings that lead elsewhere lead nowhere.
#[tokio::test]
async fn settings_do_not_lead_elsewhere() {
    let scene = Scene::set();
    fs::create_dir(scene.beside("secret")).unwrap();
    fs::write(scene.beside("secret/file"), "the secret beside the workspace").unwrap();
    set(&scene, "core.worktree", scene.beside("secret").to_str().unwrap());
    let diff = scene.diff("file").await.unwrap();
    assert!(!format!("{diff:?}").contains("secret"), "{diff:?}");
    assert!(format!("{diff:?}").contains("TWO"));
}

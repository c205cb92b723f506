//! A workspace in which people have worked with git.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use repositories::{Changed, Changes, FileDiff, Git, RepositoryError, Workspace, changes, diff};
use tempfile::TempDir;

pub(crate) struct Scene {
    home: TempDir,
}

impl Scene {
    /// An empty directory.
    pub(crate) fn bare() -> Self {
        let scene = Self { home: tempfile::tempdir().unwrap() };
        for directory in ["work", "home", "scratch", "canaries", "keys"] {
            fs::create_dir(scene.home.path().join(directory)).unwrap();
        }
        scene
    }

    /// A repository before its first commit.
    pub(crate) fn empty() -> Self {
        let scene = Self::bare();
        scene.git(&["init", "--quiet", "--initial-branch=main"]);
        scene
    }

    /// A repository in which `file` was committed, and changed since.
    pub(crate) fn set() -> Self {
        let scene = Self::empty();
        scene.write("file", "one\ntwo\nthree\n");
        scene.commit("begin");
        scene.write("file", "one\nTWO\nthree\n");
        scene
    }

    /// A place in the workspace.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.beside("work").join(path)
    }

    /// A place beside it.
    pub(crate) fn beside(&self, path: &str) -> PathBuf {
        fs::canonicalize(self.home.path()).unwrap().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn commit(&self, subject: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", subject]);
    }

    /// What people do with git, in the workspace; it succeeds.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self.plain(&self.at(""), arguments);
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {complaint}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Git as people have it, with every setting in force.
    pub(crate) fn plain(&self, directory: &Path, arguments: &[&str]) -> Output {
        let person = ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map(|name| (name, "Ada"));
        let address = ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "a@example"));
        Command::new("git")
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.beside("home"))
            .envs(person.into_iter().chain(address))
            .current_dir(directory)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// A program that leaves a trace under this name.
    pub(crate) fn canary(&self, name: &str) -> String {
        let trace = self.beside("canaries").join(name);
        let program = self.beside(&format!("{name}.sh"));
        fs::write(&program, format!("#!/bin/sh\n: > '{}'\n", trace.display())).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        program.to_str().unwrap().to_owned()
    }

    /// The names of the programs that have run.
    pub(crate) fn traces(&self) -> Vec<String> {
        let traces = fs::read_dir(self.beside("canaries")).unwrap();
        traces.map(|trace| trace.unwrap().file_name().into_string().unwrap()).collect()
    }

    pub(crate) fn forget_traces(&self) {
        for trace in self.traces() {
            fs::remove_file(self.beside("canaries").join(trace)).unwrap();
        }
    }

    pub(crate) fn ours(&self) -> Git {
        let variables = [
            ("PATH".into(), std::env::var_os("PATH").unwrap()),
            ("HOME".into(), self.beside("home").into()),
            ("GIT_EXTERNAL_DIFF".into(), self.canary("inherited").into()),
        ];
        Git::new(variables, self.beside("scratch"))
    }

    /// A workspace below the one that is allowed.
    pub(crate) fn workspace(&self, path: &str) -> Workspace {
        let (allowed, withheld) = (self.beside("work"), self.beside("keys"));
        Workspace { path: fs::canonicalize(allowed.join(path)).unwrap(), allowed, withheld }
    }

    pub(crate) async fn changes(&self) -> Result<Changes, RepositoryError> {
        changes::changes(&self.ours(), &self.workspace("")).await
    }

    pub(crate) async fn files(&self) -> Vec<Changed> {
        self.changes().await.unwrap().files
    }

    pub(crate) async fn diff(&self, path: &str) -> Result<FileDiff, RepositoryError> {
        diff::diff(&self.ours(), &self.workspace(""), path, None).await
    }
}

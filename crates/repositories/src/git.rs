//! The machine's git, with a clean environment, bounded in time and output.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use processes::{Grace, Marker, PipedChild, Program, end_tree, inherited_environment, spawn_piped};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::place::{self, Place};
use crate::settings::{Objects, References, Settings};
use crate::stand_in::{self, StandIn};
use crate::{RepositoryError, Workspace, system};

/// How many repositories are looked at at once; who comes later waits. Git works with a core or two
/// of the machine, which are there for the agents.
const AT_ONCE: usize = 2;

/// How long one look may take, waiting for others not counted.
const LOOK_WITHIN: Duration = Duration::from_secs(20);

/// The most that git may say of settings.
const MAX_SETTINGS_BYTES: usize = 1024 * 1024;

/// The most that git may say of the state of its `HEAD`.
const MAX_HEAD_BYTES: usize = 4 * 1024;

/// What is in force for every call, beside the settings of the stand-in (git(1)). Settings of the
/// system and of the user name programs as well.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("LC_ALL", "C"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_CONFIG_SYSTEM", "/dev/null"),
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_ATTR_NOSYSTEM", "1"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_ALLOW_PROTOCOL", ""),
    ("GIT_PROTOCOL_FROM_USER", "0"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_ASKPASS", ""),
    ("SSH_ASKPASS", ""),
    ("GIT_PAGER", "cat"),
    ("GIT_EDITOR", ":"),
    ("GIT_LITERAL_PATHSPECS", "1"),
];

/// The machine's git.
#[derive(Debug)]
pub struct Git {
    environment: Vec<(OsString, OsString)>,
    /// What stands in front of every question.
    options: Vec<OsString>,
    /// Where stand-ins are made.
    scratch: PathBuf,
    /// The stand-ins of an earlier life.
    left: Vec<PathBuf>,
    places: Semaphore,
    making: Semaphore,
}

/// A repository that is being looked at.
#[derive(Debug)]
pub(crate) struct Look<'a> {
    git: &'a Git,
    stand_in: StandIn,
    pub place: Place,
    pub withheld: PathBuf,
    /// The last commit; `None` before the first one.
    pub head: Option<String>,
    /// The branch that is checked out.
    pub branch: Option<String>,
    objects: Objects,
    references: References,
}

/// What git has said.
#[derive(Debug)]
pub(crate) struct Said {
    pub output: Vec<u8>,
    /// Whether there was more than was to be read.
    pub is_cut: bool,
    /// Whether git was content.
    pub is_done: bool,
}

impl Git {
    /// The git that is found in the `PATH` of these variables. It works below `scratch`, a private
    /// directory for nothing else; what is left there of an earlier life is removed.
    pub fn new(
        variables: impl IntoIterator<Item = (OsString, OsString)>,
        scratch: PathBuf,
    ) -> Self {
        let left = stand_in::sweep(&scratch);
        let given = inherited_environment(variables);
        let options = vec!["--no-pager".into(), "-c".into(), never_seen(&given)];
        let is_kept = |name: &OsString| system::KEPT.iter().any(|kept| name == kept);
        let kept = given.into_iter().filter(|(name, _)| is_kept(name));
        let ours = ENVIRONMENT.iter().map(|(name, value)| (name.into(), value.into()));
        let environment = kept.chain(ours).collect();
        let (places, making) = (Semaphore::new(AT_ONCE), Semaphore::new(1));
        Self { environment, options, scratch, left, places, making }
    }

    /// Ends what an earlier daemon has left running that was killed while git worked for it. It may
    /// still write where somebody else is about to.
    pub async fn end_what_was_left(&self) {
        for path in &self.left {
            end_tree(&marker(path), None, Grace::NONE).await;
        }
    }

    /// Looks at a workspace's repository, for a bounded time.
    pub(crate) async fn look<T>(
        &self,
        workspace: &Workspace,
        work: impl AsyncFnOnce(&Look<'_>) -> Result<T, RepositoryError>,
    ) -> Result<T, RepositoryError> {
        let asked = workspace.clone();
        let find = move || place::find(&asked);
        self.look_there(LOOK_WITHIN, &workspace.withheld, find, work).await
    }

    /// Looks at the repository that is found, for a time of the caller's.
    pub(crate) async fn look_there<T>(
        &self,
        within: Duration,
        withheld: &Path,
        find: impl FnOnce() -> Result<Place, RepositoryError> + Send + 'static,
        work: impl AsyncFnOnce(&Look<'_>) -> Result<T, RepositoryError>,
    ) -> Result<T, RepositoryError> {
        // It is never closed.
        let _place = self.places.acquire().await.map_err(|_| RepositoryError::Slow)?;
        let looked = tokio::time::timeout(within, async {
            let look = self.begin(find, withheld).await?;
            work(&look).await
        });
        looked.await.map_err(|_| RepositoryError::Slow)?
    }

    /// Makes or removes worktrees one after the other, so that none takes away what the other needs.
    pub(crate) async fn alone(&self) -> Result<SemaphorePermit<'_>, RepositoryError> {
        // It is never closed.
        self.making.acquire().await.map_err(|_| RepositoryError::Slow)
    }

    async fn begin(
        &self,
        find: impl FnOnce() -> Result<Place, RepositoryError> + Send + 'static,
        withheld: &Path,
    ) -> Result<Look<'_>, RepositoryError> {
        let scratch = self.scratch.clone();
        let made = tokio::task::spawn_blocking(move || {
            let place = find()?;
            let stand_in = StandIn::make(&scratch, &place)?;
            Ok::<_, RepositoryError>((place, stand_in))
        });
        let (place, stand_in) = made.await.map_err(|_| RepositoryError::Slow)??;
        let withheld = withheld.to_owned();
        let (head, branch) = (None, None);
        let (objects, references) = (Objects::Sha1, References::Files);
        let mut look =
            Look { git: self, stand_in, place, withheld, head, branch, objects, references };
        look.take_over_settings().await?;
        look.find_head().await?;
        Ok(look)
    }

    async fn run(
        &self,
        look: &Look<'_>,
        arguments: Vec<OsString>,
        input: &[u8],
        most_bytes: usize,
        index: Option<PathBuf>,
    ) -> Result<Said, RepositoryError> {
        let variables = look.stand_in.variables(&look.place);
        let variables = variables.into_iter().chain(index.map(|index| ("GIT_INDEX_FILE", index)));
        let variables = variables.map(|(name, path)| (name.into(), path.into_os_string()));
        let program = Program {
            path: "git".into(),
            arguments: self.options.iter().cloned().chain(arguments).collect(),
            environment: self.environment.iter().cloned().chain(variables).collect(),
            directory: system::for_git(&look.place.tree),
        };
        let marker = marker(look.stand_in.path());
        let PipedChild { mut stdin, stdout, stderr, mut process } = spawn_piped(&program, &marker)?;
        let feed = async move {
            // Git may be content with less than all of it.
            let _ = stdin.write_all(input).await;
        };
        let complaints = swallow(stderr);
        let (said, (), ()) = tokio::join!(read(stdout, most_bytes), feed, complaints);
        let (output, is_cut) = said?;
        if is_cut {
            process.end(Grace::NONE).await?;
            return Ok(Said { output, is_cut, is_done: true });
        }
        let is_done = process.wait().await?.success();
        Ok(Said { output, is_cut, is_done })
    }
}

impl Look<'_> {
    /// Asks git something.
    pub(crate) async fn ask<I: Into<OsString>>(
        &self,
        arguments: impl IntoIterator<Item = I>,
        most_bytes: usize,
    ) -> Result<Said, RepositoryError> {
        self.tell(arguments, &[], most_bytes).await
    }

    /// Asks git something about what it is given.
    pub(crate) async fn tell<I: Into<OsString>>(
        &self,
        arguments: impl IntoIterator<Item = I>,
        input: &[u8],
        most_bytes: usize,
    ) -> Result<Said, RepositoryError> {
        let arguments = arguments.into_iter().map(Into::into).collect();
        self.git.run(self, arguments, input, most_bytes, None).await
    }

    /// Lets git change the repository's own index.
    pub(crate) async fn change_index(
        &self,
        arguments: &[&str],
        input: &[u8],
    ) -> Result<(), RepositoryError> {
        let arguments = arguments.iter().map(OsString::from).collect();
        let index = Some(system::for_git(&self.place.git.join("index")));
        self.git.run(self, arguments, input, MAX_HEAD_BYTES, index).await?.whole()?;
        Ok(())
    }

    /// What the files are compared with: the last commit, or nothing.
    pub(crate) fn base(&self) -> &str {
        self.head.as_deref().unwrap_or(self.objects.empty_tree())
    }

    /// How its branches are stored.
    pub(crate) const fn references(&self) -> References {
        self.references
    }

    /// A path from the workspace down, as git has it.
    pub(crate) fn in_repository(&self, path: &str) -> String {
        match self.place.prefix.as_str() {
            "" => path.to_owned(),
            prefix => format!("{prefix}/{path}"),
        }
    }

    /// A path of git, from the workspace down; `None` if it leads elsewhere, or to what is withheld.
    pub(crate) fn in_workspace<'p>(&self, path: &'p [u8]) -> Option<&'p [u8]> {
        let path = match self.place.prefix.as_bytes() {
            b"" => path,
            prefix => path.strip_prefix(prefix)?.strip_prefix(b"/")?,
        };
        (!self.is_withheld(path)).then_some(path)
    }

    /// Whether a path from the workspace down is not shown.
    pub(crate) fn is_withheld(&self, path: &[u8]) -> bool {
        system::is_within(&self.place.tree.join(&self.place.prefix), path, &self.withheld)
    }

    /// The paths that are looked at, behind the end of the options.
    pub(crate) fn paths(&self) -> Vec<OsString> {
        match self.place.prefix.as_str() {
            "" => vec![],
            prefix => vec!["--".into(), prefix.into()],
        }
    }

    async fn take_over_settings(&mut self) -> Result<(), RepositoryError> {
        let file = self.place.common.join("config");
        let arguments: [OsString; 6] = [
            "config".into(),
            "--file".into(),
            system::for_git(&file).into(),
            "--no-includes".into(),
            "--list".into(),
            "-z".into(),
        ];
        let said = self.ask(arguments, MAX_SETTINGS_BYTES).await?.whole()?;
        let settings = Settings::read(&said)?;
        self.stand_in.set(&settings, &self.place)?;
        self.objects = settings.objects;
        self.references = settings.references;
        Ok(())
    }

    async fn find_head(&mut self) -> Result<(), RepositoryError> {
        let arguments = ["rev-parse", "--quiet", "--verify", "HEAD^{commit}"];
        let commit = self.ask(arguments, MAX_HEAD_BYTES).await?;
        let branch = self.ask(["symbolic-ref", "--quiet", "HEAD"], MAX_HEAD_BYTES).await?;
        self.head = commit.line();
        let branch = branch.line();
        self.branch =
            branch.and_then(|name| name.strip_prefix("refs/heads/").map(ToOwned::to_owned));
        // Without a commit there is a branch at least, or it is no repository.
        if self.head.is_none() && self.branch.is_none() {
            return Err(RepositoryError::Unreadable);
        }
        Ok(())
    }
}

impl Said {
    /// All of it, or that git could not say it.
    pub(crate) fn whole(self) -> Result<Vec<u8>, RepositoryError> {
        if self.is_done && !self.is_cut {
            Ok(self.output)
        } else {
            Err(RepositoryError::Unreadable)
        }
    }

    /// What it said, with whether there was more.
    pub(crate) fn part(self) -> Result<(Vec<u8>, bool), RepositoryError> {
        if self.is_done { Ok((self.output, self.is_cut)) } else { Err(RepositoryError::Unreadable) }
    }

    /// The one line that it said, if it was content and said something.
    pub(crate) fn line(self) -> Option<String> {
        let text = String::from_utf8(self.output).ok().filter(|_| self.is_done)?;
        let text = text.trim_end_matches('\n');
        (!text.is_empty()).then(|| text.to_owned())
    }
}

/// What marks the processes that work with a stand-in.
fn marker(stand_in: &Path) -> Marker {
    Marker::new(stand_in.display())
}

/// The setting that names the list of files which the machine's owner never wants to see, where it
/// is if nobody says (gitignore(5)).
fn never_seen(variables: &[(OsString, OsString)]) -> OsString {
    let value = |name: &str| {
        let found = variables.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| PathBuf::from(value)).filter(|path| path.is_absolute())
    };
    let home = value("HOME").or_else(|| value("USERPROFILE"));
    let settings = value("XDG_CONFIG_HOME").or_else(|| home.map(|home| home.join(".config")));
    let mut setting = OsString::from("core.excludesFile=");
    setting.push(settings.map_or_else(|| "/dev/null".into(), |place| place.join("git/ignore")));
    setting
}

/// Reads so much, and whether there was more.
async fn read(from: impl AsyncRead + Unpin, most: usize) -> std::io::Result<(Vec<u8>, bool)> {
    let mut output = Vec::new();
    from.take(most as u64 + 1).read_to_end(&mut output).await?;
    let is_cut = output.len() > most;
    output.truncate(most);
    Ok((output, is_cut))
}

/// What git complains about is not looked at: there may be text of any file in it.
async fn swallow(mut from: impl AsyncRead + Unpin) {
    // An end that comes early is an end as well.
    let _ = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
}

//! Sessions with a worktree of their own, over the whole way.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use contract::jobs::SubmitJob;
use contract::policy::PolicyOptions;
use contract::sessions::{CreateSession, PromptContent, SessionView, WantedWorktree};
use e2e::patience::{PATIENCE, within};
use e2e::{Chat, House, Person, Setup, jobs};
use http::Method;
use model::SessionId;
use model::job::JobState;
use model::session::{SessionKind, SessionState, WorktreeState};
use policy::Preset;

/// How often it is looked whether a file is there.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

fn git(directory: &Path, arguments: &[&str]) -> Result<String> {
    let done = Command::new("git")
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@example", "-c", "core.fsmonitor=false"])
        .args(["-c", "core.hooksPath=/dev/null"])
        .args(arguments)
        .current_dir(directory)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()?;
    ensure!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    Ok(String::from_utf8(done.stdout)?.trim().to_owned())
}

/// A repository with one commit, in the workspace of the house.
fn repository(house: &House) -> Result<PathBuf> {
    let workspace = house.workspace();
    git(&workspace, &["init", "--quiet", "--initial-branch=main"])?;
    fs::write(workspace.join("file"), "one\n")?;
    git(&workspace, &["add", "--all"])?;
    git(&workspace, &["commit", "--quiet", "--message", "begin"])?;
    Ok(workspace)
}

/// An order of a chat in a worktree, in which nobody has to be asked.
async fn order(person: &Person, wanted: WantedWorktree) -> Result<CreateSession> {
    let order = person.chat_with("demo").await?;
    let policy = PolicyOptions::of_preset(Preset::FullAuto.as_str());
    Ok(CreateSession { worktree: Some(wanted), policy, ..order })
}

async fn chat(person: &Person) -> Result<Chat> {
    let mut chat = person.chat_of(&order(person, WantedWorktree::default()).await?).await?;
    chat.idle().await?;
    Ok(chat)
}

/// Stops a session, and waits until its machine has said what became of its worktree.
async fn stopped(person: &Person, id: SessionId) -> Result<SessionView> {
    person.client.session_stop(id, None).await?;
    settled(person, id).await
}

async fn settled(person: &Person, id: SessionId) -> Result<SessionView> {
    // What happens from now on is told, so that nothing is missed between asking and waiting.
    let mut live = person.client.live();
    within(PATIENCE, "wait for the end of the worktree", async {
        loop {
            let session = person.client.session(id).await?;
            let worktree = session.worktree.as_ref().context("it has a worktree")?;
            if session.status.is_final() && worktree.state != WorktreeState::InUse {
                return Ok(session);
            }
            live.next().await.context("follow the sessions")?;
        }
    })
    .await
}

fn state(session: &SessionView) -> Option<(WorktreeState, u32, u32)> {
    let worktree = session.worktree.as_ref()?;
    Some((worktree.state, worktree.files, worktree.commits))
}

async fn paths(person: &Person, id: SessionId) -> Result<Vec<String>> {
    let changes = person.client.changes(id).await?;
    Ok(changes.files.into_iter().map(|file| file.path).collect())
}

#[tokio::test]
async fn a_session_works_in_a_worktree_of_its_own() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let workspace = repository(&house)?;
    let mut first = chat(&person).await?;
    let mut second = chat(&person).await?;
    let mut plain = person.chat("demo").await?;
    plain.idle().await?;

    first.ask("/write made-by-first x").await?;
    let seen = first.seen.session.clone();
    let place = Path::new(&seen.project_path);
    let worktree = seen.worktree.clone().context("it has a worktree")?;
    assert_eq!(worktree.source, workspace.canonicalize()?.display().to_string());
    assert_eq!(git(place, &["branch", "--show-current"])?, worktree.branch);
    ensure!(place.join("made-by-first").exists(), "it was written there");
    // Each sees what is its own, and those who work in the directory itself see nothing of it.
    assert_eq!(paths(&person, first.id()).await?, ["made-by-first"]);
    assert_eq!(paths(&person, second.id()).await?, Vec::<String>::new());
    assert_eq!(paths(&person, plain.id()).await?, Vec::<String>::new());
    assert_eq!(git(&workspace, &["status", "--porcelain"])?, "");
    second.ask("/write made-by-second x").await?;
    assert_eq!(paths(&person, first.id()).await?, ["made-by-first"]);

    // What is nowhere else stays until somebody throws it away.
    let refused = person.client.worktree_remove(first.id(), true).await.err();
    assert_eq!(refused.context("it works there")?.code(), Some("session_running"));
    let over = stopped(&person, first.id()).await?;
    assert_eq!(state(&over), Some((WorktreeState::Kept, 1, 0)));
    let refused = person.client.worktree_remove(first.id(), false).await.err();
    let refused = refused.context("it holds work")?;
    assert_eq!(refused.code(), Some("worktree_holds_work"), "{refused}");
    ensure!(place.join("made-by-first").exists(), "nothing was removed");
    let gone = person.client.worktree_remove(first.id(), true).await?;
    assert_eq!(state(&gone), Some((WorktreeState::Removed, 0, 0)));
    ensure!(!place.exists(), "it was removed");
    assert_eq!(state(&settled(&person, first.id()).await?), state(&gone), "and that is kept");
    let audit = person.request(Method::GET, "/api/audit", None).await?.body.to_string();
    ensure!(audit.contains("worktree.remove"), "it is written down: {audit}");

    // What holds nothing goes by itself, with its branch.
    git(Path::new(&second.seen.session.project_path), &["clean", "--quiet", "--force"])?;
    let over = stopped(&person, second.id()).await?;
    assert_eq!(state(&over), Some((WorktreeState::Removed, 0, 0)));
    assert_eq!(git(&workspace, &["branch", "--list"])?, "* main");
    ensure!(!workspace.join(".gantline").exists(), "nothing is left");
    Ok(())
}

/// Work that was committed stays on its branch; the files go once it is merged.
#[tokio::test]
async fn what_was_committed_stays_on_its_branch() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let workspace = repository(&house)?;
    let wanted = WantedWorktree { branch: Some("feature".into()), base: Some("main".into()) };
    let mut chat = person.chat_of(&order(&person, wanted).await?).await?;
    chat.idle().await?;
    chat.ask("/write new x").await?;
    let place = PathBuf::from(&chat.seen.session.project_path);
    git(&place, &["add", "--all"])?;
    git(&place, &["commit", "--quiet", "--message", "work"])?;
    let over = stopped(&person, chat.id()).await?;
    assert_eq!(state(&over), Some((WorktreeState::Kept, 0, 1)));
    git(&workspace, &["merge", "--quiet", "--ff-only", "feature"])?;
    let gone = person.client.worktree_remove(chat.id(), false).await?;
    let detail = gone.worktree.context("it had one")?.detail;
    assert_eq!(detail.as_deref(), Some("the branch feature stays"));
    assert_eq!(git(&workspace, &["branch", "--list", "feature"])?, "feature");
    Ok(())
}

/// S69: what names a branch or a commit becomes no option of git.
#[tokio::test]
async fn what_cannot_be_is_refused_and_leaves_nothing() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let refuse = async |order: CreateSession| -> Result<String> {
        let refused = person.client.session_create(&order).await.err().context("it is refused")?;
        Ok(refused.code().unwrap_or_default().to_owned())
    };
    let plain = order(&person, WantedWorktree::default()).await?;
    assert_eq!(refuse(plain.clone()).await?, "no_repository");
    git(&house.workspace(), &["init", "--quiet", "--initial-branch=main"])?;
    assert_eq!(refuse(plain.clone()).await?, "repository_empty");
    let workspace = repository(&house)?;
    for (branch, base, code) in [
        (Some("main"), None, "branch_exists"),
        (Some("--force"), None, "branch_invalid"),
        (Some("a..b"), None, "branch_invalid"),
        (None, Some("nothing"), "base_unknown"),
        (None, Some("--all"), "base_unknown"),
    ] {
        let wanted =
            WantedWorktree { branch: branch.map(str::to_owned), base: base.map(str::to_owned) };
        let order = CreateSession { worktree: Some(wanted), ..plain.clone() };
        assert_eq!(refuse(order).await?, code, "{branch:?} {base:?}");
    }
    let policy = PolicyOptions::of_preset(Preset::SafeReadonly.as_str());
    assert_eq!(refuse(CreateSession { policy, ..plain }).await?, "worktree_read_only");
    assert_eq!(git(&workspace, &["branch", "--list"])?, "* main");
    ensure!(!workspace.join(".gantline").exists(), "nothing is left");
    let sessions = person.client.sessions(&client::SessionFilter::default()).await?;
    assert_eq!(sessions.count, 0, "no session was made");
    Ok(())
}

/// S72: whatever the repository brings, a session's worktree is made and goes without it being run.
#[tokio::test]
async fn a_worktree_runs_nothing_that_the_repository_brings() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let workspace = repository(&house)?;
    let canary = house.place().path().join("canary");
    let program = house.place().program("evil", &format!("touch '{}'", canary.display()))?;
    let program = program.display().to_string();
    for hook in ["post-checkout", "post-index-change", "reference-transaction", "post-commit"] {
        fs::copy(&program, workspace.join(".git/hooks").join(hook))?;
    }
    fs::write(workspace.join(".gitattributes"), "* filter=evil diff=evil\n")?;
    git(&workspace, &["add", "--all"])?;
    git(&workspace, &["commit", "--quiet", "--message", "attributes"])?;
    for name in ["core.fsmonitor", "filter.evil.smudge", "filter.evil.clean", "diff.evil.command"] {
        git(&workspace, &["config", name, &program])?;
    }
    git(&workspace, &["config", "filter.evil.required", "true"])?;
    git(&workspace, &["config", "core.hooksPath", ".git/hooks"])?;
    ensure!(!canary.exists(), "nothing has run while it was prepared");

    let chat = chat(&person).await?;
    let place = PathBuf::from(&chat.seen.session.project_path);
    assert_eq!(
        fs::read_to_string(place.join("file"))?,
        "one\n",
        "it lies there as it was committed"
    );
    assert_eq!(paths(&person, chat.id()).await?, Vec::<String>::new());
    let over = stopped(&person, chat.id()).await?;
    assert_eq!(state(&over), Some((WorktreeState::Removed, 0, 0)));
    ensure!(!canary.exists(), "what the repository brings was run");
    Ok(())
}

#[tokio::test]
async fn a_terminal_and_a_job_have_worktrees_as_well() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let workspace = repository(&house)?;
    let order = order(&person, WantedWorktree::default()).await?;
    let terminal = CreateSession { kind: SessionKind::Terminal, agent_name: None, ..order };
    let session = person.client.session_create(&terminal).await?;
    person.session_is(session.id, SessionState::Running).await?;
    ensure!(Path::new(&session.project_path).join("file").exists(), "its files are there");
    let over = stopped(&person, session.id).await?;
    assert_eq!(state(&over), Some((WorktreeState::Removed, 0, 0)));

    let job = SubmitJob {
        prompt: Some(PromptContent::Text("/write made x".to_owned())),
        agent_name: Some("demo".to_owned()),
        policy: PolicyOptions::of_preset(Preset::FullAuto.as_str()),
        worktree: Some(WantedWorktree { branch: Some("job".to_owned()), base: None }),
        ..SubmitJob::default()
    };
    let job = person.client.job_submit(&job, "one").await?.summary.id;
    let done = jobs::job_ended_as(&person.client, job, JobState::Completed).await?;
    let over = settled(&person, done.summary.session_id.context("it had a session")?).await?;
    assert_eq!(state(&over), Some((WorktreeState::Kept, 1, 0)));
    ensure!(
        !workspace.join("made").exists() && Path::new(&over.project_path).join("made").exists()
    );
    Ok(())
}

/// R05: a daemon that is killed while it makes a worktree leaves none half made, and the session
/// begins with the next one; what belongs to nobody any more is looked at then.
#[tokio::test]
async fn a_daemon_that_is_killed_leaves_no_worktree_half_made() -> Result<()> {
    let bin = tempfile::tempdir()?;
    let (held, reached) = (bin.path().join("held"), bin.path().join("reached"));
    // A git that stands still while the files are written, as long as it is to.
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in *read-tree*) if [ -e '{held}' ]; then : > \"$GIT_WORK_TREE/half\"; \
        echo $$ > '{reached}.new'; mv '{reached}.new' '{reached}'; exec sleep 600; fi;; esac\nexec {git} \"$@\"\n",
        held = held.display(),
        reached = reached.display(),
        git = which_git()?,
    );
    let wrapper = bin.path().join("git");
    fs::write(&wrapper, script)?;
    fs::set_permissions(&wrapper, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let mut house = House::up(Setup { path: vec![bin.path().to_owned()], ..Setup::demo() }).await?;
    let person = house.person()?;
    let workspace = repository(&house)?;
    let going_on = chat(&person).await?;

    fs::write(&held, "")?;
    let begun = order(&person, WantedWorktree::default()).await?;
    let begun = person.client.session_create(&begun).await?;
    within(PATIENCE, "wait until the files are being written", async {
        while !reached.exists() {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(())
    })
    .await?;
    house.kill().await?;
    ensure!(Path::new(&begun.project_path).join("half").exists(), "it is half made");
    fs::remove_file(&held)?;
    house.start().await?;

    let person = house.person()?;
    let mut begun = person.follow(begun.id).await?;
    begun.idle().await?;
    let writer = fs::read_to_string(&reached)?;
    // Of one that has ended and that nobody has buried there is no command line.
    let line = fs::read(Path::new("/proc").join(writer.trim()).join("cmdline"));
    ensure!(
        line.unwrap_or_default().is_empty(),
        "who wrote for the one that was killed writes no more"
    );
    let place = PathBuf::from(&begun.seen.session.project_path);
    ensure!(place.join("file").exists() && !place.join("half").exists(), "it was made anew");
    let mut going_on = person.follow(going_on.id()).await?;
    going_on.ask("/write made x").await?;
    assert_eq!(paths(&person, going_on.id()).await?, ["made"], "the other one goes on");
    assert_eq!(git(&workspace, &["worktree", "list"])?.lines().count(), 3);
    let over = stopped(&person, begun.id()).await?;
    assert_eq!(state(&over), Some((WorktreeState::Removed, 0, 0)));
    Ok(())
}

fn which_git() -> Result<String> {
    let found = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .map(|directory| directory.join("git"))
        .find(|path| path.exists());
    Ok(found.context("git is installed")?.display().to_string())
}

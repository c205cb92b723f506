use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use policy::Preset;
use tokio::task::JoinSet;

use super::*;

/// Those who begin something at the same time.
const STARTERS: usize = 12;

/// How often a start lets others go first.
const START_TAKES: usize = 50;

/// How often the machine is halted.
const ROUNDS: usize = 10;

/// As that of a machine is.
fn private_directory() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(root.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    }
    root
}

fn halt(reason: &str) -> Halt {
    Halt { since: None, reason: reason.to_owned() }
}

fn open(directory: &Path) -> Admission {
    let reach = Reach { workspaces: Some(vec!["/".into()]), no_tunnel: false };
    Admission::new(directory, reach)
}

async fn refused(admission: &Admission) -> Refused {
    match admission.admit().await {
        Ok(_) => panic!("it was admitted"),
        Err(refused) => refused,
    }
}

/// Somebody who begins something again and again.
#[derive(Default)]
struct Starter {
    /// What has begun and was not ended.
    running: AtomicUsize,
    /// How often it was tried, with success or without.
    tries: AtomicUsize,
}

impl Starter {
    async fn go_on(&self, admission: &Admission, over: &AtomicBool) {
        while !over.load(Ordering::SeqCst) {
            if let Ok(admitted) = admission.admit().await {
                // A start takes a while, and can be seen when it is through.
                for _ in 0..START_TAKES {
                    tokio::task::yield_now().await;
                }
                self.running.fetch_add(1, Ordering::SeqCst);
                drop(admitted);
            }
            self.tries.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
        }
    }

    /// Waits until whatever it does at this moment is through.
    async fn is_through(&self) {
        let before = self.tries.load(Ordering::SeqCst);
        while self.tries.load(Ordering::SeqCst) == before {
            tokio::task::yield_now().await;
        }
    }
}

/// S65: once a halt has been heeded, nothing begins any more, however many try at that moment; and
/// whatever had been let in before is there to be ended.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_slips_in_behind_a_halt() {
    let root = private_directory();
    let admission = Arc::new(open(root.path()));
    let over = Arc::new(AtomicBool::new(false));
    let starters: Vec<Arc<Starter>> = (0..STARTERS).map(|_| Arc::default()).collect();
    let mut tasks = JoinSet::new();
    for starter in starters.clone() {
        let (admission, over) = (admission.clone(), over.clone());
        tasks.spawn(async move { starter.go_on(&admission, &over).await });
    }
    for round in 0..ROUNDS {
        for starter in &starters {
            starter.is_through().await;
        }
        halt("now").write(root.path()).unwrap();
        admission.look_again().await;
        assert!(admission.halting().is_cancelled());
        admission.nobody_starts().await;
        // Everything that has begun can be seen here, and is ended.
        for starter in &starters {
            starter.running.store(0, Ordering::SeqCst);
        }
        for starter in &starters {
            starter.is_through().await;
            assert_eq!(starter.running.load(Ordering::SeqCst), 0, "round {round}");
        }
        Halt::lift(root.path()).unwrap();
        admission.look_again().await;
    }
    over.store(true, Ordering::SeqCst);
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
}

/// S65: a halt holds from the moment in which it is written, before anybody has looked.
#[tokio::test]
async fn what_is_written_holds_at_once() {
    let root = private_directory();
    let admission = open(root.path());
    assert!(admission.admit().await.is_ok());
    halt("a leak").write(root.path()).unwrap();
    let why = refused(&admission).await;
    assert_eq!(why.code, "machine_halted");
    assert!(why.message.contains("a leak"), "{why:?}");
    assert!(!admission.halting().is_cancelled(), "nobody has looked");
    // Lifted before anybody has looked, it was never there.
    Halt::lift(root.path()).unwrap();
    assert!(admission.admit().await.is_ok());

    LocalPolicy { highest_preset: Preset::Ask, ..LocalPolicy::nothing() }
        .write(root.path())
        .unwrap();
    let allowed = admission.admit().await.unwrap().policy;
    assert_eq!(allowed.highest_preset, Preset::Ask);
    assert_eq!(allowed.workspaces, [PathBuf::from("/")], "what was said at the start");
}

/// S65: a halt outlives the daemon, and what began before it does not go on with the next one.
#[tokio::test]
async fn a_halt_outlives_the_daemon() {
    let root = private_directory();
    halt("").write(root.path()).unwrap();
    let admission = open(root.path());
    assert!(admission.halting().is_cancelled());
    assert!(admission.standing().has_to_end());
    admission.note_rest(3);
    assert!(!admission.look_again().await, "nothing has changed");
    assert_eq!(admission.standing().ended_sessions, Some(3));
    let old = admission.halting();
    Halt::lift(root.path()).unwrap();
    assert_eq!(refused(&admission).await.code, "machine_halted", "it would be ended again");
    assert!(admission.look_again().await);
    assert!(admission.admit().await.is_ok());
    assert!(old.is_cancelled() && !admission.halting().is_cancelled());
}

/// S65: a mistake in the policy allows nothing, and mending it is enough.
#[tokio::test]
async fn a_mistake_allows_nothing() {
    let root = private_directory();
    let admission = open(root.path());
    let file = root.path().join("policy.toml");
    host::private::write(&file, b"workspaces = \"everything\"").unwrap();
    let why = refused(&admission).await;
    assert_eq!(why.code, "policy_unusable");
    assert!(why.message.contains("policy.toml"), "{why:?}");
    assert!(admission.look_again().await);
    assert_eq!(*admission.standing().policy, LocalPolicy::nothing());
    LocalPolicy::for_workspaces(vec!["/srv".into()]).write(root.path()).unwrap();
    assert!(admission.admit().await.is_ok());
}

/// S65: whoever only wants to be seen takes no work, and a halt is told first.
#[tokio::test]
async fn a_machine_can_be_there_to_be_seen_only() {
    let root = private_directory();
    let reach = Reach { workspaces: None, no_tunnel: true };
    let admission = Admission::new(root.path(), reach);
    assert_eq!(refused(&admission).await.code, "tunnel_off");
    halt("").write(root.path()).unwrap();
    assert_eq!(refused(&admission).await.code, "machine_halted");
}

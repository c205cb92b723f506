//! Who belongs to a session, and ends with it.

use std::path::PathBuf;

use processes::{Grace, SpawnError, end_tree, gone_within, spawn_piped, survivors};

use crate::acting::{DEADLINE, Words, marker, part, ready, said_outside};

/// R22, S81: whoever was left behind by its parent, without a console and in a group of its own, is
/// found by any process of the user, and ends with the session. There is no leave to break away.
#[tokio::test]
async fn the_whole_tree_ends_whatever_it_did_to_hide() {
    let marker = marker("tree");
    let program = part("leaves", &[], &std::env::temp_dir());
    let (mut process, said) = ready(&program, &marker).await;
    let [left_behind, breaking_away] = &said[..] else { panic!("{said:?}") };
    assert_eq!(breaking_away, "refused");
    process.wait().await.unwrap();
    assert!(survivors(&marker, None).contains(&left_behind.parse().unwrap()));
    assert_ne!(said_outside("looks", &[marker.value()]), ["0"]);

    process.end(Grace::NONE).await.unwrap();

    assert_eq!(survivors(&marker, None), Vec::<u32>::new());
    assert_eq!(said_outside("looks", &[marker.value()]), ["0"]);
}

/// R22, S81: another process of the user, as a daemon that has come back, can end a session that
/// somebody else keeps.
#[tokio::test]
async fn a_tree_is_ended_by_its_mark() {
    let marker = marker("mark");
    let program = part("sleeps", &[], &std::env::temp_dir());
    let (mut process, _) = ready(&program, &marker).await;
    end_tree(&marker, None, Grace::NONE).await;
    assert_eq!(survivors(&marker, None), Vec::<u32>::new());
    assert_eq!(process.wait().await.unwrap().code(), Some(1));
}

/// R22, S81: a holder that dies leaves nothing behind, whatever it was in the middle of.
#[tokio::test]
async fn nothing_outlives_who_keeps_it() {
    let marker = marker("kept");
    let said = said_outside("keeps", &[marker.value()]);
    assert_eq!(said, ["there"]);
    assert!(gone_within(&marker, None, DEADLINE).await);
}

/// Wine has no Ctrl-Break: who cannot be asked is killed, without a wait for an answer.
#[tokio::test]
async fn a_child_that_ends_when_asked_is_not_killed() {
    let expected = if is_wine() { "None Some(1)" } else { r#"Some("bye") Some(7)"# };
    assert_eq!(said_outside("asks", &[]), [expected]);
}

/// A program that was dropped ends, and with it what it had started.
#[tokio::test]
async fn a_dropped_program_ends() {
    let marker = marker("dropped");
    let program = part("sleeps", &[], &std::env::temp_dir());
    let (process, _) = ready(&program, &marker).await;
    drop(process);
    assert!(gone_within(&marker, None, DEADLINE).await);
}

/// S73: the child's environment is what was given, and the mark.
#[tokio::test]
async fn a_child_gets_the_given_environment_and_the_mark() {
    let mut program = part("environment", &[], &std::env::temp_dir());
    program.environment.push(("COLOUR".into(), "blue".into()));
    let given: Vec<_> = program.environment.iter().map(|(name, _)| name.clone()).collect();
    let child = spawn_piped(&program, &marker("environment")).unwrap();
    let mut names = Words::of(child.stdout).all().await;
    names.retain(|name| !name.starts_with('=') && !name.starts_with("WINE"));
    names.iter_mut().for_each(|name| name.make_ascii_uppercase());
    names.sort();
    let mut expected: Vec<_> =
        given.iter().map(|name| name.to_str().unwrap().to_ascii_uppercase()).collect();
    expected.push("GANTLINE_SESSION".to_owned());
    expected.sort();
    assert_eq!(names, expected);
}

fn is_wine() -> bool {
    std::env::vars_os().any(|(name, _)| name.to_string_lossy().starts_with("WINE"))
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let error = |path: &str, directory: &str| {
        let mut program = part("sleeps", &[], &PathBuf::from(directory));
        program.path = path.into();
        spawn_piped(&program, &marker("missing")).unwrap_err()
    };
    assert!(matches!(error("no-such-program", r"C:\"), SpawnError::NoProgram(_)));
    assert!(matches!(error(r"C:\no\such\program.exe", r"C:\"), SpawnError::NoProgram(_)));
    assert!(matches!(error("cmd", r"C:\no\such\directory"), SpawnError::NoDirectory(_)));
}

/// A name is found whatever its case, by the endings of the system, and never where we work.
#[tokio::test]
async fn a_name_is_looked_for_as_the_system_does() {
    let mut program = part("sleeps", &[], &std::env::temp_dir());
    program.path = "CMD".into();
    let found = program.executable();
    assert!(found.is_absolute() && found.is_file(), "{}", found.display());
    assert!(found.to_str().unwrap().to_ascii_lowercase().ends_with(r"system32\cmd.exe"));
    program.environment = vec![("PATH".into(), ".".into())];
    assert_eq!(program.executable(), PathBuf::from("CMD"));
}

//! Arguments stay what they are.

use std::fs;
use std::path::Path;

use processes::{Program, SpawnError, spawn_piped, survivors};

use crate::acting::{ACT, Words, marker, part};

/// What has a meaning somewhere between us and a program.
const NASTY: &[&str] = &[
    "",
    "plain",
    "two words",
    "a&b|c<d>e^f(g)",
    "&calc.exe",
    r"C:\a b\",
    r"C:\ab\\",
    "* ?",
    "größe 漢字 👩‍💻",
    "tab\there",
    "--flag=a;b,c",
];

/// What `cmd.exe` gives a meaning even where it is quoted.
const NASTIER: &[&str] =
    &[r#"say "hi""#, r#"\"&calc.exe&"#, r#"a\\"b"#, "%PATH%", "%cd:~,1%", "!PATH!", "two\r\nlines"];

async fn heard(program: &Program) -> Vec<String> {
    let child = spawn_piped(program, &marker("arguments")).unwrap();
    let heard = Words::of(child.stdout).all().await;
    assert!(!heard.is_empty());
    heard
}

fn expected(arguments: &[&str]) -> Vec<String> {
    arguments.iter().map(|argument| format!("{argument:?}")).collect()
}

/// S68: a program gets every argument as it was given.
#[tokio::test]
async fn a_program_gets_its_arguments_literally() {
    let all = [NASTY, NASTIER].concat();
    let program = part("arguments", &all, &std::env::temp_dir());
    assert_eq!(heard(&program).await, expected(&all));
}

/// The same through a batch file that hands on what it gets.
fn through(file: &Path, arguments: &[&str]) -> Program {
    let mut program = part("arguments", arguments, file.parent().unwrap());
    program.path = file.to_owned();
    program
}

/// S68: a batch file gets what is safe as it was given. What is not is refused, and nothing is
/// started.
#[tokio::test]
async fn no_argument_of_a_batch_file_is_a_command() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hand on.cmd");
    let own = std::env::current_exe().unwrap();
    fs::write(&file, format!("@\"{}\" %*\r\n", own.display())).unwrap();
    assert_eq!(heard(&through(&file, NASTY)).await, expected(NASTY));

    let marker = marker("batch");
    for argument in NASTIER {
        let error = spawn_piped(&through(&file, &[argument]), &marker).unwrap_err();
        let SpawnError::System { source, .. } = error else { panic!("{error:?}") };
        assert!(source.to_string().contains("batch file"), "{source}");
        assert_eq!(survivors(&marker, None), Vec::<u32>::new());
    }
}

/// S68: what npm installs is started without the shell, and gets whatever it is given.
#[tokio::test]
async fn a_program_of_npm_gets_its_arguments_literally() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path();
    fs::copy(std::env::current_exe().unwrap(), place.join("node.exe")).unwrap();
    for beside in ["bcryptprimitives.dll"] {
        // Where the system does not have it, it is beside this program.
        let own = std::env::current_exe().unwrap().with_file_name(beside);
        let _ = fs::copy(own, place.join(beside));
    }
    fs::create_dir(place.join("node_modules")).unwrap();
    fs::write(place.join("node_modules/cli.js"), "").unwrap();
    let shim = "@ECHO off\r\nIF EXIST \"%dp0%\\node.exe\" (\r\n  SET \"_prog=%dp0%\\node.exe\"\r\n\
        ) ELSE (\r\n  SET \"_prog=node\"\r\n)\r\n\
        endLocal & goto #_undefined_# 2>NUL || title %COMSPEC% & \"%_prog%\"  \"%dp0%\\node_modules\\cli.js\" %*\r\n";
    fs::write(place.join("agent.cmd"), shim).unwrap();
    fs::write(place.join("agent"), "#!/bin/sh\nexec node cli.js\n").unwrap();
    let all = [NASTY, NASTIER].concat();
    let mut program = through(&place.join("agent.cmd"), &all);
    assert_eq!(program.arguments.len(), ACT.len() + all.len());
    program.path = "agent".into();
    program.environment.retain(|(name, _)| name != "PATH");
    program.environment.push(("PATH".into(), place.into()));
    assert_eq!(heard(&program).await, expected(&all));
}

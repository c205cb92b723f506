//! A process that is killed without warning, again and again.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};

use model::rng::{CountingRng, below};

use super::scenario::{command, command_id, report, runtime};
use crate::change::Change;
use crate::limits::Limits;
use crate::open;

const DIRECTORY_VARIABLE: &str = "JOURNAL_KILL_TEST_DIRECTORY";
const LIVES: u64 = 12;

/// The machine's half of R01: killed at any moment, what was confirmed on its standard
/// output is in the journal afterwards, once and in order.
#[test]
fn what_was_confirmed_before_the_kill_is_there_after_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let rng = CountingRng::new(11);
    let mut confirmed = 0;
    for _ in 0..LIVES {
        confirmed = run_and_kill(&path, below(&rng, 40), confirmed);
        let opened = open(&path, Limits::default()).unwrap();
        let received = opened.recovered.received_commands;
        assert!(received >= confirmed, "{confirmed} were confirmed, {received} are there");
        let open = opened.recovered.accepted.iter().chain(&opened.recovered.begun);
        assert!(open.into_iter().all(|command| command.seq + 1 >= received));
        confirmed = received;
    }
    assert!(confirmed > LIVES, "{confirmed} in all");
}

/// Starts the other test below in a process of its own, and kills it after so many confirmations
/// more. Gives the last one.
fn run_and_kill(path: &Path, after: u64, mut confirmed: u64) -> u64 {
    let mut child = spawn(path);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let numbers = lines.map_while(Result::ok).filter_map(|line| line.parse::<u64>().ok());
    for (count, number) in (0..).zip(numbers) {
        confirmed = number;
        if count == after {
            // SIGKILL; what it had confirmed before is still in the pipe, and is read.
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    confirmed
}

fn spawn(path: &Path) -> Child {
    let this = std::env::current_exe().unwrap();
    Process::new(this)
        .args(["--exact", "tests::kill::accepts_commands_until_it_is_killed"])
        .args(["--ignored", "--nocapture"])
        .env(DIRECTORY_VARIABLE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "runs for ever; started and killed by the test above"]
fn accepts_commands_until_it_is_killed() {
    let directory = std::env::var_os(DIRECTORY_VARIABLE).expect("started by the test above");
    let opened = open(Path::new(&directory), Limits::default()).unwrap();
    let last = opened.recovered.received_commands;
    runtime().block_on(async {
        let open = opened.recovered.accepted.iter().chain(&opened.recovered.begun);
        let finish = open.map(|command| Change::Finish(command_id(command.seq))).collect();
        opened.journal.commit(finish).await.unwrap();
        for seq in last + 1.. {
            let id = command_id(seq);
            opened.journal.commit(vec![Change::Accept(command(seq))]).await.unwrap();
            let mut output = std::io::stdout().lock();
            writeln!(output, "{seq}").unwrap();
            output.flush().unwrap();
            let end = vec![Change::Begin(id), Change::Finish(id), report("done")];
            opened.journal.commit(end).await.unwrap();
            opened.journal.commit(vec![Change::Acknowledged { up_to: seq }]).await.unwrap();
        }
    });
}

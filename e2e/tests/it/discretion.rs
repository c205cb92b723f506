//! What a machine keeps to itself: what it stores, where it listens, and what it logs.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use client::Part;
use e2e::house::{Kind, TOKEN};
use e2e::scan::started_by;
use e2e::{House, Machine, Setup};

/// In a prompt, and so in what the agent answers.
const SAID: &str = "plum-pudding-41";

/// Typed into a terminal, and what is shown of it.
const TYPED: &str = "printf 'kale-%s\\n' $((20 + 2))\n";
const SHOWN: &str = "kale-22";

/// A machine on which a chat and a terminal are at work.
async fn at_work() -> Result<(House, Machine)> {
    let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let machine = Machine::enrol(&house, house.address()).await?;
    let person = house.person()?;
    let mut chat = person.chat("demo").await?;
    chat.ask(&format!("/say {SAID}")).await?;
    let terminal = person.terminal().await?;
    let mut viewer = person.attach(terminal, Part::Write).await?;
    viewer.keyboard().await?;
    viewer.type_in(TYPED)?;
    viewer.shows(SHOWN).await?;
    Ok((house, machine))
}

/// Every file below a directory.
fn files(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(files(&entry.path())?);
        } else if entry.file_type()?.is_file() {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// S55: a machine keeps a key of its own, and nothing with which somebody is a user.
#[tokio::test]
async fn a_machine_stores_no_credential_of_a_user() -> Result<()> {
    let (house, machine) = at_work().await?;
    let directory = Machine::directory(&house);
    for entry in fs::read_dir(&directory)? {
        let entry = entry?;
        let mode = entry.metadata()?.mode();
        ensure!(mode & 0o077 == 0, "others look into {}: {mode:o}", entry.path().display());
    }
    let files = files(&directory)?;
    let mut journal_knows = false;
    for file in &files {
        let bytes = fs::read(file)?;
        journal_knows |= memchr::memmem::find(&bytes, SAID.as_bytes()).is_some();
        // A user's token and login, and the token that made the machine (crate vault, tokens).
        for secret in [TOKEN, "gla_", "gll_", "gls_", "gle_"] {
            let is_there = memchr::memmem::find(&bytes, secret.as_bytes()).is_some();
            ensure!(!is_there, "{secret} is in {}", file.display());
        }
    }
    assert!(journal_knows, "the files that were looked at are those of the machine: {files:?}");
    drop(machine);
    Ok(())
}

/// The numbers of the sockets that a process has open (proc(5)).
fn sockets_of(pid: u32) -> BTreeSet<String> {
    let Ok(open) = fs::read_dir(format!("/proc/{pid}/fd")) else { return BTreeSet::new() };
    open.filter_map(|entry| {
        let link = fs::read_link(entry.ok()?.path()).ok()?;
        let number = link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?;
        Some(number.to_owned())
    })
    .collect()
}

/// The sockets of a network's table that listen: number and line. TCP's listen in state 0A; UDP's
/// hear everybody in state 07.
fn listening(table: &str, state: &str) -> Result<Vec<(String, String)>> {
    let text = fs::read_to_string(format!("/proc/net/{table}"))?;
    let lines = text.lines().skip(1).filter_map(|line| {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let number = (*fields.get(3)? == state).then(|| fields.get(9))??;
        Some(((*number).to_owned(), format!("{table} {line}")))
    });
    Ok(lines.collect())
}

/// Local sockets that listen: number and path (`__SO_ACCEPTCON` is 0x10000).
fn local_listening() -> Result<Vec<(String, String)>> {
    let text = fs::read_to_string("/proc/net/unix")?;
    let lines = text.lines().skip(1).filter_map(|line| {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let flags = u32::from_str_radix(fields.get(3)?, 16).ok()?;
        let path = fields.get(7).copied().unwrap_or_default();
        (flags & 0x1_0000 != 0).then(|| Some(((*fields.get(6)?).to_owned(), path.to_owned())))?
    });
    Ok(lines.collect())
}

/// S63: while it works, no process of a machine can be called from the network, and a local socket
/// lies where only the machine's owner gets.
#[tokio::test]
async fn nothing_listens_on_a_machine() -> Result<()> {
    let (house, machine) = at_work().await?;
    let server = house.pid()?;
    let processes: BTreeSet<u32> =
        started_by(house.place().path(), server).iter().map(|process| process.pid).collect();
    ensure!(processes.contains(&machine.pid()?) && processes.len() > 2, "{processes:?}");
    let mut network = Vec::new();
    for (table, state) in [("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")] {
        network.extend(listening(table, state)?);
    }
    let is_seen = network.iter().any(|(number, _)| sockets_of(server).contains(number));
    ensure!(is_seen, "a server is seen to listen");
    let local = local_listening()?;
    for process in processes {
        let sockets = sockets_of(process);
        let found = network.iter().find(|(number, _)| sockets.contains(number));
        ensure!(found.is_none(), "{process} listens: {found:?}");
        for (_, path) in local.iter().filter(|(number, _)| sockets.contains(number)) {
            let directory = Path::new(path).parent().context("no abstract name")?;
            let metadata = fs::metadata(directory)?;
            let own = rustix::process::geteuid().as_raw();
            ensure!(metadata.uid() == own && metadata.mode() & 0o077 == 0, "{path}");
        }
    }
    Ok(())
}

/// S82: what people and agents say, what is typed and shown, and every token stay out of the
/// daemon's log, also where it says more than usual.
#[tokio::test]
async fn a_machines_log_holds_nothing_of_what_is_said() -> Result<()> {
    let (house, machine) = at_work().await?;
    let said = machine.said();
    ensure!(said.len() > 5, "it says something: {said:?}");
    for line in said {
        for word in [SAID, SHOWN, "kale-", TOKEN, "gla_", "gle_", "glp_", "glt_"] {
            ensure!(!line.contains(word), "{word} is in the log: {line}");
        }
    }
    drop(house);
    Ok(())
}

//! Sessions that may only read, with an agent that does not care: the machine's kernel holds them,
//! and the session says so.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use client::Part;
use contract::sessions::CreateSession;
use e2e::{Chat, House, Person, Setup};
use model::session::Containment;
use policy::{PolicyOptions, Preset};

/// What the files were before anybody came.
const BEFORE: &str = "as it was\n";

/// Ways of writing, as lines of a shell that knows `$W`, the workspace, and `$H`, the home. Each
/// must leave everything outside of the agent's own directory as it was.
const ATTEMPTS: &[&str] = &[
    "echo changed > $W/file",
    "echo changed >> $H/.profile",
    "echo new > $W/new",
    "ln -s $W $TMPDIR/way; echo changed > $TMPDIR/way/file",
    "ln $W/file $TMPDIR/hard; echo changed > $TMPDIR/hard",
    "mv $W/file $TMPDIR/moved",
    "mv $W/file $W/other",
    "echo new > $TMPDIR/new; mv -f $TMPDIR/new $W/file",
    "truncate -s 0 $W/file",
    "rm -f $W/file",
    "mkdir $W/directory",
    "(setsid sh -c \"sleep 0.1; echo changed > $W/file\") & wait",
    "kill -9 $GANTLINE_PID",
];

async fn house() -> Result<House> {
    let house = House::up(Setup::demo()).await?;
    fs::write(house.workspace().join("file"), BEFORE)?;
    fs::write(house.place().at("home").join(".profile"), BEFORE)?;
    Ok(house)
}

async fn reading(person: &Person, agent: &str) -> Result<CreateSession> {
    let order = person.chat_with(agent).await?;
    Ok(CreateSession { policy: PolicyOptions::of_preset(Preset::SafeReadonly.as_str()), ..order })
}

/// Everything in the workspace and the home, with its contents.
fn everything(house: &House) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for directory in [house.workspace(), house.place().at("home")] {
        collect(&directory, &mut files)?;
    }
    Ok(files)
}

fn collect(directory: &Path, files: &mut BTreeMap<String, String>) -> Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let text = fs::read_to_string(&path).unwrap_or_default();
        files.insert(path.display().to_string(), text);
        if path.is_dir() {
            collect(&path, files)?;
        }
    }
    Ok(())
}

fn with_names(house: &House, attempt: &str) -> Result<String> {
    let names = [
        ("$W", house.workspace().display().to_string()),
        ("$H", house.place().at("home").display().to_string()),
        ("$GANTLINE_PID", house.pid()?.to_string()),
    ];
    Ok(names.iter().fold(attempt.to_owned(), |line, (name, value)| line.replace(name, value)))
}

async fn sneak(house: &House, chat: &mut Chat, attempt: &str) -> Result<()> {
    chat.ask(&format!("/sneak {}", with_names(house, attempt)?)).await.map(drop)
}

/// S75, S47: an agent that asks nobody writes nothing, and the session says that the kernel holds it.
#[tokio::test]
async fn a_hostile_agent_writes_nothing() -> Result<()> {
    let house = house().await?;
    let person = house.person()?;
    let before = everything(&house)?;
    let mut chat = person.chat_of(&reading(&person, "demo").await?).await?;
    for attempt in ATTEMPTS {
        sneak(&house, &mut chat, attempt).await?;
        assert_eq!(everything(&house)?, before, "after: {attempt}");
    }
    sneak(&house, &mut chat, "cat $W/file; echo mine > $TMPDIR/mine && cat $TMPDIR/mine").await?;
    let said = chat.seen.said();
    assert!(said.contains("as it was\nmine"), "it reads, and writes what is its own: {said}");
    let contained = |seen: &e2e::chat::Seen| seen.session.containment;
    let containment = chat.until("wait until it is said who holds it", contained).await?;
    assert_eq!(containment, Containment::Kernel, "{:?}", chat.seen.session.containment_detail);
    Ok(())
}

/// The attempts above are worth something: an agent that may do more does them.
#[tokio::test]
async fn an_agent_that_may_do_more_is_not_held() -> Result<()> {
    let house = house().await?;
    let mut chat = house.person()?.chat("demo").await?;
    sneak(&house, &mut chat, ATTEMPTS[0]).await?;
    assert_eq!(house.file("file").context("the file is there")?, "changed\n");
    assert_eq!(chat.seen.session.containment, None);
    Ok(())
}

/// S75: the shell of a terminal is held as well.
#[tokio::test]
async fn a_terminal_that_may_only_read_writes_nothing() -> Result<()> {
    let house = house().await?;
    let person = house.person()?;
    let before = everything(&house)?;
    let order = CreateSession {
        kind: model::session::SessionKind::Terminal,
        agent_name: None,
        ..reading(&person, "none").await?
    };
    let session = person.client.session_create(&order).await?.session_id;
    let mut viewer = person.attach(session, Part::Write).await?;
    viewer.keyboard().await?;
    for attempt in ATTEMPTS {
        viewer.type_in(&format!("{}\n", with_names(&house, attempt)?))?;
    }
    viewer
        .type_in("echo mine > $TMPDIR/mine; echo the end: $(cat $TMPDIR/mine) | tee /dev/tty\n")?;
    viewer.shows("the end: mine").await?;
    assert_eq!(everything(&house)?, before);
    let session = person.client.session(session).await?;
    assert_eq!(session.containment, Some(Containment::Kernel), "{:?}", session.containment_detail);
    Ok(())
}

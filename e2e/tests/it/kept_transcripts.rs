//! Transcripts that a tenant keeps on the server: read and searched while their machine is away, and
//! gone when they are to be.

use anyhow::{Context, Result, ensure};
use contract::searches::{FoundInSessions, SearchSessions, WhyNotSearched};
use contract::transcript_keeping::{TranscriptKeeping, WorkspaceKeeping};
use e2e::house::Kind;
use e2e::patience::{PATIENCE, within};
use e2e::program::Program;
use e2e::{House, Machine, Person, Setup};
use http::{Method, StatusCode};
use model::SessionId;
use serde_json::json;

const WORDS: &str = "the halyard 升降索";

async fn search(person: &Person) -> Result<FoundInSessions> {
    let body = SearchSessions { words: WORDS.to_owned(), ..SearchSessions::default() };
    Ok(person.client.sessions_search(&body).await?)
}

async fn said(person: &Person, session: SessionId) -> Result<String> {
    let updates = person.client.updates(session, 0, None).await?.updates;
    Ok(serde_json::to_string(&updates)?)
}

async fn until_offline(person: &Person) -> Result<()> {
    let mut live = person.client.live();
    within(PATIENCE, "wait until the machine is away", async {
        while person.client.machines().await?.iter().any(|machine| machine.connected) {
            drop(live.next().await?);
        }
        Ok(())
    })
    .await
}

/// The files of the server's database, as somebody finds them who has stolen the disk.
fn database(house: &House) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut folders = vec![house.place().at("data")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                bytes.extend(std::fs::read(path)?);
            }
        }
    }
    Ok(bytes)
}

/// Prompts wait in the database until their machine has them, and are overwritten a moment later; what
/// is kept of a transcript would stay.
async fn until_nothing_is_in_the_clear(house: &House, words: &[&str]) -> Result<()> {
    let mut beat = tokio::time::interval(std::time::Duration::from_millis(50));
    let mut found = None;
    let gone = within(PATIENCE, "wait until no words are on the server's disk", async {
        loop {
            beat.tick().await;
            let stolen = database(house)?;
            let is_there = |word: &&&str| memchr::memmem::find(&stolen, word.as_bytes()).is_some();
            found = words.iter().find(is_there);
            if found.is_none() {
                return Ok(());
            }
        }
    });
    let gone = gone.await;
    gone.with_context(|| format!("{found:?} is on the server's disk in the clear"))
}

/// Asks the server's database, until it says yes.
async fn until_database(house: &House, what: &str, query: &str, least: u64) -> Result<()> {
    const ASK: &str = "import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=30) as database:
    [(told,)] = database.execute(sys.argv[2])
    sys.exit(0 if told >= int(sys.argv[3]) else 1)";
    let path = house.place().at("data").join("gantline.db").display().to_string();
    within(PATIENCE, what, async {
        loop {
            let line = ["-c", ASK, &path, query, &least.to_string()];
            let command = house.place().command("python3".as_ref(), &line, &[])?;
            if Program::start("look", command)?.ended().await?.status.success() {
                return Ok(());
            }
        }
    })
    .await
}

/// Waits until the server keeps what was said, which it does by itself.
async fn until_kept(house: &House, owner: &Person, ids: [SessionId; 2]) -> Result<()> {
    let mut records = 0;
    for id in ids {
        records += owner.client.updates(id, 0, Some(1)).await?.last;
    }
    let query = "SELECT coalesce(sum(last), 0) FROM kept_transcripts";
    until_database(house, "wait until the transcripts are kept", query, records).await
}

/// Nothing is kept unless that was asked for; what is kept is sealed, read and searched without its
/// machine, and deleted for good.
#[tokio::test]
async fn what_is_kept_is_there_without_its_machine_and_deleted_for_good() -> Result<()> {
    let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let mut machine = Machine::enrol(&house, house.address()).await?;
    let owner = house.person()?;
    let mut chat = owner.chat("demo").await?;
    let id = chat.id();
    chat.ask(&format!("/say {WORDS} is \u{1b}]0;x")).await?;
    chat.idle().await?;
    let mut other = owner.chat("demo").await?;
    other.ask("/say something else").await?;
    other.idle().await?;
    let other = other.id();

    let session = owner.client.session(id).await?;
    let (owner_machine, project_path) = (session.machine_id, session.project_path);
    machine.kill().await?;
    until_offline(&owner).await?;
    let refused = said(&owner, id).await.err().context("nothing is kept")?;
    ensure!(format!("{refused:?}").contains("offline"), "{refused:?}");

    let tenant = owner.client.tenants().await?.tenants.remove(0);
    ensure!(tenant.transcripts_kept_days.is_none());
    let none = owner.client.transcript_keeping(tenant.id).await?;
    assert_eq!(none, TranscriptKeeping::default());
    // All are kept but those of one workspace, which is then kept, too.
    let workspace = |days| {
        let machine_id = owner_machine;
        WorkspaceKeeping { machine_id, project_path: project_path.clone(), days }
    };
    let but_one = TranscriptKeeping { days: Some(7), workspaces: vec![workspace(None)] };
    assert_eq!(owner.client.transcripts_keep(tenant.id, &but_one).await?, but_one);
    assert_eq!(owner.client.session(id).await?.transcript_kept_days, None);
    let only_one = TranscriptKeeping { days: None, workspaces: vec![workspace(Some(7))] };
    owner.client.transcripts_keep(tenant.id, &only_one).await?;
    machine.start(&house)?;
    owner.machine().await?;
    assert_eq!(owner.client.session(id).await?.transcript_kept_days, Some(7));
    chat.ask("/say and the last word").await?;
    chat.idle().await?;
    let whole = said(&owner, id).await?;
    ensure!(whole.contains("and the last word") && whole.contains("升降索"), "{whole}");

    until_kept(&house, &owner, [id, other]).await?;

    machine.kill().await?;
    until_offline(&owner).await?;
    assert_eq!(said(&owner, id).await?, whole, "byte by byte");
    let found = search(&owner).await?;
    assert_eq!((found.results.len(), found.searched, found.not_searched.len()), (1, 2, 0));
    assert_eq!(found.results[0].count, 2);
    until_nothing_is_in_the_clear(&house, &["halyard", "升降索", "the last word"]).await?;

    // What was sealed with an older key of the ring is sealed anew, and still read.
    let rotated = owner.request(Method::POST, "/api/key-ring/rotate", Some(&json!({}))).await?;
    ensure!(rotated.status.is_success(), "{rotated:?}");
    assert_eq!(said(&owner, id).await?, whole);

    // A machine that is a machine no longer takes nothing of it along.
    owner.client.machine_remove(owner.client.session(id).await?.machine_id).await?;
    assert_eq!(said(&owner, id).await?, whole);

    // Deleted, it stays deleted.
    owner.client.kept_transcript_delete(id).await?;
    let refused = owner.client.kept_transcript_delete(id).await.err().context("deleted twice")?;
    ensure!(refused.status() == Some(StatusCode::CONFLICT), "{refused:?}");
    ensure!(said(&owner, id).await.is_err());
    let [not] = &search(&owner).await?.not_searched[..] else { panic!("it is searched") };
    assert_eq!((not.reason, not.sessions), (WhyNotSearched::Offline, 1));

    // Where none are kept any more, those that are go.
    ensure!(said(&owner, other).await?.contains("something else"));
    owner.client.transcripts_keep(tenant.id, &none).await?;
    ensure!(said(&owner, other).await.is_err());
    let query = "SELECT NOT EXISTS (SELECT 1 FROM kept_parts)";
    until_database(&house, "wait until nothing is left of them", query, 1).await?;
    Ok(())
}

//! The server's database is held by somebody else.

use anyhow::{Context, Result};
use client::Part;
use e2e::{House, Setup};
use http::{Method, StatusCode};
use model::session::SessionState;
use model::turn::TurnState;
use serde_json::json;
use sqlx::{Connection, SqliteConnection};

/// Lines typed while the database is held.
const LINES: usize = 20;

/// R19: while another process holds the database, terminals go on, what would be written is refused
/// and not half done; when it is free again everything goes on by itself, the link included.
#[tokio::test]
async fn terminals_go_on_while_the_database_is_held() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let mut chat = person.chat("demo").await?;
    let terminal = person.terminal().await?;
    let mut viewer = person.attach(terminal, Part::Write).await?;
    viewer.keyboard().await?;
    let over = person.terminal().await?;
    let mut leaving = person.attach(over, Part::Write).await?;
    leaving.keyboard().await?;

    let database = house.place().at("data/gantline.db");
    let mut other = SqliteConnection::connect(&format!("sqlite://{}", database.display())).await?;
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await?;
    let typing = async {
        // The machine tells of an end, which cannot be written down.
        leaving.type_in("exit\n")?;
        leaving.ended().await?;
        for line in 0..LINES {
            viewer.type_in(&format!("echo line-$((1000 + {line}))\n"))?;
            viewer.shows(&format!("line-{}", 1000 + line)).await?;
        }
        anyhow::Ok(())
    };
    let path = format!("/api/sessions/{}", chat.id());
    let body = json!({ "title": "never" });
    let refusing = async {
        // Twice, so that what the machine tells has been tried and refused as well.
        for _ in 0..2 {
            let refused = person.request(Method::PATCH, &path, Some(&body)).await?;
            assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{}", refused.body);
            let again = refused.headers.get("retry-after").context("when to come back")?;
            assert!(again.to_str()?.parse::<u64>()? > 0);
        }
        anyhow::Ok(())
    };
    let (typed, refused) = tokio::join!(typing, refusing);
    typed?;
    refused?;
    viewer.type_in("echo still-$((6 * 7))\n")?;
    viewer.shows("still-42").await?;

    other.close().await?;
    person.session_is(over, SessionState::Stopped).await?;
    assert_eq!(chat.ask("/say still here").await?.state, TurnState::Done);
    let title = person.client.session(chat.id()).await?.title;
    assert_ne!(title, "never");
    viewer.type_in("echo the-end-$((6 * 7))\n")?;
    viewer.shows("the-end-42").await?;
    assert_eq!((viewer.seen.attached, viewer.seen.losses), (1, 0), "it was never away");
    let said = house.said();
    assert!(said.iter().any(|line| line.contains("what a machine tells waits")), "{said:?}");
    assert!(!said.iter().any(|line| line.contains("a link has ended")), "{said:?}");
    Ok(())
}

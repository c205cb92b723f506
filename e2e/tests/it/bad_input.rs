//! What makes no sense is refused with what was wrong, what is allowed, and changes nothing.

use std::os::unix::fs::symlink;

use anyhow::{Context, Result, ensure};
use client::SessionFilter;
use contract::machines::CreateEnrolment;
use contract::sessions::CreateSession;
use e2e::house::{Kind, TOKEN};
use e2e::program::{Ended, Program};
use e2e::{House, Machine, Person, Setup};
use http::{Method, StatusCode};
use model::MachineId;
use serde_json::json;

/// Asks for a session that cannot be, and looks at the refusal: its status, its code, and words
/// that it must hold.
async fn refused(
    person: &Person,
    order: &CreateSession,
    status: StatusCode,
    code: &str,
    says: &str,
) -> Result<()> {
    let error = match person.client.session_create(order).await {
        Ok(session) => anyhow::bail!("a session was made: {session:?}"),
        Err(error) => error,
    };
    ensure!(error.code() == Some(code), "{:?} instead of {code}: {error}", error.code());
    ensure!(error.status() == Some(status), "{:?} instead of {status}", error.status());
    let text = format!("{error} {}", error.hint().unwrap_or_default());
    ensure!(text.contains(says), "{text:?} does not say {says:?}");
    let sessions = person.client.sessions(&SessionFilter::default()).await?.sessions;
    ensure!(sessions.is_empty(), "something was stored: {sessions:?}");
    Ok(())
}

#[tokio::test]
async fn an_unknown_machine_is_refused() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let machine_id: MachineId = "01a1fce4-9f0a-7cd0-a181-98b200b60b59".parse()?;
    let order = CreateSession { machine_id, ..person.chat_with("demo").await? };
    refused(&person, &order, StatusCode::NOT_FOUND, "not_found", "machine").await
}

#[tokio::test]
async fn an_agent_that_is_unknown_or_not_installed_is_refused() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let order = person.chat_with("nobody").await?;
    refused(&person, &order, StatusCode::BAD_REQUEST, "agent_unknown", "demo").await?;
    let machine = person.machine().await?;
    let missing = machine.agents.iter().find(|agent| agent.missing.is_some());
    let missing = missing.context("no computer has all agents")?;
    let order = person.chat_with(missing.name.as_str()).await?;
    let install = missing.install.as_deref().unwrap_or_default();
    refused(&person, &order, StatusCode::CONFLICT, "agent_not_installed", install).await
}

/// S70: no path leads out of the workspaces, whatever it is made of.
#[tokio::test]
async fn a_directory_that_is_no_workspace_is_refused() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let workspace = house.workspace();
    std::fs::create_dir(workspace.join("inside"))?;
    std::fs::write(workspace.join("file"), "")?;
    symlink("/etc", workspace.join("way-out"))?;
    symlink(workspace.join("inside"), workspace.join("way-in"))?;
    let outside = workspace.join("inside/../../home").display().to_string();
    let order = person.chat_with("demo").await?;
    let allowed = workspace.canonicalize()?.display().to_string();
    for (path, code, says) in [
        ("/etc", "workspace_forbidden", allowed.as_str()),
        ("..", "workspace_forbidden", &allowed),
        ("inside/../..", "workspace_forbidden", &allowed),
        (&outside, "workspace_forbidden", &allowed),
        ("way-out", "workspace_forbidden", "/etc"),
        ("way-out/ssl", "workspace_forbidden", &allowed),
        ("none", "workspace_missing", "none"),
        ("file", "workspace_missing", "file"),
    ] {
        let order = CreateSession { project_path: Some(path.to_owned()), ..order.clone() };
        let status = match code {
            "workspace_forbidden" => StatusCode::FORBIDDEN,
            _ => StatusCode::BAD_REQUEST,
        };
        refused(&person, &order, status, code, says).await.with_context(|| path.to_owned())?;
    }
    // A way that leads in again is a good one.
    let order = CreateSession { project_path: Some("way-in".to_owned()), ..order };
    let chat = person.chat_of(&order).await?;
    assert!(chat.seen.session.project_path.ends_with("/inside"), "{:?}", chat.seen.session);
    Ok(())
}

#[tokio::test]
async fn a_machine_that_is_away_is_named_and_nothing_is_stored() -> Result<()> {
    let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let mut machine = Machine::enrol(&house, house.address()).await?;
    let person = house.person()?;
    let order = person.chat_with("demo").await?;
    machine.kill().await?;
    refused(&person, &order, StatusCode::SERVICE_UNAVAILABLE, "machine_offline", "machine run")
        .await?;
    // It is back, and everything works.
    machine.start(&house)?;
    let mut chat = person.chat("demo").await?;
    assert!(chat.ask("/say back").await?.state.is_final());
    assert_eq!(chat.seen.said(), "back");
    Ok(())
}

/// S51: a registration token makes one machine.
#[tokio::test]
async fn a_registration_token_works_once_and_a_made_up_one_never() -> Result<()> {
    let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let person = house.person()?;
    let made = person.client.enrolment_create(&CreateEnrolment::default()).await?;
    let first = enrol(&house, "first", &made.registration_token).await?;
    assert!(first.status.success(), "{}", first.text());
    for (name, token) in [("second", made.registration_token.as_str()), ("third", "glet_made-up")] {
        let refused = enrol(&house, name, token).await?;
        assert!(!refused.status.success(), "{}", refused.text());
        assert!(refused.text().contains("token"), "{}", refused.text());
        assert!(!house.place().at(name).join("machine/config.json").exists(), "nothing is kept");
    }
    assert_eq!(person.client.machines().await?.len(), 1);
    Ok(())
}

async fn enrol(house: &House, name: &str, token: &str) -> Result<Ended> {
    let directory = house.place().at(name).display().to_string();
    let server = format!("http://{}", house.address());
    let line = ["machine", "enroll", "--server", &server, "--data-dir", &directory];
    let mut command = house.place().gantline(&line, &[])?;
    command.env("GANTLINE_ENROLMENT_TOKEN", token);
    Program::start(name, command)?.ended().await
}

#[tokio::test]
async fn fields_that_nobody_knows_are_refused() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let machine_id = person.machine().await?.machine_id;
    let body = json!({ "machine_id": machine_id, "agent": "demo", "permission": "full-auto" });
    let answer = person.request(Method::POST, "/api/sessions", Some(&body)).await?;
    assert!(answer.status.is_client_error(), "{answer:?}");
    let detail = answer.body["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("permission") && detail.contains("permission_preset"), "{detail}");
    let sessions = person.client.sessions(&SessionFilter::default()).await?.sessions;
    assert!(sessions.is_empty(), "{sessions:?}");
    Ok(())
}

/// The command line says the same as the interface, and its exit code says what kind it is.
#[tokio::test]
async fn the_command_line_refuses_with_a_code() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    house.person()?.machine().await?;
    let unreachable = format!("http://127.0.0.1:{}", e2e::house::free_port()?);
    let server = format!("http://{}", house.address());
    for (line, code, says) in [
        (vec!["--machine", "nowhere", "-p", "hi"], 4, "nowhere"),
        (vec!["--cwd", "/etc", "-p", "hi"], 5, "/etc"),
        (vec!["--agent", "nobody", "-p", "hi"], 2, "nobody"),
        (vec!["session", "show", "nothing"], 4, "nothing"),
        (vec!["--server", &unreachable, "-p", "hi"], 6, "127.0.0.1"),
        (vec!["--token", "wrong", "-p", "hi"], 7, "token"),
    ] {
        let mut command = house.place().gantline(&line, &[])?;
        command.env("GANTLINE_SERVER", &server).env("GANTLINE_TOKEN", TOKEN);
        let ended = Program::start("command", command)?.ended().await?;
        assert_eq!(ended.status.code(), Some(code), "{line:?}: {}", ended.text());
        assert!(ended.text().contains(says), "{line:?}: {}", ended.text());
    }
    Ok(())
}

/// Without anybody to ask, a question is answered with no, and the exit code says so.
#[tokio::test]
async fn a_prompt_without_anybody_to_ask_writes_nothing() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    house.person()?.machine().await?;
    let server = format!("http://{}", house.address());
    let mut command = house.place().gantline(&["-p", "/write notes.txt hello"], &[])?;
    command.env("GANTLINE_SERVER", &server).env("GANTLINE_TOKEN", TOKEN);
    let ended = Program::start("command", command)?.ended().await?;
    assert_eq!(ended.status.code(), Some(5), "{}", ended.text());
    assert_eq!(house.file("notes.txt"), None);
    Ok(())
}

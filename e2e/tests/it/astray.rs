//! Settings that would lead a daemon elsewhere than to its server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Result, ensure};
use e2e::house::Kind;
use e2e::{House, Machine, Setup};
use model::turn::TurnState;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Every variable by which programs are told of a proxy.
const VARIABLES: [&str; 6] =
    ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// S64: a repository that names proxies in every file in which programs look for them, and an
/// environment that names one, lead the daemon nowhere: it is linked and works, and nobody called.
#[tokio::test]
async fn proxies_of_a_repository_and_of_an_environment_are_not_used() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let proxy = format!("http://{}", listener.local_addr()?);
    let called = Arc::new(AtomicUsize::new(0));
    let mut counting = JoinSet::new();
    let count = called.clone();
    counting.spawn(async move {
        while listener.accept().await.is_ok() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });

    let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let mut machine = Machine::enrol(&house, house.address()).await?;
    // Before it runs it cannot be asked to end.
    house.person()?.machine().await?;
    machine.terminate().await?;
    let workspace = house.workspace();
    let variables = VARIABLES.map(|name| format!("{name}={proxy}\n")).concat();
    for (name, content) in [
        (".env", variables),
        (".curlrc", format!("proxy = {proxy}\n")),
        (".npmrc", format!("proxy={proxy}\nhttps-proxy={proxy}\n")),
        (".gitconfig", format!("[http]\n\tproxy = {proxy}\n")),
    ] {
        std::fs::write(workspace.join(name), content)?;
    }
    let surroundings = VARIABLES.map(|name| (name.to_owned(), proxy.clone())).to_vec();
    machine.start_in(&house, workspace, surroundings)?;

    let mut chat = house.person()?.chat("demo").await?;
    let turn = chat.prompt("/say here I am").await?;
    ensure!(chat.ended(turn).await?.state == TurnState::Done);
    ensure!(chat.seen.said().contains("here I am"));
    ensure!(called.load(Ordering::SeqCst) == 0, "somebody went by the proxy");
    Ok(())
}

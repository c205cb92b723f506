//! How a machine fares, as it says itself.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::patience::{PATIENCE, within};
use e2e::{House, Setup};
use http::Method;

#[tokio::test]
async fn a_machine_says_how_it_fares_and_what_goes_on_there() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let id = person.machine().await?.machine_id;
    let chat = person.chat("demo").await?;
    let said = async {
        loop {
            let machine =
                person.client.machines().await?.into_iter().find(|one| one.machine_id == id);
            if let Some(health) = machine.context("the machine")?.health {
                return anyhow::Ok(health);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let health = within(PATIENCE, "wait until the machine says how it fares", said).await?;
    ensure!(health.free_disk_bytes.is_some_and(|bytes| bytes > 0), "{health:?}");
    ensure!(health.free_memory_bytes.is_some_and(|bytes| bytes > 0), "{health:?}");
    ensure!(health.load_average >= 0.0, "{health:?}");

    let listed = async |status: &str| -> Result<usize> {
        let path = format!("/api/remote/machines/{id}/sessions?status={status}");
        let answer = person.request(Method::GET, &path, None).await?.body;
        ensure!(answer["success"] == true, "{answer}");
        Ok(answer["sessions"].as_array().context("sessions")?.len())
    };
    assert_eq!((listed("all").await?, listed("active").await?, listed("ended").await?), (1, 1, 0));
    chat.client.session_stop(chat.id(), None).await?;
    person.session_is(chat.id(), model::session::SessionState::Stopped).await?;
    assert_eq!((listed("all").await?, listed("active").await?, listed("ended").await?), (1, 0, 1));
    Ok(())
}

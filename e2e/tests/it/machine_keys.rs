//! The key with which a machine proves who it is, replaced while it works.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use contract::machines::MachineView;
use e2e::house::{Kind, TOKEN};
use e2e::patience::{PATIENCE, within};
use e2e::program::Program;
use e2e::{House, Machine, Person, Setup};
use model::turn::TurnState;

fn key_file(house: &House) -> PathBuf {
    Machine::directory(house).join("enrolled/machine.key")
}

fn next_file(house: &House) -> PathBuf {
    Machine::directory(house).join("enrolled/machine.key.next")
}

/// The machine puts its key in its place in the moment in which its link is up.
async fn until_settled(house: &House) -> Result<Vec<u8>> {
    within(PATIENCE, "wait until the key is in its place", async {
        while next_file(house).exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(std::fs::read(key_file(house))?)
    })
    .await
}

/// The machine, once it is as wanted.
async fn until(
    person: &Person,
    what: &str,
    is_so: impl Fn(&MachineView) -> bool,
) -> Result<MachineView> {
    let mut live = person.client.live();
    within(PATIENCE, what, async {
        loop {
            if let Some(machine) = person.client.machines().await?.into_iter().find(&is_so) {
                return Ok(machine);
            }
            drop(live.next().await?);
        }
    })
    .await
}

async fn replace(house: &House, name: &str) -> Result<MachineView> {
    let owner = house.person()?;
    let before = owner.machine().await?;
    let mut command = house.place().gantline(&["machine", "rotate-key", name], &[])?;
    command.env("GANTLINE_SERVER", format!("http://{}", house.address()));
    command.env("GANTLINE_TOKEN", TOKEN);
    let ended = Program::start("rotate", command)?.ended().await?;
    ensure!(ended.status.success(), "{}", ended.text());
    let after = owner.machine().await?;
    ensure!(after.key_since != before.key_since && after.key_goes_since.is_none(), "{after:?}");
    Ok(after)
}

/// S62: what runs on a machine goes on while its key is replaced; the old one is refused, and whatever
/// moment the machine is stopped at, it comes back.
#[tokio::test]
async fn a_machine_replaces_its_key_and_works_on() -> Result<()> {
    let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let mut machine = Machine::enrol(&house, house.address()).await?;
    let owner = house.person()?;
    owner.machine().await?;
    let mut chat = owner.chat("demo").await?;
    chat.ask("/say before").await?;
    let old = std::fs::read(key_file(&house))?;
    let turn = chat.prompt("/slow 60 20ms\n/say all along").await?;

    replace(&house, e2e::machine::NAME).await?;
    assert_eq!(chat.ended(turn).await?.state, TurnState::Done, "the turn goes on");
    chat.idle().await?;
    let new = until_settled(&house).await?;
    ensure!(new != old);

    // With the old one nobody gets in.
    machine.terminate().await?;
    std::fs::write(key_file(&house), &old)?;
    machine.start(&house)?;
    within(PATIENCE, "wait until the old key is refused", async {
        while !machine.said().iter().any(|line| line.contains("is not enrolled here")) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    })
    .await?;
    machine.kill().await?;

    // It was stopped after the server had heard of the new key, and before it was in its place.
    std::fs::rename(key_file(&house), Machine::directory(&house).join("old"))?;
    std::fs::write(next_file(&house), &new)?;
    std::fs::copy(Machine::directory(&house).join("old"), key_file(&house))?;
    make_private(&house)?;
    machine.start(&house)?;
    until(&owner, "wait until it is back", |machine| machine.connected).await?;
    assert_eq!(until_settled(&house).await?, new);

    // It was stopped after it had made a key, and before the server had heard of it.
    machine.terminate().await?;
    std::fs::write(next_file(&house), [5; 32])?;
    make_private(&house)?;
    machine.start(&house)?;
    until(&owner, "wait until it is back", |machine| machine.connected).await?;
    assert_eq!(until_settled(&house).await?, new);
    chat.ask("/say after").await?;
    let said = chat.seen.said();
    ensure!(["before", "all along", "after"].iter().all(|word| said.contains(word)), "{said}");
    Ok(())
}

fn make_private(house: &House) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    for file in [key_file(house), next_file(house)] {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600))
            .with_context(|| file.display().to_string())?;
    }
    Ok(())
}

/// S62: the machine of an all-in-one server is the same machine with another key, also after a restart.
#[tokio::test]
async fn the_servers_own_machine_replaces_its_key() -> Result<()> {
    let mut house = House::up(Setup::default()).await?;
    let owner = house.person()?;
    let before = owner.machine().await?;
    let after = replace(&house, &before.machine_name).await?;
    assert_eq!(after.machine_id, before.machine_id);
    house.interrupt().await?;
    house.start().await?;
    let again = house.person()?.machine().await?;
    assert_eq!((again.machine_id, &again.key_since), (before.machine_id, &after.key_since));
    Ok(())
}

//! Many machines on one server: what each costs, and that all of them come back.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use contract::machines::CreateEnrolment;
use e2e::house::Kind;
use e2e::patience::{PATIENCE, within};
use e2e::{House, Setup, proc};
use futures_util::{StreamExt, TryStreamExt, stream};
use model::machine::MachineStatus;
use sim::machine::{Fleet, IdleMachine, enrol};

/// How many machines there are: few before it is looked what each of the others adds.
const FEW: usize = 60;
const MANY: usize = 360;

/// How many are enrolled at a time.
const DOOR: usize = 8;

/// What is promised (R17): so many machines in so much memory.
const PROMISED: u64 = 10_000;
const MEMORY_KIB: u64 = 2 * 1024 * 1024;

/// What is promised (R18).
const BACK_WITHIN: Duration = Duration::from_mins(1);

/// R17, R18: what one more machine adds to the server's memory leaves room for ten thousand in two
/// gibibytes; and when the server is killed, all are back, and shown as online, within a minute.
#[tokio::test]
async fn machines_add_little_and_all_come_back() -> Result<()> {
    let mut house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let mut machines = enrol_all(&house, MANY).await?;
    let rest = machines.split_off(FEW);
    let mut few = Fleet::start(house.address(), machines);
    within(PATIENCE, "link a few machines", reached(&mut few, FEW)).await?;
    online(&house, FEW).await?;
    let before = proc::memory_kib(house.pid()?)?;

    let mut others = Fleet::start(house.address(), rest);
    within(BACK_WITHIN, "link the others", reached(&mut others, MANY - FEW)).await?;
    online(&house, MANY).await?;
    let after = proc::memory_kib(house.pid()?)?;
    let added = after.saturating_sub(before);
    let all = before + added * PROMISED / (MANY - FEW) as u64;
    ensure!(all <= MEMORY_KIB, "{added} KiB for {} machines are {all} in all", MANY - FEW);

    house.kill().await?;
    house.start().await?;
    within(BACK_WITHIN, "come back", async {
        reached(&mut few, FEW).await?;
        reached(&mut others, MANY - FEW).await?;
        online(&house, MANY).await
    })
    .await
}

async fn reached(fleet: &mut Fleet, count: usize) -> Result<()> {
    fleet.reaches(count).await;
    Ok(())
}

/// Waits until so many machines are shown as online.
async fn online(house: &House, count: usize) -> Result<()> {
    let client = house.person()?.client;
    let mut live = client.live();
    within(BACK_WITHIN, &format!("see {count} machines online"), async {
        loop {
            let machines = client.machines().await?;
            let is_online = |machine: &contract::machines::MachineView| {
                machine.connected && machine.status == MachineStatus::Online
            };
            if machines.iter().filter(|machine| is_online(machine)).count() == count {
                return Ok(());
            }
            live.next().await?;
        }
    })
    .await
}

async fn enrol_all(house: &House, count: usize) -> Result<Vec<IdleMachine>> {
    let (client, server) = (house.person()?.client, house.address());
    let enrolling = stream::iter(0..count)
        .map(|number| {
            let client = client.clone();
            async move {
                let order = CreateEnrolment::default();
                let token = client.enrolment_create(&order).await?.registration_token;
                let machine = enrol(server, &token, &format!("idle-{number}")).await?;
                Ok::<_, anyhow::Error>(machine)
            }
        })
        .buffer_unordered(DOOR)
        .try_collect();
    within(BACK_WITHIN, "enrol machines", async { enrolling.await.context("enrol a machine") })
        .await
}

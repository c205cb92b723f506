//! Sessions that are lent, where a machine is: what is typed arrives, or does not.

use anyhow::{Context, Result, ensure};
use client::Part;
use contract::assignments::AssignUser;
use contract::shares::ShareSession;
use contract::users::UserRef;
use e2e::{House, Setup};
use http::StatusCode;
use model::actor::AssignmentLevel;
use model::share::ShareLevel;

use crate::rights::guest;

/// S36, S39: a terminal that is lent shows what happens in it; what is typed arrives once it is lent
/// for that, and the end of the share ends both.
#[tokio::test]
async fn a_terminal_is_watched_then_driven_and_taken_back() -> Result<()> {
    let script = "while read -r line; do echo \"$line\" >> typed; echo \"$line\"; done";
    let house = House::up(Setup { shell: Some(script.to_owned()), ..Setup::default() }).await?;
    let owner = house.person()?;
    let (guest, account) = guest(&house, &owner).await?;
    let session = owner.terminal().await?;
    let mut own = owner.attach(session, Part::Write).await?;
    own.keyboard().await?;
    let lent = |level| ShareSession { username: "guest".to_owned(), level, expires_in: 3_600 };

    owner.client.session_share(session, &lent(ShareLevel::Watch)).await?;
    let mut watcher = guest.attach(session, Part::Watch).await?;
    own.type_in("from the owner\n")?;
    own.shows("from the owner").await?;
    watcher.shows("from the owner").await?;
    let present = owner.client.session_presence(session).await?.people;
    let names: Vec<_> = present.iter().map(|one| UserRef::Id(one.user_id)).collect();
    let own_account = UserRef::Id(owner.client.me().await?.user_id);
    assert_eq!(names, [own_account, account]);

    let machine = owner.machine().await?.machine_id;
    let grant = AssignUser { user_id: account, permission: AssignmentLevel::User };
    owner.client.assign(machine, &grant).await?;
    owner.client.session_share(session, &lent(ShareLevel::Drive)).await?;
    let mut driver = guest.attach(session, Part::Write).await?;
    driver.shows("from the owner").await?;
    driver.take_keyboard();
    driver.keyboard().await?;
    driver.type_in("from the guest\n")?;
    driver.shows("from the guest").await?;
    own.shows("from the guest").await?;

    let taken = owner.client.session_unshare(session, account).await;
    ensure!(taken.is_ok(), "{taken:?}");
    let refused = guest.client.session(session).await.err().context("it is lent no longer")?;
    ensure!(refused.status() == Some(StatusCode::NOT_FOUND), "{refused:?}");
    own.take_keyboard();
    own.keyboard().await?;
    own.type_in("alone again\n")?;
    own.shows("alone again").await?;
    for mut cut in [driver, watcher] {
        let shown = cut.shows("alone again").await;
        let why = format!("{:?}", shown.err().context("it is shown to whom it is lent no longer")?);
        ensure!(why.contains("session not found"), "{why}");
    }
    own.type_in("done\n")?;
    own.until("wait until all is read", |seen| {
        // Once as it is typed, once as it was read.
        let shown = String::from_utf8_lossy(&seen.output).matches("done").count();
        (shown == 2).then_some(())
    })
    .await?;
    let typed = house.file("typed").context("what was typed is there")?;
    assert_eq!(typed, "from the owner\nfrom the guest\nalone again\ndone\n");
    Ok(())
}

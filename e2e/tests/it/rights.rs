//! Rights that are taken at the worst moment.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use contract::assignments::AssignUser;
use contract::auth::CreateApiToken;
use contract::users::{CreateUser, UserRef};
use e2e::house::Kind;
use e2e::{House, Machine, Person, Setup};
use http::StatusCode;
use model::Role;
use model::actor::AssignmentLevel;
use model::user::UserKind;

/// How long the server has to ask the machine, which then does not answer. If it is too short the
/// right is missing from the beginning, and nothing is proven.
const ASKS_WITHIN: Duration = Duration::from_secs(1);

/// A machine takes its time to say whether a session can be started. Whose right was taken back
/// meanwhile does not get it.
#[tokio::test]
async fn a_right_that_is_taken_while_the_machine_is_asked_starts_nothing() -> Result<()> {
    let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let machine = Machine::enrol(&house, house.address()).await?;
    let owner = house.person()?;
    let id = owner.machine().await?.machine_id;
    let (guest, account) = guest(&house, &owner).await?;
    let grant = AssignUser { user_id: account, permission: AssignmentLevel::User };
    owner.client.assign(id, &grant).await?;
    let order = guest.chat_with("demo").await?;

    machine.hold()?;
    let starting = tokio::spawn({
        let (client, order) = (guest.client.clone(), order.clone());
        async move { client.session_create(&order).await }
    });
    tokio::time::sleep(ASKS_WITHIN).await;
    ensure!(!starting.is_finished(), "it is said before the machine was asked");
    owner.client.unassign(id, account).await?;
    machine.let_go()?;

    let refused = starting.await?.err().context("it was started")?;
    ensure!(refused.status() == Some(StatusCode::NOT_FOUND), "{refused:?}");
    ensure!(owner.client.sessions(&client::SessionFilter::default()).await?.sessions.is_empty());
    // With the right it starts.
    owner.client.assign(id, &grant).await?;
    guest.client.session_create(&order).await?;
    Ok(())
}

/// An account with nothing but a token.
pub(crate) async fn guest(house: &House, owner: &Person) -> Result<(Person, UserRef)> {
    let new = CreateUser {
        username: "guest".to_owned(),
        display_name: None,
        kind: UserKind::Service,
        role: Role::User,
        tenant_id: None,
        expires_in_hours: None,
    };
    let account = UserRef::Id(owner.client.user_create(&new).await?.user.user_id);
    let token = CreateApiToken { name: "e2e".to_owned(), expires_in_days: None, scopes: None };
    let token = owner.client.user_token_create(account, &token).await?.token;
    Ok((Person::new(house.address(), &token)?, account))
}

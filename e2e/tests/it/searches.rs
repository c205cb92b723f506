//! Looking for what was said, on the machines where it was said.

use anyhow::{Context, Result, ensure};
use contract::assignments::AssignUser;
use contract::machines::MachineView;
use contract::searches::{FoundInSessions, Said, SearchSessions, WhyNotSearched};
use contract::shares::ShareSession;
use e2e::chat::Chat;
use e2e::house::TOKEN;
use e2e::patience::{PATIENCE, within};
use e2e::program::Program;
use e2e::{House, Machine, Person, Setup};
use http::StatusCode;
use model::SessionId;
use model::actor::AssignmentLevel;
use model::share::ShareLevel;

use crate::rights::guest;

async fn search(person: &Person, words: &str) -> Result<FoundInSessions> {
    let body = SearchSessions { words: words.to_owned(), ..SearchSessions::default() };
    Ok(person.client.sessions_search(&body).await?)
}

fn sessions(found: &FoundInSessions) -> Vec<SessionId> {
    found.results.iter().map(|one| one.session.session_id).collect()
}

/// What `gantline session search` prints.
async fn command(house: &House, words: &[&str]) -> Result<String> {
    let line: Vec<_> = ["session", "search"].iter().chain(words).collect();
    let mut command = house.place().gantline(&line, &[])?;
    command.env("GANTLINE_SERVER", format!("http://{}", house.address()));
    command.env("GANTLINE_TOKEN", TOKEN);
    let ended = Program::start("search", command)?.ended().await?;
    ensure!(ended.status.success(), "{}", ended.text());
    Ok(ended.text())
}

/// The machine of this name, once it is as it should be.
async fn machine(person: &Person, name: &str, is_up: bool) -> Result<MachineView> {
    let mut live = person.client.live();
    within(PATIENCE, "wait for the machine", async {
        loop {
            let machines = person.client.machines().await?;
            let found = machines.into_iter().find(|machine| {
                let is_ready = machine.connected && !machine.agents.is_empty();
                machine.machine_name == name && (if is_up { is_ready } else { !machine.connected })
            });
            match found {
                Some(machine) => return Ok(machine),
                None => drop(live.next().await?),
            }
        }
    })
    .await
}

/// Two people, two machines: each finds what they may see; a machine that is offline is named.
#[tokio::test]
async fn what_was_said_is_found_by_those_who_may_see_it() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let owner = house.person()?;
    let mut near = owner.chat("demo").await?;
    let order = owner.chat_with("demo").await?;
    near.ask("/say 登录页面已修复 the LOGIN page\\nis done \u{1b}]0;x\u{7}<img src=x>").await?;
    near.idle().await?;

    let mut away = Machine::enrol(&house, house.address()).await?;
    let far = machine(&owner, e2e::machine::NAME, true).await?.machine_id;
    let (guest, account) = guest(&house, &owner).await?;
    let grant = AssignUser { user_id: account, permission: AssignmentLevel::User };
    owner.client.assign(far, &grant).await?;
    let order = contract::sessions::CreateSession { machine_id: far, ..order };
    let session = guest.client.session_create(&order).await?;
    let mut other = Chat::follow(guest.client.clone(), session);
    other.idle().await?;
    other.ask("/say ログインﾍﾟｰｼﾞ 로그인 오류 登录页").await?;
    other.idle().await?;
    let (near, other) = (near.id(), other.id());

    // The guest sees their own; who administers the tenant sees both, the last active first.
    assert_eq!(sessions(&search(&guest, "登录页").await?), [other]);
    let found = search(&owner, "登录页").await?;
    assert_eq!(sessions(&found), [other, near]);
    assert_eq!((found.searched, found.not_searched.len()), (2, 0));
    for (words, session) in
        [("ペ", other), ("ログインページ", other), ("그인 오", other), ("login PAGE is", near)]
    {
        assert_eq!(sessions(&search(&owner, words).await?), [session], "{words}");
    }
    assert_eq!(sessions(&search(&owner, "no such words").await?), []);
    let hostile = search(&owner, "<IMG").await?.results.remove(0);
    let answer = hostile.places.iter().find(|place| place.said == Said::Answer).context("said")?;
    assert_eq!((answer.matched.as_str(), hostile.count), ("<img", 2));
    ensure!(!answer.before.contains(char::is_control), "{answer:?}");

    // Nothing is told of what is foreign, unless it is lent.
    let one = |session| SearchSessions {
        words: "login".to_owned(),
        session_id: Some(session),
        ..SearchSessions::default()
    };
    let refused = guest.client.sessions_search(&one(near)).await.err().context("it is foreign")?;
    ensure!(refused.status() == Some(StatusCode::NOT_FOUND), "{refused:?}");
    assert_eq!(sessions(&search(&guest, "login").await?), []);
    let lent = ShareSession { username: "guest".into(), level: ShareLevel::Watch, expires_in: 600 };
    owner.client.session_share(near, &lent).await?;
    assert_eq!(sessions(&search(&guest, "login").await?), [near]);
    assert_eq!(guest.client.sessions_search(&one(near)).await?.results[0].count, 2);
    owner.client.session_unshare(near, account).await?;
    assert_eq!(sessions(&search(&guest, "login").await?), []);

    // On the command line, and at a window nothing of what agents say is obeyed.
    let said = command(&house, &["login", "page"]).await?;
    ensure!(said.contains("LOGIN page is") && !said.contains('\u{1b}'), "{said}");

    away.kill().await?;
    machine(&owner, e2e::machine::NAME, false).await?;
    let found = search(&owner, "登录页").await?;
    assert_eq!(sessions(&found), [near]);
    let [not] = &found.not_searched[..] else { panic!("{found:?}") };
    assert_eq!((not.machine_id, not.reason, not.sessions), (far, WhyNotSearched::Offline, 1));
    assert_eq!(not.machine_name.as_deref(), Some(e2e::machine::NAME));
    let said = command(&house, &["登录页"]).await?;
    ensure!(said.contains("not searched: 1 session on far-away: offline"), "{said}");

    // After a restart of the machine it is found again in what was kept.
    away.start(&house)?;
    machine(&owner, e2e::machine::NAME, true).await?;
    assert_eq!(sessions(&search(&owner, "登录页").await?), [other, near]);
    Ok(())
}

//! Session limits, with a machine that is there.

use anyhow::{Context, Result, ensure};
use client::Client;
use contract::session_limits::ChangeSessionLimits;
use contract::sessions::CreateSession;
use e2e::jobs::{job_ended_as, job_is, job_of};
use e2e::{House, Person, Setup};
use http::StatusCode;
use model::job::JobState;
use model::session::{SessionKind, SessionState};
use model::session_limits::Change;
use model::turn::TurnState;
use tokio::task::JoinSet;

const CONFLICT: Option<StatusCode> = Some(StatusCode::CONFLICT);

const TOGETHER: usize = 20;

const LIMIT: u32 = 3;

async fn limit(client: &Client, change: ChangeSessionLimits) -> Result<()> {
    let tenant = client.me().await?.tenant_id;
    client.tenant_limits_change(tenant, &change).await?;
    Ok(())
}

async fn a_terminal(person: &Person) -> Result<CreateSession> {
    let order = person.chat_with("none").await?;
    Ok(CreateSession { kind: SessionKind::Terminal, agent_name: None, ..order })
}

/// However many are asked for at once, no more begin than may be open; a job waits for its turn.
#[tokio::test]
async fn of_twenty_at_once_three_begin_and_a_job_waits_until_one_has_ended() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let client = person.client.clone();
    let order = a_terminal(&person).await?;
    let of_user =
        ChangeSessionLimits { max_sessions_per_user: Change::To(LIMIT), ..Default::default() };
    limit(&client, of_user).await?;

    let mut asking = JoinSet::new();
    for _ in 0..TOGETHER {
        let (client, order) = (client.clone(), order.clone());
        asking.spawn(async move { client.session_create(&order).await });
    }
    let mut begun = Vec::new();
    for answer in asking.join_all().await {
        match answer {
            Ok(session) => begun.push(session.session_id),
            Err(error) => {
                let refusal = (error.status(), error.code());
                ensure!(refusal == (CONFLICT, Some("user_session_limit")), "{error}");
            }
        }
    }
    assert_eq!(begun.len(), 3);
    let open = client.sessions(&client::SessionFilter::default()).await?.sessions;
    assert_eq!(open.len(), 3);

    let job = client.job_submit(&job_of("/say done"), "one").await?.summary.id;
    let refused = client.session_create(&order).await.expect_err("three are open");
    assert_eq!(refused.code(), Some("user_session_limit"));
    job_is(&client, job, "waits", |job| job.summary.status == JobState::Queued).await?;
    let first = *begun.first().context("one that has begun")?;
    client.session_stop(first, None).await?;
    person.session_is(first, SessionState::Stopped).await?;
    job_ended_as(&client, job, JobState::Completed).await?;
    Ok(())
}

/// The tenant's limit of prompts, in words that say what to do.
#[tokio::test]
async fn a_session_takes_as_many_prompts_as_its_tenant_allows() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let mut chat = house.person()?.chat("demo").await?;
    let client = chat.client.clone();
    limit(&client, ChangeSessionLimits { max_turns: Change::To(1), ..Default::default() }).await?;
    assert_eq!(chat.ask("/say one").await?.state, TurnState::Done);
    let refused = chat.prompt("/say two").await.expect_err("it has taken one");
    let refused = refused.downcast::<client::Error>()?;
    assert_eq!((refused.status(), refused.code()), (CONFLICT, Some("max_turns_reached")));
    let text = refused.to_string();
    assert!(text.contains("this session takes 1 prompts, and has taken 1"), "{text}");

    limit(&client, ChangeSessionLimits { max_turns: Change::Lift, ..Default::default() }).await?;
    assert_eq!(chat.ask("/say three").await?.state, TurnState::Done);
    Ok(())
}

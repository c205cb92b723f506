//! Real agents and what they may meet on the way to their models: a person who changes their mind, a
//! provider that wants to be left alone for a second, an answer that tears, a token that has expired,
//! a budget that is used up. Each agent meets all of it in one session, which goes on every time.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use contract::quotas::{AnswerBudget, PutQuota, QuotaView};
use contract::sessions::TurnView;
use e2e::chat::Seen;
use e2e::patience::{PATIENCE, within};
use e2e::{Chat, House};
use futures_util::future::LocalBoxFuture;
use model::quota::{AtStop, QuotaMeasure, QuotaPeriod, QuotaSubject};
use model::turn::TurnState;
use model::{BudgetRequestId, TurnId};
use sim::provider::{Delivered, Exchange, SimProvider};
use tokio::process::Command;

use crate::agents::house_with;

/// What an agent does about a call that went wrong but would go well a moment later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// It asks again, and nobody notices.
    AsksAgain,
    /// It ends the turn and says why.
    Stops,
    /// The one or the other: its HTTP client may forget what it was told when the connection is cut
    /// behind it.
    Either,
    /// It ends the turn, or it waits until it reaches hosts on the internet, where there may be none:
    /// for a person who cancels the turn, then.
    MayWait,
}

/// When a person sees what the model says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speech {
    /// While it says it.
    InPieces,
    /// When it has said it.
    AsAWhole,
}

/// A turn that takes so long waits for something; the gateway waits for a token six times as long.
const WAITS_FOR: Duration = Duration::from_secs(3);

/// No answer but the slow one has so many events.
const SOME_EVENTS: usize = 40;

/// How often it is looked for what nobody tells.
const LOOKS_EVERY: Duration = Duration::from_millis(300);

/// How an agent was seen to behave. `docs/llm-gateway.md` tells people.
struct Manners {
    agent: &'static str,
    program: &'static str,
    speech: Speech,
    /// After 429 with `retry-after`.
    limited: Manner,
    /// After a stream that tears.
    torn: Manner,
}

#[tokio::test]
async fn claude_code_meets_everything() -> Result<()> {
    meets_everything(&Manners {
        agent: "claude",
        program: "claude-agent-acp",
        speech: Speech::InPieces,
        limited: Manner::AsksAgain,
        torn: Manner::AsksAgain,
    })
    .await
}

#[tokio::test]
async fn codex_meets_everything() -> Result<()> {
    meets_everything(&Manners {
        agent: "codex",
        program: "codex-acp",
        speech: Speech::InPieces,
        limited: Manner::AsksAgain,
        torn: Manner::AsksAgain,
    })
    .await
}

#[tokio::test]
async fn gemini_meets_everything() -> Result<()> {
    meets_everything(&Manners {
        agent: "gemini",
        program: "gemini",
        speech: Speech::InPieces,
        limited: Manner::AsksAgain,
        torn: Manner::Either,
    })
    .await
}

#[tokio::test]
async fn qwen_code_meets_everything() -> Result<()> {
    meets_everything(&Manners {
        agent: "qwen",
        program: "qwen",
        speech: Speech::InPieces,
        limited: Manner::AsksAgain,
        torn: Manner::Stops,
    })
    .await
}

#[tokio::test]
async fn opencode_meets_everything() -> Result<()> {
    meets_everything(&Manners {
        agent: "opencode",
        program: "opencode",
        speech: Speech::InPieces,
        limited: Manner::AsksAgain,
        torn: Manner::AsksAgain,
    })
    .await
}

#[tokio::test]
async fn copilot_meets_everything() -> Result<()> {
    meets_everything(&Manners {
        agent: "copilot",
        program: "copilot",
        speech: Speech::InPieces,
        limited: Manner::AsksAgain,
        torn: Manner::AsksAgain,
    })
    .await
}

#[tokio::test]
async fn kilo_meets_everything() -> Result<()> {
    meets_everything(&Manners {
        agent: "kilo",
        program: "kilo",
        speech: Speech::InPieces,
        limited: Manner::AsksAgain,
        torn: Manner::MayWait,
    })
    .await
}

#[tokio::test]
async fn kimi_code_meets_everything() -> Result<()> {
    meets_everything(&Manners {
        agent: "kimi",
        program: "kimi",
        speech: Speech::InPieces,
        limited: Manner::AsksAgain,
        torn: Manner::AsksAgain,
    })
    .await
}

#[tokio::test]
async fn cline_meets_everything() -> Result<()> {
    meets_everything(&Manners {
        agent: "cline",
        program: "cline",
        speech: Speech::InPieces,
        limited: Manner::AsksAgain,
        torn: Manner::Either,
    })
    .await
}

#[tokio::test]
async fn droid_meets_everything() -> Result<()> {
    meets_everything(&Manners {
        agent: "droid",
        program: "droid",
        speech: Speech::AsAWhole,
        limited: Manner::AsksAgain,
        torn: Manner::AsksAgain,
    })
    .await
}

#[tokio::test]
async fn pi_meets_everything() -> Result<()> {
    meets_everything(&Manners {
        agent: "pi",
        program: "pi-acp",
        speech: Speech::InPieces,
        limited: Manner::AsksAgain,
        torn: Manner::Stops,
    })
    .await
}

#[tokio::test]
async fn vibe_meets_everything() -> Result<()> {
    meets_everything(&Manners {
        agent: "vibe",
        program: "vibe-acp",
        speech: Speech::InPieces,
        limited: Manner::AsksAgain,
        torn: Manner::AsksAgain,
    })
    .await
}

/// Boxed: a future of all of it is larger than a stack should hold.
fn meets_everything(manners: &Manners) -> LocalBoxFuture<'_, Result<()>> {
    Box::pin(meets_one_after_the_other(manners))
}

async fn meets_one_after_the_other(manners: &Manners) -> Result<()> {
    let (house, person, provider) = house_with(manners.program).await?;
    let mut chat = person.chat(manners.agent).await?;
    somebody_changes_their_mind(&mut chat, &provider, manners.speech)
        .await
        .context("cancel a turn")?;
    a_call_goes_wrong_once(&mut chat, "status 429 retry-after 1", manners.limited)
        .await
        .context("a limit")?;
    a_call_goes_wrong_once(&mut chat, "cut 3 torn", manners.torn).await.context("a torn answer")?;
    the_token_expires(&house, &mut chat).await.context("an expired token")?;
    a_budget_is_used_up(&mut chat).await.context("a budget that refuses")?;
    a_budget_is_raised_meanwhile(&mut chat).await.context("a budget that asks")?;
    chat.client.session_stop(chat.id(), None).await?;
    house.nobody_left().await
}

/// R25: what is cancelled ends at the provider, too, and is paid for as far as it came.
async fn somebody_changes_their_mind(
    chat: &mut Chat,
    provider: &SimProvider,
    speech: Speech,
) -> Result<()> {
    let turn = chat.prompt("Count, please: [[slow 1000 30ms]]").await?;
    match speech {
        Speech::InPieces => {
            let speaks = |seen: &Seen| seen.said().contains("3 ").then_some(());
            chat.until("wait until it speaks", speaks).await?;
        }
        Speech::AsAWhole => speaks_to_the_agent(provider).await?,
    }
    chat.client.turn_cancel(chat.id(), Some(turn)).await?;
    let ended = chat.ended(turn).await?;
    ensure!(ended.state == TurnState::Cancelled, "{ended:?}");
    within(PATIENCE, "wait until the provider is left alone", async {
        for exchange in provider.exchanges() {
            exchange.settled().await;
        }
        Ok(())
    })
    .await?;
    let exchanges = provider.exchanges();
    let cut = exchanges.iter().any(|exchange| exchange.delivered() == Delivered::Aborted);
    ensure!(cut, "the provider went on to the end");
    Ok(())
}

/// Waits until the provider is in the middle of an answer.
async fn speaks_to_the_agent(provider: &SimProvider) -> Result<()> {
    within(PATIENCE, "wait until the provider speaks", async {
        let speaks = |exchange: &Exchange| exchange.events_sent() > SOME_EVENTS;
        while !provider.exchanges().iter().any(|exchange| speaks(exchange)) {
            tokio::time::sleep(LOOKS_EVERY).await;
        }
        Ok(())
    })
    .await
}

async fn a_call_goes_wrong_once(chat: &mut Chat, how: &str, manner: Manner) -> Result<()> {
    let word = format!("over-{}", how.split(' ').next().unwrap_or("it"));
    let prompt = format!("Go on: [[fault once {how}]] [[say This is {word} now.]]");
    let before = chat.seen.said().len();
    let turn = match manner {
        Manner::MayWait => patiently(chat, &prompt).await?,
        _ => chat.ask(&prompt).await?,
    };
    let said = chat.seen.said()[before..].contains(&word);
    match manner {
        Manner::AsksAgain => ensure!(said && turn.state == TurnState::Done, "{turn:?}"),
        Manner::Stops => ensure!(!said, "it asked again: {turn:?}"),
        Manner::Either | Manner::MayWait => {}
    }
    goes_on(chat, &format!("after-{word}")).await
}

/// A turn whose end a person does not wait for for long.
async fn patiently(chat: &mut Chat, prompt: &str) -> Result<TurnView> {
    let turn = chat.prompt(prompt).await?;
    if let Ok(ended) = tokio::time::timeout(WAITS_FOR, chat.ended(turn)).await {
        return ended;
    }
    // It may have ended this very moment.
    let _ = chat.client.turn_cancel(chat.id(), Some(turn)).await;
    chat.ended(turn).await
}

/// The session is as good as before.
async fn goes_on(chat: &mut Chat, word: &str) -> Result<()> {
    let before = chat.seen.said().len();
    let turn = chat.ask(&format!("And now: [[say All is well {word}.]]")).await?;
    let said = &chat.seen.said()[before..];
    ensure!(turn.state == TurnState::Done && said.contains(word), "{turn:?}: {said}");
    Ok(())
}

/// A machine that was asleep comes back with a token that has expired. The call waits until the
/// machine has renewed it, and the agent notices nothing.
async fn the_token_expires(house: &House, chat: &mut Chat) -> Result<()> {
    set_expiry(house, "1").await?;
    let before = chat.seen.said().len();
    let turn = until_it_waits(chat).await?;
    set_expiry(house, "9999999999999").await?;
    let ended = chat.ended(turn).await?;
    let said = &chat.seen.said()[before..];
    ensure!(ended.state == TurnState::Done && said.contains("The night is over"), "{said}");
    Ok(())
}

/// S95: the turn ends and says nothing, and the session is as good as before once there is more.
async fn a_budget_is_used_up(chat: &mut Chat) -> Result<()> {
    let quota = allow_nothing(chat, AtStop::Refuse).await?;
    // What was read of a tenant's quotas is believed for a moment.
    within(PATIENCE, "wait until the budget refuses", async {
        loop {
            let before = chat.seen.said().len();
            chat.ask("Spend it: [[say This was paid for.]]").await?;
            if !chat.seen.said()[before..].contains("This was paid for") {
                return Ok(());
            }
        }
    })
    .await?;
    chat.client.quota_remove(quota.quota_id).await?;
    within(PATIENCE, "wait until nothing refuses", async {
        while goes_on(chat, "after-the-budget").await.is_err() {}
        Ok(())
    })
    .await
}

/// Its call waits while somebody is asked for more, and the agent notices nothing.
async fn a_budget_is_raised_meanwhile(chat: &mut Chat) -> Result<()> {
    let quota = allow_nothing(chat, AtStop::Ask).await?;
    let before = chat.seen.said().len();
    let (turn, request) = until_it_asks(chat).await?;
    let answer = AnswerBudget::Grant { amount: 1_000.0 };
    chat.client.budget_request_answer(request, &answer).await?;
    let ended = chat.ended(turn).await?;
    let said = &chat.seen.said()[before..];
    ensure!(ended.state == TurnState::Done && said.contains("This is worth more"), "{said}");
    chat.client.quota_remove(quota.quota_id).await?;
    Ok(())
}

/// A prompt or two may go through before the quota is known.
async fn until_it_asks(chat: &mut Chat) -> Result<(TurnId, BudgetRequestId)> {
    within(PATIENCE, "wait until somebody is asked for more", async {
        let mut turn = chat.prompt("Go on: [[say This is worth more.]]").await?;
        loop {
            if let Some(request) = chat.client.budget_requests(Some(chat.id())).await?.first() {
                return Ok((turn, request.budget_request_id));
            }
            if let Ok(ended) = tokio::time::timeout(LOOKS_EVERY, chat.ended(turn)).await {
                ended?;
                turn = chat.prompt("Go on: [[say This is worth more.]]").await?;
            }
        }
    })
    .await
}

async fn allow_nothing(chat: &Chat, at_stop: AtStop) -> Result<QuotaView> {
    let quota = PutQuota {
        subject: QuotaSubject::Session,
        of: None,
        measure: QuotaMeasure::Requests,
        period: QuotaPeriod::Total,
        limit: 0.0,
        at_stop,
    };
    Ok(chat.client.quota_put(&quota).await?)
}

/// What was read of a token is believed for two seconds, and a call that is under way when that is
/// over is cut. So a prompt or two may go through or fail.
async fn until_it_waits(chat: &mut Chat) -> Result<TurnId> {
    within(PATIENCE, "wait until a call waits for its token", async {
        loop {
            let turn = chat.prompt("Good morning: [[say The night is over.]]").await?;
            match tokio::time::timeout(WAITS_FOR, chat.ended(turn)).await {
                Ok(ended) => drop(ended?),
                Err(_) => return Ok(turn),
            }
        }
    })
    .await
}

/// What the machine's renewal writes, and what the time does.
async fn set_expiry(house: &House, at_ms: &str) -> Result<()> {
    const WRITE: &str = "import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=30) as database:
    database.execute('UPDATE proxy_tokens SET expires_at = ?', [int(sys.argv[2])])";
    let database = house.place().at("data").join("gantline.db");
    let mut python = Command::new("python3");
    let written = python.args(["-c", WRITE]).arg(database).arg(at_ms).output().await?;
    ensure!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    Ok(())
}

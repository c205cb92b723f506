//! The server and a machine in processes of their own, with a network between them that fails.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client::{Client, Part};
use e2e::chat::turn_of;
use e2e::house::{Kind, TOKEN};
use e2e::{Chat, House, Machine, Person, Setup};
use model::permission::PermissionAnswer;
use model::rng::{CountingRng, below};
use model::turn::{TurnState, WhenBusy};
use model::{SessionId, TurnId};
use sim::fault::{Direction, FaultProxy, Faults};
use tokio::sync::watch;

/// Prompts to each of the chats.
const PROMPTS: usize = 40;

/// How often something breaks.
const BLOWS: u64 = 14;

/// A server, a machine that reaches it through a proxy, and the proxy.
async fn far_apart(shell: Option<&str>) -> Result<(House, Machine, FaultProxy)> {
    let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let proxy = FaultProxy::start(house.address(), 6).await?;
    let shell = shell.map(str::to_owned);
    let machine = Machine::enrol_with(&house, proxy.address(), shell).await?;
    house.person()?.machine().await?;
    Ok((house, machine, proxy))
}

/// R06, R01: every accepted prompt appends its line exactly once, or is unknown and appends it at
/// most once, and those of one chat in order; though both sides are killed, connections are cut
/// and frames are torn at moments that nobody chose.
#[tokio::test]
async fn each_accepted_line_is_appended_once() -> Result<()> {
    let (mut house, mut machine, proxy) = far_apart(None).await?;
    // Prompts come over a network that fails as well.
    let outside = FaultProxy::start(house.address(), 7).await?;
    let person = Person::new(outside.address(), TOKEN)?;
    let (one, other) = (house.person()?.chat("demo").await?, house.person()?.chat("demo").await?);
    let (over, is_over) = watch::channel(false);

    let torn = Faults { reset_millionths: 30_000, ..Faults::default() };
    outside.set_faults(Direction::FromTarget, torn);
    let writing = async {
        let (first, second) = tokio::join!(
            append_all(&person.client, one.id(), "one", is_over.clone()),
            append_all(&person.client, other.id(), "other", is_over.clone()),
        );
        Ok::<_, anyhow::Error>((first?, second?))
    };
    let breaking = async {
        let broken = break_things(&mut house, &mut machine, &proxy).await;
        over.send_replace(true);
        broken
    };
    let (accepted, broken) = tokio::join!(writing, breaking);
    broken?;
    let (first, second) = accepted?;

    house.person()?.machine().await?;
    let mut tally = BTreeMap::new();
    for (mut chat, name, accepted) in [(one, "one", first), (other, "other", second)] {
        ensure!(accepted.len() == PROMPTS, "{} prompts were accepted", accepted.len());
        judge(&house, &mut chat, &format!("{name}.log"), &accepted, &mut tally).await?;
    }
    let done = tally.get("done").copied().unwrap_or_default();
    assert!(done > PROMPTS, "most were done: {tally:?}");
    Ok(())
}

/// Sends prompts, each with a line and a key of its own, and each as often as it takes until the
/// server says that it has it. While things break they are spread; when that is over the rest
/// follows at once.
async fn append_all(
    client: &Client,
    session: SessionId,
    name: &str,
    mut is_over: watch::Receiver<bool>,
) -> Result<Vec<(TurnId, String)>> {
    let mut accepted = Vec::new();
    for number in 0..PROMPTS {
        let line = format!("{name}-{number}.");
        let turn = turn_of(&format!("/append {name}.log {line}"), WhenBusy::Queue);
        let id = loop {
            match client.prompt(session, &turn, &line).await {
                Ok(turn) => break turn.turn_id,
                Err(error) if error.is_retryable() => {}
                Err(error) => return Err(error).with_context(|| format!("prompt {line}")),
            }
        };
        accepted.push((id, line));
        let pause = Duration::from_millis(600);
        // Not a wait for something to happen: prompts are to fall between the blows.
        let _ = tokio::time::timeout(pause, is_over.wait_for(|over| *over)).await;
    }
    Ok(accepted)
}

/// Breaks one thing after another. The machine is killed more often than the server, because its
/// waits for a server that it has lost grow up to a minute, and begin anew when it starts.
async fn break_things(house: &mut House, machine: &mut Machine, proxy: &FaultProxy) -> Result<()> {
    let rng = CountingRng::new(6);
    for blow in 0..BLOWS {
        // Not a wait for something to happen: nobody chooses when things break.
        tokio::time::sleep(Duration::from_millis(200 + below(&rng, 900))).await;
        match (blow % 2, below(&rng, 3)) {
            (0, 0) => proxy.cut_all(),
            (0, 1) => {
                // The link breaks in the middle of a frame.
                let after = Some(1 + below(&rng, 3_000));
                let torn = Faults { reset_after: after, ..Faults::default() };
                proxy.set_faults(Direction::ToTarget, torn);
                proxy.cut_all();
            }
            (0, _) => {
                house.kill().await?;
                house.start().await?;
            }
            _ => {
                machine.kill().await?;
                proxy.set_faults(Direction::ToTarget, Faults::default());
                machine.start(house)?;
            }
        }
    }
    proxy.set_faults(Direction::ToTarget, Faults::default());
    Ok(())
}

/// Compares what became of each prompt with the file.
async fn judge(
    house: &House,
    chat: &mut Chat,
    file: &str,
    accepted: &[(TurnId, String)],
    tally: &mut BTreeMap<&'static str, usize>,
) -> Result<()> {
    let mut states = Vec::new();
    for (turn, line) in accepted {
        let turn = chat.ended(*turn).await.with_context(|| format!("the turn of {line}"))?;
        *tally.entry(turn.state.as_str()).or_default() += 1;
        states.push((line, turn));
    }
    let text = house.file(file).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    for (line, turn) in states {
        let times = lines.iter().filter(|found| **found == line.as_str()).count();
        let may_be = match turn.state {
            TurnState::Done => times == 1,
            TurnState::Unknown => times <= 1,
            _ => times == 0,
        };
        ensure!(may_be, "{line} is there {times} times, and its turn is {turn:?}");
    }
    let order: Vec<_> = accepted.iter().map(|(_, line)| line.as_str()).collect();
    let expected: Vec<_> = order.into_iter().filter(|line| lines.contains(line)).collect();
    ensure!(lines == expected, "the lines are in another order: {lines:?}");
    Ok(())
}

/// R01: a question outlives the server; it is answered after the restart, and the agent, which has
/// waited, goes on.
#[tokio::test]
async fn a_question_outlives_the_server() -> Result<()> {
    let (mut house, _machine, _proxy) = far_apart(None).await?;
    let mut chat = house.person()?.chat("demo").await?;
    let turn = chat.prompt("/write notes.txt hello").await?;
    let question = chat.question().await?;
    house.kill().await?;
    house.start().await?;
    let open = chat.client.permissions(Some(chat.id())).await?;
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].request_id, &open[0].digest), (question.request_id, &question.digest));
    chat.answer(&open[0], PermissionAnswer::AllowOnce, None).await?;
    assert_eq!(chat.ended(turn).await?.state, TurnState::Done);
    assert_eq!(house.file("notes.txt").as_deref(), Some("hello"));
    Ok(())
}

/// R01: a turn goes on while the server is away, and nothing of it is missing afterwards.
#[tokio::test]
async fn a_turn_goes_on_without_the_server() -> Result<()> {
    let (mut house, _machine, _proxy) = far_apart(None).await?;
    let mut chat = house.person()?.chat("demo").await?;
    let turn = chat.prompt("/slow 60 50ms").await?;
    chat.until("wait until it speaks", |seen| seen.said().contains("3 ").then_some(())).await?;
    house.kill().await?;
    house.start().await?;
    assert_eq!(chat.ended(turn).await?.state, TurnState::Done);
    let all = crate::on_lines(1..=60).replace('\n', " ");
    assert_eq!(chat.seen.said(), all);
    Ok(())
}

/// R03, R04: a terminal outlives a server that is killed and a network that is cut; whoever
/// watches sees every byte, once.
#[tokio::test]
async fn a_terminal_outlives_the_server_and_the_network() -> Result<()> {
    let script = "stty -echo -onlcr; printf 'ready>'; read -r line\n\
                  for block in 1 2 3 4 5 6 7 8; do seq \"$block\"00000 \"$block\"09999; sleep 0.3; done\n\
                  read -r line";
    let (mut house, _machine, proxy) = far_apart(Some(script)).await?;
    let person = house.person()?;
    let session = person.terminal().await?;
    let mut viewer = person.attach(session, Part::Write).await?;
    viewer.shows("ready").await?;
    viewer.keyboard().await?;
    viewer.type_in("\n")?;
    viewer.shows("\n200500\n").await?;
    proxy.cut_all();
    viewer.shows("\n400500\n").await?;
    house.kill().await?;
    house.start().await?;
    viewer.shows("\n809999\n").await?;
    let expected =
        crate::on_lines((1..=8).flat_map(|block| block * 100_000..block * 100_000 + 10_000));
    let output = String::from_utf8_lossy(&viewer.seen.output).into_owned();
    let output = output.trim_start_matches("ready>");
    assert_eq!(viewer.seen.gap_bytes, 0);
    assert_eq!(output.len(), expected.len());
    assert!(output == expected, "every byte is as the program wrote it");
    Ok(())
}

/// R06: what is typed while the link is cut reaches the program once, or is said to be given up.
#[tokio::test]
async fn typing_through_a_cut_link_types_once() -> Result<()> {
    let script = "stty -echo -onlcr; printf 'ready>'\n\
                  while read -r line; do echo \"$line\" >> typed; echo \"$line\"; done";
    let (house, _machine, proxy) = far_apart(Some(script)).await?;
    let person = house.person()?;
    let session = person.terminal().await?;
    let mut viewer = person.attach(session, Part::Write).await?;
    viewer.shows("ready").await?;
    viewer.keyboard().await?;
    let lines: Vec<_> = (0..60).map(|number| format!("line-{number}.")).collect();
    for (number, line) in lines.iter().enumerate() {
        viewer.type_in(&format!("{line}\n"))?;
        if number % 20 == 10 {
            proxy.cut_all();
        }
    }
    viewer.shows("line-59.").await?;
    assert_eq!(viewer.seen.given_up_bytes, 0);
    let typed = house.file("typed").context("what was typed is there")?;
    assert_eq!(typed.lines().collect::<Vec<_>>(), lines);
    Ok(())
}

/// The transcript stands on the machine: while that is away the server says so, and keeps no copy
/// of what was said.
#[tokio::test]
async fn the_history_is_where_the_machine_is() -> Result<()> {
    const WORD: &str = "a-word-that-only-the-agent-says";
    let (house, mut machine, _proxy) = far_apart(None).await?;
    let mut chat = house.person()?.chat("demo").await?;
    std::fs::write(house.workspace().join("diary.txt"), WORD)?;
    assert_eq!(chat.ask("/read diary.txt").await?.state, TurnState::Done);
    assert!(chat.seen.said().contains(WORD), "{}", chat.seen.said());
    machine.kill().await?;
    let error = chat.client.updates(chat.id(), 0, None).await;
    let error = error.err().context("there is nobody to ask")?;
    assert_eq!(error.code(), Some("machine_offline"), "{error}");
    for file in ["gantline.db", "gantline.db-wal"] {
        let bytes = std::fs::read(house.place().at("data").join(file))?;
        let found = String::from_utf8_lossy(&bytes).contains(WORD);
        assert!(!found, "{file} holds what was said");
    }
    machine.start(&house)?;
    house.person()?.machine().await?;
    // The restart itself is told behind it.
    let updates = chat.client.updates(chat.id(), 0, None).await?.updates;
    for (seen, update) in chat.seen.updates.iter().zip(&updates) {
        let update: serde_json::Value = serde_json::from_str(update.update.get())?;
        assert_eq!(seen, &update);
    }
    assert!(updates.len() >= chat.seen.updates.len(), "nothing is missing");
    Ok(())
}

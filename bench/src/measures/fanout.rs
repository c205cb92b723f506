//! How long an event takes to reach everybody who follows a chat, and what each delivery costs,
//! beside a program that does nothing but tell many what one says. Ours checks who may hear,
//! numbers, makes the documented events of the records, and can tell everything again.
//!
//! With ours it is an agent that speaks, on a prompt: what that takes is in the first row, and the
//! others go from the first who hears it to the last.

use std::time::Duration;

use anyhow::{Context, Result};
use contract::sessions::{CreateTurn, PromptContent};
use futures_util::SinkExt;
use model::SessionId;
use model::turn::WhenBusy;
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use crate::followers::{Followers, Place, listen};
use crate::house::House;
use crate::process::{Process, cpu_time};
use crate::row::{Row, Unit};
use crate::spread::Spread;
use crate::subjects::Subjects;

/// How many follow.
const CROWDS: [usize; 3] = [1, 100, 1_000];

/// Events, one after the other.
const EVENTS: usize = 40;

/// Messages that are sent at once.
const FLOOD: usize = 50;

/// What an event looks like to the one who hears it, about.
const EVENT: &str = r#"{"jsonrpc":"2.0","method":"event","params":{"type":"output_delta","id":"0199b7c4-5b0a-7c11-9d3e-2f6a8b7c9d10","session_id":"0199b7c4-5b0a-7c11-9d3e-2f6a8b7c9d11","version":"v1","content":"pong","turn_id":"0199b7c4-5b0a-7c11-9d3e-2f6a8b7c9d10","seq":1234}}"#;

/// Who speaks, and the processes that stand behind it.
struct Setting {
    house: House,
    session: SessionId,
    bare: Process,
    speaker: WebSocketStream<TcpStream>,
    to_ours: Place,
    to_bare: Place,
    prompts: usize,
}

/// What one crowd came to.
#[derive(Default)]
struct Times {
    ours_first: Vec<Duration>,
    ours_spread: Vec<Duration>,
    bare_first: Vec<Duration>,
    bare_spread: Vec<Duration>,
}

/// Events.
pub(super) async fn measure(subjects: &Subjects) -> Result<Vec<Row>> {
    let mut setting = Setting::start(subjects).await?;
    let mut rows = Vec::new();
    for count in CROWDS {
        let first = format!("to-{count}.");
        let mut ours = Followers::gather(&setting.to_ours, count, &first).await?;
        setting.prompt(&format!("/say {first}")).await?;
        ours.heard(1).await?;
        let mut bare = Followers::gather(&setting.to_bare, count, EVENT).await?;
        let times = setting.one_by_one(&mut ours, &mut bare).await?;
        rows.extend(times.rows(count));
        if Some(&count) == CROWDS.last() {
            rows.push(setting.flood(&mut ours, &mut bare, count).await?);
        }
    }
    setting.house.stop().await?;
    Ok(rows)
}

impl Setting {
    async fn start(subjects: &Subjects) -> Result<Self> {
        let (bare, address) = Process::start_part(&["fan"]).await?;
        let to_bare = Place { server: address, path: "/", hello: None };
        let speaker = listen(&to_bare).await?;
        let house = House::up(&subjects.gantline, &[]).await?;
        let session = house.chat().await?.session_id;
        let subscribe = json!({
            "jsonrpc": "2.0",
            "id": 1,
            "method": "session.subscribe",
            "params": { "session_id": session },
        });
        let to_ours =
            Place { server: house.address, path: "/ws", hello: Some(subscribe.to_string()) };
        Ok(Self { house, session, bare, speaker, to_ours, to_bare, prompts: 0 })
    }

    /// One event after the other, to each of them in turn.
    async fn one_by_one(&mut self, ours: &mut Followers, bare: &mut Followers) -> Result<Times> {
        let mut times = Times::default();
        for _ in 0..EVENTS {
            let said = ours.now();
            self.prompt("/say pong").await?;
            let (first, last) = ours.heard(1).await?;
            times.ours_first.push(between(said, first)?);
            times.ours_spread.push(between(first, last)?);
            let said = bare.now();
            self.say().await?;
            let (first, last) = bare.heard(1).await?;
            times.bare_first.push(between(said, first)?);
            times.bare_spread.push(between(first, last)?);
        }
        Ok(times)
    }

    /// Many messages at once: the processor time of each delivery.
    async fn flood(
        &mut self,
        ours: &mut Followers,
        bare: &mut Followers,
        count: usize,
    ) -> Result<Row> {
        let (house, fan) = (self.house.pid()?, self.bare.pid()?);
        let before = cpu_time(house)?;
        self.prompt(&format!("/flood {FLOOD}")).await?;
        ours.heard(FLOOD).await?;
        let of_ours = cpu_time(house)?.saturating_sub(before);
        let before = cpu_time(fan)?;
        for _ in 0..FLOOD {
            self.say().await?;
        }
        bare.heard(FLOOD).await?;
        let of_bare = cpu_time(fan)?.saturating_sub(before);
        let deliveries = f64::from(u32::try_from(count * FLOOD)?);
        let each = |time: Duration| time.as_secs_f64() * 1e6 / deliveries;
        let measure = format!("fan-out to {count}, processor time a delivery");
        let ours = Unit::Microseconds.of(each(of_ours));
        Ok(Row::beside(&measure, ours, "bare fan-out", each(of_bare)))
    }

    async fn prompt(&mut self, text: &str) -> Result<()> {
        self.prompts += 1;
        let content = PromptContent::Text(text.to_owned());
        let order = CreateTurn { content, when_busy: WhenBusy::Queue };
        let key = format!("fan-out-{}", self.prompts);
        self.house.client.prompt(self.session, &order, &key).await?;
        Ok(())
    }

    async fn say(&mut self) -> Result<()> {
        self.speaker.send(Message::text(EVENT)).await?;
        Ok(())
    }
}

fn between(from: Duration, to: Duration) -> Result<Duration> {
    to.checked_sub(from).context("it was heard before it was said")
}

impl Times {
    /// One who follows shows what comes before the fan-out, many show the fan-out.
    fn rows(self, count: usize) -> Vec<Row> {
        let of = |times: Vec<Duration>| Spread::of(times);
        let row = |measure: String, ours: &Spread, bare: &Spread, percent| {
            let ours = Unit::Milliseconds.of(ours.percentile_ms(percent));
            Row::beside(&measure, ours, "bare fan-out", bare.percentile_ms(percent))
        };
        if count == 1 {
            let (ours, bare) = (of(self.ours_first), of(self.bare_first));
            let measure = "fan-out to 1, from the prompt, p50".to_owned();
            return vec![row(measure, &ours, &bare, 50)];
        }
        let (ours, bare) = (of(self.ours_spread), of(self.bare_spread));
        [50, 95]
            .map(|percent| {
                let measure = format!("fan-out to {count}, from first to last, p{percent}");
                row(measure, &ours, &bare, percent)
            })
            .into()
    }
}

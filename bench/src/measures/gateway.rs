//! What the LLM gateway costs: its throughput beside that of the upstream itself and of a proxy
//! that does nothing but hand on, what it adds to a call, and what a call costs in processor time.
//! Ours checks tokens, opens keys, meters and writes the ledger meanwhile.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{Method, Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::json;

use crate::house::{House, TOKEN};
use crate::http::call::{Answer, Target};
use crate::http::load::{Load, apply, in_turn};
use crate::process::{Process, cpu_time, running, variable};
use crate::row::{Bound, Row, Unit};
use crate::spread::{Spread, median};
use crate::subjects::Subjects;

/// How often each of them is measured, in turn.
const ROUNDS: usize = 5;

/// How long each time.
const LASTING: Duration = Duration::from_millis(1_500);

/// Calls one after the other.
const CALLS: usize = 1_000;

/// What is promised, in parts of what the upstream does by itself.
const WHOLE_AT_LEAST: f64 = 0.25;
const STREAMED_AT_LEAST: f64 = 0.50;

/// Who is called, with the processes that stand behind it.
struct Setting {
    house: House,
    proxy: Process,
    _upstream: Process,
    direct: Target,
    floor: Target,
    ours: Target,
}

/// What a load came to, by round.
#[derive(Default)]
struct Rounds {
    direct: Vec<f64>,
    floor: Vec<f64>,
    ours: Vec<f64>,
    /// Microseconds of processor time for each call.
    floor_cpu_us: Vec<f64>,
    ours_cpu_us: Vec<f64>,
}

/// Calls.
pub(super) async fn measure(subjects: &Subjects) -> Result<Vec<Row>> {
    let setting = Setting::start(subjects).await?;
    let whole = Load { connections: 32, answer: Answer::Whole, lasting: LASTING };
    let streamed = Load { connections: 16, answer: Answer::Streamed, lasting: LASTING };
    let mut rows = Vec::new();
    let rounds = setting.rounds(whole).await?;
    rows.extend(rounds.rows("gateway, 32 connections", WHOLE_AT_LEAST));
    let rounds = setting.rounds(streamed).await?;
    rows.extend(rounds.rows("gateway, 16 streams", STREAMED_AT_LEAST));
    let targets = [&setting.direct, &setting.floor, &setting.ours];
    let times = in_turn(targets, Answer::Whole, CALLS).await?;
    rows.extend(added(times.map(Spread::of)));
    setting.house.stop().await?;
    Ok(rows)
}

impl Setting {
    async fn start(subjects: &Subjects) -> Result<Self> {
        let (upstream, address) = Process::start_part(&["upstream"]).await?;
        let authority = address.to_string();
        let (proxy, floor) = Process::start_part(&["proxy", &authority]).await?;
        let trusted = ["--trusted-upstream", &authority];
        let house = House::up(&subjects.gantline, &trusted).await?;
        store_key(&house, &authority).await?;
        let ours = access(&house).await?;
        let plain = |authority: String| Target {
            authority,
            path: "/v1/chat/completions".to_owned(),
            token: "of-the-caller".to_owned(),
        };
        Ok(Self {
            direct: plain(authority),
            floor: plain(floor.to_string()),
            ours,
            house,
            proxy,
            _upstream: upstream,
        })
    }

    async fn rounds(&self, load: Load) -> Result<Rounds> {
        let mut rounds = Rounds::default();
        let (proxy, house) = (self.proxy.pid()?, self.house.pid()?);
        for _ in 0..ROUNDS {
            let direct = apply(load, &self.direct).await.context("direct")?;
            rounds.direct.push(direct.per_second());
            let (rate, cpu_us) = costing(load, &self.floor, proxy).await.context("by the proxy")?;
            rounds.floor.push(rate);
            rounds.floor_cpu_us.push(cpu_us);
            let (rate, cpu_us) = costing(load, &self.ours, house).await.context("by ours")?;
            rounds.ours.push(rate);
            rounds.ours_cpu_us.push(cpu_us);
        }
        Ok(rounds)
    }
}

/// Calls a second, and what each costs the process in between.
async fn costing(load: Load, target: &Target, pid: u32) -> Result<(f64, f64)> {
    let before = cpu_time(pid)?;
    let done = apply(load, target).await?;
    let spent = cpu_time(pid)?.saturating_sub(before);
    Ok((done.per_second(), spent.as_secs_f64() * 1e6 / f64::from(done.calls)))
}

impl Rounds {
    fn rows(self, measure: &str, at_least: f64) -> [Row; 3] {
        let [direct, floor, ours] = [self.direct, self.floor, self.ours].map(median);
        let rate = Unit::PerSecond.of(ours);
        let cpu = Unit::Microseconds.of(median(self.ours_cpu_us));
        let cpu_measure = format!("{measure}, processor time a call");
        [
            Row::beside(measure, rate, "direct", direct).promised(Bound::AtLeast(at_least)),
            Row::beside(measure, rate, "bare proxy", floor),
            Row::beside(&cpu_measure, cpu, "bare proxy", median(self.floor_cpu_us)),
        ]
    }
}

fn added([direct, floor, ours]: [Spread; 3]) -> [Row; 2] {
    [50, 95].map(|percent| {
        let over_direct =
            |spread: &Spread| (spread.percentile_ms(percent) - direct.percentile_ms(percent)) * 1e3;
        let amount = Unit::Microseconds.of(over_direct(&ours));
        let measure = format!("gateway, added to a call, p{percent}");
        Row::beside(&measure, amount, "bare proxy", over_direct(&floor))
    })
}

/// What an agent is given when it is started: the address of the gateway, and a token for it.
async fn access(house: &House) -> Result<Target> {
    house.chat().await?;
    let agents = running(&["demo-agent"])?;
    let own = format!("http://{}/", house.address);
    for pid in agents {
        let base_url = variable(pid, "OPENAI_BASE_URL")?.unwrap_or_default();
        if base_url.starts_with(&own) {
            let url: Uri = base_url.parse()?;
            let token = variable(pid, "OPENAI_API_KEY")?.context("the agent has a token")?;
            let path = format!("{}/chat/completions", url.path());
            return Ok(Target { authority: house.address.to_string(), path, token });
        }
    }
    anyhow::bail!("no agent was given {own}")
}

/// Stores a provider's key that leads to the upstream; the newest one counts.
async fn store_key(house: &House, upstream: &str) -> Result<()> {
    let body = json!({
        "provider": "openai",
        "key_name": "bench",
        "api_key": "the-provider's-own",
        "base_url": format!("http://{upstream}/v1"),
    });
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("http://{}/api/remote/api-keys", house.address))
        .header(HOST, house.address.to_string())
        .header(AUTHORIZATION, format!("Bearer {TOKEN}"))
        .header(CONTENT_TYPE, "application/json")
        .body(Full::<Bytes>::from(body.to_string()))?;
    let response = Client::builder(TokioExecutor::new()).build_http().request(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    ensure!(status.is_success(), "store a key: {status} {}", String::from_utf8_lossy(&body));
    Ok(())
}

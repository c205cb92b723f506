//! What the LLM gateway costs: its throughput beside that of the upstream itself, of a proxy that
//! does nothing but hand on, and of other gateways; what it adds to a call, and what a call costs in
//! processor time and memory. Ours checks tokens, opens keys, reserves, meters and writes the ledger
//! meanwhile; the others do nothing that can be switched off.

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
use crate::http::call::{Exchange, Fidelity, MODEL, Target};
use crate::http::load::{Load, apply, in_turn};
use crate::process::{Process, cpu_time, memory_bytes, running, variable};
use crate::rivals::Rival;
use crate::row::{Bound, Row, Unit};
use crate::spread::{Spread, median};
use crate::subjects::Subjects;

/// How often each of them is measured, in turn.
const ROUNDS: usize = 5;

/// How long each time.
const LASTING: Duration = Duration::from_millis(1_500);

/// Calls one after the other.
const CALLS: usize = 1_000;

/// What the gateway may need for its calls, in MB above what the server has when nobody calls.
const MEMORY_LIMIT_MB: f64 = 30.0;

/// A load, and what is promised of it.
struct Scenario {
    name: &'static str,
    connections: usize,
    exchange: Exchange,
    /// Calls a second, in parts of what the upstream does by itself.
    of_direct_at_least: f64,
    /// And of what the bare proxy does, on which the computer has less influence.
    of_floor_at_least: f64,
    /// Processor time for a call, in microseconds.
    cpu_at_most_us: f64,
}

const SCENARIOS: [Scenario; 3] = [
    Scenario {
        name: "gateway, 32 connections",
        connections: 32,
        exchange: Exchange::Whole,
        of_direct_at_least: 0.25,
        of_floor_at_least: 0.40,
        cpu_at_most_us: 75.0,
    },
    Scenario {
        name: "gateway, 16 streams",
        connections: 16,
        exchange: Exchange::Streamed,
        of_direct_at_least: 0.50,
        of_floor_at_least: 0.89,
        cpu_at_most_us: 210.0,
    },
    Scenario {
        name: "gateway, 8 large calls",
        connections: 8,
        exchange: Exchange::Large,
        of_direct_at_least: 0.40,
        of_floor_at_least: 0.88,
        cpu_at_most_us: 400.0,
    },
];

/// Who is called, with the processes that stand behind it.
struct Setting {
    house: House,
    proxy: Process,
    _upstream: Process,
    direct: Target,
    floor: Target,
    ours: Target,
    rivals: Vec<Rival>,
}

/// What one of them came to, by round.
#[derive(Default)]
struct Tally {
    rates: Vec<f64>,
    /// Microseconds of processor time for each call.
    cpu_us: Vec<f64>,
    /// Why there are no more rounds.
    failed: Option<String>,
}

/// What a load came to.
#[derive(Default)]
struct Tallies {
    direct: Tally,
    floor: Tally,
    ours: Tally,
    rivals: Vec<(&'static str, Tally)>,
}

/// Calls.
pub(super) async fn measure(subjects: &Subjects) -> Result<Vec<Row>> {
    let setting = Setting::start(subjects).await?;
    let idle = memory_bytes(setting.house.pid()?)?;
    let mut rows = Vec::new();
    for scenario in &SCENARIOS {
        let tallies = setting.tallies(scenario).await?;
        rows.extend(tallies.rows(scenario));
    }
    rows.push(memory(idle, memory_bytes(setting.house.pid()?)?));
    rows.extend(setting.added().await?);
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
        let rivals = match &subjects.rivals {
            Some(installed) => Rival::start_all(installed, address).await?,
            None => Vec::new(),
        };
        Ok(Self {
            direct: plain(authority),
            floor: plain(floor.to_string()),
            ours,
            house,
            proxy,
            rivals,
            _upstream: upstream,
        })
    }

    async fn tallies(&self, scenario: &Scenario) -> Result<Tallies> {
        let Scenario { connections, exchange, .. } = *scenario;
        let load = Load { connections, exchange, lasting: LASTING };
        let rivals = self.rivals.iter().map(|rival| (rival.name, Tally::default())).collect();
        let mut tallies = Tallies { rivals, ..Tallies::default() };
        for _ in 0..ROUNDS {
            let direct = apply(load, &self.direct).await.context("direct")?;
            tallies.direct.rates.push(direct.per_second());
            tallies
                .floor
                .add(load, &self.floor, self.proxy.pid()?)
                .await
                .context("by the proxy")?;
            tallies.ours.add(load, &self.ours, self.house.pid()?).await.context("by ours")?;
            for (rival, (_, tally)) in self.rivals.iter().zip(&mut tallies.rivals) {
                // What another one cannot do is no fault of ours.
                if tally.failed.is_none()
                    && let Err(error) = tally.add(load, &rival.target, rival.pid()?).await
                {
                    tally.failed = Some(format!("{error:#}"));
                }
            }
        }
        Ok(tallies)
    }

    /// What each of them adds to a call, beside the others.
    async fn added(&self) -> Result<Vec<Row>> {
        let mut targets = vec![&self.direct, &self.ours, &self.floor];
        targets.extend(self.rivals.iter().map(|rival| &rival.target));
        let times = in_turn(&targets, Exchange::Whole, CALLS).await?;
        let spreads: Vec<_> = times.into_iter().map(Spread::of).collect();
        let others = self.rivals.iter().map(|rival| rival.name);
        let names: Vec<_> = std::iter::once("bare proxy").chain(others).collect();
        let mut rows = Vec::new();
        for percent in [50, 95] {
            let over_direct = |spread: &Spread| {
                (spread.percentile_ms(percent) - spreads[0].percentile_ms(percent)) * 1e3
            };
            let measure = format!("gateway, added to a call, p{percent}");
            let ours = Unit::Microseconds.of(over_direct(&spreads[1]));
            let beside = names.iter().zip(&spreads[2..]);
            rows.extend(
                beside.map(|(name, spread)| Row::beside(&measure, ours, name, over_direct(spread))),
            );
        }
        Ok(rows)
    }
}

impl Tally {
    /// One round: calls a second, and what each costs the process in between.
    async fn add(&mut self, load: Load, target: &Target, pid: u32) -> Result<()> {
        let before = cpu_time(pid)?;
        let done = apply(load, target).await?;
        let spent = cpu_time(pid)?.saturating_sub(before);
        self.rates.push(done.per_second());
        self.cpu_us.push(spent.as_secs_f64() * 1e6 / f64::from(done.calls));
        Ok(())
    }
}

impl Tallies {
    fn rows(self, scenario: &Scenario) -> Vec<Row> {
        let Scenario { name, of_direct_at_least, of_floor_at_least, cpu_at_most_us, .. } =
            *scenario;
        let cpu_name = format!("{name}, processor time a call");
        let rate = Unit::PerSecond.of(median(self.ours.rates));
        let cpu = Unit::Microseconds.of(median(self.ours.cpu_us));
        let direct = Row::beside(name, rate, "direct", median(self.direct.rates));
        let floor = Row::beside(name, rate, "bare proxy", median(self.floor.rates));
        let mut rows = vec![
            direct.promised(Bound::AtLeast(of_direct_at_least)),
            floor.promised(Bound::AtLeast(of_floor_at_least)),
        ];
        let mut cpu_rows = vec![Row::at_most(&cpu_name, cpu, cpu_at_most_us)];
        cpu_rows.push(Row::beside(&cpu_name, cpu, "bare proxy", median(self.floor.cpu_us)));
        for (rival, tally) in self.rivals {
            if let Some(why) = tally.failed {
                rows.push(Row::alone(&format!("{name} ({rival} fails: {why})"), rate));
                continue;
            }
            let row = Row::beside(name, rate, rival, median(tally.rates));
            rows.push(row.promised(Bound::AtLeast(1.0)));
            let row = Row::beside(&cpu_name, cpu, rival, median(tally.cpu_us));
            cpu_rows.push(row.promised(Bound::AtMost(1.0)));
        }
        rows.extend(cpu_rows);
        rows
    }
}

#[expect(clippy::cast_precision_loss, reason = "no computer has so much memory")]
fn memory(idle_bytes: u64, after_bytes: u64) -> Row {
    let megabytes = after_bytes.saturating_sub(idle_bytes) as f64 / 1e6;
    let amount = Unit::Megabytes.of(megabytes);
    Row::at_most("gateway, memory above the idle server", amount, MEMORY_LIMIT_MB)
}

fn plain(authority: String) -> Target {
    Target {
        authority,
        path: "/v1/chat/completions".to_owned(),
        token: "of-the-caller".to_owned(),
        model: MODEL,
        headers: Vec::new(),
        fidelity: Fidelity::Exact,
    }
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
            return Ok(Target { path, token, ..plain(house.address.to_string()) });
        }
    }
    anyhow::bail!("no agent was given {own}")
}

/// Stores a provider's key that leads to the upstream, and comes before the demonstration's.
async fn store_key(house: &House, upstream: &str) -> Result<()> {
    let body = json!({
        "provider": "openai",
        "key_name": "bench",
        "api_key": "the-provider's-own",
        "base_url": format!("http://{upstream}/v1"),
        "priority": 100,
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

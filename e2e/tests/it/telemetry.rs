//! What a server tells about itself, judged by programs of others: a collector of OpenTelemetry that
//! prints what it has understood, and Prometheus' own judge of metrics, rules and queries.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::binary::in_repository;
use e2e::house::free_port;
use e2e::patience::{PATIENCE, within};
use e2e::program::Program;
use e2e::{House, Setup};
use http::Method;
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::process::Command;

/// How often it is looked whether a program listens.
const LOOKS_EVERY: Duration = Duration::from_millis(50);

/// A collector that somebody else has written understands what a server tells of a call that its
/// gateway passed on: which session it belongs to, how it ended, and what was measured, in which unit.
#[tokio::test]
async fn a_collector_of_somebody_else_understands_what_it_is_told() -> Result<()> {
    let mut house = House::up(Setup::demo()).await?;
    let (address, mut collector) = collector(&house).await?;
    house.interrupt().await?;
    let file = format!("[telemetry]\notlp_endpoint = \"http://{address}\"\n");
    let mut options = OpenOptions::new();
    let settings = options.write(true).create_new(true).mode(0o600);
    settings.open(house.place().at("data/server.toml"))?.write_all(file.as_bytes())?;
    house.start().await?;
    let mut chat = house.person()?.chat("demo").await?;
    chat.ask("[[say This is counted.]]").await?;
    // What waits to be told is told before the end.
    house.interrupt().await?;

    let session = format!("-> gen_ai.conversation.id: Str({})", chat.id());
    for expect in [
        "-> service.name: Str(gantline)",
        "Kind           : SPAN_KIND_CLIENT",
        &session,
        "-> gen_ai.operation.name: Str(chat)",
        "-> gantline.usage.status: Str(complete)",
        "-> Name: gen_ai.client.operation.duration",
        "-> Name: gen_ai.client.token.usage",
        "-> Name: gen_ai.server.time_to_first_token",
        "-> Unit: s",
        "-> Unit: {token}",
        "-> DataType: Histogram",
    ] {
        let says = |line: &str| line.contains(expect).then_some(());
        collector.said(&format!("wait for {expect}"), says).await?;
    }
    let complains = |line: &&String| line.contains("ERROR") || line.contains("WARN");
    let complaints: Vec<_> =
        collector.lines().into_iter().filter(|line| complains(&line)).collect();
    ensure!(complaints.is_empty(), "{complaints:?}");
    Ok(())
}

/// Prometheus' own judge finds nothing wrong with the metrics of a server that has worked, with the
/// alerts that we suggest, and with the queries of the dashboard.
#[tokio::test]
async fn prometheus_finds_nothing_wrong() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    person.chat("demo").await?.ask("[[say This is counted.]]").await?;
    let metrics = person.request(Method::GET, "/metrics", None).await?.text;
    ensure!(metrics.contains("gantline_model_calls_total{"), "{metrics}");
    judged(&["check", "metrics"], &metrics).await?;

    let rules = in_repository("docs/prometheus/gantline.rules.yml");
    let rules = rules.to_str().context("the repository has a name in UTF-8")?.to_owned();
    judged(&["check", "rules", "--lint-fatal", &rules], "").await?;
    let dashboard = std::fs::read_to_string(in_repository("docs/grafana/gantline.json"))?;
    let path = house.place().at("queries.yml");
    std::fs::write(&path, as_rules(&serde_json::from_str(&dashboard)?))?;
    let path = path.to_str().context("places have names in UTF-8")?;
    judged(&["check", "rules", path], "").await
}

/// Queries of a dashboard, with what Grafana puts in, as rules that Prometheus reads.
fn as_rules(dashboard: &Value) -> String {
    let panels = dashboard["panels"].as_array().into_iter().flatten();
    let targets = panels.flat_map(|panel| panel["targets"].as_array().into_iter().flatten());
    let queries = targets.filter_map(|target| target["expr"].as_str());
    let rules: Vec<_> = queries
        .map(|query| query.replace("$__rate_interval", "5m").replace("$job", ".*"))
        .enumerate()
        .map(
            |(number, query)| serde_json::json!({ "record": format!("q:{number}"), "expr": query }),
        )
        .collect();
    // JSON is YAML.
    serde_json::json!({ "groups": [{ "name": "dashboard", "rules": rules }] }).to_string()
}

/// Has Prometheus' tool judge what it reads; it must find nothing.
async fn judged(words: &[&str], input: &str) -> Result<()> {
    let mut tool = Command::new(later("promtool")?);
    tool.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut tool = tool.spawn().context("start promtool")?;
    let mut stdin = tool.stdin.take().context("its input is piped")?;
    stdin.write_all(input.as_bytes()).await?;
    drop(stdin);
    let ended = tool.wait_with_output().await?;
    let said = [ended.stdout, ended.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
    ensure!(ended.status.success(), "promtool {words:?}: {}", said.concat());
    Ok(())
}

/// A collector that prints what it has understood, and where it listens.
async fn collector(house: &House) -> Result<(String, Program)> {
    let http = free_port()?;
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, http))?;
    let grpc = free_port()?;
    drop(taken);
    let address = format!("{}:{http}", Ipv4Addr::LOCALHOST);
    let words = [
        "start".to_owned(),
        format!("--pid-file={}", house.place().at("tmp/rotel.pid").display()),
        format!("--log-file={}", house.place().at("tmp/rotel.log").display()),
        format!("--otlp-http-endpoint={address}"),
        format!("--otlp-grpc-endpoint={}:{grpc}", Ipv4Addr::LOCALHOST),
        "--exporter=blackhole".to_owned(),
        "--debug-log=traces".to_owned(),
        "--debug-log=metrics".to_owned(),
        "--debug-log-verbosity=detailed".to_owned(),
    ];
    let command = house.place().command(&later("rotel")?, &words, &[])?;
    let collector = Program::start("rotel", command)?;
    within(PATIENCE, "wait until the collector listens", async {
        while TcpStream::connect(&address).await.is_err() {
            tokio::time::sleep(LOOKS_EVERY).await;
        }
        Ok(())
    })
    .await?;
    Ok((address, collector))
}

/// A program that was installed with the agents.
fn later(name: &str) -> Result<PathBuf> {
    let path = in_repository(".cache/later/bin").join(name);
    ensure!(path.exists(), "{name} is not installed; run: cargo xtask ci agents");
    Ok(path)
}

//! What Prometheus is told.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::cast::{Cast, Who};
use crate::house::House;
use crate::http::Request;

/// Every label that there is, with its values; `None` where they are bounds of buckets. What is not
/// in here is one more series for each value that somebody thinks of.
const LABELS: &[(&str, Option<&[&str]>)] = &[
    ("version", Some(&[contract::VERSION])),
    (
        "status",
        Some(&["online", "offline", "complete", "partial", "estimated", "aborted", "refused"]),
    ),
    (
        "state",
        Some(&[
            "up",
            "beginning",
            "starting",
            "idle",
            "running",
            "waiting",
            "paused",
            "pending",
            "answered",
            "delivered",
            "queued",
        ]),
    ),
    ("kind", Some(&["chat", "terminal"])),
    ("dialect", Some(&["openai", "anthropic", "gemini"])),
    ("class", Some(&["input", "cache_read", "cache_write", "output", "reasoning"])),
    (
        "reason",
        Some(&[
            "invalid_token",
            "token_ended",
            "provider_not_allowed",
            "model_not_allowed",
            "endpoint_not_allowed",
            "invalid_request",
            "config_error",
            "insufficient_quota",
            "request_too_large",
            "upgrade_required",
            "gateway_unavailable",
            "upstream_unreachable",
            "upstream_timeout",
            "upstream_unusable",
            "other",
        ]),
    ),
    ("result", Some(&["told", "dropped", "taken", "failed"])),
    ("le", None),
];

/// Metrics that are there only while telemetry is on.
const WITH_TELEMETRY: &[&str] = &[
    "gantline_telemetry_queue_length",
    "gantline_telemetry_calls_total",
    "gantline_telemetry_posts_total",
];

/// The text, read as the format has it.
#[derive(Debug, Default)]
struct Exposition {
    kinds: BTreeMap<String, String>,
    samples: Vec<Sample>,
}

#[derive(Debug)]
struct Sample {
    name: String,
    labels: Vec<(String, String)>,
    value: f64,
}

impl Exposition {
    #[track_caller]
    fn read(text: &str) -> Self {
        let mut read = Self::default();
        for line in text.lines() {
            if let Some(declared) = line.strip_prefix("# TYPE ") {
                let (name, kind) = declared.split_once(' ').unwrap();
                let earlier = read.kinds.insert(name.to_owned(), kind.to_owned());
                assert_eq!(earlier, None, "{name} is declared twice");
            } else if let Some(help) = line.strip_prefix("# HELP ") {
                assert!(help.split_once(' ').is_some_and(|(_, text)| !text.is_empty()), "{line}");
            } else {
                read.samples.push(sample(line));
            }
        }
        read
    }

    /// The name by which a sample's family was declared.
    fn family<'a>(&self, sample: &'a str) -> &'a str {
        let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| sample.strip_suffix(end));
        match base {
            Some(base) if self.kinds.get(base).is_some_and(|kind| kind == "histogram") => base,
            _ => sample,
        }
    }

    fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let has = |sample: &Sample, (name, value): &(&str, &str)| {
            sample.labels.iter().any(|(n, v)| n == name && v == value)
        };
        let is_meant =
            |sample: &&Sample| sample.name == name && labels.iter().all(|label| has(sample, label));
        self.samples.iter().find(is_meant).map(|sample| sample.value)
    }
}

#[track_caller]
fn sample(line: &str) -> Sample {
    let (what, value) = line.rsplit_once(' ').unwrap();
    let value = value.parse().unwrap_or_else(|_| panic!("{line}"));
    let Some((name, labels)) = what.split_once('{') else {
        return Sample { name: what.to_owned(), labels: Vec::new(), value };
    };
    let labels = labels.strip_suffix('}').unwrap().split(',').map(|label| {
        let (name, quoted) = label.split_once('=').unwrap();
        let value = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap();
        (name.to_owned(), value.to_owned())
    });
    Sample { name: name.to_owned(), labels: labels.collect(), value }
}

async fn scrape(house: &House, cast: &Cast) -> String {
    let request = Request::get("/metrics").with(&cast.credential(Who::SystemAdmin));
    let answer = request.send(house).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let kind = answer.header("content-type");
    assert_eq!(kind, Some("text/plain; version=0.0.4; charset=utf-8"));
    answer.text()
}

/// S125, P19: every label has a value from a list; users, sessions and machines are in none.
#[tokio::test]
async fn labels_are_words_of_the_program() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let text = scrape(&house, &cast).await;
    let read = Exposition::read(&text);
    assert!(read.samples.len() > 100, "{text}");
    for Sample { name, labels, value } in &read.samples {
        let family = read.family(name);
        assert!(read.kinds.contains_key(family), "{name} was not declared");
        assert!(value.is_finite() && *value >= 0.0, "{name} {value}");
        let counts = read.kinds[family] == "counter";
        assert_eq!(counts, family.ends_with("_total"), "{family}");
        for (label, value) in labels {
            let known = LABELS.iter().find(|(known, _)| known == label);
            let (_, values) = known.unwrap_or_else(|| panic!("{name} has a label {label}"));
            let is_known = values.is_none_or(|values| values.contains(&value.as_str()));
            assert!(is_known, "{name} has {label}={value}");
        }
    }
    let someone = [
        cast.tenant.to_string(),
        cast.machine.to_string(),
        cast.chat.to_string(),
        cast.username.clone(),
    ];
    for id in someone {
        assert!(!text.contains(&id), "{id}");
    }
}

/// The cast has a machine that is offline, a chat and a terminal, a job, and an open question.
#[tokio::test]
async fn what_is_under_way_is_counted() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let read = Exposition::read(&scrape(&house, &cast).await);
    for (name, labels) in [
        ("gantline_build_info", &[][..]),
        ("gantline_machines", &[("status", "offline")]),
        ("gantline_permission_requests", &[("state", "pending")]),
        ("gantline_quotas", &[]),
        ("gantline_database_write_seconds_count", &[]),
        ("gantline_database_commit_seconds_count", &[]),
    ] {
        let value = read.value(name, labels);
        assert!(value.is_some_and(|value| value >= 1.0), "{name} {labels:?} {value:?}");
    }
    let sessions = read.samples.iter().filter(|sample| sample.name == "gantline_sessions");
    assert!(sessions.map(|sample| sample.value).sum::<f64>() >= 2.0);
    assert_eq!(read.value("gantline_machines", &[("status", "online")]), Some(0.0));
    assert_eq!(read.value("gantline_links", &[("state", "up")]), Some(0.0));
    if cfg!(target_os = "linux") {
        let memory = read.value("process_resident_memory_bytes", &[]);
        assert!(memory.is_some_and(|bytes| bytes > 1e6), "{memory:?}");
    }
}

/// A refused call is counted by its reason, which is one of a list whatever was asked.
#[tokio::test]
async fn refused_calls_are_counted_by_reason() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let body = serde_json::json!({ "model": "m", "messages": [] });
    let path = "/api/remote/llm-proxy/v1/chat/completions";
    for _ in 0..3 {
        Request::post(path, &body).send(&house).await;
    }
    let read = Exposition::read(&scrape(&house, &cast).await);
    let refused = |reason| read.value("gantline_model_calls_refused_total", &[("reason", reason)]);
    assert_eq!(refused("invalid_token"), Some(3.0));
    assert_eq!(refused("other"), Some(0.0));
}

/// A dashboard that asks for a name nobody tells shows nothing, an alert on one never sounds, and nobody
/// notices.
#[tokio::test]
async fn the_dashboard_the_alerts_and_the_page_name_what_there_is() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let read = Exposition::read(&scrape(&house, &cast).await);
    let mut known: BTreeSet<String> =
        read.samples.iter().map(|sample| sample.name.clone()).collect();
    known.extend(WITH_TELEMETRY.iter().map(|name| (*name).to_owned()));
    let dashboard: Value =
        serde_json::from_str(include_str!("../../../../docs/grafana/gantline.json")).unwrap();
    let mut asked = BTreeSet::new();
    queries(&dashboard, &mut asked);
    assert!(asked.len() > 15, "{asked:?}");
    let unknown: Vec<_> = asked.difference(&known).collect();
    assert!(unknown.is_empty(), "the dashboard asks for {unknown:?}");
    let rules = include_str!("../../../../docs/prometheus/gantline.rules.yml");
    let mut watched: BTreeSet<_> = names(rules).collect();
    assert!(watched.len() > 5, "{watched:?}");
    watched.retain(|name| !known.contains(name));
    assert!(watched.is_empty(), "the alerts watch {watched:?}");

    let page = include_str!("../../../../docs/observability.md");
    let documented: BTreeSet<_> = names(page).collect();
    let mut families: BTreeSet<String> = read.kinds.keys().cloned().collect();
    families.extend(WITH_TELEMETRY.iter().map(|name| (*name).to_owned()));
    let families: BTreeSet<_> =
        families.into_iter().filter(|name| name.starts_with("gantline_")).collect();
    let missing: Vec<_> = families.difference(&documented).collect();
    assert!(missing.is_empty(), "docs/observability.md does not name {missing:?}");
    let gone: Vec<_> = documented
        .iter()
        .filter(|name| !known.contains(*name) && !families.contains(*name))
        .collect();
    assert!(gone.is_empty(), "docs/observability.md names {gone:?}");
}

/// The names in every query of a dashboard.
fn queries(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            let query = fields.get("expr").and_then(Value::as_str);
            found.extend(query.into_iter().flat_map(names));
            fields.values().for_each(|field| queries(field, found));
        }
        Value::Array(entries) => entries.iter().for_each(|entry| queries(entry, found)),
        _ => {}
    }
}

/// Words that are names of ours, or of the process.
fn names(text: &str) -> impl Iterator<Item = String> {
    text.split(|character: char| !(character.is_ascii_alphanumeric() || character == '_'))
        .filter(|word| word.starts_with("gantline_") || word.starts_with("process_"))
        .map(ToOwned::to_owned)
}

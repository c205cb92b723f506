//! Telemetry over real connections to a collector that reads the protocol with the types of
//! OpenTelemetry itself.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use http::StatusCode;
use metrics::Exposition;
use model::price::{Cost, NanoUsd, PriceSource};
use model::rng::CountingRng;
use model::usage::{TokenCounts, UsageRecord, UsageStatus};
use model::{
    MachineId, ProviderKeyId, ProxyTokenId, SessionId, TenantId, Timestamp, UsageRecordId, UserId,
};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{HistogramDataPoint, Metric};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use otlp::{Calls, ModelCall, Operation, Parent, Settings, Telemetry};
use sim::collector::SimCollector;

/// Far more than anything here takes on a busy computer.
const DEADLINE: Duration = Duration::from_mins(1);

const BEGAN_MS: i64 = 1_790_000_000_000;

fn start(endpoint: &str) -> Telemetry {
    let settings = Settings::read(Some(endpoint), |_| None).unwrap().unwrap();
    Telemetry::start(&settings, "1.2.3").unwrap()
}

fn record() -> UsageRecord {
    let (at, rng) = (Timestamp::from_millis(BEGAN_MS), CountingRng::default());
    UsageRecord {
        id: UsageRecordId::new(at, &rng),
        tenant: TenantId::new(at, &rng),
        user: UserId::new(at, &rng),
        machine: MachineId::new(at, &rng),
        session: SessionId::new(at, &rng),
        proxy_token: ProxyTokenId::new(at, &rng),
        provider_key: Some(ProviderKeyId::new(at, &rng)),
        provider: "google".parse().unwrap(),
        model_asked: Some("gemini-2.5-pro".to_owned()),
        model_answered: Some("gemini-2.5-pro-001".to_owned()),
        tokens: TokenCounts {
            input: 10,
            cache_read: 100,
            cache_write: 1_000,
            output: 7,
            ..TokenCounts::default()
        },
        status: UsageStatus::Complete,
        cost: Some(Cost {
            amount: NanoUsd::from_nanos(5),
            source: PriceSource::Table,
            version: "today".into(),
        }),
        http_status: Some(200),
        started_at: at,
        first_byte_ms: Some(300),
        duration_ms: 2_000,
        overhead_us: Some(123),
    }
}

fn call(record: UsageRecord) -> ModelCall {
    ModelCall { operation: Operation::GenerateContent, parent: None, record }
}

fn value(attributes: &[KeyValue], key: &str) -> Option<String> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    Some(match found.value.clone()?.value? {
        Value::StringValue(text) => text,
        Value::IntValue(number) => number.to_string(),
        other => format!("{other:?}"),
    })
}

fn points(metrics: &[Metric], name: &str) -> Vec<HistogramDataPoint> {
    let named = metrics.iter().filter(|metric| metric.name == name);
    let points = named.filter_map(|metric| match metric.data.clone()? {
        Data::Histogram(histogram) => Some(histogram.data_points),
        _ => None,
    });
    points.flatten().collect()
}

fn exposed(calls: &Calls) -> String {
    let mut exposition = Exposition::default();
    calls.write_metrics(&mut exposition);
    exposition.into_text()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_becomes_a_span_below_the_span_of_its_client() {
    let collector = SimCollector::start().await.unwrap();
    let telemetry = start(&collector.url());
    let mut headers = http::HeaderMap::new();
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    headers.insert("traceparent", parent.parse().unwrap());
    let parent = Parent::of(&headers);
    assert!(parent.is_some());
    telemetry.calls().ended(ModelCall { parent, ..call(record()) });
    telemetry.close().await;
    let [span] = &collector.spans()[..] else { panic!("one span: {:?}", collector.spans()) };
    assert_eq!(span.name, "generate_content gemini-2.5-pro");
    assert_eq!(span.kind, SpanKind::Client as i32);
    let began_ns = u64::try_from(BEGAN_MS).unwrap() * 1_000_000;
    assert_eq!(span.start_time_unix_nano, began_ns);
    assert_eq!(span.end_time_unix_nano, began_ns + 2_000_000_000);
    assert_eq!(span.trace_id, 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes());
    assert_eq!(span.parent_span_id, 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes());
    for (key, expect) in [
        ("gen_ai.operation.name", "generate_content"),
        ("gen_ai.provider.name", "gcp.gemini"),
        ("gen_ai.request.model", "gemini-2.5-pro"),
        ("gen_ai.response.model", "gemini-2.5-pro-001"),
        ("gen_ai.usage.input_tokens", "1110"),
        ("gen_ai.usage.output_tokens", "7"),
        ("gen_ai.usage.cache_read.input_tokens", "100"),
        ("gen_ai.usage.cache_creation.input_tokens", "1000"),
        ("http.response.status_code", "200"),
        ("gantline.usage.status", "complete"),
        ("gantline.overhead_us", "123"),
    ] {
        assert_eq!(value(&span.attributes, key).as_deref(), Some(expect), "{key}");
    }
    assert_eq!(value(&span.attributes, "error.type"), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn measurements_are_those_of_the_conventions() {
    let collector = SimCollector::start().await.unwrap();
    let telemetry = start(&collector.url());
    telemetry.calls().ended(call(record()));
    telemetry.close().await;
    let metrics = collector.metrics();
    let duration = points(&metrics, "gen_ai.client.operation.duration");
    assert_eq!(duration.last().map(|point| (point.count, point.sum)), Some((1, Some(2.0))));
    let first = points(&metrics, "gen_ai.server.time_to_first_token");
    assert_eq!(first.last().map(|point| (point.count, point.sum)), Some((1, Some(0.3))));
    let tokens = points(&metrics, "gen_ai.client.token.usage");
    for (class, expect) in [("input", 1110.0), ("output", 7.0)] {
        let point = tokens
            .iter()
            .rfind(|point| value(&point.attributes, "gen_ai.token.type").as_deref() == Some(class));
        assert_eq!(point.unwrap().sum, Some(expect), "{class}");
    }
}

/// A user, a session or a name that an agent made up would be a series for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn measurements_are_told_apart_by_words_that_are_known() {
    const ALLOWED: [&str; 5] = [
        "gen_ai.operation.name",
        "gen_ai.provider.name",
        "gen_ai.request.model",
        "gen_ai.token.type",
        "error.type",
    ];
    let collector = SimCollector::start().await.unwrap();
    let telemetry = start(&collector.url());
    let invented = |number: usize| {
        let mut record = record();
        record.model_asked = Some(format!("invented-{number}"));
        record.cost.as_mut().unwrap().source = PriceSource::Assumed;
        record.status = UsageStatus::Refused;
        record.http_status = Some(404);
        record
    };
    for number in 0..50 {
        telemetry.calls().ended(call(invented(number)));
    }
    telemetry.close().await;
    let metrics = collector.metrics();
    let duration = points(&metrics, "gen_ai.client.operation.duration");
    let last = duration.last().unwrap();
    assert_eq!(last.count, 50, "one series for all of them");
    assert_eq!(value(&last.attributes, "gen_ai.request.model").as_deref(), Some("_OTHER"));
    assert_eq!(value(&last.attributes, "error.type").as_deref(), Some("404"));
    let names = metrics.iter().map(|metric| metric.name.as_str());
    for name in names {
        for attribute in points(&metrics, name).iter().flat_map(|point| &point.attributes) {
            assert!(ALLOWED.contains(&attribute.key.as_str()), "{name}: {}", attribute.key);
        }
    }
    assert_eq!(collector.spans().len(), 50, "spans have the names");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_takes_nothing_holds_nobody_up() {
    let collector = SimCollector::start().await.unwrap();
    collector.answer_with(StatusCode::BAD_REQUEST);
    let telemetry = start(&collector.url());
    let calls = telemetry.calls().clone();
    calls.ended(call(record()));
    tokio::time::timeout(DEADLINE, telemetry.close()).await.unwrap();
    assert!(!collector.told().is_empty());
    assert!(exposed(&calls).contains("posts_total{result=\"taken\"} 0"), "{}", exposed(&calls));
    // Who calls afterwards is not held up either.
    calls.ended(call(record()));
    assert!(exposed(&calls).contains("calls_total{result=\"dropped\"} 1"), "{}", exposed(&calls));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_not_there_holds_nobody_up() {
    let gone = SimCollector::start().await.unwrap().url();
    let telemetry = start(&gone);
    let calls = telemetry.calls().clone();
    calls.ended(call(record()));
    tokio::time::timeout(DEADLINE, telemetry.close()).await.unwrap();
    assert!(exposed(&calls).contains("posts_total{result=\"taken\"} 0"), "{}", exposed(&calls));
}

//! S89: the provider's key is seen by nobody but the provider; and neither tokens nor what was
//! said are in any log or in the ledger.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use model::provider::ProviderName;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use sim::collector::SimCollector;

use crate::client::Ask;
use crate::dialects::samples;
use crate::house::{CANARY, House, Plan};

/// A word of the prompt.
const SAID: &str = "heliotrope-4711";

/// All that is logged on this thread.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn start(&self) -> tracing::subscriber::DefaultGuard {
        let log = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(move || log.clone())
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// Calls that go well and calls that go wrong in every way that there is a message for.
async fn make_every_kind_of_call(house: &House) -> Vec<String> {
    let mut seen = Vec::new();
    for fault in [
        "",
        "[[fault echo-key]]",
        "[[fault echo-key-in-stream]]",
        "[[fault status 500]]",
        "[[fault cut 2 reset]]",
        "[[fault huge-headers]]",
        "[[fault crlf-headers]]",
        "[[fault redirect]]",
        "[[fault gzip]]",
    ] {
        for sample in samples(&format!("{SAID} {fault} [[say one two three]]")) {
            let answered = sample.ask(&house.token).answer(house.address()).await;
            seen.push(format!("{:?}", answered.headers));
            seen.push(answered.text_lossy());
        }
    }
    for ask in [
        Ask::post("/v1/files", &serde_json::json!({ "x": SAID })).bearer(&house.token),
        Ask::post("/v1/messages", &serde_json::json!({ "model": 1, "x": SAID }))
            .bearer(&house.token),
        Ask::post("/v1/messages", &serde_json::json!({ "x": SAID })).bearer(CANARY),
    ] {
        seen.push(ask.answer(house.address()).await.text_lossy());
    }
    seen
}

#[tokio::test]
async fn no_secret_is_in_answers_logs_or_the_ledger() {
    let log = Log::default();
    let _logging = log.start();
    let house = House::build().await;
    let answers = make_every_kind_of_call(&house).await;
    house.add_key_at("qwen", CANARY, "https://127.0.0.1:1/v1").await;
    for answer in &answers {
        assert!(!answer.contains(CANARY), "{answer}");
        assert!(!answer.contains(&house.token), "{answer}");
    }
    let shown = format!("{:?} {:?}", house.gateway, house.close().await);
    let text = log.text();
    assert!(text.contains("a model call ended"), "the log is on");
    assert!(text.contains("a model call failed upstream"), "the log tells of failures");
    for secret in [CANARY, &house.token, SAID] {
        assert!(!shown.contains(secret), "{secret}");
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None);
    }
    for file in std::fs::read_dir(house.directory()).unwrap() {
        check_file(&file.unwrap().path(), &[CANARY, &house.token, SAID]);
    }
}

#[track_caller]
fn check_file(path: &Path, secrets: &[&str]) {
    let Ok(bytes) = std::fs::read(path) else { return };
    for secret in secrets {
        let found = memchr::memmem::find(&bytes, secret.as_bytes());
        assert_eq!(found, None, "{} holds {secret}", path.display());
    }
}

/// S89: a collector is told of every attempt, and of none what was said or who paid for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_and_no_prompt_is_told_to_a_collector() {
    let collector = SimCollector::start().await.unwrap();
    let settings = otlp::Settings::read(Some(&collector.url()), |_| None).unwrap().unwrap();
    let telemetry = otlp::Telemetry::start(&settings, "1.2.3").unwrap();
    let calls = Some(telemetry.calls().clone());
    let house = House::with(Plan { telemetry: calls, ..Plan::default() }).await;
    make_every_kind_of_call(&house).await;
    let token = house.token.clone();
    let mut attempts: Vec<_> =
        house.close().await.iter().map(|record| record.id.to_string()).collect();
    telemetry.close().await;
    let mut spans: Vec<_> = collector.spans().iter().filter_map(usage_id).collect();
    attempts.sort();
    spans.sort();
    assert!(attempts.len() > 20);
    assert_eq!(spans, attempts);
    assert!(!collector.metrics().is_empty());
    for told in collector.told() {
        for secret in [CANARY, &token, SAID] {
            let found = memchr::memmem::find(&told.body, secret.as_bytes());
            assert_eq!(found, None, "{} {secret}", told.path);
            assert!(!format!("{:?}", told.headers).contains(secret));
        }
    }
}

fn usage_id(span: &Span) -> Option<String> {
    let attribute = span.attributes.iter().find(|it| it.key == "gantline.usage.id")?;
    match attribute.value.clone()?.value? {
        Value::StringValue(text) => Some(text),
        _ => None,
    }
}

/// A key that was sealed for another row does not open, and nothing is sent with it.
#[tokio::test]
async fn a_key_that_does_not_open_is_never_half_used() {
    let house = House::build().await;
    let openai: ProviderName = "openai".parse().unwrap();
    house.swap_sealed(&openai).await;
    let answered = samples("x")[1].ask(&house.token).answer(house.address()).await;
    assert_eq!(answered.status, http::StatusCode::BAD_GATEWAY);
    assert!(house.provider.exchanges().is_empty());
    assert_eq!(house.close().await, []);
}

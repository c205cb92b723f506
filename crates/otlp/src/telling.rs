//! The task: a span and some measurements for each call. It hands them to the SDK, which gathers
//! them, posts them from threads of its own, and drops what a collector does not take in time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use model::usage::UsageRecord;
use opentelemetry::metrics::{Histogram, MeterProvider};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{Span, SpanKind, Status, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{
    ExporterBuildError, MetricExporter, SpanExporter, WithExportConfig, WithHttpConfig,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::calls::{Calls, Counts, ModelCall, Parent, QUEUE};
use crate::client::Client;
use crate::conventions;
use crate::settings::Settings;

/// By which name spans and measurements say what made them.
const SCOPE: &str = "gantline.gateway";

/// How long the last posts may take when the server stops.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);

/// Buckets of the conventions, in seconds.
const DURATION_S: [f64; 14] =
    [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

/// Buckets of the conventions, in seconds.
const FIRST_TOKEN_S: [f64; 16] =
    [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Buckets of the conventions: powers of four.
const TOKENS: [f64; 14] = [
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

/// Telemetry cannot be begun.
#[derive(Debug, thiserror::Error)]
#[error("set up telemetry")]
pub struct StartError(#[from] ExporterBuildError);

/// Telemetry that is on.
#[derive(Debug)]
pub struct Telemetry {
    calls: Calls,
    closing: CancellationToken,
    task: JoinHandle<()>,
}

/// What the SDK needs to go on until the end.
struct Providers {
    tracers: Option<SdkTracerProvider>,
    meters: Option<SdkMeterProvider>,
}

impl Telemetry {
    /// Begins to tell. Must be called inside a Tokio runtime, on which collectors are posted to.
    pub fn start(settings: &Settings, version: &'static str) -> Result<Self, StartError> {
        let counts = Arc::new(Counts::default());
        let collectors = settings.traces.iter().chain(&settings.metrics);
        let client = Client::new(collectors, counts.clone());
        let providers = providers(settings, version, &client)?;
        let (queue, waiting) = mpsc::channel(QUEUE);
        let closing = CancellationToken::new();
        let task = tokio::spawn(tell_all(waiting, providers, closing.clone()));
        Ok(Self { calls: Calls { queue, counts }, closing, task })
    }

    /// The way of calls to whoever is told.
    pub const fn calls(&self) -> &Calls {
        &self.calls
    }

    /// Tells what has come together, and stops.
    pub async fn close(self) {
        self.closing.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the task that tells the collector broke down");
        }
    }
}

fn providers(
    settings: &Settings,
    version: &'static str,
    client: &Client,
) -> Result<Providers, ExporterBuildError> {
    let resource = resource(version);
    let tracers = settings.traces.as_ref().map(|uri| {
        let exporter = SpanExporter::builder().with_http().with_http_client(client.clone());
        let exporter = exporter.with_endpoint(uri.to_string()).build()?;
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter);
        Ok(provider.with_resource(resource.clone()).build())
    });
    let meters = settings.metrics.as_ref().map(|uri| {
        let exporter = MetricExporter::builder().with_http().with_http_client(client.clone());
        let exporter = exporter.with_endpoint(uri.to_string()).build()?;
        let provider = SdkMeterProvider::builder().with_periodic_exporter(exporter);
        Ok(provider.with_resource(resource.clone()).build())
    });
    Ok(Providers { tracers: tracers.transpose()?, meters: meters.transpose()? })
}

/// What the operator says that this server is; `gantline` where nothing is said.
fn resource(version: &'static str) -> Resource {
    let said = Resource::builder().build();
    let name = said.iter().find(|(key, _)| key.as_str() == "service.name");
    let is_said = name.is_some_and(|(_, name)| !name.as_str().starts_with("unknown_service"));
    let resource = Resource::builder().with_attribute(KeyValue::new("service.version", version));
    if is_said { resource } else { resource.with_service_name("gantline") }.build()
}

async fn tell_all(
    mut waiting: mpsc::Receiver<ModelCall>,
    providers: Providers,
    closing: CancellationToken,
) {
    let teller = Teller::new(&providers);
    while let Some(Some(call)) = closing.run_until_cancelled(waiting.recv()).await {
        teller.tell(&call);
    }
    waiting.close();
    while let Ok(call) = waiting.try_recv() {
        teller.tell(&call);
    }
    // Posts what the SDK still has, and waits for it, on a thread that may wait.
    let closed = tokio::task::spawn_blocking(move || providers.close()).await;
    if let Err(error) = closed {
        tracing::error!(%error, "telemetry was not closed");
    }
}

impl Providers {
    fn close(&self) {
        let traces = self.tracers.as_ref().map(|it| it.shutdown_with_timeout(CLOSE_WITHIN));
        let metrics = self.meters.as_ref().map(|it| it.shutdown_with_timeout(CLOSE_WITHIN));
        if let Some(Err(error)) = traces {
            tracing::warn!(%error, "the last spans were not told");
        }
        if let Some(Err(error)) = metrics {
            tracing::warn!(%error, "the last measurements were not told");
        }
    }
}

/// What spans and measurements are made with.
struct Teller {
    tracer: Option<SdkTracer>,
    instruments: Option<Instruments>,
    propagator: TraceContextPropagator,
}

struct Instruments {
    tokens: Histogram<u64>,
    duration: Histogram<f64>,
    first_token: Histogram<f64>,
}

impl Teller {
    fn new(providers: &Providers) -> Self {
        Self {
            tracer: providers.tracers.as_ref().map(|provider| provider.tracer(SCOPE)),
            instruments: providers.meters.as_ref().map(Instruments::new),
            propagator: TraceContextPropagator::new(),
        }
    }

    fn tell(&self, call: &ModelCall) {
        if let Some(tracer) = &self.tracer {
            self.tell_span(tracer, call);
        }
        if let Some(instruments) = &self.instruments {
            instruments.measure(call);
        }
    }

    fn tell_span(&self, tracer: &SdkTracer, call: &ModelCall) {
        let record = &call.record;
        let began = began(record);
        let mut span = tracer
            .span_builder(conventions::span_name(call))
            .with_kind(SpanKind::Client)
            .with_start_time(began)
            .with_attributes(conventions::of_span(call))
            .start_with_context(tracer, &self.context(call.parent.as_ref()));
        if let Some(error) = conventions::error_type(record) {
            span.set_status(Status::error(error));
        }
        span.end_with_timestamp(began + Duration::from_millis(record.duration_ms));
    }

    /// The span of the client, if it names one properly.
    fn context(&self, parent: Option<&Parent>) -> Context {
        let Some(Parent(text)) = parent else { return Context::new() };
        let headers = HashMap::from([("traceparent".to_owned(), text.clone())]);
        self.propagator.extract_with_context(&Context::new(), &headers)
    }
}

impl Instruments {
    fn new(provider: &SdkMeterProvider) -> Self {
        let meter = provider.meter(SCOPE);
        Self {
            tokens: meter
                .u64_histogram("gen_ai.client.token.usage")
                .with_unit("{token}")
                .with_description("Number of input and output tokens used.")
                .with_boundaries(TOKENS.to_vec())
                .build(),
            duration: meter
                .f64_histogram("gen_ai.client.operation.duration")
                .with_unit("s")
                .with_description("GenAI operation duration.")
                .with_boundaries(DURATION_S.to_vec())
                .build(),
            first_token: meter
                .f64_histogram("gen_ai.server.time_to_first_token")
                .with_unit("s")
                .with_description("Time to generate first token for successful responses.")
                .with_boundaries(FIRST_TOKEN_S.to_vec())
                .build(),
        }
    }

    fn measure(&self, call: &ModelCall) {
        let record = &call.record;
        let attributes = conventions::of_measurement(call);
        self.duration.record(seconds(record.duration_ms), &attributes);
        let failed = conventions::error_type(record).is_some();
        if let Some(first_byte_ms) = record.first_byte_ms.filter(|_| !failed) {
            self.first_token.record(seconds(first_byte_ms), &attributes);
        }
        let input = conventions::input_tokens(record);
        for (class, count) in [("input", input), ("output", record.tokens.output)] {
            let mut attributes = attributes.clone();
            attributes.push(KeyValue::new("gen_ai.token.type", class));
            if count > 0 {
                self.tokens.record(count, &attributes);
            }
        }
    }
}

fn began(record: &UsageRecord) -> SystemTime {
    let since_epoch = u64::try_from(record.started_at.as_millis()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_millis(since_epoch)
}

fn seconds(millis: u64) -> f64 {
    Duration::from_millis(millis).as_secs_f64()
}

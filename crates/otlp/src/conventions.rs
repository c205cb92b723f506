//! Attributes of a call, as the semantic conventions for generative AI name them
//! (<https://opentelemetry.io/docs/specs/semconv/gen-ai/>).
//!
//! What distinguishes measurements comes from closed lists or from what administrators have set up.
//! A name that an agent made up would be one more series for ever; it is told on spans only, where
//! it costs nothing.

use model::price::PriceSource;
use model::provider::ProviderName;
use model::usage::{UsageRecord, UsageStatus};
use opentelemetry::KeyValue;

use crate::calls::ModelCall;

/// What stands for a word that is not in its list.
const OTHER: &str = "_OTHER";

/// The longest name of a model that is told, in characters.
const MAX_MODEL_CHARACTERS: usize = 128;

/// The name of a call's span.
pub(crate) fn span_name(call: &ModelCall) -> String {
    let operation = call.operation.as_str();
    match &call.record.model_asked {
        Some(model) => format!("{operation} {}", cut(model)),
        None => operation.to_owned(),
    }
}

/// What distinguishes one series of measurements from another.
pub(crate) fn of_measurement(call: &ModelCall) -> Vec<KeyValue> {
    let record = &call.record;
    let mut attributes = common(call);
    attributes.push(KeyValue::new("gen_ai.request.model", known_model(record)));
    attributes.extend(error_type(record).map(|error| KeyValue::new("error.type", error)));
    attributes
}

/// What is said of one call.
pub(crate) fn of_span(call: &ModelCall) -> Vec<KeyValue> {
    let record = &call.record;
    let mut attributes = common(call);
    attributes.extend([
        KeyValue::new("gen_ai.conversation.id", record.session.to_string()),
        KeyValue::new("gen_ai.usage.input_tokens", signed(input_tokens(record))),
        KeyValue::new("gen_ai.usage.output_tokens", signed(record.tokens.output)),
        KeyValue::new("gen_ai.usage.cache_read.input_tokens", signed(record.tokens.cache_read)),
        KeyValue::new(
            "gen_ai.usage.cache_creation.input_tokens",
            signed(record.tokens.cache_write),
        ),
        KeyValue::new("gantline.usage.status", record.status.as_str()),
        KeyValue::new("gantline.usage.id", record.id.to_string()),
    ]);
    let models = [
        ("gen_ai.request.model", &record.model_asked),
        ("gen_ai.response.model", &record.model_answered),
    ];
    for (key, model) in models {
        attributes.extend(model.as_deref().map(|model| KeyValue::new(key, cut(model))));
    }
    let numbers = [
        ("http.response.status_code", record.http_status.map(u64::from)),
        ("gantline.first_byte_ms", record.first_byte_ms),
        ("gantline.overhead_us", record.overhead_us),
    ];
    for (key, number) in numbers {
        attributes.extend(number.map(|number| KeyValue::new(key, signed(number))));
    }
    attributes.extend(error_type(record).map(|error| KeyValue::new("error.type", error)));
    attributes
}

/// Why a call counts as failed; `None` where it does not.
pub(crate) fn error_type(record: &UsageRecord) -> Option<String> {
    match (record.status, record.http_status) {
        (UsageStatus::Complete | UsageStatus::Estimated, _) => None,
        (_, Some(status @ 400..=599)) => Some(status.to_string()),
        (status, _) => Some(status.as_str().to_owned()),
    }
}

/// All that was processed before the answer, cached or not, as the conventions count it.
pub(crate) const fn input_tokens(record: &UsageRecord) -> u64 {
    record.tokens.input + record.tokens.cache_read + record.tokens.cache_write
}

fn common(call: &ModelCall) -> Vec<KeyValue> {
    vec![
        KeyValue::new("gen_ai.operation.name", call.operation.as_str()),
        KeyValue::new("gen_ai.provider.name", provider(&call.record.provider)),
    ]
}

/// The word of the conventions, where they have one.
fn provider(name: &ProviderName) -> String {
    match name.as_str() {
        "google" | "gemini" => "gcp.gemini",
        "mistral" => "mistral_ai",
        "moonshot" => "moonshot_ai",
        "xai" | "grok" => "x_ai",
        name => name,
    }
    .to_owned()
}

/// The model, if somebody has said what it costs: the price list, or an administrator.
fn known_model(record: &UsageRecord) -> String {
    let priced = record.cost.as_ref().is_some_and(|cost| cost.source != PriceSource::Assumed);
    match &record.model_asked {
        Some(model) if priced => cut(model),
        _ => OTHER.to_owned(),
    }
}

fn cut(model: &str) -> String {
    model.chars().filter(|character| !character.is_control()).take(MAX_MODEL_CHARACTERS).collect()
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

//! What the gateway counts and times. Written by calls on their way, so nothing in here waits,
//! allocates or looks anything up by name.

use metrics::histogram::{MODEL_WORK_US, OWN_WORK_US};
use metrics::{Counter, Exposition, Histogram, Kind};
use model::NanoUsd;
use model::provider::Dialect;
use model::usage::{TokenCounts, UsageRecord, UsageStatus};
use providers::Refusal;

use crate::gateway::Inner;

const DIALECTS: usize = Dialect::ALL.len();
const STATUSES: usize = UsageStatus::ALL.len();

/// Classes of tokens. The last one is a part of the one before it.
const CLASSES: [&str; 5] = ["input", "cache_read", "cache_write", "output", "reasoning"];

/// [`Refusal::code`] of what is refused, and a word for those that are not in the list.
const REASONS: [&str; 15] = [
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
];

/// Numbers of all calls since the start.
#[derive(Debug)]
pub(crate) struct Figures {
    ended: [[Counter; STATUSES]; DIALECTS],
    tokens: [[Counter; CLASSES.len()]; DIALECTS],
    cost_nano_usd: [Counter; DIALECTS],
    first_byte: [Histogram; DIALECTS],
    duration: [Histogram; DIALECTS],
    overhead: Histogram,
    refused: [Counter; REASONS.len()],
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            ended: Default::default(),
            tokens: Default::default(),
            cost_nano_usd: Default::default(),
            first_byte: std::array::from_fn(|_| Histogram::new(MODEL_WORK_US)),
            duration: std::array::from_fn(|_| Histogram::new(MODEL_WORK_US)),
            overhead: Histogram::new(OWN_WORK_US),
            refused: Default::default(),
        }
    }
}

impl Figures {
    /// An attempt has ended.
    pub(crate) fn ended(&self, record: &UsageRecord) {
        let dialect = record.provider.dialect() as usize;
        self.ended[dialect][record.status as usize].increment();
        for (counter, count) in self.tokens[dialect].iter().zip(classes(&record.tokens)) {
            counter.add(count);
        }
        if let Some(cost) = &record.cost {
            self.cost_nano_usd[dialect].add(cost.amount.as_nanos());
        }
        self.duration[dialect].observe_ms(record.duration_ms);
        if let Some(first_byte_ms) = record.first_byte_ms {
            self.first_byte[dialect].observe_ms(first_byte_ms);
        }
        if let Some(overhead_us) = record.overhead_us {
            self.overhead.observe_us(overhead_us);
        }
    }

    /// A call was answered with an error of our own.
    pub(crate) fn refused(&self, refusal: &Refusal) {
        let code = refusal.code();
        let reason = REASONS.iter().position(|reason| *reason == code);
        self.refused[reason.unwrap_or(REASONS.len() - 1)].increment();
    }

    fn write(&self, into: &mut Exposition) {
        let mut calls = into.family(
            Kind::Counter,
            "gantline_model_calls_total",
            "Attempts to call a model that have ended, by dialect and how they ended.",
        );
        for dialect in Dialect::ALL {
            for status in UsageStatus::ALL {
                let total = self.ended[*dialect as usize][*status as usize].total();
                let labels = [("dialect", dialect.as_str()), ("status", status.as_str())];
                calls.count(&labels, total);
            }
        }
        let mut tokens = into.family(
            Kind::Counter,
            "gantline_model_tokens_total",
            "Tokens of model calls, by dialect and class. Reasoning is a part of output.",
        );
        for dialect in Dialect::ALL {
            for (class, counter) in CLASSES.into_iter().zip(&self.tokens[*dialect as usize]) {
                let labels = [("dialect", dialect.as_str()), ("class", class)];
                tokens.count(&labels, counter.total());
            }
        }
        let mut cost = into.family(
            Kind::Counter,
            "gantline_model_cost_usd_total",
            "What model calls cost by the price list, in US dollars.",
        );
        for dialect in Dialect::ALL {
            let total = NanoUsd::from_nanos(self.cost_nano_usd[*dialect as usize].total());
            cost.sample(&[("dialect", dialect.as_str())], total.as_dollars());
        }
        self.write_times(into);
        let mut refused = into.family(
            Kind::Counter,
            "gantline_model_calls_refused_total",
            "Model calls that were answered with an error of the gateway's own, by its code.",
        );
        for (reason, counter) in REASONS.into_iter().zip(&self.refused) {
            refused.count(&[("reason", reason)], counter.total());
        }
    }

    fn write_times(&self, into: &mut Exposition) {
        into.histogram(
            "gantline_model_call_overhead_seconds",
            "What the gateway itself took before a call went on to its model.",
            &self.overhead.observed(),
        );
        let mut first_byte = into.family(
            Kind::Histogram,
            "gantline_model_call_first_byte_seconds",
            "From the beginning of an attempt to the first byte of the answer's body.",
        );
        for dialect in Dialect::ALL {
            let observed = self.first_byte[*dialect as usize].observed();
            first_byte.observed(&[("dialect", dialect.as_str())], &observed);
        }
        let mut duration = into.family(
            Kind::Histogram,
            "gantline_model_call_duration_seconds",
            "From the beginning of an attempt to its end.",
        );
        for dialect in Dialect::ALL {
            let observed = self.duration[*dialect as usize].observed();
            duration.observed(&[("dialect", dialect.as_str())], &observed);
        }
    }
}

/// Writes what the gateway knows of itself.
pub(crate) fn write(gateway: &Inner, into: &mut Exposition) {
    gateway.figures.write(into);
    if let Some(calls) = &gateway.telemetry {
        calls.write_metrics(into);
    }
    into.gauge(
        "gantline_model_calls_in_flight",
        "Metered model calls under way, or whose record is not on the disk yet.",
        gateway.ledger.in_flight(),
    );
    into.gauge(
        "gantline_usage_queue_length",
        "Usage records that wait to be written.",
        gateway.ledger.waiting(),
    );
    into.gauge(
        "gantline_denial_queue_length",
        "Records of denied model calls that wait to be written.",
        gateway.denials.waiting(),
    );
    into.gauge(
        "gantline_provider_keys_resting",
        "Provider keys that are given a rest because their provider refuses, limits or fails.",
        gateway.keys.health().resting(gateway.clock.tick()),
    );
}

const fn classes(tokens: &TokenCounts) -> [u64; CLASSES.len()] {
    [tokens.input, tokens.cache_read, tokens.cache_write, tokens.output, tokens.reasoning]
}

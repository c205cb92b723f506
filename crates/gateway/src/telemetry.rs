//! Calls told to a collector, where one is named: what each call did and whose part it is.

use http::request::Parts;
use model::usage::UsageRecord;
use otlp::{Calls, ModelCall, Operation, Parent};
use providers::Endpoint;

/// What is known of an attempt before it begins, and who is told when it has ended.
pub(crate) struct Told {
    calls: Calls,
    operation: Operation,
    parent: Option<Parent>,
}

impl Told {
    /// Where `calls` are told, and the endpoint is one of those that use something.
    pub(crate) fn of(calls: Option<&Calls>, parts: &Parts, endpoint: Endpoint) -> Option<Self> {
        let calls = calls?.clone();
        Some(Self { calls, operation: operation(endpoint)?, parent: Parent::of(&parts.headers) })
    }

    /// It has ended.
    pub(crate) fn ended(self, record: &UsageRecord) {
        let Self { calls, operation, parent } = self;
        calls.ended(ModelCall { operation, parent, record: record.clone() });
    }
}

const fn operation(endpoint: Endpoint) -> Option<Operation> {
    match endpoint {
        Endpoint::ChatCompletions | Endpoint::Responses | Endpoint::Messages => {
            Some(Operation::Chat)
        }
        Endpoint::Embeddings => Some(Operation::Embeddings),
        Endpoint::GenerateContent | Endpoint::StreamGenerateContent => {
            Some(Operation::GenerateContent)
        }
        _ => None,
    }
}

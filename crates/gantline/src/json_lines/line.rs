//! What a line holds. The published schema is made from these types, so that it cannot say anything
//! else than what is printed.

use contract::permissions::PermissionView;
use contract::quotas::BudgetRequestView;
use contract::sessions::{SessionView, TurnView};
use model::agent::InstalledAgent;
use model::turn::TurnState;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use utoipa::{PartialSchema, ToSchema};

/// Where the OpenAPI types look for each other, and where a JSON Schema does.
const PLACES: (&str, &str) = ("#/components/schemas/", "#/$defs/");

/// One line of what `gantline --format json` prints. Members are only ever added.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Line<'a> {
    /// The session, first of all.
    Session {
        /// Whether it was started for this prompt.
        created: bool,
        /// The session.
        #[schema(value_type = SessionView)]
        session: &'a SessionView,
    },
    /// The turn that the prompt has begun.
    Turn {
        /// The turn.
        #[schema(value_type = TurnView)]
        turn: &'a TurnView,
    },
    /// One record of the transcript.
    Update {
        /// Position in the transcript, from 1, without holes.
        seq: u64,
        /// When it happened, by the machine's clock.
        at: String,
        /// What happened.
        #[schema(value_type = conversation::Update)]
        update: &'a RawValue,
    },
    /// The turn has failed; the prompt is given again.
    Retry {
        /// Which time, from 1.
        attempt: u32,
        /// How often at most.
        of: u32,
        /// After how long.
        wait_ms: u64,
    },
    /// The transcript turned out to be another one; its updates come again from the first.
    Restarted,
    /// What became of a question.
    Permission {
        /// The question.
        #[schema(value_type = PermissionView)]
        permission: &'a PermissionView,
    },
    /// The session waits for a larger budget, or has its answer.
    Budget {
        /// What it waits for.
        #[schema(value_type = BudgetRequestView)]
        request: &'a BudgetRequestView,
    },
    /// The connection to the server is lost and is tried again.
    Disconnected {
        /// What went wrong.
        detail: String,
        /// After how long it is tried again.
        retry_in_ms: u64,
    },
    /// The connection is back.
    Connected,
    /// The agents of the machine, where a chat was asked for them.
    Agents {
        /// Found or missing.
        #[schema(value_type = Vec<InstalledAgent>)]
        agents: &'a [InstalledAgent],
    },
    /// How it ended, last of all.
    Result {
        /// The turn's state.
        state: TurnState,
        /// The agent's own word for why it stopped.
        stop_reason: Option<&'a str>,
        /// Why it ended, for people.
        outcome: Option<&'a str>,
        /// What the agent said after its last tool call.
        text: &'a str,
        /// What the program ends with.
        exit_code: u8,
    },
    /// Why it went wrong before there was a result, last of all.
    Error {
        /// The server's code for the problem, or the word of the exit code.
        code: &'a str,
        /// What is wrong.
        detail: String,
        /// Why.
        causes: Vec<String>,
        /// What to do about it.
        hint: Option<&'a str>,
        /// What the program ends with.
        exit_code: u8,
    },
}

/// The schema of a line, as JSON Schema 2020-12 has it.
pub(crate) fn schema() -> Value {
    let mut parts = vec![(Line::name().into_owned(), Line::schema())];
    Line::schemas(&mut parts);
    let parts: std::collections::BTreeMap<_, _> = parts.into_iter().collect();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of what `gantline --format json` prints",
        "$ref": format!("{}{}", PLACES.1, Line::name()),
        "$defs": parts,
    });
    moved(schema)
}

/// With references to where the parts are.
fn moved(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, moved(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(moved).collect()),
        Value::String(text) => Value::String(text.replace(PLACES.0, PLACES.1)),
        other => other,
    }
}

//! Sessions that were written down, read again.
//!
//! Two forms are understood: our own, whose session has `updates`, and that of the gateway whose
//! document this interface follows, whose session has `activity`. They are somebody's files, and
//! are believed in nothing: identifiers in them are not taken over, what is not known of a session
//! is passed over, and every update must be one that this version can read.

use bytes::Bytes;
use contract::Time;
use contract::exports::{EXPORT_VERSION, ImportSession};
use control::imports::{self, ImportKey, ImportRequest};
use control::{ControlPlane, Error, placing};
use conversation::activity::{Activity, Retelling};
use conversation::update::limits::fit;
use conversation::{Update, text};
use model::session::{Session, SessionKind};
use model::{Actor, Rng, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;
use wire::stream::Record;

/// Who wrote the prompts of a session that does not say.
const SOMEBODY: &str = "user";

/// Takes in the text of an export, to be kept on a machine.
pub async fn import(
    plane: &ControlPlane,
    actor: &Actor,
    body: ImportSession,
) -> Result<Session, Error> {
    let rng = plane.rng().clone();
    // Reading the largest takes about a second, for which nobody else should wait.
    let read = tokio::task::spawn_blocking(move || read(body, &*rng)).await;
    imports::session_import(plane, actor, read.map_err(Error::internal)??).await
}

fn read(body: ImportSession, rng: &dyn Rng) -> Result<ImportRequest, Error> {
    let ImportSession { data, machine_id: machine, project_path, idempotency_key } = body;
    let asked = [machine.as_deref(), project_path.as_deref(), Some(data.as_str())];
    let key = idempotency_key.map(|key| ImportKey::new(key, &asked));
    let held = held(&data)?;
    let records = records(&held, rng)?;
    let agent = held.agent_name.as_deref().filter(|name| !name.is_empty());
    let prompt = held.first_prompt.as_deref().unwrap_or_default();
    let title = text::line(prompt.lines().next().unwrap_or_default());
    Ok(ImportRequest {
        machine,
        name: held.name.filter(|name| !name.trim().is_empty()),
        title: if title.is_empty() { "Imported session".to_owned() } else { title },
        tags: held.tags.unwrap_or_default(),
        archived: held.archived,
        agent: agent.map(placing::agent_name).transpose()?,
        workspace: project_path.or(held.project_path).unwrap_or_default(),
        model: held.model.filter(|model| !model.is_empty()),
        created_at: held.created_at.0,
        last_active_at: held.last_active_at.or(held.last_active).unwrap_or(held.created_at).0,
        records,
        key,
    })
}

/// An export. What it is must be known before what is in it can be read.
#[derive(Deserialize)]
struct Export<'a> {
    #[serde(default)]
    version: String,
    #[serde(borrow)]
    session: &'a RawValue,
}

/// A session as it was held elsewhere.
#[derive(Deserialize)]
struct Held<'a> {
    #[serde(default)]
    kind: Option<SessionKind>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    first_prompt: Option<String>,
    #[serde(default)]
    tags: Option<Vec<String>>,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    agent_name: Option<String>,
    #[serde(default)]
    account_id: Option<String>,
    #[serde(default)]
    project_path: Option<String>,
    #[serde(default)]
    model: Option<String>,
    created_at: Time,
    #[serde(default)]
    last_active_at: Option<Time>,
    #[serde(default)]
    last_active: Option<Time>,
    #[serde(borrow, default)]
    updates: Option<Vec<HeldUpdate<'a>>>,
    #[serde(default)]
    activity: Option<Vec<HeldActivity>>,
}

#[derive(Deserialize)]
struct HeldUpdate<'a> {
    seq: u64,
    at: Time,
    #[serde(borrow)]
    update: &'a RawValue,
}

#[derive(Deserialize)]
struct HeldActivity {
    timestamp: Time,
    #[serde(flatten)]
    activity: Activity,
}

fn held(data: &str) -> Result<Held<'_>, Error> {
    let export: Export<'_> = serde_json::from_str(data).map_err(|error| {
        invalid(format!("this is no JSON export of a session: {error}"))
            .with_hint("`gantline export SESSION` writes one; Markdown cannot be read again")
    })?;
    // Those that do not say are of the first version.
    if !["", EXPORT_VERSION].contains(&export.version.as_str()) {
        let found = text::line(&export.version);
        return Err(invalid(format!("this export has version {found}, not {EXPORT_VERSION}")));
    }
    let held: Held<'_> = serde_json::from_str(export.session.get())
        .map_err(|error| invalid(format!("the session cannot be read: {error}")))?;
    match held.kind {
        Some(SessionKind::Terminal) => Err(invalid("a terminal is not written down")),
        Some(SessionKind::Chat) | None => Ok(held),
    }
}

fn records(held: &Held<'_>, rng: &dyn Rng) -> Result<Vec<Record>, Error> {
    match (&held.updates, &held.activity) {
        (Some(updates), None) => updates.iter().map(record).collect(),
        (None, Some(activity)) => Ok(retold(held, activity, rng)),
        (Some(_), Some(_)) => Err(invalid("the session has both `updates` and `activity`")),
        (None, None) => Err(invalid("the session has neither `updates` nor `activity`")),
    }
}

/// An update as it stands in the export, which is how it stood in its journal.
fn record(held: &HeldUpdate<'_>) -> Result<Record, Error> {
    let HeldUpdate { seq, at, update } = held;
    // Unlike one that comes from a machine, it may not be of a kind that is unknown here: that
    // could be anything.
    serde_json::from_str::<Update>(update.get())
        .map_err(|error| invalid(format!("update {seq} cannot be read: {error}")))?;
    let update_json = Bytes::from(on_one_line(update.get()));
    Ok(Record { seq: *seq, at_ms: at.0.as_millis(), update_json })
}

/// The records that an activity stands for.
fn retold(held: &Held<'_>, activity: &[HeldActivity], rng: &dyn Rng) -> Vec<Record> {
    let author = held.account_id.as_deref().filter(|account| !account.is_empty());
    let mut retelling = Retelling::new(text::line(author.unwrap_or(SOMEBODY)));
    let mut records = Vec::new();
    let mut write = |at: Timestamp, updates: Vec<Update>| {
        for fitted in updates.into_iter().flat_map(fit) {
            let (seq, at_ms) = (records.len() as u64 + 1, at.as_millis());
            records.push(Record { seq, at_ms, update_json: fitted.json.into() });
        }
    };
    let mut last = held.created_at.0;
    for HeldActivity { timestamp, activity } in activity {
        last = timestamp.0;
        write(last, retelling.take(last, activity.clone(), rng));
    }
    write(last, retelling.finish());
    records
}

/// JSON without the blanks between its parts: whoever writes one record on each line relies on
/// there being one line.
fn on_one_line(json: &str) -> String {
    let (mut in_text, mut is_escaped) = (false, false);
    let keep = |letter: &char| {
        if is_escaped {
            is_escaped = false;
        } else if *letter == '"' {
            in_text = !in_text;
        } else if in_text && *letter == '\\' {
            is_escaped = true;
        }
        in_text || !letter.is_ascii_whitespace()
    };
    json.chars().filter(keep).collect()
}

/// A refusal in one line, whatever a parser says of a stranger's file.
fn invalid(message: impl AsRef<str>) -> Error {
    Error::invalid("invalid_export", text::line(message.as_ref()))
}

#[cfg(test)]
mod tests;

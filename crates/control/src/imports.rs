//! Sessions that were held elsewhere, taken in to be read.
//!
//! What was said in them goes where transcripts lie, into a machine's journal; here stays only what
//! the session was. The session appears when its transcript is whole:
//!
//! 1. it is noted which machine is about to be given what (`store::imports`)
//! 2. the machine gets the transcript, part by part, and says of each that it is durable
//! 3. in one write the note goes and the session comes
//!
//! Who breaks off in between leaves the note behind, and with it
//! [`housekeeping`](crate::housekeeping) has the machine forget what it was given.

use std::sync::Arc;
use std::time::Duration;

use bus::Event;
use bytes::Bytes;
use model::agent::AgentName;
use model::label::{Labels, MAX_TAGS};
use model::machine::{Machine, MachineStatus};
use model::session::{Session, SessionKind, SessionState};
use model::{Actor, MachineId, SessionId, Timestamp, UserId};
use policy::{Action, Preset};
use relay::CallFailure;
use serde_json::json;
use store::idempotency::EarlierAnswer;
use store::{StoreError, Tx};
use wire::call::{Answer, KeepRecords, Question};
use wire::command::{ForgetSession, Order};
use wire::limits::{MAX_KEPT_BYTES, MAX_RECORD_BYTES};
use wire::stream::Record;

use crate::authorise::acting_user;
use crate::error::machine_offline;
use crate::{ControlPlane, Error, machines, placing, text};

/// How long an import may take. One that was begun longer ago has been given up.
pub(crate) const LONGEST: Duration = Duration::from_mins(10);

/// How long a machine may take for one part.
const KEEP_WITHIN: Duration = Duration::from_secs(30);

/// What a record takes up in a part beside its JSON, at the most.
const RECORD_FRAME_BYTES: usize = 32;

/// A session as it was held elsewhere.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// On which machine its transcript is to lie, by identifier or name; the only one that is
    /// online if there is none.
    pub machine: Option<String>,
    /// What people called it.
    pub name: Option<String>,
    /// What to call it where nobody had named it.
    pub title: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Whether it was put away.
    pub archived: bool,
    /// Its agent.
    pub agent: Option<AgentName>,
    /// Its directory, on whichever machine that was; may be empty.
    pub workspace: String,
    /// Its model.
    pub model: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When anything last happened in it.
    pub last_active_at: Timestamp,
    /// Its transcript, from 1 without holes. Each record is JSON that [`conversation::Update`] can
    /// be read from.
    pub records: Vec<Record>,
    /// The same key with the same request makes one session, however often it is sent.
    pub key: Option<ImportKey>,
}

/// By what a request is recognised that is sent again.
#[derive(Debug, Clone)]
pub struct ImportKey {
    /// Chosen by whoever asks.
    pub key: String,
    /// Of what is asked for.
    pub request_hash: [u8; 32],
}

impl ImportKey {
    /// A key for an import, with everything that is asked for, in a fixed order.
    pub fn new(key: String, asked: &[Option<&str>]) -> Self {
        let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        context.update(b"session.import\0");
        for part in asked {
            let length = part.map_or(0, |part| part.len() as u64 + 1);
            context.update(&length.to_le_bytes());
            context.update(part.unwrap_or_default().as_bytes());
        }
        let mut request_hash = [0; 32];
        request_hash.copy_from_slice(context.finish().as_ref());
        Self { key, request_hash }
    }
}

/// Takes a session in. When this answers, it is stored here and its transcript on the machine.
pub async fn session_import(
    plane: &ControlPlane,
    actor: &Actor,
    request: ImportRequest,
) -> Result<Session, Error> {
    let owner = acting_user(actor)?;
    if let Some(earlier) = earlier_import(plane, owner, request.key.as_ref()).await? {
        return Ok(earlier);
    }
    let machine = placing::machine_meant(plane, actor, request.machine.as_deref()).await?;
    let machine = plane.authorise_machine(actor, Action::SessionStart, machine.id).await?;
    check_records(&request.records)?;
    let session = session_of(plane, owner, &machine, &request)?;
    if machines::machine_status(plane, machine.id).0 == MachineStatus::Offline {
        return Err(machine_offline());
    }
    note(plane, &session).await?;
    let import = Import { session: session.clone(), key: request.key };
    match import.carry_out(plane, actor, request.records).await {
        Ok(made) if made == session.id => {
            plane.bus.tell(Event::SessionChanged(Arc::new(session.clone())));
            Ok(session)
        }
        // The same request was faster.
        Ok(earlier) => {
            give_up(plane, actor, session.id, machine.id).await?;
            known(plane, earlier).await
        }
        Err(error) => {
            give_up(plane, actor, session.id, machine.id).await?;
            Err(error)
        }
    }
}

/// Has machines forget what they were given by imports that have broken off.
pub(crate) async fn give_up_begun_before(
    plane: &ControlPlane,
    before: Timestamp,
) -> Result<(), Error> {
    for (session, machine) in plane.store.imports_begun_before(before).await? {
        give_up(plane, &Actor::System, session, machine).await?;
    }
    Ok(())
}

/// A session that is not there yet.
struct Import {
    session: Session,
    key: Option<ImportKey>,
}

impl Import {
    /// Makes it, unless the same request has made one already. Answers which there is.
    async fn carry_out(
        self,
        plane: &ControlPlane,
        actor: &Actor,
        records: Vec<Record>,
    ) -> Result<SessionId, Error> {
        let kept = tokio::time::timeout(LONGEST, keep(plane, &self.session, records)).await;
        let facts = kept.unwrap_or(Err(CallFailure::TimedOut.into()))?;
        let object = format!("session:{}", self.session.id);
        let record = plane.audit(actor, "session.import", object, &facts);
        plane
            .store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    if let Some(earlier) = self.claim_key(tx).await? {
                        return Ok(earlier);
                    }
                    if !tx.import_take(self.session.id).await? {
                        return Err(CallFailure::TimedOut.into());
                    }
                    tx.session_insert(&self.session).await?;
                    tx.audit_append(record).await?;
                    Ok(self.session.id)
                })
            })
            .await
    }

    /// Keeps the answer to the key; or says which session it has made already.
    async fn claim_key(&self, tx: &mut Tx) -> Result<Option<SessionId>, Error> {
        let Some(key) = &self.key else { return Ok(None) };
        let (owner, now) = (self.session.owner, self.session.imported_at.unwrap_or_default());
        if let Some(earlier) = tx.idempotent_answer(owner, &key.key).await? {
            return same_request(&earlier, key).map(Some);
        }
        let answer =
            EarlierAnswer { request_hash: key.request_hash, answer: self.session.id.to_string() };
        tx.idempotent_answer_insert(owner, &key.key, &answer, now).await?;
        Ok(None)
    }
}

/// The session that the same request made before. Looked for first, so that it is answered even
/// where the request would be refused by now.
async fn earlier_import(
    plane: &ControlPlane,
    owner: UserId,
    key: Option<&ImportKey>,
) -> Result<Option<Session>, Error> {
    let Some(key) = key else { return Ok(None) };
    text::name("the idempotency key", &key.key, 200)?;
    let Some(earlier) = plane.store.idempotent_answer(owner, &key.key).await? else {
        return Ok(None);
    };
    known(plane, same_request(&earlier, key)?).await.map(Some)
}

fn same_request(earlier: &EarlierAnswer, now: &ImportKey) -> Result<SessionId, Error> {
    if earlier.request_hash != now.request_hash {
        let message = "this idempotency key was used for another request";
        return Err(Error::conflict("idempotency_key_reused", message));
    }
    earlier.answer.parse().map_err(Error::internal)
}

async fn known(plane: &ControlPlane, id: SessionId) -> Result<Session, Error> {
    plane.store.session(id).await?.ok_or(Error::not_found("session"))
}

fn check_records(records: &[Record]) -> Result<(), Error> {
    let refused = |message: String| Err(Error::invalid("invalid_export", message));
    for (expected, record) in (1_u64..).zip(records) {
        if record.seq != expected {
            return refused(format!("update {} stands where {expected} is expected", record.seq));
        }
        if record.update_json.len() > MAX_RECORD_BYTES {
            return refused(format!("update {expected} has more than {MAX_RECORD_BYTES} bytes"));
        }
    }
    if records.is_empty() {
        return refused("nothing was said in this session".to_owned());
    }
    Ok(())
}

/// The session, under an identifier of its own: that of the export may be somebody else's here.
fn session_of(
    plane: &ControlPlane,
    owner: UserId,
    machine: &Machine,
    request: &ImportRequest,
) -> Result<Session, Error> {
    let now = plane.now();
    let model = request.model.as_deref().map(|model| text::name("the model", model, 200));
    Ok(Session {
        id: SessionId::new(now, &**plane.rng()),
        tenant: machine.tenant,
        owner,
        machine: machine.id,
        kind: SessionKind::Chat,
        agent: request.agent.clone(),
        workspace: workspace(&request.workspace)?,
        model: model.transpose()?,
        // Nothing is done in it any more, so that this is the most that is true.
        preset: Preset::SafeReadonly.to_string(),
        policy: None,
        title: text::one_line(&request.title, 200),
        labels: labels(request, now)?,
        state: SessionState::Stopped,
        detail: Some("imported".to_owned()),
        containment: None,
        containment_detail: None,
        worktree: None,
        idle_limit: None,
        pause: None,
        paused_for: std::time::Duration::ZERO,
        created_at: request.created_at.clamp(Timestamp::default(), now),
        last_active_at: request.last_active_at.clamp(Timestamp::default(), now),
        imported_at: Some(now),
    })
}

fn workspace(path: &str) -> Result<String, Error> {
    if path.is_empty() { Ok(String::new()) } else { text::name("the directory", path, 4_096) }
}

fn labels(request: &ImportRequest, now: Timestamp) -> Result<Labels, Error> {
    let name = request.name.as_deref().map(|name| text::name("the name", name, 200));
    let tags = request.tags.iter().map(|tag| text::name("a tag", tag, 50));
    let mut tags = tags.collect::<Result<Vec<_>, _>>()?;
    tags.sort_unstable();
    tags.dedup();
    if tags.len() > MAX_TAGS {
        let message = format!("a session has at most {MAX_TAGS} tags, not {}", tags.len());
        return Err(Error::invalid("too_many_tags", message));
    }
    Ok(Labels { name: name.transpose()?, tags, archived_at: request.archived.then_some(now) })
}

async fn note(plane: &ControlPlane, session: &Session) -> Result<(), Error> {
    let (id, machine, now) = (session.id, session.machine, plane.now());
    let noted = plane.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { tx.import_begin(id, machine, now).await })
    });
    Ok(noted.await?)
}

/// Gives the records to the machine, part by part. Answers what the audit log says of them.
async fn keep(
    plane: &ControlPlane,
    session: &Session,
    records: Vec<Record>,
) -> Result<serde_json::Value, Error> {
    let bytes: usize = records.iter().map(|record| record.update_json.len()).sum();
    let facts = json!({
        "machine": session.machine.to_string(),
        "agent": session.agent,
        "records": records.len(),
        "bytes": bytes,
    });
    for part in parts(records) {
        let last = part.last().map_or(0, |record| record.seq);
        let session_id = Bytes::copy_from_slice(session.id.as_bytes());
        let question = Question::KeepRecords(KeepRecords { session_id, records: part });
        let answer = plane.relay.call(session.machine, question, KEEP_WITHIN).await;
        match answer.map_err(not_kept)? {
            Answer::RecordsKept(kept) if kept.last == last => {}
            _ => return Err(CallFailure::Unexpected.into()),
        }
    }
    Ok(facts)
}

fn parts(records: Vec<Record>) -> impl Iterator<Item = Vec<Record>> {
    let mut records = records.into_iter().peekable();
    std::iter::from_fn(move || {
        let size = |record: &Record| record.update_json.len() + RECORD_FRAME_BYTES;
        let first = records.next()?;
        let mut bytes = size(&first);
        let mut part = vec![first];
        while let Some(next) = records.next_if(|next| bytes + size(next) <= MAX_KEPT_BYTES) {
            bytes += size(&next);
            part.push(next);
        }
        Some(part)
    })
}

fn not_kept(failure: CallFailure) -> Error {
    match failure {
        CallFailure::Refused(refusal) if refusal.code == "unknown_call" => {
            let message = "the machine's daemon is too old to keep imported sessions";
            Error::conflict("machine_outdated", message).with_hint("update gantline on it")
        }
        other => other.into(),
    }
}

/// Has the machine forget what it was given, unless that is settled.
async fn give_up(
    plane: &ControlPlane,
    actor: &Actor,
    session: SessionId,
    machine: MachineId,
) -> Result<(), Error> {
    let order = Order::ForgetSession(ForgetSession {});
    let command = plane.lasting_command(actor, machine, session, order);
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if tx.import_take(session).await? {
                    // A machine that was removed has nothing to forget.
                    tx.command_append(&command).await?;
                }
                Ok(())
            })
        })
        .await?;
    plane.relay.commands_waiting(machine);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(seq: u64, bytes: usize) -> Record {
        Record { seq, at_ms: 0, update_json: vec![b'x'; bytes].into() }
    }

    #[test]
    fn parts_are_whole_in_order_and_no_larger_than_a_machine_takes() {
        let sizes = [1, MAX_KEPT_BYTES / 2, MAX_KEPT_BYTES / 2, MAX_RECORD_BYTES, 2, 3];
        let records: Vec<Record> =
            (1..).zip(sizes).map(|(seq, bytes)| record(seq, bytes)).collect();
        let parts: Vec<Vec<Record>> = parts(records.clone()).collect();
        let lengths: Vec<usize> = parts.iter().map(Vec::len).collect();
        assert_eq!(lengths, [2, 1, 1, 2]);
        assert_eq!(parts.concat(), records);
    }

    #[test]
    fn a_transcript_has_no_holes_and_no_giant_and_is_not_empty() {
        assert!(check_records(&[record(1, 5), record(2, MAX_RECORD_BYTES)]).is_ok());
        for wrong in [
            &[][..],
            &[record(0, 5)],
            &[record(2, 5)],
            &[record(1, 5), record(1, 5)],
            &[record(1, 5), record(3, 5)],
            &[record(1, MAX_RECORD_BYTES + 1)],
        ] {
            assert_eq!(check_records(wrong).unwrap_err().code, "invalid_export");
        }
    }

    #[test]
    fn a_key_tells_apart_what_is_asked_for() {
        let hash = |asked: &[Option<&str>]| ImportKey::new("k".to_owned(), asked).request_hash;
        let known = hash(&[Some("a"), None, Some("b")]);
        assert_eq!(known, hash(&[Some("a"), None, Some("b")]));
        for other in [
            [None, None, Some("b")],
            [Some("a"), Some(""), Some("b")],
            [Some("a"), None, Some("c")],
            [Some("ab"), None, Some("")],
            [Some("a"), Some("b"), None],
        ] {
            assert_ne!(known, hash(&other), "{other:?}");
        }
    }
}

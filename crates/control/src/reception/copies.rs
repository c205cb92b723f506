//! What machines tell of copies of their workspaces. Each step is on the disk before it is answered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mirror::copy::{Beginning, Copy, Hash, Owner};
use mirror::{Begun, MirrorError, Mirrors};
use model::{AuditRecordId, MachineId, Timestamp};
use serde_json::json;
use store::StoreError;
use store::audit::NewAuditRecord;
use wire::call::{Answer, Question};
use wire::limits::{MAX_MIRRORED_WORKSPACES, MAX_PATH_BYTES};
use wire::mirror::{
    BeginMirror, MirrorBegun, MirrorEnded, MirrorListed, MirrorWritten, MirrorsRetained,
};

use super::{ServerReception, refusal};

/// Steps of one machine that may wait for the disk at once. A machine takes one after the other; there
/// are two where its link was cut in the middle of one.
const STEPS_AT_ONCE: u32 = 2;

/// How many steps of which machine wait for the disk, so that none takes all threads that may.
#[derive(Debug, Default)]
pub(super) struct Steps(Mutex<HashMap<MachineId, u32>>);

/// One of them; over when it is dropped.
struct OneStep {
    steps: Arc<Steps>,
    machine: MachineId,
}

impl OneStep {
    fn begin(steps: &Arc<Steps>, machine: MachineId) -> Option<Self> {
        let mut counts = steps.lock();
        let count = counts.entry(machine).or_default();
        if *count >= STEPS_AT_ONCE {
            return None;
        }
        *count += 1;
        drop(counts);
        Some(Self { steps: steps.clone(), machine })
    }
}

impl Steps {
    fn lock(&self) -> MutexGuard<'_, HashMap<MachineId, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OneStep {
    fn drop(&mut self) {
        let mut counts = self.steps.lock();
        if let Some(count) = counts.get_mut(&self.machine) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.machine);
            }
        }
    }
}

/// What a step has led to, and what of it is written down.
struct Step {
    answer: Answer,
    noted: Vec<(&'static str, Copy)>,
}

impl ServerReception {
    /// Answers what a machine says of a copy.
    pub(super) async fn answer_about_copies(
        &self,
        machine: MachineId,
        question: Question,
    ) -> Answer {
        let Some(one) = OneStep::begin(&self.copying, machine) else {
            return refusal("busy", "a step before is not done yet");
        };
        let tenant = match self.store.machine(machine).await {
            Ok(Some(machine)) => machine.tenant,
            Ok(None) => return refusal("mirror_off", "this is not a machine any more"),
            Err(error) => return broken(machine, &error),
        };
        let (of, now) = (Owner { tenant, machine }, self.clock.now());
        let (mirrors, id) = (self.mirrors.clone(), self.fresh_id());
        let work = move || {
            let _one = one;
            take(&mirrors, of, id, question, now)
        };
        let step = tokio::task::spawn_blocking(work).await;
        let step = match step {
            Ok(Ok(step)) => step,
            Ok(Err(MirrorError::Io(error))) => return broken(machine, &error),
            Ok(Err(error)) => return refusal(error.code(), &error.to_string()),
            Err(error) => return broken(machine, &error),
        };
        if step.noted.is_empty() {
            return step.answer;
        }
        match self.note(of, step.noted).await {
            Ok(()) => step.answer,
            Err(error) => broken(machine, &error),
        }
    }

    /// Never 0, which says nothing on the link.
    fn fresh_id(&self) -> u64 {
        let mut bytes = [0; 8];
        self.rng.fill(&mut bytes);
        u64::from_le_bytes(bytes).max(1)
    }

    async fn note(&self, of: Owner, noted: Vec<(&'static str, Copy)>) -> Result<(), StoreError> {
        let record = |(action, copy): (&str, Copy)| NewAuditRecord {
            id: AuditRecordId::new(self.clock.now(), &*self.rng),
            tenant: Some(of.tenant),
            at: self.clock.now(),
            actor: format!("machine:{}", of.machine),
            action: action.to_owned(),
            object: format!("machine:{}", of.machine),
            result: "ok".to_owned(),
            facts: json!({
                "workspace": copy.workspace,
                "files": copy.files,
                "bytes": copy.size_bytes,
            })
            .to_string(),
        };
        let records: Vec<_> = noted.into_iter().map(record).collect();
        self.store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move {
                    for record in records {
                        tx.audit_append(record).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

fn broken(machine: MachineId, error: &(impl std::fmt::Display + ?Sized)) -> Answer {
    tracing::error!(machine.id = %machine, %error, "a copy of a workspace cannot be kept");
    refusal("busy", "the server cannot keep the copy at the moment")
}

fn take(
    mirrors: &Arc<Mirrors>,
    of: Owner,
    id: u64,
    question: Question,
    now: Timestamp,
) -> Result<Step, MirrorError> {
    let answered = |answer| Ok(Step { answer, noted: Vec::new() });
    match question {
        Question::BeginMirror(question) => {
            let begun = mirrors.begin(of, id, &beginning(question)?, now)?;
            let is_current = begun == Begun::Current;
            answered(Answer::MirrorBegun(MirrorBegun { mirror_id: id, is_current }))
        }
        Question::ListMirror(question) => {
            let missing = mirrors.list(of, question.mirror_id, question.entries, now)?;
            answered(Answer::MirrorListed(MirrorListed { missing }))
        }
        Question::WriteMirror(question) => {
            mirrors.write(of, question.mirror_id, question.parts, now)?;
            answered(Answer::MirrorWritten(MirrorWritten {}))
        }
        Question::EndMirror(question) => {
            let ended = mirrors.end(of, question.mirror_id)?;
            let noted = ended.is_first.then_some(("copy.create", ended.copy));
            let answer = Answer::MirrorEnded(MirrorEnded {});
            Ok(Step { answer, noted: noted.into_iter().collect() })
        }
        Question::RetainMirrors(question) => {
            if question.workspaces.len() > MAX_MIRRORED_WORKSPACES {
                return Err(MirrorError::TooManyCopies { limit: MAX_MIRRORED_WORKSPACES });
            }
            let removed = mirrors.retain(of, &question.workspaces)?;
            let count = u32::try_from(removed.len()).unwrap_or(u32::MAX);
            let answer = Answer::MirrorsRetained(MirrorsRetained { removed: count });
            let noted = removed.into_iter().map(|copy| ("copy.remove", copy)).collect();
            Ok(Step { answer, noted })
        }
        _ => Err(MirrorError::Malformed("this is not about copies")),
    }
}

fn beginning(question: BeginMirror) -> Result<Beginning, MirrorError> {
    let BeginMirror { workspace, digest, files, size_bytes, left_out, is_asked_for } = question;
    let is_shown = !workspace.is_empty() && !workspace.chars().any(char::is_control);
    if !is_shown || workspace.len() > MAX_PATH_BYTES {
        return Err(MirrorError::Malformed("a workspace has a name that can be shown"));
    }
    let digest: Hash =
        digest[..].try_into().map_err(|_| MirrorError::Malformed("a hash has 32 bytes"))?;
    let left_out = left_out.map(Into::into).unwrap_or_default();
    Ok(Beginning { workspace, digest, files, size_bytes, left_out, is_asked_for })
}

#[cfg(test)]
mod tests {
    use model::rng::CountingRng;

    use super::*;

    /// A machine that asks without waiting for answers takes no more threads than others need.
    #[test]
    fn no_machine_takes_all_threads() {
        let (steps, rng) = (Arc::new(Steps::default()), CountingRng::default());
        let machine = || MachineId::new(Timestamp::from_millis(0), &rng);
        let (one, other) = (machine(), machine());
        let first = OneStep::begin(&steps, one).unwrap();
        let second = OneStep::begin(&steps, one).unwrap();
        assert!(OneStep::begin(&steps, one).is_none());
        assert!(OneStep::begin(&steps, other).is_some());
        drop(first);
        assert!(OneStep::begin(&steps, one).is_some());
        drop(second);
        assert!(steps.lock().is_empty());
    }
}

//! Phase 8: the one record of an attempt.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use model::usage::{TokenCounts, UsageRecord, UsageStatus};
use model::{Clock, Tick, UsageRecordId};
use providers::{Reading, Refusal, UsageTap};

use crate::authenticate::Caller;
use crate::choose_key::Key;
use crate::classify::Asked;
use crate::gateway::Inner;
use crate::ledger::Place;

/// How long a call may wait for a place in the ledger.
const PLACE_WITHIN: Duration = Duration::from_secs(30);

/// An attempt under way. However it is dropped, its record is written: what nobody has said
/// otherwise of was forwarded and not seen to end, and is recorded as an estimate.
pub(crate) struct Attempt {
    /// What is known by now. Both are there until the attempt is settled.
    open: Option<(UsageRecord, Place)>,
    began: Tick,
    clock: Arc<dyn Clock>,
}

impl Attempt {
    /// Begins an attempt. Its record is written beside the call, as the estimate that stays if
    /// the server does not live to see the end.
    pub(crate) async fn begin(
        gateway: &Inner,
        caller: &Caller,
        asked: &Asked,
        key: &Key,
    ) -> Result<Self, Refusal> {
        let waiting = tokio::time::timeout(PLACE_WITHIN, gateway.ledger.place()).await;
        let place = waiting.ok().flatten().ok_or(Refusal::Unavailable)?;
        let record = first_record(gateway, caller, asked, key);
        place.began(record.clone());
        Ok(Self {
            open: Some((record, place)),
            began: gateway.clock.tick(),
            clock: gateway.clock.clone(),
        })
    }

    /// The head of an answer has come.
    pub(crate) fn answered(&mut self, status: StatusCode) {
        if let Some((record, _)) = &mut self.open {
            record.http_status = Some(status.as_u16());
        }
    }

    /// Bytes of the answer's body have come.
    pub(crate) fn body_came(&mut self) {
        let elapsed = self.elapsed_ms();
        if let Some((record, _)) = &mut self.open {
            record.first_byte_ms.get_or_insert(elapsed);
        }
    }

    /// The upstream was not reached, or refused: nothing was used.
    pub(crate) fn refused(mut self) {
        if let Some((record, _)) = &mut self.open {
            record.status = UsageStatus::Refused;
            record.tokens = TokenCounts::default();
        }
    }

    /// The answer is over; this is what was read from it.
    pub(crate) fn read(mut self, reading: Reading) {
        if let Some((record, _)) = &mut self.open {
            record.status = reading.status;
            record.tokens = reading.tokens;
            record.model_answered = reading.model_answered;
        }
    }

    fn elapsed_ms(&self) -> u64 {
        let elapsed = self.clock.tick().since(self.began).as_millis();
        u64::try_from(elapsed).unwrap_or(u64::MAX)
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let duration_ms = self.elapsed_ms();
        let Some((mut record, place)) = self.open.take() else { return };
        record.duration_ms = duration_ms;
        tracing::debug!(
            session.id = %record.session,
            provider = %record.provider,
            status = %record.status,
            http.status = record.http_status,
            first_byte_ms = record.first_byte_ms,
            duration_ms,
            tokens = record.tokens.total(),
            "a model call ended"
        );
        place.ended(record);
    }
}

fn first_record(gateway: &Inner, caller: &Caller, asked: &Asked, key: &Key) -> UsageRecord {
    let token = &caller.standing.token;
    let started_at = gateway.clock.now();
    let estimate = UsageTap::new(&asked.call).finish(asked.body_bytes);
    UsageRecord {
        id: UsageRecordId::new(started_at, &*gateway.rng),
        tenant: token.tenant,
        user: token.user,
        machine: token.machine,
        session: token.session,
        proxy_token: token.id,
        provider_key: Some(key.id),
        provider: key.provider.clone(),
        model_asked: asked.model.clone(),
        model_answered: None,
        tokens: estimate.tokens,
        status: estimate.status,
        http_status: None,
        started_at,
        first_byte_ms: None,
        duration_ms: 0,
    }
}

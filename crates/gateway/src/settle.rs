//! Phase 8: the one record of an attempt.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use model::price::PriceSource;
use model::usage::{TokenCounts, UsageRecord, UsageStatus};
use model::{Clock, Tick};
use providers::prices;
use providers::{Reading, Refusal, UsageTap};

use crate::authenticate::Caller;
use crate::choose_key::Key;
use crate::classify::Asked;
use crate::figures::Figures;
use crate::gateway::Inner;
use crate::ledger::Place;
use crate::reserve::{Reserved, reserve};
use crate::stopwatch::Stopwatch;
use crate::telemetry::Told;

/// How long a call may wait for a place in the ledger.
const PLACE_WITHIN: Duration = Duration::from_secs(30);

/// An attempt under way. However it is dropped, its record is written: what nobody has said
/// otherwise of was forwarded, and its client left before an answer began.
pub(crate) struct Attempt {
    /// What is known by now; there until the attempt is settled.
    open: Option<Open>,
    began: Tick,
    clock: Arc<dyn Clock>,
    figures: Arc<Figures>,
    told: Option<Told>,
}

struct Open {
    record: UsageRecord,
    /// Whether somebody has said how it ended.
    is_told: bool,
    place: Place,
    reserved: Reserved,
}

/// How an answer came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The upstream has ended it, in order or not.
    Upstream,
    /// The client left, or the server ended it.
    Here,
}

impl Attempt {
    /// Begins an attempt: reserves what it may cost, and takes a place in the ledger. Its record is
    /// written beside the call, as the estimate that stays if the server does not live to see the
    /// end.
    pub(crate) async fn begin(
        gateway: &Inner,
        caller: &Caller,
        asked: &Asked,
        key: &Key,
        told: Option<Told>,
        stopwatch: &mut Stopwatch<'_>,
    ) -> Result<Self, Refusal> {
        let reserved = reserve(gateway, caller, asked, key, stopwatch).await?;
        let mut place = place(gateway).await?;
        let record = first_record(caller, asked, key, &reserved);
        place.began(record.clone());
        Ok(Self {
            open: Some(Open { record, is_told: false, place, reserved }),
            began: gateway.clock.tick(),
            clock: gateway.clock.clone(),
            figures: gateway.figures.clone(),
            told,
        })
    }

    /// The request goes to the upstream; until then the gateway itself took so long.
    pub(crate) fn sent(&mut self, overhead_us: u64) {
        if let Some(open) = &mut self.open {
            open.record.overhead_us = Some(overhead_us);
        }
    }

    /// The head of an answer has come.
    pub(crate) fn answered(&mut self, status: StatusCode) {
        if let Some(open) = &mut self.open {
            open.record.http_status = Some(status.as_u16());
        }
    }

    /// Bytes of the answer's body have come.
    pub(crate) fn body_came(&mut self) {
        let elapsed = self.elapsed_ms();
        if let Some(open) = &mut self.open {
            open.record.first_byte_ms.get_or_insert(elapsed);
        }
    }

    /// The upstream was not reached, or refused: nothing was used.
    pub(crate) fn refused(mut self) {
        if let Some(open) = &mut self.open {
            open.is_told = true;
            open.record.status = UsageStatus::Refused;
            open.record.tokens = TokenCounts::default();
            open.price();
        }
    }

    /// The upstream failed, and nobody knows what it has used by then: the estimate stays.
    pub(crate) fn failed(mut self) {
        if let Some(open) = &mut self.open {
            open.is_told = true;
        }
    }

    /// The answer is over; this is what was read from it.
    pub(crate) fn read(mut self, reading: Reading, ending: Ending) {
        if let Some(open) = &mut self.open {
            open.is_told = true;
            let ended_here = ending == Ending::Here && reading.status != UsageStatus::Complete;
            open.record.status = if ended_here { UsageStatus::Aborted } else { reading.status };
            open.record.tokens = reading.tokens;
            open.record.model_answered = reading.model_answered;
            open.price();
        }
    }

    fn elapsed_ms(&self) -> u64 {
        let elapsed = self.clock.tick().since(self.began).as_millis();
        u64::try_from(elapsed).unwrap_or(u64::MAX)
    }
}

impl Open {
    /// Writes down what the tokens cost: by the price of the model that answered, or, where nobody
    /// knows that one, of the one that was asked for.
    fn price(&mut self) {
        let Self { record, reserved, .. } = self;
        let answered = record.model_answered.as_deref().filter(|model| !model.is_empty());
        let of_answered = answered
            .map(|model| prices::quote(&reserved.terms.prices, &record.provider, Some(model)))
            .filter(|quote| quote.source() != PriceSource::Assumed);
        record.cost = Some(of_answered.as_ref().unwrap_or(&reserved.quote).cost(&record.tokens));
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let duration_ms = self.elapsed_ms();
        let Some(open) = self.open.take() else { return };
        let Open { mut record, is_told, place, reserved } = open;
        record.duration_ms = duration_ms;
        if !is_told {
            record.status = UsageStatus::Aborted;
        }
        reserved.reservation.settle(&record);
        self.figures.ended(&record);
        if let Some(told) = self.told.take() {
            told.ended(&record);
        }
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

/// A place in the ledger. There nearly always is one, and then nothing need be waited for.
async fn place(gateway: &Inner) -> Result<Place, Refusal> {
    if let Some(place) = gateway.ledger.place_now() {
        return Ok(place);
    }
    let waiting = tokio::time::timeout(PLACE_WITHIN, gateway.ledger.place()).await;
    waiting.ok().flatten().ok_or(Refusal::Unavailable)
}

fn first_record(caller: &Caller, asked: &Asked, key: &Key, reserved: &Reserved) -> UsageRecord {
    let token = &caller.standing.token;
    let estimate = UsageTap::new(&asked.call).finish(asked.body_bytes);
    UsageRecord {
        id: reserved.id,
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
        cost: Some(reserved.quote.cost(&estimate.tokens)),
        http_status: None,
        started_at: reserved.began,
        first_byte_ms: None,
        duration_ms: 0,
        overhead_us: None,
    }
}

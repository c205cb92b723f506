//! What there is one of, and the order of the phases.

use std::error::Error as StdError;
use std::fmt;
use std::pin::pin;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use bus::Bus;
use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use metrics::Exposition;
use model::provider::{ProviderKey, TriedKey};
use model::{Clock, Rng};
use otlp::Calls;
use outbound::{Connector, Guard};
use providers::{Answer, Endpoint, Refusal};
use store::Store;
use tokio::sync::{Mutex, Semaphore};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use vault::KeyRing;

use crate::admit::admit;
use crate::authenticate::{Caller, Refused, authenticate};
use crate::body::Body;
use crate::budgets::Budgets;
use crate::choose_key::{Keys, choose_keys};
use crate::classify::{Target, classify};
use crate::denials::Denials;
use crate::failover::forward_with_any;
use crate::figures::{self, Figures};
use crate::hold;
use crate::ledger::Ledger;
use crate::limits::Limits;
use crate::meter::meter;
use crate::models_here::models_here;
use crate::news::News;
use crate::open_answers::OpenAnswers;
use crate::request_body;
use crate::stopwatch::Stopwatch;
use crate::terms::TermsOfTenants;
use crate::tokens::Tokens;
use crate::try_key::try_key;
use crate::upstreams::Upstreams;

/// How long calls that are under way may take to end when the gateway closes.
const CALLS_END_WITHIN: Duration = Duration::from_secs(2);

/// How long the last records may take to reach the disk when the gateway closes.
const LEDGER_ENDS_WITHIN: Duration = Duration::from_secs(5);

/// What the gateway works with.
pub struct Settings {
    /// Tokens, keys, ledger.
    pub store: Store,
    /// Who wants to know what is used.
    pub bus: Bus,
    /// What opens the providers' keys.
    pub key_ring: Arc<RwLock<KeyRing>>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for the records' ids.
    pub rng: Arc<dyn Rng>,
    /// Hosts (with port) that may be called although they are not public or not encrypted. From
    /// the server's own configuration only.
    pub trusted_upstreams: Vec<String>,
    /// What bounds one call.
    pub limits: Limits,
    /// Who is told of each call that has ended, where somebody wants to know.
    pub telemetry: Option<Calls>,
}

/// The gateway. Cheap to clone; all clones are one.
///
/// Its tasks end when [`close`](Self::close) is called or the last clone is dropped; only the
/// former waits for the records of the calls under way.
#[derive(Clone)]
pub struct Gateway {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) key_ring: Arc<RwLock<KeyRing>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rng: Arc<dyn Rng>,
    pub(crate) limits: Limits,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) keys: Keys,
    pub(crate) terms: TermsOfTenants,
    pub(crate) budgets: Arc<Budgets>,
    pub(crate) bus: Bus,
    /// Calls that wait for a larger budget.
    pub(crate) held: Arc<Semaphore>,
    pub(crate) upstreams: Arc<Upstreams>,
    pub(crate) answers: Arc<OpenAnswers>,
    pub(crate) ledger: Ledger,
    pub(crate) denials: Denials,
    pub(crate) figures: Arc<Figures>,
    pub(crate) telemetry: Option<Calls>,
    /// Memory for the bodies of requests, in KiB.
    pub(crate) request_memory: Arc<Semaphore>,
    /// Nothing new is begun, and what is under way ends.
    closing: CancellationToken,
    watch: Mutex<Option<JoinHandle<()>>>,
    _ends_tasks: DropGuard,
}

impl Gateway {
    /// Starts the gateway. Must be called inside a Tokio runtime, where its tasks run.
    pub fn new(settings: Settings) -> Self {
        let Settings { store, bus, key_ring, clock, rng, trusted_upstreams, limits, telemetry } =
            settings;
        let closing = CancellationToken::new();
        let tokens = Arc::new(Tokens::new(
            store.clone(),
            clock.clone(),
            limits.token_renewed_within,
            closing.clone(),
        ));
        let answers = Arc::new(OpenAnswers::new(clock.clone(), limits));
        let connector = Connector::new(Guard::new(trusted_upstreams), limits.connect_within);
        let budgets = Arc::new(Budgets::new(store.clone(), clock.clone(), rng.clone()));
        let upstreams = Arc::new(Upstreams::new(connector, clock.clone()));
        let news = News::new(store.clone(), bus.clone(), clock.clone());
        let watched =
            (tokens.clone(), answers.clone(), budgets.clone(), upstreams.clone(), news.clone());
        let watch = tokio::spawn(watch(watched, closing.clone()));
        let inner = Inner {
            ledger: Ledger::start(store.clone(), news),
            denials: Denials::start(store.clone(), clock.clone(), rng.clone()),
            store,
            key_ring,
            clock,
            rng,
            limits,
            tokens,
            keys: Keys::default(),
            terms: TermsOfTenants::default(),
            budgets,
            bus,
            held: hold::room(),
            upstreams,
            figures: Arc::default(),
            telemetry,
            answers,
            request_memory: request_body::memory(),
            _ends_tasks: closing.clone().drop_guard(),
            closing,
            watch: Mutex::new(Some(watch)),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Answers one call. The request's path is what follows the gateway's own, such as
    /// `/v1/messages`; whatever is wrong is answered in the shape that the caller's dialect has
    /// for it.
    ///
    /// Dropped before its end, or with the body of its answer dropped before its end, the call is
    /// ended upstream at once.
    pub async fn answer<B>(&self, request: Request<B>) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let (parts, body) = request.into_parts();
        let target = Target::of(&parts);
        let shape = target.shape;
        match self.inner.run(&parts, target, body).await {
            Ok(response) => response,
            Err(Refused { refusal, token }) => {
                self.inner.figures.refused(&refusal);
                self.inner.denials.note(&parts, token.as_deref(), &refusal);
                whole(refusal.answer(shape))
            }
        }
    }

    /// Tries a key out, whatever its state, by asking its provider for the list of models.
    pub async fn try_key(&self, key: &ProviderKey) -> TriedKey {
        try_key(&self.inner, key).await
    }

    /// Writes down what is counted and timed here.
    pub fn write_metrics(&self, into: &mut Exposition) {
        figures::write(&self.inner, into);
    }

    /// Ends the calls under way, writes what is known of them, and stops. What cannot be written
    /// in time stays in the ledger as the estimate that was written when its call began.
    pub async fn close(&self) {
        let inner = &self.inner;
        inner.closing.cancel();
        if let Some(watch) = inner.watch.lock().await.take()
            && let Err(error) = watch.await
        {
            tracing::error!(%error, "the gateway's watch broke down");
        }
        if tokio::time::timeout(CALLS_END_WITHIN, inner.ledger.settled()).await.is_err() {
            tracing::warn!("some model calls did not end in time; the ledger holds estimates");
        }
        inner.budgets.write_crossed().await;
        inner.upstreams.close();
        if tokio::time::timeout(LEDGER_ENDS_WITHIN, inner.ledger.close()).await.is_err() {
            tracing::error!("some usage records could not be written; the ledger holds estimates");
        }
        if tokio::time::timeout(LEDGER_ENDS_WITHIN, inner.denials.close()).await.is_err() {
            tracing::error!("some denied model calls could not be recorded");
        }
    }
}

impl Inner {
    /// The phases in their order.
    async fn run<B>(
        &self,
        parts: &Parts,
        target: Target,
        body: B,
    ) -> Result<Response<Body>, Refused>
    where
        B: http_body::Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        if target.is_probe() {
            return Ok(Response::new(Body::empty()));
        }
        if self.closing.is_cancelled() {
            return Err(Refused { refusal: Refusal::Unavailable, token: None });
        }
        let stopwatch = Stopwatch::start(&*self.clock);
        let caller = authenticate(self, parts).await?;
        let standing = caller.standing.clone();
        let served = self.serve(parts, target, body, caller, stopwatch).await;
        served.map_err(|refusal| Refused { refusal, token: Some(Box::new(standing.token.clone())) })
    }

    /// The phases that follow when it is known whose call it is.
    async fn serve<B>(
        &self,
        parts: &Parts,
        target: Target,
        body: B,
        caller: Caller,
        mut stopwatch: Stopwatch<'_>,
    ) -> Result<Response<Body>, Refusal>
    where
        B: http_body::Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let (call, provider) = target.into_call(parts)?;
        if call.endpoint == Endpoint::ResponsesSocket {
            return Err(Refusal::UpgradeRequired);
        }
        let body = {
            let reading = pin!(request_body::read(self, &call, body));
            stopwatch.without(reading).await?
        };
        let asked = classify(call, provider, &body.bytes)?;
        admit(self, &caller, &asked)?;
        if let Some(models) = models_here(self, &caller, &asked).await? {
            return Ok(models);
        }
        let keys = choose_keys(self, &caller, &asked).await?;
        let forwarding =
            forward_with_any(self, parts, &caller, &asked, keys, &body, &mut stopwatch);
        let forwarded = forwarding.await?;
        Ok(meter(self, caller, &asked, forwarded))
    }

    /// Why a call ends whose token says so.
    pub(crate) fn ended(&self) -> Refusal {
        if self.closing.is_cancelled() { Refusal::Unavailable } else { Refusal::TokenEnded }
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").finish_non_exhaustive()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("trusted_upstreams", &self.trusted_upstreams)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// An answer that is made here.
pub(crate) fn whole(answer: Answer) -> Response<Body> {
    let mut response = Response::new(Body::whole(answer.body));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    response
}

/// What is looked after.
type Watched = (Arc<Tokens>, Arc<OpenAnswers>, Arc<Budgets>, Arc<Upstreams>, Arc<News>);

/// Looks after what is under way until the gateway closes, then ends it.
async fn watch((tokens, answers, budgets, upstreams, news): Watched, closing: CancellationToken) {
    let watching = async {
        tokio::join!(
            tokens.watch(),
            answers.watch(),
            budgets.watch(),
            upstreams.watch(),
            news.watch()
        )
    };
    closing.run_until_cancelled(watching).await;
    answers.end_all();
}

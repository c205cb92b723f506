//! The body of a request: read once, as a whole, because its facts must be known before it goes
//! on; and handed to the upstream in the same bytes.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::error::Error as StdError;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http::Method;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use providers::{Call, Refusal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::gateway::Inner;
use crate::limits::Limits;

/// How much memory the bodies of all requests may take, in KiB. A call for whose body there is no
/// room waits as long as the body may take to arrive.
const MEMORY_KIB: usize = 512 * 1024;

/// A request's body, and the room it takes.
pub(crate) struct RequestBody {
    pub(crate) bytes: Bytes,
    room: Option<Arc<OwnedSemaphorePermit>>,
}

/// A body on its way to the upstream: pieces that share the memory of the one that came.
pub(crate) struct Outgoing {
    pieces: VecDeque<Bytes>,
    _room: Option<Arc<OwnedSemaphorePermit>>,
}

/// The room for all bodies.
pub(crate) fn memory() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(MEMORY_KIB))
}

/// Reads the body of a call; that of an endpoint without one is left unread.
pub(crate) async fn read<B>(gateway: &Inner, call: &Call, body: B) -> Result<RequestBody, Refusal>
where
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    if call.endpoint.method() != Method::POST {
        return Ok(RequestBody { bytes: Bytes::new(), room: None });
    }
    let limits = &gateway.limits;
    let limit_bytes = limits.request_bytes;
    if body.size_hint().lower() > limit_bytes {
        return Err(Refusal::TooLarge { limit_bytes });
    }
    let announced = body.size_hint().upper().unwrap_or(limit_bytes).min(limit_bytes);
    let reading = async {
        let room = room(&gateway.request_memory, kibibytes(announced)).await;
        let bytes = collect(body, limits).await?;
        let room = room.map(|room| Arc::new(shrink(room, bytes.len() as u64)));
        Ok(RequestBody { bytes, room })
    };
    let read = tokio::time::timeout(limits.request_within, reading).await;
    read.unwrap_or_else(|_| Err(too_slow()))
}

/// Room for so much. There nearly always is, and then nothing need be waited for.
async fn room(memory: &Arc<Semaphore>, kibibytes: u32) -> Option<OwnedSemaphorePermit> {
    match memory.clone().try_acquire_many_owned(kibibytes) {
        Ok(room) => Some(room),
        // The semaphore is never closed.
        Err(_) => memory.clone().acquire_many_owned(kibibytes).await.ok(),
    }
}

async fn collect<B>(body: B, limits: &Limits) -> Result<Bytes, Refusal>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let whole_bytes = body.size_hint().exact().unwrap_or(0);
    let mut body = pin!(body);
    let mut first = Bytes::new();
    let mut collected = BytesMut::new();
    // Where it is known how much comes, nothing follows the last of it that would have to be waited
    // for.
    while !body.is_end_stream() {
        let frame = tokio::time::timeout(limits.request_idle, body.frame()).await;
        let Some(frame) = frame.map_err(|_| too_slow())? else { break };
        let Ok(data) = frame.map_err(|_| broke_off())?.into_data() else { continue };
        let size = (first.len() + collected.len() + data.len()) as u64;
        if size > limits.request_bytes {
            return Err(Refusal::TooLarge { limit_bytes: limits.request_bytes });
        }
        // A body that comes in one piece, as most do, is not copied.
        if first.is_empty() && collected.is_empty() {
            first = data;
            continue;
        }
        if collected.is_empty() {
            // No larger than the limit, which was checked before.
            collected.reserve(usize::try_from(whole_bytes.max(size)).unwrap_or(0));
            collected.extend_from_slice(&std::mem::take(&mut first));
        }
        collected.extend_from_slice(&data);
    }
    Ok(if collected.is_empty() { first } else { collected.freeze() })
}

fn kibibytes(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX)
}

/// Gives back what a body of unknown size did not need.
fn shrink(mut room: OwnedSemaphorePermit, bytes: u64) -> OwnedSemaphorePermit {
    let needed = usize::try_from(kibibytes(bytes)).unwrap_or(usize::MAX);
    drop(room.split(room.num_permits().saturating_sub(needed)));
    room
}

fn too_slow() -> Refusal {
    Refusal::BadRequest("the body did not arrive in time".to_owned())
}

fn broke_off() -> Refusal {
    Refusal::BadRequest("the body broke off".to_owned())
}

impl RequestBody {
    /// What goes on: the pieces that are left of it after patching.
    pub(crate) fn outgoing(&self, pieces: Vec<Bytes>) -> Outgoing {
        Outgoing { pieces: pieces.into(), _room: self.room.clone() }
    }
}

impl Outgoing {
    /// The body of a request that has none.
    pub(crate) fn empty() -> Self {
        Self { pieces: VecDeque::new(), _room: None }
    }
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.get_mut().pieces.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.pieces.iter().map(|piece| piece.len() as u64).sum())
    }
}

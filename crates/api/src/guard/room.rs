//! How much memory the bodies of requests may take, all together (R36). Who comes while there is no
//! room is asked to come back, instead of bringing the server down for everybody.

use std::sync::Arc;

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, Request, Response, StatusCode};
use http_body::Body;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::body::PROMPT_LIMIT_BYTES;
use crate::problem;

/// For all bodies together: two dozen of the largest prompts. Imports and model calls have bounds of
/// their own.
const ALL_BYTES: usize = 128 * 1024 * 1024;

/// A body of this size takes no more than its connection does, and those are counted.
const SMALL_BYTES: u64 = 4 * 1024;

/// After how many seconds somebody for whose body there is no room may try again.
const COME_BACK_AFTER_S: u64 = 2;

/// In so many bytes room is measured.
const KIB: usize = 1024;

/// The room for bodies. Shared by all requests.
#[derive(Debug, Clone)]
pub(crate) struct BodyRoom(Arc<Semaphore>);

/// Room that is held with the request, until its body is read and no longer.
#[derive(Debug, Clone)]
pub(crate) struct UntilRead {
    _room: Option<Arc<OwnedSemaphorePermit>>,
}

/// There is no room for a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoRoom;

impl BodyRoom {
    /// Nobody is inside.
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(ALL_BYTES / KIB)))
    }

    /// Takes the room for a request's body, until what is answered is dropped; `None` for one that
    /// needs none. A body that does not say how large it is counts as the largest.
    pub(crate) fn take<B: Body>(
        &self,
        request: &Request<B>,
    ) -> Result<Option<OwnedSemaphorePermit>, NoRoom> {
        let largest = PROMPT_LIMIT_BYTES as u64;
        // What is larger is refused before it is read, or is an import.
        let bytes = request.body().size_hint().upper().unwrap_or(largest).min(largest);
        if bytes <= SMALL_BYTES {
            return Ok(None);
        }
        let kibibytes = u32::try_from(bytes.div_ceil(KIB as u64)).unwrap_or(u32::MAX);
        self.0.clone().try_acquire_many_owned(kibibytes).map(Some).map_err(|_| NoRoom)
    }
}

impl From<Option<OwnedSemaphorePermit>> for UntilRead {
    fn from(room: Option<OwnedSemaphorePermit>) -> Self {
        Self { _room: room.map(Arc::new) }
    }
}

/// What is answered where there is no room.
pub(crate) fn refusal() -> Response<axum::body::Body> {
    let detail = "the server has no memory left for this request; try again";
    let mut response = problem::plain(StatusCode::SERVICE_UNAVAILABLE, "no_memory", detail);
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from(COME_BACK_AFTER_S));
    super::headers::add(headers);
    response
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http_body_util::{Full, StreamBody};

    use super::*;

    fn body_of(bytes: usize) -> Request<Full<Bytes>> {
        Request::new(Full::new(Bytes::from(vec![0; bytes])))
    }

    /// R36: the bodies of all requests share one room; small ones need none, and what was taken comes
    /// back.
    #[test]
    fn bodies_share_one_room() {
        let room = BodyRoom::new();
        let large = body_of(PROMPT_LIMIT_BYTES);
        let mut inside = Vec::new();
        while let Ok(place) = room.take(&large) {
            inside.push(place.expect("a large body takes room"));
        }
        assert_eq!(inside.len(), ALL_BYTES / PROMPT_LIMIT_BYTES);
        assert!(room.take(&body_of(4 * KIB)).is_ok_and(|place| place.is_none()));
        inside.pop();
        assert!(room.take(&large).is_ok());
    }

    /// R36: who does not say how much comes is counted for the most.
    #[test]
    fn a_body_of_unknown_size_counts_as_the_largest() {
        let room = BodyRoom::new();
        let pieces =
            futures_util::stream::empty::<Result<http_body::Frame<Bytes>, std::io::Error>>();
        let place = room.take(&Request::new(StreamBody::new(pieces))).unwrap();
        assert_eq!(place.map(|place| place.num_permits()), Some(PROMPT_LIMIT_BYTES / KIB));
    }
}

//! The body of an answer.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::meter::Metered;

/// The body of an answer. Dropped before its end, it ends the call upstream.
#[derive(Debug)]
pub struct Body(Kind);

/// The answer broke off. The connection to the client must be cut: a body that merely ended would
/// look complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer broke off")]
pub struct Broken;

#[derive(Debug)]
enum Kind {
    Whole(Bytes),
    Metered(Box<Metered>),
}

impl Body {
    pub(crate) const fn empty() -> Self {
        Self(Kind::Whole(Bytes::new()))
    }

    pub(crate) const fn whole(bytes: Bytes) -> Self {
        Self(Kind::Whole(bytes))
    }

    pub(crate) fn metered(metered: Metered) -> Self {
        Self(Kind::Metered(Box::new(metered)))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match &mut self.get_mut().0 {
            Kind::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Kind::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Kind::Metered(metered) => metered.poll_bytes(context).map_ok(Frame::data),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Whole(bytes) => bytes.is_empty(),
            Kind::Metered(metered) => metered.is_over(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Metered(metered) => metered.size_hint(),
        }
    }
}

//! Requests that are too large to be sent at once.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use crate::http::Call;
use crate::{Client, Error};

/// Largest piece in which a body is sent, so that it is seen how far it is.
const PIECE_BYTES: usize = 64 * 1024;

/// How long a server may take with what it was sent. It gives up an import after ten minutes.
const ANSWER_WITHIN: Duration = Duration::from_mins(11);

/// How far a body has been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// So many bytes.
    pub bytes: u64,
    /// Of so many; 0 before it has begun.
    pub of: u64,
}

/// A body on its way out.
#[derive(Debug)]
pub(crate) struct Outgoing {
    rest: Bytes,
    of: u64,
    sent: Option<watch::Sender<Sent>>,
}

impl Outgoing {
    pub(crate) fn new(body: Vec<u8>) -> Self {
        Self { of: body.len() as u64, rest: body.into(), sent: None }
    }

    /// Has it say how far it is.
    fn watched(self, sent: watch::Sender<Sent>) -> Self {
        Self { sent: Some(sent), ..self }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let bytes = self.rest.len().min(PIECE_BYTES);
        let piece = self.rest.split_to(bytes);
        if let Some(sent) = &self.sent {
            sent.send_replace(Sent { bytes: self.of - self.rest.len() as u64, of: self.of });
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

impl Client {
    /// Sends a request that may take long, as long as it gets on.
    pub(crate) async fn upload<A: DeserializeOwned>(
        &self,
        call: Call<'_>,
        sent: &watch::Sender<Sent>,
    ) -> Result<A, Error> {
        let mut progress = sent.subscribe();
        let request = self.request(call)?.map(|body| body.watched(sent.clone()));
        let exchange = async {
            let response = self.exchange(request).await?;
            self.read(response).await
        };
        let body = tokio::select! {
            body = exchange => body?,
            error = self.stalled(&mut progress) => return Err(error),
        };
        serde_json::from_slice(&body).map_err(|error| self.misunderstood(error))
    }

    /// Comes back when too long nothing was sent, or everything was and nothing came.
    async fn stalled(&self, progress: &mut watch::Receiver<Sent>) -> Error {
        loop {
            let Sent { bytes, of } = *progress.borrow_and_update();
            let is_sent = of > 0 && bytes == of;
            let within = if is_sent { ANSWER_WITHIN } else { self.inner.config.patience.answer };
            if tokio::time::timeout(within, progress.changed()).await.is_err() {
                let server = self.server().to_string();
                return Error::TimedOut { server, seconds: within.as_secs() };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn a_body_goes_out_whole_and_says_how_far_it_is() {
        let body: Vec<u8> = (0..=u8::MAX).cycle().take(2 * PIECE_BYTES + 5).collect();
        let sent = watch::Sender::new(Sent::default());
        let mut outgoing = Outgoing::new(body.clone()).watched(sent.clone());
        let mut collected = Vec::new();
        let mut steps = Vec::new();
        assert_eq!(outgoing.size_hint().exact(), Some(body.len() as u64));
        while let Some(frame) = outgoing.frame().await {
            collected.extend_from_slice(&frame.unwrap().into_data().unwrap());
            steps.push(*sent.borrow());
        }
        assert_eq!(collected, body);
        let of = body.len() as u64;
        let piece = PIECE_BYTES as u64;
        let step = |bytes| Sent { bytes, of };
        assert_eq!(steps, [step(piece), step(2 * piece), step(of)]);
        assert!(outgoing.is_end_stream());
    }
}

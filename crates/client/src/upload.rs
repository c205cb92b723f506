//! Requests that are too large to be sent at once.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request};
use hyper::body::{Body, Frame, SizeHint};
use serde::de::DeserializeOwned;
use tokio::fs::File;
use tokio::io::{AsyncRead, ReadBuf};
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

/// What is sent.
#[derive(Debug)]
pub enum Content {
    /// What is in memory.
    Bytes(Bytes),
    /// What is in a file, from where it stands, so many bytes of it. It is read as it is sent.
    File(File, u64),
}

impl Content {
    /// All that is in an open file.
    pub async fn of_file(file: File) -> io::Result<Self> {
        let bytes = file.metadata().await?.len();
        Ok(Self::File(file, bytes))
    }

    /// How many bytes that are.
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(rest) => rest.len() as u64,
            Self::File(_, rest) => *rest,
        }
    }

    /// Whether that is nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The next piece; empty at the end.
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        match self {
            Self::Bytes(rest) => Poll::Ready(Ok(rest.split_to(rest.len().min(PIECE_BYTES)))),
            Self::File(_, 0) => Poll::Ready(Ok(Bytes::new())),
            Self::File(file, rest) => {
                let most = usize::try_from(*rest).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
                let mut piece = vec![0; most];
                let mut read = ReadBuf::new(&mut piece);
                ready!(Pin::new(file).poll_read(context, &mut read))?;
                let bytes = read.filled().len();
                if bytes == 0 {
                    let message = "the file has become shorter while it was sent";
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::UnexpectedEof, message)));
                }
                piece.truncate(bytes);
                *rest -= bytes as u64;
                Poll::Ready(Ok(piece.into()))
            }
        }
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes.into())
    }
}

/// A body on its way out.
#[derive(Debug)]
pub(crate) struct Outgoing {
    rest: Content,
    of: u64,
    sent: Option<watch::Sender<Sent>>,
}

impl Outgoing {
    pub(crate) fn new(content: impl Into<Content>) -> Self {
        let rest = content.into();
        Self { of: rest.len(), rest, sent: None }
    }

    /// Has it say how far it is.
    fn watched(self, sent: watch::Sender<Sent>) -> Self {
        Self { sent: Some(sent), ..self }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let piece = ready!(self.rest.poll_piece(context))?;
        if piece.is_empty() {
            return Poll::Ready(None);
        }
        if let Some(sent) = &self.sent {
            sent.send_replace(Sent { bytes: self.of - self.rest.len(), of: self.of });
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len())
    }
}

impl Client {
    /// Sends a request that may take long, as long as it gets on.
    pub(crate) async fn upload<A: DeserializeOwned>(
        &self,
        call: Call<'_>,
        sent: &watch::Sender<Sent>,
    ) -> Result<A, Error> {
        self.send_watched(self.request(call)?, sent).await
    }

    /// The same, with what belongs into its body.
    pub(crate) async fn upload_content<A: DeserializeOwned>(
        &self,
        call: Call<'_>,
        content: Content,
        sent: &watch::Sender<Sent>,
    ) -> Result<A, Error> {
        let mut request = self.request(call)?.map(|_| Outgoing::new(content));
        let kind = HeaderValue::from_static("application/octet-stream");
        request.headers_mut().insert(CONTENT_TYPE, kind);
        self.send_watched(request, sent).await
    }

    async fn send_watched<A: DeserializeOwned>(
        &self,
        request: Request<Outgoing>,
        sent: &watch::Sender<Sent>,
    ) -> Result<A, Error> {
        let mut progress = sent.subscribe();
        let request = request.map(|body| body.watched(sent.clone()));
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

    fn body() -> Vec<u8> {
        (0..=u8::MAX).cycle().take(2 * PIECE_BYTES + 5).collect()
    }

    async fn goes_out_whole(content: Content) {
        let body = body();
        let sent = watch::Sender::new(Sent::default());
        let mut outgoing = Outgoing::new(content).watched(sent.clone());
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

    async fn file_with(content: &[u8]) -> (tempfile::TempDir, File) {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("file");
        tokio::fs::write(&path, content).await.unwrap();
        let file = File::open(path).await.unwrap();
        (place, file)
    }

    #[tokio::test]
    async fn a_body_goes_out_whole_and_says_how_far_it_is() {
        goes_out_whole(body().into()).await;
        let (_place, file) = file_with(&body()).await;
        goes_out_whole(Content::of_file(file).await.unwrap()).await;
    }

    #[tokio::test]
    async fn a_file_that_changes_while_it_is_sent_is_never_sent_in_part() {
        let (_place, file) = file_with(b"short").await;
        let mut outgoing = Outgoing::new(Content::File(file, 6));
        assert_eq!(outgoing.frame().await.unwrap().unwrap().into_data().unwrap(), "short");
        let error = outgoing.frame().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);

        // What was written to its end since is left out.
        let (_place, file) = file_with(b"longer").await;
        let mut outgoing = Outgoing::new(Content::File(file, 4));
        assert_eq!(outgoing.frame().await.unwrap().unwrap().into_data().unwrap(), "long");
        assert!(outgoing.frame().await.is_none());
    }
}

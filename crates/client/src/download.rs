//! Answers that are too long to be read at once.

use bytes::Bytes;
use http::Method;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::http::Call;
use crate::{Client, Error};

/// An answer that comes piece by piece.
#[derive(Debug)]
pub struct Download {
    client: Client,
    body: Incoming,
}

impl Download {
    /// The next piece; `None` at the end. An answer that breaks off before its end is an error.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            let Some(frame) = self.client.in_time(self.body.frame()).await? else {
                return Ok(None);
            };
            let frame = frame.map_err(|error| self.client.unreachable(error))?;
            if let Ok(piece) = frame.into_data() {
                return Ok(Some(piece));
            }
        }
    }
}

impl Client {
    pub(crate) async fn download(&self, path: String) -> Result<Download, Error> {
        let request = self.request(Call::new(Method::GET, path))?;
        let response = self.in_time(self.exchange(request)).await??;
        if !response.status().is_success() {
            return Err(self.refusal(response).await);
        }
        Ok(Download { client: self.clone(), body: response.into_body() })
    }
}

//! A body that is taken part by part, so that a large one needs no more memory than a small one.

use std::time::Duration;

use axum::body::Body as HttpBody;
use axum::extract::Request;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

use super::{Refused, broken, time_limit, too_slow};

/// A body that is taken part by part. Each part must arrive within the time limit for bodies: a line
/// that does not get on is an attack or dead (S118).
pub struct Parts {
    body: HttpBody,
    within: Duration,
    part_bytes: usize,
    /// What has arrived and not been taken.
    rest: BytesMut,
}

impl Parts {
    /// The body of a request, in parts of so many bytes.
    pub fn of(request: Request, part_bytes: usize) -> Self {
        let within = time_limit(&request);
        Self { body: request.into_body(), within, part_bytes, rest: BytesMut::new() }
    }

    /// The next part; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Refused> {
        tokio::time::timeout(self.within, self.fill()).await.map_err(|_| too_slow())??;
        let part = self.rest.split_to(self.rest.len().min(self.part_bytes)).freeze();
        Ok(Some(part).filter(|part| !part.is_empty()))
    }

    async fn fill(&mut self) -> Result<(), Refused> {
        while self.rest.len() < self.part_bytes {
            let Some(frame) = self.body.frame().await else { return Ok(()) };
            let frame = frame.map_err(|error| broken(&error, usize::MAX))?;
            if let Ok(data) = frame.into_data() {
                self.rest.extend_from_slice(&data);
            }
        }
        Ok(())
    }
}

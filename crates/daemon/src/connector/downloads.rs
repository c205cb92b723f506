//! Files that the server gives to everybody: programs, and what was signed of them.
//!
//! Who answers is not trusted with anything: no redirect is followed, and how much is read is for
//! whoever asks to say.

use std::time::Duration;

use bytes::Bytes;
use http::header::HOST;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::address::ServerAddress;
use super::{ConnectError, ServerSettings};

/// Where the files are.
const PATH: &str = "/api/remote/agent/files";

/// How long the next piece of a file may take.
const PIECE_WITHIN: Duration = Duration::from_mins(1);

/// A file was not given.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The server cannot be reached.
    #[error("{}", .0.message)]
    Unreached(ConnectError),
    /// The server has no such file.
    #[error("the server has none for this computer")]
    None,
    /// It answers with something else.
    #[error("{file} is answered with {status}")]
    Status {
        /// What was asked for.
        file: String,
        /// The answer's status.
        status: StatusCode,
    },
    /// It broke off, or stood still.
    #[error("the download of {file} broke off: {problem}")]
    Broke {
        /// What was asked for.
        file: String,
        /// Why.
        problem: String,
    },
}

/// Asks a server for files.
#[derive(Debug)]
pub struct Downloads {
    address: ServerAddress,
}

/// A file that is given, piece by piece.
#[derive(Debug)]
pub struct Download {
    file: String,
    body: Incoming,
    /// Moves the bytes; ends with the download.
    _moving: JoinSet<()>,
}

impl Downloads {
    /// Checks the address and reads the certificates.
    pub fn new(settings: &ServerSettings) -> Result<Self, ConnectError> {
        let address = ServerAddress::new(&settings.server_url, settings.ca_bundle.as_ref())?;
        Ok(Self { address })
    }

    /// Asks for a file.
    pub async fn open(&self, file: &str) -> Result<Download, DownloadError> {
        let broke = |error: &dyn std::fmt::Display| DownloadError::Broke {
            file: file.to_owned(),
            problem: error.to_string(),
        };
        let stream = self.address.byte_stream().await.map_err(DownloadError::Unreached)?;
        let made = http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = made.map_err(|error| broke(&error))?;
        let mut moving = JoinSet::new();
        // What is wrong with it is told by the request.
        moving.spawn(async move { drop(connection.await) });
        let request = Request::get(format!("{PATH}/{file}"))
            .header(HOST, &self.address.authority)
            .body(Empty::<Bytes>::new())
            .map_err(|error| broke(&error))?;
        let answer = timeout(PIECE_WITHIN, sender.send_request(request)).await;
        let answer = answer.map_err(|late| broke(&late))?.map_err(|error| broke(&error))?;
        match answer.status() {
            StatusCode::OK => {
                Ok(Download { file: file.to_owned(), body: answer.into_body(), _moving: moving })
            }
            StatusCode::NOT_FOUND => Err(DownloadError::None),
            status => Err(DownloadError::Status { file: file.to_owned(), status }),
        }
    }
}

impl Download {
    /// The next piece; `None` at the end.
    pub async fn piece(&mut self) -> Result<Option<Bytes>, DownloadError> {
        let broke = |problem: String| DownloadError::Broke { file: self.file.clone(), problem };
        loop {
            let frame = timeout(PIECE_WITHIN, self.body.frame()).await;
            match frame.map_err(|late| broke(late.to_string()))? {
                None => return Ok(None),
                Some(Err(error)) => return Err(broke(error.to_string())),
                Some(Ok(frame)) => {
                    if let Ok(piece) = frame.into_data() {
                        return Ok(Some(piece));
                    }
                }
            }
        }
    }

    /// All of it, if it is not longer than this.
    pub async fn whole(mut self, max_bytes: usize) -> Result<Vec<u8>, DownloadError> {
        let mut whole = Vec::new();
        while let Some(piece) = self.piece().await? {
            if whole.len() + piece.len() > max_bytes {
                let problem = format!("there are more than {max_bytes} bytes");
                return Err(DownloadError::Broke { file: self.file, problem });
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    }
}

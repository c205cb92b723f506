//! Becoming a machine, as `gantline machine enroll` does it.

use std::net::SocketAddr;

use bytes::Bytes;
use host::SystemRng;
use http::header::{CONTENT_TYPE, HOST};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::rt::TokioIo;
use link::{IdentityKey, InvalidKey, PublicKey, SecretSeed, ServerPins};
use model::MachineId;
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpStream;

use super::IdleMachine;

/// The largest answer that is read.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// A machine was not enrolled.
#[derive(Debug, thiserror::Error)]
pub enum Unenrolled {
    /// The server cannot be reached, or broke off.
    #[error("the server cannot be reached: {0}")]
    Unreached(String),
    /// The server says no.
    #[error("the server answers {status}: {body}")]
    Refused {
        /// The status.
        status: StatusCode,
        /// What it says.
        body: String,
    },
    /// A key is none.
    #[error(transparent)]
    Key(#[from] InvalidKey),
}

/// What the server has made of it.
#[derive(Deserialize)]
struct Registered {
    machine_id: MachineId,
    server_public_key: String,
}

/// Makes a key pair, and a machine with it of a registration token.
pub async fn enrol(server: SocketAddr, token: &str, name: &str) -> Result<IdleMachine, Unenrolled> {
    let identity = IdentityKey::from_seed(&SecretSeed::new(&SystemRng::default()))?;
    let body = json!({
        "registration_token": token,
        "public_key": identity.public_key().to_string(),
        "machine_name": name,
        "os_type": "linux",
    });
    let (status, answer) = post(server, body.to_string()).await?;
    let refused =
        || Unenrolled::Refused { status, body: String::from_utf8_lossy(&answer).into_owned() };
    if status != StatusCode::CREATED {
        return Err(refused());
    }
    let registered: Registered = serde_json::from_slice(&answer).map_err(|_| refused())?;
    let key = hex::decode(&registered.server_public_key).map_err(|_| refused())?;
    let pins = ServerPins::one(PublicKey::from_slice(&key)?);
    Ok(IdleMachine { id: registered.machine_id, identity, pins })
}

async fn post(server: SocketAddr, body: String) -> Result<(StatusCode, Bytes), Unenrolled> {
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/remote/agent/register")
        .header(HOST, server.to_string())
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(body)))
        .map_err(unreached)?;
    let stream = TcpStream::connect(server).await.map_err(unreached)?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(unreached)?;
    let asking = async move {
        let answer = sender.send_request(request).await.map_err(unreached)?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), MAX_ANSWER_BYTES).collect().await;
        Ok((status, body.map_err(unreached)?.to_bytes()))
    };
    // How the connection ends does not matter once the answer is there.
    let (answer, _) = tokio::join!(asking, connection);
    answer
}

fn unreached(error: impl std::fmt::Display) -> Unenrolled {
    Unenrolled::Unreached(error.to_string())
}

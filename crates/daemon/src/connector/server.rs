//! Which connection it is to be.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use model::machine::Carrier;
use tokio::time::sleep;
use transport::polling::Pace;

use super::address::ServerAddress;
use super::detour::{Detour, Memory};
use super::websocket::NoSocket;
use super::{ConnectError, Connected, Connector, Way, polling, websocket};

/// How a server is reached.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// The server's address, such as `https://gantline.example.com`.
    pub server_url: String,
    /// Certificates of a private certification authority, PEM.
    pub ca_bundle: Option<PathBuf>,
    /// The shortest time from the beginning of one poll to that of the next, where the link goes by
    /// long-poll, in milliseconds; `None` for as soon as possible.
    pub poll_interval_ms: Option<u32>,
}

/// Reaches a server over the network.
#[derive(Debug)]
pub struct ServerConnector {
    address: Arc<ServerAddress>,
    pace: Pace,
    memory: Arc<Memory>,
}

impl ServerConnector {
    /// Checks the address and reads the certificates.
    pub fn new(settings: &ServerSettings) -> Result<Self, ConnectError> {
        let address = ServerAddress::new(&settings.server_url, settings.ca_bundle.as_ref())?;
        let interval = Duration::from_millis(settings.poll_interval_ms.unwrap_or(0).into());
        Ok(Self { address: Arc::new(address), pace: Pace { interval }, memory: Arc::default() })
    }

    async fn poll(&self, detour: Detour) -> Result<Connected, ConnectError> {
        let called = polling::open(&self.address, self.pace).await;
        let called = called.map_err(|error| ConnectError::new(error.to_string()))?;
        Ok(Connected { connection: Box::new(called), way: Way::Around(detour) })
    }

    async fn socket(&self) -> Result<Connected, NoSocket> {
        let socket = websocket::open(&self.address, &self.memory).await?;
        Ok(Connected { connection: Box::new(socket), way: Way::Direct(Carrier::WebSocket) })
    }
}

#[async_trait]
impl Connector for ServerConnector {
    async fn connect(&self) -> Result<Connected, ConnectError> {
        // What worked last is the quickest to be had again; a WebSocket is tried beside it.
        if let Some(detour) = self.memory.detour()
            && let Ok(connected) = self.poll(detour).await
        {
            return Ok(connected);
        }
        let detour = match self.socket().await {
            Ok(connected) => return Ok(connected),
            Err(NoSocket::Unreached(error)) => return Err(error),
            Err(NoSocket::Blocked(detour)) => detour,
        };
        let connected = self.poll(detour).await.map_err(|error| {
            let url = &self.address.url;
            let text = format!(
                "{url} does not answer as a Gantline server: {detour}, and long-poll: {error}"
            );
            ConnectError::new(text)
        })?;
        self.memory.blocked(detour);
        Ok(connected)
    }

    async fn improve(&self) -> Connected {
        loop {
            sleep(self.memory.next_try_after()).await;
            match self.socket().await {
                Ok(connected) => return connected,
                Err(NoSocket::Blocked(detour)) => self.memory.blocked(detour),
                Err(NoSocket::Unreached(_)) => {}
            }
        }
    }

    fn server_url(&self) -> String {
        self.address.url.clone()
    }
}

//! Where the server is, and the way to it: TCP, and TLS where the address says so.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use rustls::ClientConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::{BuilderVerifierExt, Verifier};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::ConnectError;

/// How long the way to the server may take, all steps together.
const REACHED_WITHIN: Duration = Duration::from_secs(15);

/// A byte stream, encrypted or not.
pub(super) trait Bytestream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Bytestream for T {}

/// Where the server is.
#[derive(Debug)]
pub(super) struct ServerAddress {
    /// Without a slash at the end.
    pub(super) url: String,
    /// Host and port as they are written in the address.
    pub(super) authority: String,
    host: String,
    port: u16,
    tls: Option<Arc<ClientConfig>>,
}

impl ServerAddress {
    /// Checks the address, and reads the certificates of a private certification authority.
    pub(super) fn new(url: &str, ca_bundle: Option<&PathBuf>) -> Result<Self, ConnectError> {
        let malformed =
            || ConnectError::new(format!("{url} is not like https://gantline.example.com"));
        let uri: Uri = url.parse().map_err(|_| malformed())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(malformed());
        };
        let (tls, default_port) = match scheme {
            "https" => (Some(tls_config(ca_bundle.map(PathBuf::as_path))?), 443),
            "http" => (None, 80),
            _ => return Err(malformed()),
        };
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: authority.port_u16().unwrap_or(default_port),
            authority: authority.as_str().to_owned(),
            tls,
        })
    }

    /// Goes there.
    pub(super) async fn byte_stream(&self) -> Result<Box<dyn Bytestream>, ConnectError> {
        let late = || ConnectError::new(format!("{} does not answer", self.url));
        tokio::time::timeout(REACHED_WITHIN, self.open()).await.map_err(|_| late())?
    }

    async fn open(&self) -> Result<Box<dyn Bytestream>, ConnectError> {
        let address = (self.host.as_str(), self.port);
        let tcp = TcpStream::connect(address).await.map_err(|error| {
            ConnectError::new(format!("cannot reach {}:{}: {error}", self.host, self.port))
        })?;
        // Keystrokes are small and must not wait for more.
        let _ = tcp.set_nodelay(true);
        let Some(tls) = &self.tls else { return Ok(Box::new(tcp)) };
        let name = ServerName::try_from(self.host.clone())
            .map_err(|_| ConnectError::new(format!("{} is not a host name", self.host)))?;
        let stream = TlsConnector::from(tls.clone()).connect(name, tcp).await.map_err(|error| {
            ConnectError::new(format!("no trusted encryption with {}: {error}", self.host))
        })?;
        Ok(Box::new(stream))
    }
}

fn tls_config(ca_bundle: Option<&Path>) -> Result<Arc<ClientConfig>, ConnectError> {
    let failed = |error: &dyn std::fmt::Display| ConnectError::new(format!("set up TLS: {error}"));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?;
    let config = match ca_bundle {
        None => {
            builder.with_platform_verifier().map_err(|error| failed(&error))?.with_no_client_auth()
        }
        Some(path) => {
            let certificates = CertificateDer::pem_file_iter(path)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map_err(|error| ConnectError::new(format!("read {}: {error}", path.display())))?;
            let verifier = Verifier::new_with_extra_roots(certificates, provider)
                .map_err(|error| failed(&error))?;
            builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(verifier))
                .with_no_client_auth()
        }
    };
    Ok(Arc::new(config))
}

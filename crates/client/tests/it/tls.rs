//! Encrypted connections: whom the client trusts.

use std::net::SocketAddr;
use std::sync::Arc;

use client::{Client, ClientConfig, Error};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls_pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::support::{config, json, within};

/// A server with a certificate of its own making, answering one request after the other.
struct Encrypted {
    address: SocketAddr,
    certificate: String,
    serving: JoinHandle<()>,
}

impl Drop for Encrypted {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn start() -> Encrypted {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // A client that does not trust us breaks off here.
            let Ok(stream) = acceptor.accept(stream).await else { continue };
            let service = service_fn(|_| async {
                let health = r#"{"status":"ok","time":"2026-04-03T16:37:10.007Z"}"#;
                Ok::<_, std::convert::Infallible>(json(200, health))
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service);
            let _ = connection.await;
        }
    });
    Encrypted { address, certificate: certificate.pem(), serving }
}

#[tokio::test]
async fn a_certificate_is_trusted_only_where_it_was_given_by_hand() {
    let server = start().await;
    let url = format!("https://{}", server.address).parse().unwrap();
    let stranger = ClientConfig { server: url, ..config(server.address) };
    let friend = ClientConfig {
        ca_bundle: Some(server.certificate.clone().into_bytes()),
        ..stranger.clone()
    };
    let health = within(Client::new(friend).unwrap().health()).await.unwrap();
    assert_eq!(health.status, "ok");

    // Without certificates of the system there is nobody to trust, which is an error as well.
    let error = match Client::new(stranger) {
        Ok(client) => within(client.health()).await.unwrap_err(),
        Err(error) => error,
    };
    assert!(matches!(error, Error::Unreachable { .. } | Error::Setup(_)), "{error:?}");
}

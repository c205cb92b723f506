//! Requests and their answers.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use contract::Problem;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, USER_AGENT};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use model::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Source;
use crate::upload::Outgoing;
use crate::{ClientConfig, Error, ServerUrl, tls};

/// The largest answer that is read.
const MAX_ANSWER_BYTES: usize = 32 * 1024 * 1024;

/// With which the same prompt is recognised when it is sent again.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Talks to one server. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) config: ClientConfig,
    authorization: Option<HeaderValue>,
    user_agent: HeaderValue,
    http: legacy::Client<HttpsConnector<HttpConnector>, Outgoing>,
}

/// A request on its way.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// Encoded already.
    pub(crate) path: String,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) idempotency_key: Option<&'a str>,
}

impl Client {
    /// Makes a client. Nothing is sent yet.
    pub fn new(config: ClientConfig) -> Result<Self, Error> {
        let tls = if config.server.is_encrypted() {
            tls::checking(config.ca_bundle.as_deref())?
        } else {
            tls::trusting_nobody()?
        };
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(config.patience.connect));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let http = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .build(connector);
        let authorization = config.token.as_ref().map(bearer).transpose()?;
        let user_agent = HeaderValue::from_str(&config.user_agent)
            .map_err(|_| Error::Setup("the user agent must be ASCII text".to_owned()))?;
        Ok(Self { inner: Arc::new(Inner { config, authorization, user_agent, http }) })
    }

    /// The server it talks to.
    pub fn server(&self) -> &ServerUrl {
        &self.inner.config.server
    }

    /// Whether it has a token to show.
    pub fn has_token(&self) -> bool {
        self.inner.authorization.is_some()
    }

    pub(crate) async fn get<A: DeserializeOwned>(&self, path: String) -> Result<A, Error> {
        self.call(Call::new(Method::GET, path)).await
    }

    pub(crate) async fn send<A: DeserializeOwned>(
        &self,
        method: Method,
        path: String,
        body: &impl Serialize,
    ) -> Result<A, Error> {
        self.call(Call::new(method, path).with_body(body)?).await
    }

    pub(crate) async fn call<A: DeserializeOwned>(&self, call: Call<'_>) -> Result<A, Error> {
        let exchange = async {
            let response = self.exchange(self.request(call)?).await?;
            self.read(response).await
        };
        let body = self.in_time(exchange).await??;
        serde_json::from_slice(&body).map_err(|error| self.misunderstood(error))
    }

    /// Waits as long as an answer, or the next piece of one, may take.
    pub(crate) async fn in_time<T>(&self, answer: impl Future<Output = T>) -> Result<T, Error> {
        let within = self.inner.config.patience.answer;
        tokio::time::timeout(within, answer).await.map_err(|_| Error::TimedOut {
            server: self.server().to_string(),
            seconds: within.as_secs(),
        })
    }

    /// A request with what every one carries.
    pub(crate) fn request(&self, call: Call<'_>) -> Result<Request<Outgoing>, Error> {
        let malformed = |error: http::Error| Error::Setup(format!("make the request: {error}"));
        let uri = self.server().at(&call.path).map_err(malformed)?;
        let mut request = Request::builder()
            .method(call.method)
            .uri(uri)
            .header(USER_AGENT, self.inner.user_agent.clone())
            .header(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(authorization) = &self.inner.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        if let Some(key) = call.idempotency_key {
            request = request.header(IDEMPOTENCY_KEY, key);
        }
        if call.body.is_some() {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        request.body(Outgoing::new(call.body.unwrap_or_default())).map_err(malformed)
    }

    /// Sends a request. Redirects are not followed: the token is for this server only.
    pub(crate) async fn exchange(
        &self,
        request: Request<Outgoing>,
    ) -> Result<Response<Incoming>, Error> {
        self.inner.http.request(request).await.map_err(|error| self.unreachable(error))
    }

    /// The answer, whole.
    pub(crate) async fn read(&self, response: Response<Incoming>) -> Result<Bytes, Error> {
        let status = response.status();
        let is_json = is_json(&response);
        let body = Limited::new(response.into_body(), MAX_ANSWER_BYTES).collect().await;
        let body = match body {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return Err(self.misunderstood("the answer is too large"));
            }
            Err(error) => return Err(self.unreachable(error)),
        };
        if status.is_success() && is_json { Ok(body) } else { Err(self.refused(status, &body)) }
    }

    /// Why the server said no.
    pub(crate) async fn refusal(&self, response: Response<Incoming>) -> Error {
        let status = response.status();
        match Limited::new(response.into_body(), MAX_ANSWER_BYTES).collect().await {
            Ok(body) => self.refused(status, &body.to_bytes()),
            Err(error) => self.unreachable(error),
        }
    }

    fn refused(&self, status: StatusCode, body: &[u8]) -> Error {
        match serde_json::from_slice::<Problem>(body) {
            Ok(problem) if !status.is_success() => Error::Refused(Box::new(problem)),
            _ => Error::NotOurs { server: self.server().to_string(), status: status.as_u16() },
        }
    }

    pub(crate) fn unreachable(&self, source: impl Into<Source>) -> Error {
        Error::Unreachable { server: self.server().to_string(), source: source.into() }
    }

    pub(crate) fn misunderstood(&self, what: impl fmt::Display) -> Error {
        Error::Misunderstood { server: self.server().to_string(), what: what.to_string() }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(self.server()).finish()
    }
}

impl<'a> Call<'a> {
    pub(crate) const fn new(method: Method, path: String) -> Self {
        Self { method, path, body: None, idempotency_key: None }
    }

    pub(crate) fn with_body(self, body: &impl Serialize) -> Result<Self, Error> {
        let body = serde_json::to_vec(body)
            .map_err(|error| Error::Setup(format!("write the request: {error}")))?;
        Ok(Self { body: Some(body), ..self })
    }

    pub(crate) fn with_key(self, key: &'a str) -> Self {
        Self { idempotency_key: Some(key), ..self }
    }
}

fn bearer(token: &SecretString) -> Result<HeaderValue, Error> {
    let text = format!("Bearer {}", token.expose_secret());
    let mut header = HeaderValue::from_str(&text)
        .map_err(|_| Error::Setup("the token must be one line of ASCII text".to_owned()))?;
    header.set_sensitive(true);
    Ok(header)
}

fn is_json<B>(response: &Response<B>) -> bool {
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| value.starts_with("application/json"))
}

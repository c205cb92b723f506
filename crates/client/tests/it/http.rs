//! Requests and their answers.

use std::time::Duration;

use client::{Client, ClientConfig, Error, Patience};
use contract::sessions::{CreateTurn, PromptContent};
use http_body_util::{BodyExt, Full};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION, USER_AGENT};
use hyper::{Method, Response};
use model::rng::CountingRng;
use model::turn::WhenBusy;
use model::{SessionId, Timestamp};
use tokio::net::TcpListener;

use crate::support::{Asked, Scripted, Seen, config, json, problem, query, within};

const ME: &str = r#"{"user_id":"019d527d-34ed-7272-b336-f67fd49024db",
    "tenant_id":"019d527d-34ed-7272-b336-f67fd49024dc","username":"ana","display_name":"Ana",
    "number":1,"kind":"person","role":"user","state":"active",
    "created_at":"2026-11-21T09:00:00Z"}"#;

fn session() -> SessionId {
    SessionId::new(Timestamp::from_millis(1), &CountingRng::new(3))
}

fn header(request: &Asked, name: hyper::header::HeaderName) -> String {
    request.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn a_request_shows_the_token_and_who_asks() {
    let seen = Seen::default();
    let saw = seen.clone();
    let server = Scripted::start(move |request| {
        let line = format!("{} {}", request.method(), request.uri());
        saw.add((line, header(&request, AUTHORIZATION), header(&request, USER_AGENT)));
        async { json(200, ME) }
    })
    .await;
    let me = within(server.client().me()).await.unwrap();
    assert_eq!(me.username, "ana");
    let (line, authorization, agent) = seen.all().remove(0);
    assert_eq!(line, "GET /api/auth/me");
    assert_eq!(authorization, "Bearer gantline-secret");
    assert_eq!(agent, format!("gantline/{}", contract::VERSION));
}

#[tokio::test]
async fn a_refusal_is_told_in_the_servers_words() {
    let server = Scripted::start(|_| async { problem(409, "session_ended") }).await;
    let error = within(server.client().turns(session())).await.unwrap_err();
    assert_eq!((error.code(), error.hint()), (Some("session_ended"), Some("h")));
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn something_that_is_not_our_server_is_recognised() {
    let server = Scripted::start(|request| async move {
        let status = query(&request, "limit").unwrap().parse::<u16>().unwrap();
        let page = "<html>welcome</html>";
        Response::builder()
            .status(status)
            .header(CONTENT_TYPE, "text/html")
            .body(page.into())
            .unwrap()
    })
    .await;
    for (status, is_retryable) in [(200, false), (404, false), (502, true)] {
        let error = within(server.client().usage(Some(status))).await.unwrap_err();
        assert!(matches!(error, Error::NotOurs { .. }), "{status}: {error:?}");
        assert_eq!(error.is_retryable(), is_retryable, "{status}");
    }
    let garbled = Scripted::start(|_| async { json(200, "{\"user\":1}") }).await;
    let error = within(garbled.client().me()).await.unwrap_err();
    assert!(matches!(error, Error::Misunderstood { .. }), "{error:?}");
}

/// S88: a token is shown to the server it belongs to and to nobody the server points to.
#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Seen::default();
    let saw = elsewhere.clone();
    let other = Scripted::start(move |request| {
        saw.add(header(&request, AUTHORIZATION));
        async { json(200, ME) }
    })
    .await;
    let target = format!("http://{}/api/auth/me", other.address);
    let server = Scripted::start(move |_| {
        let target = target.clone();
        async move {
            Response::builder().status(307).header(LOCATION, target).body(Full::default()).unwrap()
        }
    })
    .await;
    let error = within(server.client().me()).await.unwrap_err();
    assert!(matches!(error, Error::NotOurs { status: 307, .. }), "{error:?}");
    assert_eq!(elsewhere.all(), Vec::<String>::new());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_from_one_that_is_silent() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let error = within(Client::new(config(address)).unwrap().me()).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }) && error.is_offline(), "{error:?}");

    // Accepts connections, by its backlog, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let patience = Patience { answer: Duration::from_millis(50), ..Patience::default() };
    let impatient = ClientConfig { patience, ..config(silent.local_addr().unwrap()) };
    let error = within(Client::new(impatient).unwrap().me()).await.unwrap_err();
    assert!(matches!(error, Error::TimedOut { .. }) && error.is_offline(), "{error:?}");
}

/// R06: where an answer was lost the same prompt is sent again under the same key, so that the
/// server starts one turn.
#[tokio::test]
async fn a_prompt_whose_answer_was_lost_is_sent_again_under_the_same_key() {
    let seen = Seen::default();
    let saw = seen.clone();
    let server = Scripted::start(move |request: Asked| {
        let saw = saw.clone();
        async move {
            assert_eq!(request.method(), Method::POST);
            let key = request.headers()["idempotency-key"].to_str().unwrap().to_owned();
            let body = request.into_body().collect().await.unwrap().to_bytes();
            saw.add((key, body));
            // Panics end the connection before the answer has left.
            assert!(saw.all().len() > 2, "the connection breaks off here");
            let turn = format!(
                r#"{{"success":true,"turn":{{"turn_id":"019d527d-34ed-7272-b336-f67fd49024db",
                "session_id":"{}","author":"019d527d-34ed-7272-b336-f67fd49024dc","state":"sent",
                "outcome":null,"created_at":"2026-04-03T16:37:10.007Z","finished_at":null}}}}"#,
                session()
            );
            json(202, turn)
        }
    })
    .await;
    let prompt =
        CreateTurn { content: PromptContent::Text("hello".to_owned()), when_busy: WhenBusy::Queue };
    let turn = within(server.client().prompt(session(), &prompt, "key-1")).await.unwrap();
    assert_eq!(turn.session_id, session());
    let seen = seen.all();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|asked| *asked == seen[0] && asked.0 == "key-1"), "{seen:?}");
}

/// S15: nothing that is printed or logged shows the token.
#[tokio::test]
async fn the_token_is_in_no_text() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = config(free.local_addr().unwrap());
    drop(free);
    let client = Client::new(config.clone()).unwrap();
    let error = within(client.me()).await.unwrap_err();
    for text in [format!("{config:?}"), format!("{client:?}"), format!("{error:?} {error}")] {
        assert!(!text.contains("gantline-secret"), "{text}");
    }
}

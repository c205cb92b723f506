//! What happens on the server, as it happens, over connections that break.

use std::time::Duration;

use client::{Client, ClientConfig, Error, LiveEvent, Patience};
use contract::live::StreamState;
use futures_util::{SinkExt, StreamExt};
use model::rng::CountingRng;
use model::{SessionId, Timestamp};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use crate::support::{Dice, Scripted, Seen, Socket, config, problem, websocket, within};

fn session(seed: u64) -> SessionId {
    SessionId::new(Timestamp::from_millis(1), &CountingRng::new(seed))
}

async fn say(socket: &mut Socket, method: &str, params: Value) -> bool {
    let text = json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string();
    socket.send(Message::text(text)).await.is_ok()
}

async fn greet(socket: &mut Socket) {
    let time = "2026-04-03T16:37:10.007Z";
    let connected = json!({"connection_id": "c", "session_id": "c", "server_time": time, "server_version": contract::VERSION});
    say(socket, "connected", connected).await;
    say(socket, "session.snapshot", json!({"sessions": []})).await;
    say(socket, "machine.snapshot", json!({"machines": []})).await;
    say(socket, "permission.snapshot", json!({"permissions": []})).await;
}

fn records(from: u64, to: u64) -> Vec<Value> {
    let record = |seq| json!({"seq": seq, "at": "2026-04-03T16:37:10.007Z", "update": {"n": seq}});
    (from..=to).map(record).collect()
}

/// The next request; `None` when the client is gone.
async fn next_request(socket: &mut Socket) -> Option<Value> {
    loop {
        match socket.next().await? {
            Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
            Ok(_) => {}
            Err(_) => return None,
        }
    }
}

/// Tells a transcript of `total` records, badly: in pieces of any size, some of it twice, with
/// breaks anywhere.
async fn tell_badly(mut socket: Socket, dice: Dice, total: u64) {
    greet(&mut socket).await;
    let Some(asked) = next_request(&mut socket).await else { return };
    assert_eq!(asked["method"], "session.subscribe");
    let session = asked["params"]["session_id"].clone();
    let mut after = asked["params"]["after"].as_u64().unwrap();
    while after < total {
        if dice.below(6) == 0 {
            if dice.below(2) == 0 {
                let frame = CloseFrame { code: 1012.into(), reason: "restart".into() };
                let _ = socket.close(Some(frame)).await;
            }
            return;
        }
        let from = after.saturating_sub(dice.below(3)) + 1;
        let to = (after + dice.below(5)).min(total);
        let news = json!({"session_id": session, "updates": records(from, to)});
        if !say(&mut socket, "session.updates", news).await {
            return;
        }
        after = after.max(to);
    }
    say(
        &mut socket,
        "session.stream",
        json!({"session_id": session, "state": "live", "message": null}),
    )
    .await;
    while next_request(&mut socket).await.is_some() {}
}

/// R31: whatever breaks, a viewer is told every update once and in order.
#[tokio::test]
async fn nothing_is_lost_and_nothing_comes_twice() {
    for seed in 0..12 {
        let dice = Dice::new(seed);
        let server = Scripted::start(move |request| {
            let dice = dice.clone();
            async move { websocket(request, move |socket| tell_badly(socket, dice, 60)) }
        })
        .await;
        let mut live = server.client().live();
        live.follow(session(1), 0);
        let mut told = Vec::new();
        let mut breaks = 0;
        within(async {
            loop {
                match live.next().await.unwrap() {
                    LiveEvent::Updates { records, .. } => {
                        told.extend(records.iter().map(|record| record.seq));
                    }
                    LiveEvent::Disconnected { .. } => breaks += 1,
                    LiveEvent::Stream { state: StreamState::Live, .. } => return,
                    _ => {}
                }
            }
        })
        .await;
        assert_eq!(told, (1..=60).collect::<Vec<_>>(), "seed {seed} with {breaks} breaks");
        live.close().await;
    }
}

#[tokio::test]
async fn a_transcript_that_began_again_is_told_from_its_first_record() {
    let server = Scripted::start(|request| async {
        websocket(request, |mut socket| async move {
            greet(&mut socket).await;
            let asked = request_of(&mut socket).await;
            let id = asked["params"]["session_id"].clone();
            let stream = |state| json!({"session_id": id, "state": state, "message": null});
            say(&mut socket, "session.stream", stream("restarted")).await;
            let news = json!({"session_id": id, "updates": records(1, 2)});
            say(&mut socket, "session.updates", news).await;
            while next_request(&mut socket).await.is_some() {}
        })
    })
    .await;
    let mut live = server.client().live();
    live.follow(session(1), 40);
    let mut events = Vec::new();
    while live.position(session(1)) != Some(2) {
        match within(live.next()).await.unwrap() {
            LiveEvent::Stream { state, .. } => events.push(format!("{state:?}")),
            LiveEvent::Updates { records, .. } => events.push(format!("{} records", records.len())),
            _ => {}
        }
    }
    assert_eq!(events, ["Restarted", "2 records"]);
}

async fn request_of(socket: &mut Socket) -> Value {
    next_request(socket).await.expect("the client is there")
}

/// A server that skips records is asked for them again, not believed.
#[tokio::test]
async fn a_hole_is_asked_for_again() {
    let asked = Seen::default();
    let saw = asked.clone();
    let server = Scripted::start(move |request| {
        let saw = saw.clone();
        async move {
            websocket(request, move |mut socket| async move {
                greet(&mut socket).await;
                while let Some(asked) = next_request(&mut socket).await {
                    let after = asked["params"]["after"].as_u64().unwrap();
                    saw.add(after);
                    let id = asked["params"]["session_id"].clone();
                    let from = if after == 0 { 1 } else { after + 1 };
                    let mut updates = records(from, 6);
                    if after == 0 {
                        updates.remove(2);
                    }
                    let news = json!({"session_id": id, "updates": updates});
                    say(&mut socket, "session.updates", news).await;
                }
            })
        }
    })
    .await;
    let mut live = server.client().live();
    live.follow(session(1), 0);
    while live.position(session(1)) != Some(6) {
        within(live.next()).await.unwrap();
    }
    assert_eq!(asked.all(), [0, 2]);
}

#[tokio::test]
async fn a_chat_that_may_not_be_followed_is_said_so_and_the_others_go_on() {
    let server = Scripted::start(|request| async {
        websocket(request, |mut socket| async move {
            greet(&mut socket).await;
            let asked = request_of(&mut socket).await;
            let refusal = json!({"jsonrpc": "2.0", "id": asked["id"], "error": {"code": -32602,
                "message": "session not found", "data": {"code": "not_found", "hint": null}}});
            socket.send(Message::text(refusal.to_string())).await.unwrap();
            while next_request(&mut socket).await.is_some() {}
        })
    })
    .await;
    let mut live = server.client().live();
    live.follow(session(1), 0);
    let refused = within(async {
        loop {
            if let LiveEvent::Refused { session, error } = live.next().await.unwrap() {
                return (session, error);
            }
        }
    })
    .await;
    assert_eq!(refused.0, session(1));
    assert!(refused.1.is_not_found());
    assert_eq!(live.position(session(1)), None);
}

/// S10: a credential that has stopped working is not tried again.
#[tokio::test]
async fn being_signed_out_is_the_end() {
    let server = Scripted::start(|request| async {
        websocket(request, |mut socket| async move {
            greet(&mut socket).await;
            let frame = CloseFrame { code: 1008.into(), reason: "signed out".into() };
            let _ = socket.close(Some(frame)).await;
        })
    })
    .await;
    let mut live = server.client().live();
    let error = within(async {
        loop {
            if let Err(error) = live.next().await {
                return error;
            }
        }
    })
    .await;
    assert!(matches!(error, Error::SignedOut), "{error:?}");

    let refusing = Scripted::start(|_| async { problem(401, "not_signed_in") }).await;
    let error = within(refusing.client().live().next()).await.unwrap_err();
    assert!(error.is_unauthenticated(), "{error:?}");
}

/// R10: a server that has gone without a word is noticed by its silence.
#[tokio::test]
async fn silence_is_asked_about_and_then_not_believed() {
    let connections = Seen::default();
    let saw = connections.clone();
    let server = Scripted::start(move |request| {
        saw.add(());
        async {
            websocket(request, |socket| async move {
                // Holds the connection and reads nothing, so that no ping is answered.
                std::future::pending::<()>().await;
                drop(socket);
            })
        }
    })
    .await;
    let patience =
        Patience { silence: Duration::from_millis(30), ..config(server.address).patience };
    let client = Client::new(ClientConfig { patience, ..config(server.address) }).unwrap();
    let mut live = client.live();
    for _ in 0..2 {
        let event = within(live.next()).await.unwrap();
        let LiveEvent::Disconnected { error, .. } = event else { panic!("{event:?}") };
        assert!(matches!(error, Error::TimedOut { .. }), "{error:?}");
    }
    assert!(connections.all().len() >= 2, "the connection was not tried again");
}

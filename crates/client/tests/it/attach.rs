//! A terminal on connections that break: every key is typed once, every byte is drawn once.

use std::sync::{Arc, Mutex};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use client::{AttachConfig, AttachEvent, Attachment, Part, Typed};
use contract::attach::{ClientMessage, OUTPUT, SCREEN, ServerMessage};
use futures_util::{SinkExt, StreamExt};
use model::rng::CountingRng;
use model::{SessionId, Timestamp, UserId};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Asked, Dice, Scripted, Socket, problem, query, websocket, within};

fn attach_config(part: Part) -> AttachConfig {
    let rng = CountingRng::new(5);
    let now = Timestamp::from_millis(1);
    AttachConfig {
        session: SessionId::new(now, &rng),
        person: UserId::new(now, &rng),
        part,
        columns: 100,
        rows: 30,
    }
}

/// A relay and the program behind it, which echoes what is typed.
#[derive(Clone, Default)]
struct Relay {
    state: Arc<Mutex<State>>,
    news: Arc<Notify>,
}

#[derive(Default)]
struct State {
    /// What was typed, and what was therefore put out.
    program: Vec<u8>,
    lease: u64,
    typed: u64,
    holder: Option<String>,
    viewers: u64,
    acknowledged: u64,
}

impl Relay {
    fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.lock().unwrap())
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.state.lock().unwrap());
        self.news.notify_waiters();
        changed
    }

    /// Everything that a relay keeps in memory is gone; the program goes on.
    fn restart(&self) {
        self.change(|state| {
            state.lease += 1 << 32;
            state.typed = 0;
            state.holder = None;
        });
    }

    fn join(&self, viewer: Option<String>) -> String {
        self.change(|state| {
            let viewer = viewer.filter(|viewer| state.holder.as_ref() == Some(viewer));
            let viewer = viewer.unwrap_or_else(|| {
                state.viewers += 1;
                format!("019d527d-34ed-7272-b336-{:012}", state.viewers)
            });
            state.take(&viewer);
            viewer
        })
    }

    fn keyboard(&self, viewer: &str) -> ServerMessage {
        self.look(|state| ServerMessage::Keyboard {
            yours: state.holder.as_deref() == Some(viewer),
            holder: None,
            lease: state.lease,
            input_seq: state.typed,
        })
    }
}

impl State {
    fn take(&mut self, viewer: &str) {
        if self.holder.as_deref() != Some(viewer) {
            self.holder = Some(viewer.to_owned());
            self.lease += 1;
            self.typed = 0;
        }
    }

    /// As the real relay does: numbers it has are passed over, numbers that skip are refused.
    fn input(&mut self, viewer: &str, seq: u64, data: &[u8]) {
        if self.holder.as_deref() == Some(viewer) {
            if seq != self.typed + 1 {
                return;
            }
        } else {
            self.take(viewer);
        }
        self.typed += 1;
        self.program.extend_from_slice(data);
    }
}

fn text(message: &ServerMessage) -> Message {
    Message::text(serde_json::to_string(message).unwrap())
}

fn bytes(kind: u8, offset: u64, data: &[u8]) -> Message {
    let mut message = BytesMut::new();
    message.put_u8(kind);
    message.put_u64(offset);
    message.extend_from_slice(data);
    Message::Binary(message.freeze())
}

/// How badly a relay behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manners {
    /// Connections break.
    Breaking,
    /// Now and then it also forgets who was there.
    Restarting,
}

/// Serves one connection until the dice break it.
async fn serve(mut socket: Socket, relay: Relay, dice: Dice, viewer: String, from: Option<u64>) {
    let mut lease_told = 0;
    let mut acknowledged = 0;
    let hello = ServerMessage::Attached { viewer_id: viewer.clone(), may_write: true };
    let mut queue = vec![text(&hello), text(&ServerMessage::Link { up: true })];
    let mut at = from.unwrap_or_else(|| {
        let end = relay.look(|state| state.program.len() as u64);
        queue.push(bytes(SCREEN, end, format!("screen at {end}").as_bytes()));
        end
    });
    loop {
        let changed = relay.news.notified();
        let keyboard = relay.keyboard(&viewer);
        if let ServerMessage::Keyboard { lease, input_seq, .. } = keyboard
            && lease != lease_told
        {
            lease_told = lease;
            acknowledged = input_seq;
            queue.push(text(&keyboard));
        }
        let (typed, more) = relay.look(|state| {
            let start = at.saturating_sub(dice.below(4));
            let end = (at + 1 + dice.below(40)).min(state.program.len() as u64);
            let piece = usize::try_from(start).unwrap()..usize::try_from(end).unwrap();
            (state.typed, (end > at).then(|| (start, end, state.program[piece].to_vec())))
        });
        if typed > acknowledged && dice.below(2) == 0 {
            acknowledged = typed;
            queue.push(text(&ServerMessage::InputAck { lease: lease_told, seq: typed }));
            // An acknowledgement is no event; what follows it is.
            queue.push(text(&ServerMessage::Size { columns: 100, rows: 30 }));
        }
        if let Some((start, end, piece)) = &more {
            queue.push(bytes(OUTPUT, *start, piece));
            at = *end;
        }
        for message in queue.drain(..) {
            if dice.below(12) == 0 || socket.send(message).await.is_err() {
                return;
            }
        }
        let has_more = more.is_some() || typed > acknowledged;
        let message = tokio::select! {
            message = socket.next() => message,
            () = changed, if !has_more => continue,
            () = tokio::task::yield_now(), if has_more => continue,
        };
        match message {
            Some(Ok(Message::Binary(mut input))) => {
                if dice.below(8) == 0 {
                    return;
                }
                let seq = input.get_u64();
                relay.change(|state| state.input(&viewer, seq, &input));
            }
            Some(Ok(Message::Text(order))) => match serde_json::from_str(&order).unwrap() {
                ClientMessage::Ack { offset } => {
                    relay.change(|state| state.acknowledged = state.acknowledged.max(offset));
                }
                _ => panic!("an order that nobody gave: {order}"),
            },
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return,
        }
    }
}

async fn start(relay: Relay, dice: Dice, manners: Manners) -> Scripted {
    Scripted::start(move |request: Asked| {
        let (relay, dice) = (relay.clone(), dice.clone());
        async move {
            if manners == Manners::Restarting && dice.below(4) == 0 {
                relay.restart();
            }
            if dice.below(5) == 0 {
                return problem(503, "busy");
            }
            let viewer = relay.join(query(&request, "viewer"));
            let from = query(&request, "from").map(|from| from.parse().unwrap());
            websocket(request, move |socket| serve(socket, relay, dice, viewer, from))
        }
    })
    .await
}

/// What a person sees and what became of what they typed.
#[derive(Default)]
struct Person {
    drawn: Vec<u8>,
    given_up: usize,
}

impl Person {
    async fn look(&mut self, attachment: &mut Attachment, relay: &Relay) {
        match within(attachment.next()).await.unwrap() {
            AttachEvent::Output(data) => self.drawn.extend_from_slice(&data),
            AttachEvent::Screen(screen) => {
                let screen = String::from_utf8(screen.to_vec()).unwrap();
                let offset = screen.strip_prefix("screen at ").unwrap().parse().unwrap();
                self.drawn = relay.look(|state| state.program[..offset].to_vec());
            }
            AttachEvent::Keyboard { given_up_bytes, .. } => self.given_up += given_up_bytes,
            _ => {}
        }
    }
}

/// R03: over any number of cuts every key reaches the program once and every byte is drawn once.
#[tokio::test]
async fn every_key_is_typed_once_and_every_byte_drawn_once() {
    for seed in 0..12 {
        let (relay, dice) = (Relay::default(), Dice::new(seed));
        let server = start(relay.clone(), dice.clone(), Manners::Breaking).await;
        let mut attachment = server.client().attach(attach_config(Part::Write));
        let mut person = Person::default();
        let mut typed = Vec::new();
        let mut next = 0;
        while next < 80 || person.drawn.len() < typed.len() {
            if next < 80 && dice.below(2) == 0 {
                let keys = format!("{next:03} ");
                assert_eq!(attachment.type_in(Bytes::from(keys.clone())), Typed::Taken);
                typed.extend_from_slice(keys.as_bytes());
                next += 1;
            } else {
                person.look(&mut attachment, &relay).await;
            }
        }
        assert_eq!(person.drawn, typed, "seed {seed}");
        assert_eq!(relay.look(|state| state.program.clone()), typed, "seed {seed}");
        assert_eq!(person.given_up, 0, "seed {seed}");
    }
}

/// R06: where a relay forgets what it has taken, nothing is typed twice, and what may be lost is
/// said to be.
#[tokio::test]
async fn nothing_is_typed_twice_and_what_may_be_lost_is_said() {
    let mut given_up = 0;
    for seed in 100..112 {
        let (relay, dice) = (Relay::default(), Dice::new(seed));
        let server = start(relay.clone(), dice.clone(), Manners::Restarting).await;
        let mut attachment = server.client().attach(attach_config(Part::Write));
        let mut person = Person::default();
        for next in 0..80 {
            let keys = format!("{next:03} ");
            assert_eq!(attachment.type_in(Bytes::from(keys)), Typed::Taken);
            if attachment.waiting_bytes() > 0 {
                person.look(&mut attachment, &relay).await;
            }
        }
        while attachment.waiting_bytes() > 0 {
            person.look(&mut attachment, &relay).await;
        }
        let program = relay.look(|state| state.program.clone());
        let arrived: Vec<u32> = String::from_utf8(program)
            .unwrap()
            .split_whitespace()
            .map(|number| number.parse().unwrap())
            .collect();
        assert!(arrived.is_sorted_by(|a, b| a < b), "seed {seed}: {arrived:?}");
        let missing = 80 - arrived.len();
        assert!(missing * 4 <= person.given_up, "seed {seed}: {missing} of {}", person.given_up);
        given_up += person.given_up;
    }
    assert!(given_up > 0, "the relay never forgot anything, so nothing was shown");
}

#[tokio::test]
async fn a_watcher_says_so_and_types_nothing() {
    let server = Scripted::start(|request| async {
        assert_eq!(query(&request, "watch").as_deref(), Some("true"));
        assert_eq!(query(&request, "columns").as_deref(), Some("100"));
        websocket(request, |mut socket| async move {
            let viewer_id = "019d527d-34ed-7272-b336-f67fd49024db".to_owned();
            let hello = ServerMessage::Attached { viewer_id, may_write: false };
            socket.send(text(&hello)).await.unwrap();
            let ended = ServerMessage::Ended { detail: "exited with code 0".to_owned() };
            socket.send(text(&ended)).await.unwrap();
            while socket.next().await.is_some() {}
        })
    })
    .await;
    let mut attachment = server.client().attach(attach_config(Part::Watch));
    let first = within(attachment.next()).await.unwrap();
    assert!(matches!(first, AttachEvent::Attached { may_write: false }), "{first:?}");
    assert_eq!(attachment.type_in(Bytes::from_static(b"x")), Typed::MayNotType);
    let second = within(attachment.next()).await.unwrap();
    assert!(matches!(second, AttachEvent::Ended { ref detail } if detail.contains("code 0")));
    attachment.leave().await;
}

/// R15: what was not drawn is not acknowledged, so that a view that does not draw is sent no more.
#[tokio::test]
async fn output_is_acknowledged_when_it_is_drawn_and_not_before() {
    let relay = Relay::default();
    let told = Arc::new(Notify::new());
    let (acknowledged, heard) = (relay.clone(), told.clone());
    let server = Scripted::start(move |request| {
        let (relay, told) = (acknowledged.clone(), heard.clone());
        async move {
            websocket(request, move |mut socket| async move {
                socket.send(bytes(SCREEN, 100, b"screen at 100")).await.unwrap();
                socket.send(bytes(OUTPUT, 100, &[b'x'; 50])).await.unwrap();
                while let Some(Ok(message)) = socket.next().await {
                    let Message::Text(text) = message else { continue };
                    let ClientMessage::Ack { offset } = serde_json::from_str(&text).unwrap() else {
                        panic!("{text}")
                    };
                    relay.change(|state| state.acknowledged = offset);
                    told.notify_one();
                }
            })
        }
    })
    .await;
    let mut attachment = server.client().attach(attach_config(Part::Write));
    let drawn = within(attachment.next()).await.unwrap();
    assert!(matches!(drawn, AttachEvent::Screen(_)), "{drawn:?}");
    assert_eq!(relay.look(|state| state.acknowledged), 0);
    let drawn = within(attachment.next()).await.unwrap();
    assert!(matches!(drawn, AttachEvent::Output(_)), "{drawn:?}");
    within(told.notified()).await;
    assert_eq!(relay.look(|state| state.acknowledged), 100);
    tokio::select! {
        event = attachment.next() => panic!("{event:?}"),
        () = within(told.notified()) => {}
    }
    assert_eq!(relay.look(|state| state.acknowledged), 150);
}

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket};
use axum::response::Response;
use bytes::{Buf, BufMut, Bytes, BytesMut};
use contract::attach::{ClientMessage, Holder, OUTPUT, SCREEN, ServerMessage};
use control::presence::{self, Watching};
use control::{Error, transcripts, users};
use model::{SessionId, ViewerId};
use relay::terminals::{Keyboard, Typed};
use relay::{Attach, TerminalEvent, TerminalView};
use serde::Deserialize;
use terminal::Size;

use crate::App;
use crate::caller::Caller;
use crate::params::{Path, Query};
use crate::problem::Answer;
use crate::sockets::{self, Upgrade};
use crate::stream_life::{End, StreamLife};

/// The largest message of a viewer: a piece of a paste with its number.
const MAX_MESSAGE_BYTES: usize = wire::limits::MAX_INPUT_BYTES + 8;

/// What a viewer brings.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Window {
    /// Width of its window in character cells, 1 to 1000; 80 if it is left out.
    columns: Option<u32>,
    /// Height of its window in character cells, 1 to 1000; 24 if it is left out.
    rows: Option<u32>,
    /// Everything before this offset is drawn already.
    from: Option<u64>,
    /// The view that it was before its connection was lost.
    viewer: Option<ViewerId>,
    /// Whether it only wants to look.
    #[serde(default)]
    watch: bool,
}

/// Attaches to a terminal, as a WebSocket.
#[utoipa::path(get, path = "/api/sessions/{session_id}/attach", tag = "sessions",
    params(("session_id" = SessionId, Path), Window),
    responses((status = 101, description = "The terminal, as a WebSocket")))]
pub(super) async fn attach(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Query(window): Query<Window>,
    Upgrade(upgrade): Upgrade,
) -> Answer<Response> {
    let (session, may_type) = transcripts::terminal(&app.plane, &actor, id).await?;
    let user = users::me(&app.plane, &actor).await?;
    let size = Size::new(window.columns.unwrap_or(80), window.rows.unwrap_or(24))
        .map_err(|error| Error::invalid("invalid_size", error.to_string()))?;
    let attach = Attach {
        machine: session.machine,
        session: id,
        was: window.viewer,
        person: user.id,
        name: user.display_name,
        may_write: may_type && !window.watch,
        size,
        resume_from: window.from,
        has_ended: session.state.is_final(),
    };
    let watching = presence::enter(&app.plane, &actor, &session).await?;
    let life = StreamLife::begin(&app, actor).await?;
    let tasks = app.tasks.clone();
    Ok(sockets::sized(upgrade, MAX_MESSAGE_BYTES).on_upgrade(move |socket| {
        tasks.track_future(async move {
            let view = app.plane.relay.attach_terminal(&attach);
            let may_write = attach.may_write;
            Attached { socket, view, waiting: None, may_write, _watching: watching }
                .run(life)
                .await;
        })
    }))
}

/// One viewer with its connection.
struct Attached {
    socket: WebSocket,
    view: TerminalView,
    /// Input that the program has no room for yet; until it has, nothing more is read.
    waiting: Option<(u64, Bytes)>,
    may_write: bool,
    /// Others see that somebody looks, until this is dropped.
    _watching: Watching,
}

impl Attached {
    async fn run(mut self, mut life: StreamLife) {
        let hello = ServerMessage::Attached {
            viewer_id: self.view.viewer().to_string(),
            may_write: self.may_write,
        };
        let mut end = life.during(self.say(&hello)).await.err();
        while end.is_none() {
            let turn = tokio::select! {
                biased;
                // The server stops, the credential ended, or it is time to ask for a sign of life.
                verdict = life.next() => Turn::Life(verdict),
                // Something typed, or a sign of life; not while input waits for the program.
                message = self.socket.recv(), if self.waiting.is_none() => Turn::Message(message),
                // Something to draw or to know.
                event = self.view.next() => Turn::Event(event),
            };
            // Whose input waits for the program is not listened to, and cannot be silent.
            if matches!(turn, Turn::Message(Some(Ok(_)))) || self.waiting.is_some() {
                life.heard();
            }
            end = life.during(self.take(turn)).await.err();
        }
        match end {
            // The program is over or the viewer said goodbye: the seat is free.
            Some(End::Over) => {
                let Self { socket, view, .. } = self;
                view.leave();
                sockets::close(socket, 1000, "the terminal is over").await;
            }
            Some(End::Goodbye) => self.view.leave(),
            Some(end) => end.close(self.socket).await,
            None => {}
        }
    }

    async fn take(&mut self, turn: Turn) -> Result<(), End> {
        match turn {
            Turn::Event(event) => self.tell(event).await,
            Turn::Message(Some(Ok(message))) => self.take_message(message),
            Turn::Message(Some(Err(_)) | None) => Err(End::Gone),
            Turn::Life(Ok(())) => {
                Ok(sockets::send(&mut self.socket, Message::Ping(Bytes::new())).await?)
            }
            Turn::Life(Err(end)) => Err(end),
        }
    }

    async fn tell(&mut self, event: TerminalEvent) -> Result<(), End> {
        let message = match event {
            TerminalEvent::Output { offset, data } => {
                return self.send_bytes(OUTPUT, offset, &data).await;
            }
            TerminalEvent::Screen { offset, size, data } => {
                let size = ServerMessage::Size { columns: size.columns(), rows: size.rows() };
                self.say(&size).await?;
                return self.send_bytes(SCREEN, offset, &data).await;
            }
            TerminalEvent::Gap { from, to } => ServerMessage::Gap { from, to },
            TerminalEvent::Keyboard(keyboard) => keyboard_message(keyboard),
            TerminalEvent::InputAck { lease, seq } => {
                self.retry_input();
                ServerMessage::InputAck { lease, seq }
            }
            TerminalEvent::Size(size) => {
                ServerMessage::Size { columns: size.columns(), rows: size.rows() }
            }
            TerminalEvent::Link { up } => ServerMessage::Link { up },
            // The other end is there no more, or it would not have come again.
            TerminalEvent::Replaced => return Err(End::Gone),
            TerminalEvent::Ended { detail } => {
                self.say(&ServerMessage::Ended { detail }).await?;
                return Err(End::Over);
            }
        };
        self.say(&message).await
    }

    async fn say(&mut self, message: &ServerMessage) -> Result<(), End> {
        Ok(sockets::send_json(&mut self.socket, message).await?)
    }

    async fn send_bytes(&mut self, kind: u8, offset: u64, data: &Bytes) -> Result<(), End> {
        let mut message = BytesMut::with_capacity(9 + data.len());
        message.put_u8(kind);
        message.put_u64(offset);
        message.extend_from_slice(data);
        Ok(sockets::send(&mut self.socket, Message::Binary(message.freeze())).await?)
    }

    fn take_message(&mut self, message: Message) -> Result<(), End> {
        match message {
            Message::Binary(mut bytes) if bytes.len() >= 8 => {
                let seq = bytes.get_u64();
                self.type_in(seq, bytes);
                Ok(())
            }
            Message::Binary(_) => Err(End::Malformed),
            Message::Text(text) => match serde_json::from_str(&text) {
                Ok(message) => self.take_order(&message),
                Err(_) => Err(End::Malformed),
            },
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(_) => Err(End::Goodbye),
        }
    }

    fn take_order(&self, message: &ClientMessage) -> Result<(), End> {
        match message {
            ClientMessage::Ack { offset } => self.view.acknowledge(*offset),
            ClientMessage::Resize { columns, rows } => {
                let size =
                    Size::new((*columns).into(), (*rows).into()).map_err(|_| End::Malformed)?;
                self.view.resize(size);
            }
            // A watcher that asks is told by nothing happening: it knows that it may not type.
            ClientMessage::TakeKeyboard {} => drop(self.view.take_keyboard()),
            ClientMessage::FitToMe {} => drop(self.view.fit_to_me()),
        }
        Ok(())
    }

    fn type_in(&mut self, seq: u64, data: Bytes) {
        if self.view.input(seq, data.clone()) == Typed::TooFarAhead {
            self.waiting = Some((seq, data));
        }
    }

    fn retry_input(&mut self) {
        if let Some((seq, data)) = self.waiting.take() {
            self.type_in(seq, data);
        }
    }
}

enum Turn {
    Event(TerminalEvent),
    Message(Option<Result<Message, axum::Error>>),
    Life(Result<(), End>),
}

fn keyboard_message(keyboard: Keyboard) -> ServerMessage {
    ServerMessage::Keyboard {
        yours: keyboard.yours,
        holder: keyboard
            .holder
            .map(|holder| Holder { user_id: holder.person, display_name: holder.name }),
        lease: keyboard.lease,
        input_seq: keyboard.input_seq,
    }
}

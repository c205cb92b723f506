//! The live WebSocket: JSON-RPC 2.0, changes of everything that is listed, and the updates of the
//! chats that were asked for.

mod requests;
mod subscriptions;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket};
use axum::response::Response;
use bus::{Event, Heard, Listener};
use bytes::Bytes;
use contract::live::{Connected, MachineDeleted, Notification, SessionDeleted, Snapshot};
use control::visibility::Hearing;
use control::{ControlPlane, Error, machines, permissions, sessions};
use model::{Actor, ViewerId};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::sockets::{self, Gone, Upgrade};
use crate::stream_life::{End, StreamLife};
use crate::{App, views};
use subscriptions::{Subscriptions, Update};

/// The largest message of a viewer.
const MAX_MESSAGE_BYTES: usize = 64 * 1024;

/// Sessions in a snapshot.
const SNAPSHOT_SESSIONS: u32 = 200;

/// The endpoint.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(live))
}

/// Everything that happens, as it happens.
#[utoipa::path(get, path = "/ws", tag = "live",
    responses((status = 101, description = "JSON-RPC 2.0 over WebSocket", body = Notification)))]
pub(super) async fn live(
    State(app): State<App>,
    Caller(actor): Caller,
    Upgrade(upgrade): Upgrade,
) -> Answer<Response> {
    let life = StreamLife::begin(&app, actor).await?;
    let tasks = app.tasks.clone();
    Ok(sockets::sized(upgrade, MAX_MESSAGE_BYTES).on_upgrade(move |socket| {
        tasks.track_future(async move { Live::new(app, actor, socket).run(life).await })
    }))
}

/// One viewer with its connection.
struct Live {
    app: App,
    actor: Actor,
    socket: WebSocket,
    listener: Listener,
    hearing: Hearing,
    subscriptions: Subscriptions,
}

enum Turn {
    Message(Option<Result<Message, axum::Error>>),
    Heard(Heard),
    Update(Update),
    Life(Result<(), End>),
}

impl Live {
    fn new(app: App, actor: Actor, socket: WebSocket) -> Self {
        Self {
            listener: app.plane.bus.listen(),
            hearing: Hearing::new(actor),
            subscriptions: Subscriptions::default(),
            app,
            actor,
            socket,
        }
    }

    async fn run(mut self, mut life: StreamLife) {
        let mut end = life.during(self.greet()).await.err();
        while end.is_none() {
            let turn = tokio::select! {
                biased;
                // The server stops, the credential ended, or it is time to ask for a sign of life.
                verdict = life.next() => Turn::Life(verdict),
                // A request, or a sign of life.
                message = self.socket.recv() => Turn::Message(message),
                // Something listed has changed.
                heard = self.listener.next() => Turn::Heard(heard),
                // Something was said in a chat that was asked for.
                update = self.subscriptions.next() => Turn::Update(update),
            };
            if matches!(turn, Turn::Message(Some(Ok(_)))) {
                life.heard();
            }
            end = life.during(self.take(turn)).await.err();
        }
        if let Some(end) = end {
            end.close(self.socket).await;
        }
    }

    async fn greet(&mut self) -> Result<(), End> {
        let plane = &self.app.plane;
        let connection = ViewerId::new(plane.clock().now(), &**plane.rng());
        let connected = Connected {
            connection_id: connection.to_string(),
            server_time: plane.clock().now().into(),
            server_version: contract::VERSION.to_owned(),
        };
        self.notify(&Notification::Connected(connected)).await?;
        self.send_snapshot().await
    }

    async fn take(&mut self, turn: Turn) -> Result<(), End> {
        match turn {
            Turn::Message(Some(Ok(Message::Text(text)))) => self.take_request(&text).await,
            Turn::Message(Some(Ok(Message::Close(_)))) => Err(End::Goodbye),
            Turn::Message(Some(Ok(Message::Binary(_)))) => Err(End::Malformed),
            Turn::Message(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => Ok(()),
            Turn::Message(Some(Err(_)) | None) => Err(End::Gone),
            Turn::Heard(Heard::Event(event)) => self.tell(event).await,
            // Too much happened at once: everything is told afresh.
            Turn::Heard(Heard::Missed) => self.send_snapshot().await,
            Turn::Heard(Heard::End) => Err(End::Stopping),
            Turn::Update(update) => self.notify(&update.into_notification()).await,
            Turn::Life(Ok(())) => {
                Ok(sockets::send(&mut self.socket, Message::Ping(Bytes::new())).await?)
            }
            Turn::Life(Err(end)) => Err(end),
        }
    }

    async fn tell(&mut self, event: Event) -> Result<(), End> {
        let plane = self.app.plane.clone();
        let may_hear = self.hearing.may_hear(&plane, &event).await.or_end()?;
        if !may_hear {
            return Ok(());
        }
        let notification = match event {
            Event::MachineChanged(machine) => {
                Notification::MachineUpdated(views::machine(&plane, &machine))
            }
            Event::MachineRemoved { machine, .. } => {
                Notification::MachineDeleted(MachineDeleted { machine_id: machine })
            }
            Event::SessionChanged(session) => {
                Notification::SessionUpdated(views::session(&plane, &session).await.or_end()?)
            }
            Event::SessionRemoved(place) => {
                self.subscriptions.remove(place.session);
                Notification::SessionDeleted(SessionDeleted { session_id: place.session })
            }
            Event::TurnChanged(_, turn) => Notification::TurnUpdated(views::turn(&turn)),
            Event::PermissionChanged(_, request) => {
                Notification::PermissionUpdated(views::permission(&request).or_end()?)
            }
            Event::Revoked(_) | Event::Stopping => return Ok(()),
        };
        self.notify(&notification).await
    }

    async fn send_snapshot(&mut self) -> Result<(), End> {
        let snapshot = snapshot(&self.app.plane, &self.actor).await.or_end()?;
        self.notify(&Notification::Snapshot(snapshot)).await
    }

    async fn notify(&mut self, notification: &Notification) -> Result<(), End> {
        #[derive(Serialize)]
        struct Message<'a> {
            jsonrpc: &'static str,
            #[serde(flatten)]
            notification: &'a Notification,
        }
        let message = Message { jsonrpc: "2.0", notification };
        Ok(sockets::send_json(&mut self.socket, &message).await?)
    }
}

async fn snapshot(plane: &ControlPlane, actor: &Actor) -> Result<Snapshot, Error> {
    let machines = machines::machines(plane, actor).await?;
    let sessions = sessions::sessions(plane, actor, None, None, SNAPSHOT_SESSIONS).await?;
    let permissions = permissions::permissions_open(plane, actor, None).await?;
    Ok(Snapshot {
        machines: machines.iter().map(|machine| views::machine(plane, machine)).collect(),
        sessions: views::sessions(plane, &sessions).await?,
        permissions: permissions.iter().map(views::permission).collect::<Result<_, _>>()?,
    })
}

/// A viewer that cannot be told the truth is sent away to come back and ask again.
trait OrEnd<T> {
    fn or_end(self) -> Result<T, End>;
}

impl<T> OrEnd<T> for Result<T, Error> {
    fn or_end(self) -> Result<T, End> {
        self.map_err(|error| match error.meaning {
            control::Meaning::Unauthenticated => End::Revoked,
            _ => {
                tracing::warn!(%error, "a viewer cannot be told what has changed");
                Gone.into()
            }
        })
    }
}

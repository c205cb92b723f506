//! The live WebSocket: JSON-RPC 2.0, changes of everything that is listed, and the updates of the
//! chats that were asked for.

use std::future::poll_fn;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket};
use axum::response::Response;
use bus::{Event, Heard, Listener};
use bytes::Bytes;
use contract::live::{
    Connected, JobDeleted, JobLogged, MachineDeleted, MachineSnapshot, Notification,
    PermissionSnapshot, RuleDeleted, SessionDeleted, SessionSnapshot,
};
use control::sessions::{self, SessionQuery};
use control::visibility::Hearing;
use control::{ControlPlane, Error, budget_requests, machines, permissions};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use model::{Actor, ViewerId};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::mpsc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::body::PROMPT_LIMIT_BYTES;
use crate::caller::Viewer;
use crate::problem::Answer;
use crate::rpc::call::Pace;
use crate::rpc::connection::Connection;
use crate::rpc::error::RpcError;
use crate::rpc::message::Message as RpcMessage;
use crate::rpc::{self, Calling};
use crate::sockets::{self, Gone, Upgrade};
use crate::stream_life::{End, StreamLife};
use crate::{App, views};

/// The largest message of a viewer.
const MAX_MESSAGE_BYTES: usize = PROMPT_LIMIT_BYTES;

/// Messages of one viewer that wait for machines or agents at a time; more are refused.
const MAX_BESIDE: usize = 32;

/// Sessions in a snapshot.
const SNAPSHOT_SESSIONS: u32 = 200;

/// The endpoint.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(live))
}

/// Everything that happens, as it happens.
#[utoipa::path(get, path = "/ws", tag = "live",
    params(("ticket" = Option<String>, Query, description = "From POST /api/auth/ticket")),
    responses((status = 101, description = "JSON-RPC 2.0 over WebSocket", body = Notification)))]
pub(super) async fn live(
    State(app): State<App>,
    Viewer(actor): Viewer,
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
    connection: Connection,
    /// What methods tell beside their answers.
    notices: mpsc::Receiver<Notification>,
    /// Whose sessions were told of. Everybody who listens is told of a change at the same moment,
    /// and need not ask the database for the same name.
    owners: views::Owners,
    /// Messages that wait for machines or agents.
    beside: FuturesUnordered<BoxFuture<'static, Option<Box<RawValue>>>>,
}

enum Turn {
    Message(Option<Result<Message, axum::Error>>),
    Heard(Heard),
    Updates(Vec<Notification>),
    Notice(Box<Notification>),
    Answered(Option<Box<RawValue>>),
    Life(Result<(), End>),
}

impl Live {
    fn new(app: App, actor: Actor, socket: WebSocket) -> Self {
        let (connection, notices) = Connection::open();
        Self {
            listener: app.plane.bus.listen(),
            hearing: Hearing::new(actor),
            connection,
            notices,
            owners: views::Owners::default(),
            beside: FuturesUnordered::new(),
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
                updates = next_updates(&self.connection) => Turn::Updates(updates),
                // A method says more than its answer.
                Some(notice) = self.notices.recv() => Turn::Notice(Box::new(notice)),
                // A request that had to wait is done.
                Some(answer) = self.beside.next() => Turn::Answered(answer),
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
            session_id: connection.to_string(),
            server_time: plane.clock().now().into(),
            server_version: contract::VERSION.to_owned(),
        };
        self.notify(&Notification::Connected(connected)).await?;
        self.send_snapshot().await
    }

    async fn take(&mut self, turn: Turn) -> Result<(), End> {
        match turn {
            Turn::Message(Some(Ok(Message::Text(text)))) => self.take_message(&text).await,
            Turn::Message(Some(Ok(Message::Close(_)))) => Err(End::Goodbye),
            Turn::Message(Some(Ok(Message::Binary(_)))) => Err(End::Malformed),
            Turn::Message(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => Ok(()),
            Turn::Message(Some(Err(_)) | None) => Err(End::Gone),
            Turn::Heard(Heard::Event(event)) => self.tell(event).await,
            // Too much happened at once: everything is told afresh.
            Turn::Heard(Heard::Missed) => self.send_snapshot().await,
            Turn::Heard(Heard::End) => Err(End::Stopping),
            Turn::Answered(answer) => self.send_answer(answer).await,
            Turn::Notice(notice) => self.notify(&notice).await,
            Turn::Updates(updates) => self.notify_all(&updates).await,
            Turn::Life(Ok(())) => {
                Ok(sockets::send(&mut self.socket, Message::Ping(Bytes::new())).await?)
            }
            Turn::Life(Err(end)) => Err(end),
        }
    }

    async fn take_message(&mut self, text: &str) -> Result<(), End> {
        let message = RpcMessage::read(text.as_bytes());
        let is_long = rpc::pace(&message) == Pace::Beside;
        if is_long && self.beside.len() >= MAX_BESIDE {
            let refusal = format!("one connection may wait for {MAX_BESIDE} answers at a time");
            let answer = message.refuse(&RpcError::busy(refusal));
            return self.send_answer(answer).await;
        }
        let connection = Some(self.connection.clone());
        let calling = Calling { app: self.app.clone(), actor: self.actor, connection };
        let answer = rpc::answer(calling, message);
        if is_long {
            self.beside.push(Box::pin(answer));
            return Ok(());
        }
        let answer = answer.await;
        self.send_answer(answer).await
    }

    async fn send_answer(&mut self, answer: Option<Box<RawValue>>) -> Result<(), End> {
        match answer {
            Some(answer) => Ok(sockets::send_json(&mut self.socket, &answer).await?),
            None => Ok(()),
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
                let view = views::session_with(&plane, &session, &mut self.owners).await;
                Notification::SessionUpdated(view.or_end()?)
            }
            Event::SessionRemoved(place) => {
                self.connection.subscriptions().remove(place.session);
                Notification::SessionDeleted(SessionDeleted { session_id: place.session })
            }
            Event::UsageChanged(place, sum) => {
                Notification::SessionUsage(views::usage::session_usage(place.session, &sum))
            }
            Event::PresenceChanged(place, there) => {
                Notification::SessionPresence(views::presence(place.session, &there))
            }
            Event::TurnChanged(_, turn) => {
                self.notify(&Notification::SessionActivity(views::activity(&turn))).await?;
                Notification::TurnUpdated(views::turn(&turn))
            }
            Event::PermissionChanged(_, request) => {
                Notification::PermissionUpdated(views::permission(&request).or_end()?)
            }
            Event::BudgetChanged(request) => {
                let view = views::usage::budget_request(&plane, &self.actor, &request).await;
                Notification::BudgetUpdated(view.or_end()?)
            }
            Event::JobChanged(job) => {
                Notification::JobUpdated(views::jobs::summary(&plane, &job).await.or_end()?)
            }
            Event::JobLogged(place, line) => Notification::JobLogged(JobLogged {
                job_id: place.job,
                entry: views::jobs::log_entry(&line),
            }),
            Event::JobRemoved(place) => Notification::JobDeleted(JobDeleted { job_id: place.job }),
            Event::RuleGiven(rule) => {
                Notification::RuleUpdated(views::policy_rule(&rule).or_end()?)
            }
            Event::RuleRevoked(rule) => Notification::RuleDeleted(RuleDeleted { rule_id: rule.id }),
            Event::SessionLimitsChanged(_)
            | Event::Revoked(_)
            | Event::Shortened(_)
            | Event::RightsEnded(_)
            | Event::SharesGrown(_)
            | Event::Stopping => return Ok(()),
        };
        self.notify(&notification).await
    }

    async fn send_snapshot(&mut self) -> Result<(), End> {
        let snapshot = snapshot(&self.app.plane, &self.actor, &mut self.owners).await.or_end()?;
        self.notify_all(&snapshot).await
    }

    async fn notify_all(&mut self, notifications: &[Notification]) -> Result<(), End> {
        for notification in notifications {
            self.notify(notification).await?;
        }
        Ok(())
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

/// Waits for something to be said in any of the chats that a viewer follows. Safe to drop and call
/// again.
async fn next_updates(connection: &Connection) -> Vec<Notification> {
    poll_fn(|context| connection.subscriptions().poll_next(context)).await
}

async fn snapshot(
    plane: &ControlPlane,
    actor: &Actor,
    owners: &mut views::Owners,
) -> Result<Vec<Notification>, Error> {
    let machines = machines::machines(plane, actor).await?;
    let listed =
        SessionQuery { archived: Some(false), limit: SNAPSHOT_SESSIONS, ..SessionQuery::default() };
    let sessions = sessions::sessions(plane, actor, listed).await?;
    let permissions = permissions::permissions_open(plane, actor, None).await?;
    let budgets = budget_requests::budget_requests(plane, actor, None).await?;
    let sessions = views::sessions_with(plane, &sessions, owners).await?;
    let machines = machines.iter().map(|machine| views::machine(plane, machine)).collect();
    let permissions = permissions.iter().map(views::permission).collect::<Result<_, _>>()?;
    let budgets = views::usage::budget_requests(plane, actor, &budgets).await?;
    Ok(vec![
        Notification::SessionSnapshot(SessionSnapshot { sessions }),
        Notification::MachineSnapshot(MachineSnapshot { machines }),
        Notification::BudgetSnapshot(budgets),
        Notification::PermissionSnapshot(PermissionSnapshot { permissions }),
    ])
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

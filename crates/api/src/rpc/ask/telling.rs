//! Telling an answer in pieces to whoever asked for it.

use contract::live::{Notification, StreamPiece, StreamPieceKind};
use control::asks::Placed;
use conversation::events::EventType;
use model::SessionId;
use serde_json::value::RawValue;

use crate::rpc::connection::Connection;
use crate::rpc::error::RpcError;
use crate::rpc::message::Id;
use crate::views;

/// Who is told.
pub(super) enum Telling {
    /// Nobody: the whole answer is the answer.
    Nobody,
    /// A WebSocket, under the request's identifier.
    Socket { connection: Connection, id: Box<RawValue> },
}

impl Telling {
    pub(super) fn to(connection: Connection, id: Option<Id>) -> Self {
        Self::Socket { connection, id: id.unwrap_or_else(Id::null).into_json() }
    }

    /// Tells events. One who follows the session has them from there.
    pub(super) async fn tell(&self, session_id: SessionId, events: Vec<Placed>) {
        let Self::Socket { connection, id } = self else { return };
        for Placed { seq, event } in events {
            if event.kind == EventType::OutputDelta {
                let kind = StreamPieceKind::Content;
                let piece = StreamPiece {
                    id: id.clone(),
                    session_id,
                    kind,
                    content: event.content.clone(),
                };
                connection.tell(Notification::Stream(piece)).await;
            }
            let is_told_already = connection.subscriptions().tells_events_of(session_id);
            if !is_told_already {
                let event = views::turn_event(id.clone(), session_id, seq, event);
                connection.tell(Notification::Event(Box::new(event))).await;
            }
        }
    }

    /// Tells that nothing more comes.
    pub(super) async fn end(&self, session_id: SessionId, failure: Option<&RpcError>) {
        let Self::Socket { connection, id } = self else { return };
        let piece = |kind, content| {
            Notification::Stream(StreamPiece { id: id.clone(), session_id, kind, content })
        };
        if let Some(failure) = failure {
            connection.tell(piece(StreamPieceKind::Error, failure.message.clone())).await;
        }
        connection.tell(piece(StreamPieceKind::Done, String::new())).await;
    }
}

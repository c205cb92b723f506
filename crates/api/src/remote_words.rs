//! The words of the remote workspace document, for whoever came by its paths: the endpoints are the
//! same, and the door translates what they answer.

use std::convert::Infallible;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use contract::remote::{OutputLine, RemoteStatus};
use contract::sessions::{OneSession, SessionView, Sessions};
use control::transcripts;
use control::{ControlPlane, Error, turns};
use model::session::SessionKind;
use model::{Actor, Timestamp};
use serde_json::{Map, Value, json};

/// How many of its last updates a session is shown with.
const OUTPUT_LINES: u64 = 500;

/// The agent that the document means where it names none.
pub const DEFAULT_AGENT: &str = "qwen";

/// In whose words a request is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// In ours.
    Ours,
    /// In those of the remote workspace document.
    Remote,
}

impl<S: Sync> FromRequestParts<S> for Words {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or(Self::Ours))
    }
}

/// An answer about sessions, in somebody's words.
#[derive(Debug)]
pub enum Told {
    /// One, in ours.
    One(Box<OneSession>),
    /// Several, in ours.
    Many(Sessions),
    /// In the document's.
    Remote(Value),
}

impl Words {
    /// One session.
    pub fn one(self, session: SessionView) -> Result<Told, Error> {
        Ok(match self {
            Self::Ours => Told::One(Box::new(OneSession { success: true, session })),
            Self::Remote => Told::Remote(json!({ "success": true, "session": remote(session)? })),
        })
    }

    /// A page of a list.
    pub fn many(self, page: Sessions) -> Result<Told, Error> {
        if self == Self::Ours {
            return Ok(Told::Many(page));
        }
        let Sessions { sessions, count, next_cursor } = page;
        let sessions: Vec<_> = sessions.into_iter().map(remote).collect::<Result<_, _>>()?;
        let mut page = json!({ "success": true, "sessions": sessions, "count": count });
        if let Some(cursor) = next_cursor {
            page["next_cursor"] = cursor.into();
        }
        Ok(Told::Remote(page))
    }

    /// One session with all that is printed of it: what it used, how much was said, and the last of
    /// that, which its machine has.
    pub async fn whole(
        self,
        plane: &ControlPlane,
        actor: &Actor,
        session: SessionView,
    ) -> Result<Told, Error> {
        if self == Self::Ours {
            return self.one(session);
        }
        let (id, kind) = (session.session_id, session.kind);
        let total_tokens = session.usage.as_ref().map_or(0, |usage| usage.total_tokens);
        let mut session = remote(session)?;
        session.insert("total_tokens".to_owned(), total_tokens.into());
        let messages = turns::messages(plane, actor, id).await?;
        session.insert("message_count".to_owned(), messages.into());
        let output = match kind {
            SessionKind::Chat => transcripts::last_updates(plane, actor, id, OUTPUT_LINES).await,
            SessionKind::Terminal => Ok(Vec::new()),
        };
        // What is known here is told, whether or not its machine can be asked.
        let (records, missing) = match output {
            Ok(records) => (records, None),
            Err(error) => (Vec::new(), Some(error.message)),
        };
        let lines = records.into_iter().map(|record| OutputLine {
            data: String::from_utf8_lossy(&record.update_json).into_owned(),
            stream: "stdout".to_owned(),
            timestamp: Timestamp::from_millis(record.at_ms).into(),
        });
        let lines: Vec<OutputLine> = lines.collect();
        session.insert("output".to_owned(), json!(lines));
        if let Some(missing) = missing {
            session.insert("output_missing".to_owned(), missing.into());
        }
        Ok(Told::Remote(json!({ "success": true, "session": session })))
    }
}

/// The document's `status` and `cli_tool`; what the session does at the moment is its `state`.
fn remote(session: SessionView) -> Result<Map<String, Value>, Error> {
    let status = match session.paused {
        Some(_) => RemoteStatus::Paused,
        None => session.status.into(),
    };
    let (state, cli_tool) = (json!(session.status), json!(session.agent_name));
    let view = serde_json::to_value(session).map_err(Error::internal)?;
    let Value::Object(mut session) = view else {
        return Err(Error::internal("a session is not written as an object"));
    };
    session.insert("status".to_owned(), json!(status));
    session.insert("state".to_owned(), state);
    session.insert("cli_tool".to_owned(), cli_tool);
    Ok(session)
}

impl IntoResponse for Told {
    fn into_response(self) -> Response {
        match self {
            Self::One(session) => Json(session).into_response(),
            Self::Many(sessions) => Json(sessions).into_response(),
            Self::Remote(body) => Json(body).into_response(),
        }
    }
}

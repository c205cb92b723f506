//! Sessions written down: page by page from their machine, so that a long one needs no more memory
//! than a short one.

use std::sync::Arc;

use bytes::Bytes;
use contract::Time;
use contract::exports::{EXPORT_VERSION, ExportFormat};
use contract::sessions::SessionView;
use control::{ControlPlane, Error, transcripts};
use conversation::Update;
use conversation::markdown::Narrator;
use futures_util::stream::{self, Stream, TryStreamExt};
use model::{Actor, SessionId};
use wire::call::Updates;
use wire::stream::Record;

use crate::views;

/// A session that is being written down.
pub struct Export {
    plane: Arc<ControlPlane>,
    actor: Actor,
    session: SessionView,
    form: Form,
    step: Step,
    /// The last record that was there when it began: a session that goes on is no file without
    /// end.
    last: u64,
}

enum Form {
    Json,
    Markdown(Box<Narrator>),
}

enum Step {
    /// The head, and with it the page that proves that the machine answers.
    First(Updates),
    /// What follows this record.
    After(u64),
    Done,
}

impl Export {
    /// Begins with the first page, so that what cannot be written is refused before anything is
    /// sent.
    pub async fn begin(
        plane: &Arc<ControlPlane>,
        actor: &Actor,
        id: SessionId,
        format: ExportFormat,
    ) -> Result<Self, Error> {
        let session = transcripts::export_begin(plane, actor, id).await?;
        let page = transcripts::updates(plane, actor, id, 0, None).await?;
        Ok(Self {
            session: views::session(plane, &session).await?,
            plane: plane.clone(),
            actor: *actor,
            form: match format {
                ExportFormat::Json => Form::Json,
                ExportFormat::Markdown => Form::Markdown(Box::default()),
            },
            last: page.last,
            step: Step::First(page),
        })
    }

    /// The pieces of the file, in order.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, Error>> + Send + 'static {
        stream::try_unfold(self, |mut export| async move {
            let piece = export.next().await?;
            Ok(piece.map(|piece| (Bytes::from(piece), export)))
        })
    }

    /// The whole file, unless it is larger than a limit.
    pub async fn into_text(self, limit_bytes: usize) -> Result<String, Error> {
        let mut pieces = std::pin::pin!(self.into_stream());
        let mut text = Vec::new();
        while let Some(piece) = pieces.try_next().await? {
            text.extend_from_slice(&piece);
            if text.len() > limit_bytes {
                let message = format!("the session is larger than {limit_bytes} bytes");
                let error = Error::invalid("export_too_large", message);
                return Err(error.with_hint("GET /api/sessions/export/{id} has no limit"));
            }
        }
        String::from_utf8(text).map_err(Error::internal)
    }

    async fn next(&mut self) -> Result<Option<String>, Error> {
        match std::mem::replace(&mut self.step, Step::Done) {
            Step::First(page) => {
                let head = self.head()?;
                Ok(Some(head + &self.take(page.records, 0)?))
            }
            Step::After(after) => {
                let id = self.session.session_id;
                let page = transcripts::updates(&self.plane, &self.actor, id, after, None).await?;
                Ok(Some(self.take(page.records, after)?))
            }
            Step::Done => Ok(None),
        }
    }

    /// Writes a page, and the end where it is the last.
    fn take(&mut self, mut records: Vec<Record>, after: u64) -> Result<String, Error> {
        records.retain(|record| record.seq <= self.last);
        let reached = records.last().map(|record| record.seq);
        let mut text = self.body(records, after)?;
        match reached {
            Some(reached) if reached < self.last => self.step = Step::After(reached),
            _ => text.push_str(self.tail()),
        }
        Ok(text)
    }

    fn head(&self) -> Result<String, Error> {
        let session = &self.session;
        if let Form::Markdown(_) = self.form {
            let agent = session.agent_name.as_deref().unwrap_or("none");
            let title = conversation::markdown::line(&session.name);
            let workspace = conversation::markdown::line(&session.project_path);
            return Ok(format!(
                "# {title}\n\n- Session: {}\n- Agent: {agent}\n- Directory: {workspace}\n\
                 - Started: {}\n- Last active: {}\n",
                session.session_id, session.created_at, session.last_active_at,
            ));
        }
        let exported_at = Time::from(self.plane.clock().now());
        let json = serde_json::to_string(session).map_err(Error::internal)?;
        // The transcript becomes the last member of the session.
        let members = json.strip_suffix('}').unwrap_or(&json);
        Ok(format!(
            "{{\"exported_at\":\"{exported_at}\",\"format\":\"json\",\
             \"version\":\"{EXPORT_VERSION}\",\"session\":{members},\"updates\":["
        ))
    }

    fn body(&mut self, records: Vec<Record>, after: u64) -> Result<String, Error> {
        let mut text = String::new();
        match &mut self.form {
            Form::Json => {
                for (index, record) in views::records(records).iter().enumerate() {
                    let is_first = after == 0 && index == 0;
                    text.push_str(if is_first { "\n" } else { ",\n" });
                    text.push_str(&serde_json::to_string(record).map_err(Error::internal)?);
                }
            }
            Form::Markdown(narrator) => {
                for record in records {
                    // One that is not JSON comes from a machine that has lost its mind.
                    if let Ok(update) = Update::from_json(&record.update_json) {
                        narrator.take(update, &mut text);
                    }
                }
            }
        }
        Ok(text)
    }

    const fn tail(&self) -> &'static str {
        match self.form {
            Form::Json => "\n]}}\n",
            Form::Markdown(_) => "\n",
        }
    }
}

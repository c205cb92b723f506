use contract::changes::{Changes, CommitLog, FileDiff};
use model::SessionId;

use crate::path::Path;
use crate::{Client, Error};

impl Client {
    /// The files of a session's workspace that differ from the last commit.
    pub async fn changes(&self, session: SessionId) -> Result<Changes, Error> {
        self.get(format!("/api/sessions/{session}/changes")).await
    }

    /// What differs in a file; `old_path` is where it was before, if it was renamed.
    pub async fn file_diff(
        &self,
        session: SessionId,
        path: &str,
        old_path: Option<&str>,
    ) -> Result<FileDiff, Error> {
        let at = Path::new(format!("/api/sessions/{session}/changes/diff"));
        self.get(at.with("path", Some(path)).with("old_path", old_path).into_text()).await
    }

    /// A page of what was committed, the last commit first.
    pub async fn commit_log(
        &self,
        session: SessionId,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<CommitLog, Error> {
        let limit = limit.map(|limit| limit.to_string());
        let at = Path::new(format!("/api/sessions/{session}/changes/log"));
        self.get(at.with("cursor", cursor).with("limit", limit.as_deref()).into_text()).await
    }
}

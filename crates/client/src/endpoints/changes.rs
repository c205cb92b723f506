use contract::changes::{ChangeDiscarded, Changes, CommitLog, DiscardChange, FileDiff};
use http::Method;
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

    /// Puts a file back as it was committed; answers where what was there is kept.
    pub async fn change_discard(
        &self,
        session: SessionId,
        path: &str,
        old_path: Option<&str>,
    ) -> Result<ChangeDiscarded, Error> {
        let body =
            DiscardChange { path: path.to_owned(), old_path: old_path.map(ToOwned::to_owned) };
        self.send(Method::POST, format!("/api/sessions/{session}/changes/discard"), &body).await
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

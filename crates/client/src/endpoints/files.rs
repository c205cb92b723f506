use contract::files::{CreateDirectory, Directory, ExistingFile, FileEntry, FileView};
use contract::machines::Done;
use http::Method;
use model::SessionId;
use tokio::sync::watch;

use crate::http::Call;
use crate::path::Path;
use crate::upload::{Content, Sent};
use crate::{Client, Download, Error};

impl Client {
    /// A page of a directory in a session's workspace.
    pub async fn directory(
        &self,
        session: SessionId,
        path: &str,
        cursor: Option<&str>,
    ) -> Result<Directory, Error> {
        let path = Path::new(format!("/api/sessions/{session}/files"))
            .with("path", Some(path))
            .with("cursor", cursor);
        self.get(path.into_text()).await
    }

    /// What there is to be seen of a file.
    pub async fn file_view(&self, session: SessionId, path: &str) -> Result<FileView, Error> {
        let at = Path::new(format!("/api/sessions/{session}/files/view"));
        self.get(at.with("path", Some(path)).into_text()).await
    }

    /// Fetches a file.
    pub async fn file_download(&self, session: SessionId, path: &str) -> Result<Download, Error> {
        self.download(content(session, path).into_text()).await
    }

    /// Puts a file where a session works, and says how far it is.
    pub async fn file_put(
        &self,
        session: SessionId,
        path: &str,
        file: Content,
        existing: ExistingFile,
        sent: &watch::Sender<Sent>,
    ) -> Result<FileEntry, Error> {
        let existing = match existing {
            ExistingFile::Keep => "keep",
            ExistingFile::Replace => "replace",
        };
        let path = content(session, path).with("existing", Some(existing));
        let call = Call::new(Method::PUT, path.into_text());
        self.upload_content(call, file, sent).await
    }

    /// Makes a directory where a session works.
    pub async fn directory_create(&self, session: SessionId, path: &str) -> Result<(), Error> {
        let body = CreateDirectory { path: path.to_owned() };
        let at = format!("/api/sessions/{session}/files/directories");
        let _: Done = self.send(Method::POST, at, &body).await?;
        Ok(())
    }
}

fn content(session: SessionId, path: &str) -> Path {
    Path::new(format!("/api/sessions/{session}/files/content")).with("path", Some(path))
}

use contract::copies::Copies;
use contract::files::{Directory, FileView};
use contract::machines::Done;
use http::Method;
use model::MachineId;

use crate::http::Call;
use crate::path::Path;
use crate::{Client, Download, Error};

impl Client {
    /// The copies of a machine's workspaces that are on the server.
    pub async fn copies(&self, machine: MachineId) -> Result<Copies, Error> {
        self.get(at(machine, "")).await
    }

    /// A page of a directory of a copy.
    pub async fn copy_directory(
        &self,
        machine: MachineId,
        copy: &str,
        path: &str,
        cursor: Option<&str>,
    ) -> Result<Directory, Error> {
        let at = Path::new(at(machine, &format!("/{copy}/files")));
        self.get(at.with("path", Some(path)).with("cursor", cursor).into_text()).await
    }

    /// What there is to be seen of a file of a copy.
    pub async fn copy_file_view(
        &self,
        machine: MachineId,
        copy: &str,
        path: &str,
    ) -> Result<FileView, Error> {
        let at = Path::new(at(machine, &format!("/{copy}/files/view")));
        self.get(at.with("path", Some(path)).into_text()).await
    }

    /// Fetches a file of a copy.
    pub async fn copy_file_download(
        &self,
        machine: MachineId,
        copy: &str,
        path: &str,
    ) -> Result<Download, Error> {
        let at = Path::new(at(machine, &format!("/{copy}/files/content")));
        self.download(at.with("path", Some(path)).into_text()).await
    }

    /// Fetches all files of a copy, as a tar archive.
    pub async fn copy_archive(&self, machine: MachineId, copy: &str) -> Result<Download, Error> {
        self.download(at(machine, &format!("/{copy}/archive"))).await
    }

    /// Has a copy removed from the server.
    pub async fn copy_remove(&self, machine: MachineId, copy: &str) -> Result<(), Error> {
        let call = Call::new(Method::DELETE, at(machine, &format!("/{copy}")));
        let _: Done = self.call(call).await?;
        Ok(())
    }
}

/// Copies have identifiers of hexadecimal digits, which need no encoding.
fn at(machine: MachineId, rest: &str) -> String {
    format!("/api/remote/machines/{machine}/copies{rest}")
}

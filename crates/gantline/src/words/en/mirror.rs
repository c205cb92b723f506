//! What is said of copies of workspaces on the server, in English.

use model::mirror::LeftOut;

use super::English;
use crate::words::mirror::{CopyLabels, MirrorWords, left_out};

impl MirrorWords for English {
    fn mirror_is_on(&self) -> &'static str {
        "Copies of the workspaces are kept on the server (--mirror-files), for those who may work on \
         this machine; end it with: gantline machine mirror off"
    }

    fn mirror_is_off(&self) -> &'static str {
        "No copies of the workspaces are kept up to date on the server"
    }

    fn max_files_without_mirror(&self) -> &'static str {
        "no files are copied to the server, so that --max-files limits nothing before --mirror-files"
    }

    fn mirror_limits(&self, files: u32, mib: u64) -> String {
        format!("A copy has at most {files} files and {mib} MiB; a file in it at most 16 MiB")
    }

    fn mirror_progress(&self, files: u64, of: u64, bytes: u64, of_bytes: u64) -> String {
        format!("Copying to the server: {files} of {of} files, {bytes} of {of_bytes} bytes")
    }

    fn mirror_problem(&self, problem: &str) -> String {
        format!("the copies on the server are not up to date: {problem}")
    }

    fn mirror_later(&self) -> &'static str {
        "the machine has no link to its server; it is done as soon as there is one"
    }

    fn copy_labels(&self) -> CopyLabels {
        CopyLabels {
            workspace: "Workspace",
            files: "Files",
            bytes: "Bytes",
            as_of: "As of",
            left_out: "Left out",
        }
    }

    fn copy_headings(&self) -> [&'static str; 5] {
        ["WORKSPACE", "FILES", "BYTES", "AS OF", "LEFT OUT"]
    }

    fn no_copies(&self) -> &'static str {
        "No files of this machine are on the server"
    }

    fn several_copies(&self) -> &'static str {
        "there are copies of several workspaces; name one with --workspace"
    }

    fn files_are_on_the_server(&self) -> &'static str {
        "Files of these workspaces are on the server:"
    }

    fn left_out(&self, of: &LeftOut) -> String {
        let names = [
            "over the limit of files",
            "over the limit of bytes",
            "too large",
            "taken for secrets",
            "links and special files",
            "with unusable names",
            "unreadable",
        ];
        left_out(of, names, ", ")
    }

    fn remove_copy(&self, workspace: &str) -> String {
        format!("Remove the copy of {workspace} from the server?")
    }

    fn copy_removed(&self, workspace: &str) -> String {
        format!("The copy of {workspace} is gone from the server")
    }
}

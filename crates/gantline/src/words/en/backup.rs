//! What is said of backups of a server, in English.

use control::restoring::Settled;

use super::English;
use crate::words::backup::BackupWords;

impl BackupWords for English {
    fn no_server_in(&self, path: &str) -> String {
        format!("no server keeps its database in {path}")
    }

    fn hint_data_dir(&self) -> &'static str {
        "say which directory it is with --data-dir"
    }

    fn file_is_there(&self, path: &str) -> String {
        format!("{path} is there already; choose another name, or remove it first")
    }

    fn backup_not_on_a_terminal(&self) -> &'static str {
        "a backup is no text; give the name of a file, or pass it on to a program"
    }

    fn passphrase_is_asked(&self) -> &'static str {
        "The passphrase of the backup; it is not shown."
    }

    fn passphrase_again(&self) -> &'static str {
        "Once more."
    }

    fn passphrase_prompt(&self) -> &'static str {
        "Passphrase:"
    }

    fn passphrase_too_short(&self, least: usize) -> String {
        format!("the passphrase must have {least} characters at least")
    }

    fn passphrases_differ(&self) -> &'static str {
        "these are two different passphrases; nothing was written"
    }

    fn passphrase_file_needed(&self) -> &'static str {
        "the backup comes on standard input, so name the file with the passphrase: --passphrase-file FILE"
    }

    fn backup_written(&self, path: &str, bytes: u64) -> String {
        format!("Backup written: {path} ({} KiB), sealed", bytes.div_ceil(1024))
    }

    fn backup_needs_its_passphrase(&self) -> &'static str {
        "Without the passphrase nobody opens it, and nobody can help. Copies of workspaces are not in it."
    }

    fn backup_does_not_open(&self, path: &str) -> String {
        format!("{path} does not open: the passphrase is another one, or its beginning is damaged")
    }

    fn backup_is_damaged(&self, path: &str) -> String {
        format!("{path} is damaged or not whole; use another copy of it")
    }

    fn no_backup(&self, path: &str) -> String {
        format!("{path} was not written by `gantline server backup`, or by a newer release")
    }

    fn backup_is_good(&self, taken_at: &str) -> String {
        format!(
            "The backup is good: it opens, its database is whole, and its keys fit. Taken {taken_at}."
        )
    }

    fn server_is_there(&self, path: &str, what: &str) -> String {
        format!("in {path} is a server already, or what one has left: {what}")
    }

    fn hint_restore_elsewhere(&self) -> &'static str {
        "stop the server that works there and move what is in it away, or name another directory with --data-dir"
    }

    fn restored(&self, path: &str, taken_at: &str) -> String {
        format!("Restored into {path}, as of {taken_at}")
    }

    fn restored_what_ended(&self, ended: &Settled) -> String {
        let Settled { credentials, work } = ended;
        format!(
            "Ended: {}, {}, {}, {}; given up: {}, {}, {}",
            count(credentials.logins, "login", "logins"),
            count(credentials.api_tokens, "API token", "API tokens"),
            count(credentials.registration_tokens, "registration token", "registration tokens"),
            count(credentials.links, "sign-in link", "sign-in links"),
            count(work.turns, "turn", "turns"),
            count(work.questions, "question", "questions"),
            count(work.jobs.len() as u64, "job", "jobs"),
        )
    }

    fn restored_what_next(&self, path: &str) -> String {
        format!(
            "Start it with `gantline server --data-dir {path}`. People sign in again with password and \
             second factor, scripts need new tokens, machines come back by themselves. What was taken \
             back after the backup counts again: look through users and machines, and sign off who \
             left since."
        )
    }
}

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

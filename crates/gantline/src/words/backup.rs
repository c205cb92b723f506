//! What is said of backups of a server.

use control::restoring::Settled;

/// What is said of backups of a server. Paths that go in are escaped by who prints them.
pub(crate) trait BackupWords {
    fn no_server_in(&self, path: &str) -> String;
    fn hint_data_dir(&self) -> &'static str;
    fn file_is_there(&self, path: &str) -> String;
    fn backup_not_on_a_terminal(&self) -> &'static str;
    fn passphrase_is_asked(&self) -> &'static str;
    fn passphrase_again(&self) -> &'static str;
    fn passphrase_prompt(&self) -> &'static str;
    fn passphrase_too_short(&self, least: usize) -> String;
    fn passphrases_differ(&self) -> &'static str;
    fn passphrase_file_needed(&self) -> &'static str;
    fn backup_written(&self, path: &str, bytes: u64) -> String;
    fn backup_needs_its_passphrase(&self) -> &'static str;
    fn backup_does_not_open(&self, path: &str) -> String;
    fn backup_is_damaged(&self, path: &str) -> String;
    fn no_backup(&self, path: &str) -> String;
    fn backup_is_good(&self, taken_at: &str) -> String;
    fn server_is_there(&self, path: &str, what: &str) -> String;
    fn hint_restore_elsewhere(&self) -> &'static str;
    fn restored(&self, path: &str, taken_at: &str) -> String;
    fn restored_what_ended(&self, ended: &Settled) -> String;
    fn restored_what_next(&self, path: &str) -> String;
}

//! Everything that is said to people, in each language. A sentence that a language lacks does not
//! compile. Help texts and what the server says stay English.
//!
//! - [`audit`]: what is said of the audit log
//! - [`backup`]: what is said of backups of a server
//! - [`budget`]: what is said of quotas
//! - [`changes`]: what is said of changes of files
//! - [`chat`]: what is said in a chat at the window
//! - [`doctor`]: what is said of how things are
//! - [`import`]: what is said of chats that are taken in
//! - [`install`]: what is said when a machine is installed and removed
//! - [`job`]: what is said of jobs
//! - [`key`]: what is said of provider keys
//! - [`machine`]: what is said of this computer as a machine
//! - [`mirror`]: what is said of copies of workspaces on the server
//! - [`notify`]: what is said of channels
//! - [`owner`]: what is said to the owner of a machine, who has the last word
//! - [`files`]: what is said of files where sessions work
//! - [`outside`]: what is said of sessions that were begun with the agents' own programs
//! - [`searching`]: what is said of a search through transcripts
//! - [`sharing`]: what is said of sessions that are shared
//! - [`pauses`]: what is said of sessions that stand still or end
//! - [`people`]: what is said of accounts and tokens
//! - [`policy`]: what is said of policies
//! - [`prompt`]: what is said of a prompt
//! - [`terminal`]: what is said of a terminal in this window
//! - [`update`]: what is said of releases that a machine takes
//! - [`worktrees`]: what is said of worktrees of sessions
//! - `en`, `zh`: the languages

pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod budget;
pub(crate) mod care;
pub(crate) mod changes;
pub(crate) mod chat;
pub(crate) mod doctor;
pub(crate) mod files;
pub(crate) mod import;
pub(crate) mod install;
pub(crate) mod job;
pub(crate) mod key;
pub(crate) mod machine;
pub(crate) mod mirror;
pub(crate) mod notify;
pub(crate) mod outside;
pub(crate) mod owner;
pub(crate) mod pauses;
pub(crate) mod people;
pub(crate) mod policy;
pub(crate) mod prompt;
pub(crate) mod searching;
pub(crate) mod sharing;
pub(crate) mod terminal;
pub(crate) mod update;
pub(crate) mod worktrees;

mod en;
mod zh;

use std::time::Duration;

use model::machine::MachineStatus;
use model::permission::PermissionAnswer;
use model::session::{Containment, SessionKind, SessionState};
use model::turn::TurnState;

use crate::question::always::Always;

use self::audit::AuditWords;
use self::backup::BackupWords;
use self::budget::BudgetWords;
use self::care::CareWords;
use self::changes::ChangesWords;
use self::chat::ChatWords;
use self::doctor::DoctorWords;
use self::files::FileWords;
use self::import::ImportWords;
use self::install::InstallWords;
use self::job::JobWords;
use self::key::KeyWords;
use self::machine::MachineWords;
use self::mirror::MirrorWords;
use self::notify::NotifyWords;
use self::outside::OutsideWords;
use self::owner::OwnerWords;
use self::pauses::PauseWords;
use self::people::PeopleWords;
use self::policy::PolicyWords;
use self::prompt::PromptWords;
use self::searching::SearchWords;
use self::sharing::SharingWords;
use self::terminal::TerminalWords;
use self::update::UpdateWords;
use self::worktrees::WorktreeWords;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Language {
    /// English.
    #[value(name = "en")]
    English,
    /// 中文.
    #[value(name = "zh")]
    Chinese,
}

impl Language {
    /// The language of the environment, by the variables and the order of POSIX (XBD §8.2).
    pub(crate) fn of_environment() -> Self {
        let variables = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let given = variables.iter().filter_map(|name| std::env::var(name).ok());
        given.into_iter().find(|value| !value.is_empty()).map_or(Self::English, |l| Self::of(&l))
    }

    fn of(locale: &str) -> Self {
        if locale.starts_with("zh") { Self::Chinese } else { Self::English }
    }
}

/// The words of a language.
pub(crate) fn of(language: Language) -> &'static dyn Words {
    match language {
        Language::English => &en::English,
        Language::Chinese => &zh::Chinese,
    }
}

/// Names of what is known of a user.
pub(crate) struct UserLabels {
    pub name: &'static str,
    pub username: &'static str,
    pub role: &'static str,
    pub server: &'static str,
}

/// Names of what is known of a machine.
pub(crate) struct MachineLabels {
    pub name: &'static str,
    pub id: &'static str,
    pub status: &'static str,
    pub last_seen: &'static str,
    pub labels: &'static str,
    pub frozen: &'static str,
    pub host: &'static str,
    pub system: &'static str,
    pub capacity: &'static str,
    pub version: &'static str,
    pub shell: &'static str,
    pub workspaces: &'static str,
}

/// Names of what is known of a session.
pub(crate) struct SessionLabels {
    pub title: &'static str,
    pub id: &'static str,
    pub status: &'static str,
    pub detail: &'static str,
    pub kind: &'static str,
    pub agent: &'static str,
    pub model: &'static str,
    pub preset: &'static str,
    pub paused: &'static str,
    pub containment: &'static str,
    pub idle_limit: &'static str,
    pub machine: &'static str,
    pub directory: &'static str,
    pub owner: &'static str,
    pub created: &'static str,
    pub active: &'static str,
    pub usage: &'static str,
}

/// Everything that is said. Names and texts of others that go in are escaped by who prints them.
pub(crate) trait Words:
    AuditWords
    + BackupWords
    + BudgetWords
    + ChangesWords
    + ChatWords
    + DoctorWords
    + FileWords
    + ImportWords
    + InstallWords
    + JobWords
    + KeyWords
    + MachineWords
    + CareWords
    + MirrorWords
    + NotifyWords
    + OwnerWords
    + PauseWords
    + PeopleWords
    + PolicyWords
    + PromptWords
    + OutsideWords
    + SearchWords
    + SharingWords
    + TerminalWords
    + UpdateWords
    + WorktreeWords
    + Sync
{
    // Errors.
    fn error(&self) -> &'static str;
    fn because(&self) -> &'static str;
    fn hint(&self) -> &'static str;
    fn interrupted(&self) -> &'static str;
    fn hint_sign_in(&self) -> &'static str;
    fn hint_unreachable(&self) -> &'static str;
    fn options_without_use(&self) -> &'static str;
    fn hint_options_without_use(&self) -> &'static str;

    // Consent.
    fn yes_or_no(&self) -> &'static str;
    fn means_yes(&self, answer: &str) -> bool;
    fn nothing_done(&self) -> &'static str;

    // Quantities and states.
    fn ago(&self, since: Duration) -> String;
    fn yes_no(&self, is_so: bool) -> &'static str;
    fn capacity(&self, cores: u32, memory_gb: f64) -> String;
    fn usage_sum(&self, calls: u64, tokens: u64, cost: &str) -> String;
    fn machine_status(&self, status: MachineStatus) -> &'static str;
    fn session_status(&self, status: SessionState) -> &'static str;
    fn turn_state(&self, state: TurnState) -> &'static str;
    fn kind(&self, kind: SessionKind) -> &'static str;

    // Signing in.
    fn token_readable(&self, server: &str) -> String;
    fn hint_token_readable(&self) -> &'static str;
    fn where_to_get_a_token(&self, server: &str) -> String;
    fn token_prompt(&self) -> &'static str;
    fn no_token_given(&self) -> &'static str;
    fn signed_in(&self, name: &str, server: &str) -> String;
    fn token_in_keychain(&self) -> &'static str;
    fn token_in_file(&self, path: &str, because: Option<&str>) -> String;
    fn signed_out(&self, server: &str) -> String;
    fn was_not_signed_in(&self, server: &str) -> String;
    fn user_labels(&self) -> UserLabels;

    // Machines.
    fn no_machine(&self) -> &'static str;
    fn hint_enrol(&self) -> &'static str;
    fn no_machine_online(&self) -> &'static str;
    fn hint_machines_offline(&self, machines: &str) -> String;
    fn which_machine(&self) -> &'static str;
    fn no_such_machine(&self, name: &str) -> String;
    fn several_machines(&self, name: &str) -> String;
    fn hint_choose_machine(&self, machines: &str) -> String;
    fn machine_headings(&self) -> [&'static str; 6];
    fn machine_labels(&self) -> MachineLabels;
    fn agent_headings(&self) -> [&'static str; 4];
    fn no_agent(&self, machine: &str) -> String;
    fn hint_install_agent(&self, commands: &str) -> String;
    fn relative_directory(&self, directory: &str) -> String;

    // Sessions.
    fn no_sessions(&self) -> &'static str;
    fn no_such_session(&self, name: &str) -> String;
    fn several_sessions(&self, name: &str) -> String;
    fn hint_list_sessions(&self) -> &'static str;
    fn hint_choose_session(&self, ids: &str) -> String;
    fn session_headings(&self) -> [&'static str; 7];
    fn session_labels(&self) -> SessionLabels;
    fn contained(&self, containment: Containment, detail: &str) -> String;
    fn turn_headings(&self) -> [&'static str; 4];
    fn session_renamed(&self, title: &str) -> String;
    fn session_kept(&self, title: &str, tags: &str, archived: bool) -> String;
    fn delete_session(&self, title: &str) -> String;
    fn session_deleted(&self, title: &str) -> String;
    fn session_is_gone(&self) -> &'static str;

    // What goes on.
    fn waiting_for_agent(&self) -> &'static str;
    fn working(&self) -> &'static str;
    fn thinking(&self) -> &'static str;
    fn running_tool(&self, title: &str) -> String;
    fn stopping(&self) -> &'static str;
    fn not_stopped(&self, error: &str) -> String;
    fn machine_away(&self) -> &'static str;
    fn connection_lost(&self, retry_in: Duration) -> String;
    fn connection_back(&self) -> &'static str;
    fn transcript_restarted(&self) -> &'static str;
    fn plan_step(&self, done: usize, of: usize, now: Option<&str>) -> String;
    fn policy_refused(&self, title: &str, reason: &str) -> String;
    fn more_lines(&self, count: usize) -> String;
    fn bytes_left_out(&self, bytes: u64) -> String;

    // Questions.
    fn no_questions(&self) -> &'static str;
    fn no_such_question(&self, name: &str) -> String;
    fn several_questions(&self, name: &str) -> String;
    fn hint_list_questions(&self) -> &'static str;
    fn question_headings(&self) -> [&'static str; 4];
    fn permission_prompt(&self, may_always: bool, is_cut: bool) -> String;
    fn always_prompt(&self, always: &Always) -> String;
    fn always_noted(&self, title: &str, rule: &str) -> String;
    fn note_prompt(&self) -> &'static str;
    fn note_without_denial(&self) -> &'static str;
    fn answer_missing(&self) -> &'static str;
    fn answering(&self) -> &'static str;
    fn not_answered(&self, error: &str) -> String;
    fn answered(&self, answer: PermissionAnswer, by: Option<&str>) -> String;
    fn waits_elsewhere(&self, title: &str) -> String;
}

/// A count, in thousands or millions where it is large.
fn thousands(count: u64) -> String {
    let tenths = |unit: u64| (count / unit, count % unit / (unit / 10));
    match count {
        0..1_000 => count.to_string(),
        1_000..1_000_000 => {
            let (whole, tenth) = tenths(1_000);
            format!("{whole}.{tenth}k")
        }
        _ => {
            let (whole, tenth) = tenths(1_000_000);
            format!("{whole}.{tenth}M")
        }
    }
}

/// A length of time in the largest unit that it fills: how many, and which.
fn in_units(time: Duration) -> (u64, Unit) {
    let seconds = time.as_secs();
    match seconds {
        0..60 => (seconds, Unit::Second),
        60..3_600 => (seconds / 60, Unit::Minute),
        3_600..86_400 => (seconds / 3_600, Unit::Hour),
        _ => (seconds / 86_400, Unit::Day),
    }
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
    Day,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_that_of_the_locale() {
        assert_eq!(Language::of("zh_CN.UTF-8"), Language::Chinese);
        assert_eq!(Language::of("zh"), Language::Chinese);
        assert_eq!(Language::of("en_GB.UTF-8"), Language::English);
        assert_eq!(Language::of("C"), Language::English);
    }

    #[test]
    fn times_are_told_in_the_largest_unit() {
        let ago = |seconds| of(Language::English).ago(Duration::from_secs(seconds));
        assert_eq!(ago(2), "just now");
        assert_eq!(ago(59), "59 s ago");
        assert_eq!(ago(61), "1 min ago");
        assert_eq!(ago(7_300), "2 h ago");
        assert_eq!(ago(200_000), "2 d ago");
        assert_eq!(of(Language::Chinese).ago(Duration::from_secs(61)), "1 分钟前");
    }
}

//! What is said in English.

mod audit;
mod backup;
mod budget;
mod care;
mod changes;
mod chat;
mod doctor;
mod files;
mod import;
mod install;
mod job;
mod key;
mod machine;
mod mirror;
mod notify;
mod outside;
mod owner;
mod pauses;
mod people;
mod policy;
mod prompt;
mod searching;
mod sharing;
mod terminal;
mod update;
mod worktrees;

use std::time::Duration;

use contract::policy::RuleWithin;
use model::machine::MachineStatus;
use model::permission::PermissionAnswer;
use model::session::{Containment, SessionKind, SessionState};
use model::turn::TurnState;

use crate::question::always::Always;

use super::{MachineLabels, SessionLabels, Unit, UserLabels, Words, in_units};

/// English.
pub(super) struct English;

impl Words for English {
    fn error(&self) -> &'static str {
        "error"
    }

    fn because(&self) -> &'static str {
        "because:"
    }

    fn hint(&self) -> &'static str {
        "hint:"
    }

    fn interrupted(&self) -> &'static str {
        "interrupted"
    }

    fn hint_sign_in(&self) -> &'static str {
        "sign in with `gantline login`, or set GANTLINE_TOKEN"
    }

    fn hint_unreachable(&self) -> &'static str {
        "is the server running, and is --server right? Start one with `gantline up`, and look \
         closer with `gantline doctor`"
    }

    fn options_without_use(&self) -> &'static str {
        "the options before this command mean nothing to it"
    }

    fn hint_options_without_use(&self) -> &'static str {
        "write options after the command that takes them; `gantline COMMAND --help` lists them"
    }

    fn yes_or_no(&self) -> &'static str {
        "[y/N]"
    }

    fn means_yes(&self, answer: &str) -> bool {
        ["y", "yes"].iter().any(|yes| answer.eq_ignore_ascii_case(yes))
    }

    fn nothing_done(&self) -> &'static str {
        "nothing was done"
    }

    fn ago(&self, since: Duration) -> String {
        match in_units(since) {
            (0..5, Unit::Second) => "just now".to_owned(),
            (count, Unit::Second) => format!("{count} s ago"),
            (count, Unit::Minute) => format!("{count} min ago"),
            (count, Unit::Hour) => format!("{count} h ago"),
            (count, Unit::Day) => format!("{count} d ago"),
        }
    }

    fn yes_no(&self, is_so: bool) -> &'static str {
        if is_so { "yes" } else { "no" }
    }

    fn capacity(&self, cores: u32, memory_gb: f64) -> String {
        format!("{cores} cores, {memory_gb:.1} GB")
    }

    fn usage_sum(&self, calls: u64, tokens: u64, cost: &str) -> String {
        format!("{calls} calls, {tokens} tokens, {cost}")
    }

    fn machine_status(&self, status: MachineStatus) -> &'static str {
        match status {
            MachineStatus::Online => "online",
            MachineStatus::Offline => "offline",
        }
    }

    fn session_status(&self, status: SessionState) -> &'static str {
        match status {
            SessionState::Starting => "starting",
            SessionState::Idle => "idle",
            SessionState::Running => "running",
            SessionState::Waiting => "asks you",
            SessionState::Paused => "paused",
            SessionState::Stopped => "stopped",
            SessionState::Failed => "failed",
        }
    }

    fn turn_state(&self, state: TurnState) -> &'static str {
        match state {
            TurnState::Sent => "sent",
            TurnState::OnMachine => "on the machine",
            TurnState::Running => "running",
            TurnState::Done => "done",
            TurnState::Cancelled => "cancelled",
            TurnState::Failed => "failed",
            TurnState::Unknown => "unknown",
        }
    }

    fn kind(&self, kind: SessionKind) -> &'static str {
        match kind {
            SessionKind::Chat => "chat",
            SessionKind::Terminal => "terminal",
        }
    }

    fn token_readable(&self, server: &str) -> String {
        format!("the token would go to {server} without encryption, where others can read it")
    }

    fn hint_token_readable(&self) -> &'static str {
        "use https://, or accept the danger with --insecure-http"
    }

    fn where_to_get_a_token(&self, server: &str) -> String {
        format!("Make an API token in the console, under Settings: {server}/settings")
    }

    fn token_prompt(&self) -> &'static str {
        "Token (not shown):"
    }

    fn no_token_given(&self) -> &'static str {
        "no token was given"
    }

    fn signed_in(&self, name: &str, server: &str) -> String {
        format!("Signed in as {name} at {server}")
    }

    fn token_in_keychain(&self) -> &'static str {
        "The token is in the keychain of the system"
    }

    fn token_in_file(&self, path: &str, because: Option<&str>) -> String {
        match because {
            Some(because) => format!("The token is in {path}, readable by you only: {because}"),
            None => format!("The token is in {path}, readable by you only"),
        }
    }

    fn signed_out(&self, server: &str) -> String {
        format!(
            "The token for {server} is forgotten here. It works until it expires or is revoked in \
             the console."
        )
    }

    fn was_not_signed_in(&self, server: &str) -> String {
        format!("There is no token for {server} here")
    }

    fn user_labels(&self) -> UserLabels {
        UserLabels { name: "Name", username: "User", role: "Role", server: "Server" }
    }

    fn no_machine(&self) -> &'static str {
        "there is no machine that you may work on"
    }

    fn hint_enrol(&self) -> &'static str {
        "make a registration token in the console, under Machines, and run `gantline machine \
         enroll` on the computer"
    }

    fn no_machine_online(&self) -> &'static str {
        "no machine is online"
    }

    fn hint_machines_offline(&self, machines: &str) -> String {
        format!("run `gantline machine run` on one of them: {machines}")
    }

    fn which_machine(&self) -> &'static str {
        "several machines are online"
    }

    fn no_such_machine(&self, name: &str) -> String {
        format!("there is no machine `{name}` that you may work on")
    }

    fn several_machines(&self, name: &str) -> String {
        format!("several machines are called `{name}`")
    }

    fn hint_choose_machine(&self, machines: &str) -> String {
        format!("choose one by its name or identifier: {machines}")
    }

    fn machine_headings(&self) -> [&'static str; 6] {
        ["NAME", "ID", "STATUS", "SEEN", "SYSTEM", "AGENTS"]
    }

    fn machine_labels(&self) -> MachineLabels {
        MachineLabels {
            name: "Name",
            id: "ID",
            status: "Status",
            last_seen: "Seen",
            labels: "Labels",
            frozen: "Frozen",
            host: "Host",
            system: "System",
            capacity: "Capacity",
            version: "Version",
            shell: "Shell",
            workspaces: "Workspaces",
        }
    }

    fn agent_headings(&self) -> [&'static str; 4] {
        ["AGENT", "TITLE", "VERSION", "INSTALL WITH"]
    }

    fn no_agent(&self, machine: &str) -> String {
        format!("no agent is installed on {machine}")
    }

    fn hint_install_agent(&self, commands: &str) -> String {
        format!("install one there: {commands}")
    }

    fn relative_directory(&self, directory: &str) -> String {
        format!("`{directory}` is relative, and the machine is another computer")
    }

    fn no_sessions(&self) -> &'static str {
        "There are no sessions. `gantline chat` starts one."
    }

    fn no_such_session(&self, name: &str) -> String {
        format!("there is no session `{name}`")
    }

    fn several_sessions(&self, name: &str) -> String {
        format!("several sessions match `{name}`")
    }

    fn hint_list_sessions(&self) -> &'static str {
        "`gantline session list --all` lists them"
    }

    fn hint_choose_session(&self, ids: &str) -> String {
        format!("choose one by its identifier: {ids}")
    }

    fn session_headings(&self) -> [&'static str; 7] {
        ["ID", "STATUS", "TITLE", "KIND", "AGENT", "MACHINE", "ACTIVE"]
    }

    fn session_labels(&self) -> SessionLabels {
        SessionLabels {
            title: "Title",
            id: "ID",
            status: "Status",
            detail: "Detail",
            kind: "Kind",
            agent: "Agent",
            model: "Model",
            preset: "Preset",
            paused: "Paused",
            containment: "Held by",
            idle_limit: "Ends after",
            machine: "Machine",
            directory: "Directory",
            owner: "Owner",
            created: "Created",
            active: "Active",
            usage: "Usage",
        }
    }

    fn contained(&self, containment: Containment, detail: &str) -> String {
        let who = match containment {
            Containment::Kernel => "the kernel",
            Containment::Partly => "the kernel in part, and the policy",
            Containment::Policy => "the policy alone",
        };
        if detail.is_empty() { who.to_owned() } else { format!("{who} ({detail})") }
    }

    fn turn_headings(&self) -> [&'static str; 4] {
        ["TURN", "STATE", "STARTED", "OUTCOME"]
    }

    fn session_renamed(&self, title: &str) -> String {
        format!("The session is called {title}")
    }

    fn session_kept(&self, title: &str, tags: &str, archived: bool) -> String {
        let tags = if tags.is_empty() { "no tags".to_owned() } else { format!("tags: {tags}") };
        let place = if archived { ", put away" } else { "" };
        format!("{title} ({tags}{place})")
    }

    fn delete_session(&self, title: &str) -> String {
        format!("Delete {title} with everything that was said in it?")
    }

    fn session_deleted(&self, title: &str) -> String {
        format!("{title} is deleted")
    }

    fn session_is_gone(&self) -> &'static str {
        "the session was deleted"
    }

    fn waiting_for_agent(&self) -> &'static str {
        "Waiting for the agent…"
    }

    fn working(&self) -> &'static str {
        "Working…"
    }

    fn thinking(&self) -> &'static str {
        "Thinking…"
    }

    fn running_tool(&self, title: &str) -> String {
        format!("{title}…")
    }

    fn stopping(&self) -> &'static str {
        "Stopping… (Ctrl-C again leaves at once)"
    }

    fn not_stopped(&self, error: &str) -> String {
        format!("the turn could not be stopped: {error}")
    }

    fn machine_away(&self) -> &'static str {
        "The machine is offline; waiting for it…"
    }

    fn connection_lost(&self, retry_in: Duration) -> String {
        format!("The server cannot be reached; trying again in {} s…", retry_in.as_secs().max(1))
    }

    fn connection_back(&self) -> &'static str {
        "Connected again"
    }

    fn transcript_restarted(&self) -> &'static str {
        "the machine has begun another transcript; it follows from its start"
    }

    fn plan_step(&self, done: usize, of: usize, now: Option<&str>) -> String {
        match now {
            Some(now) => format!("▸ {done}/{of} done, now: {now}"),
            None => format!("▸ {done}/{of} done"),
        }
    }

    fn policy_refused(&self, title: &str, reason: &str) -> String {
        format!("{title}: refused by the policy ({reason})")
    }

    fn more_lines(&self, count: usize) -> String {
        format!("… {count} more lines")
    }

    fn bytes_left_out(&self, bytes: u64) -> String {
        format!("{bytes} bytes are left out here")
    }

    fn no_questions(&self) -> &'static str {
        "No agent asks anything"
    }

    fn no_such_question(&self, name: &str) -> String {
        format!("there is no open question `{name}`")
    }

    fn several_questions(&self, name: &str) -> String {
        format!("several questions match `{name}`")
    }

    fn hint_list_questions(&self) -> &'static str {
        "`gantline permission list` lists them"
    }

    fn question_headings(&self) -> [&'static str; 4] {
        ["ID", "SESSION", "QUESTION", "ASKED"]
    }

    fn permission_prompt(&self, may_always: bool, is_cut: bool) -> String {
        let always = if may_always { "  [a] always" } else { "" };
        let all = if is_cut { "  [v] show all" } else { "" };
        format!("Allow? [y] once  [s] this session{always}  [n] no  [e] no, because…{all}")
    }

    fn always_prompt(&self, always: &Always) -> String {
        let exact = if always.is_exact { "  [1] this call" } else { "" };
        let prefix = always.prefix().map(|words| format!("  [2] `{words} …`")).unwrap_or_default();
        let change = if always.can_change_words() { " [-+]" } else { "" };
        let tool = always.tool.as_ref().map(|tool| format!("  [3] every {tool}"));
        let place = match always.within {
            RuleWithin::Workspace => "in this directory",
            RuleWithin::Machine => "on this machine",
        };
        let tool = tool.unwrap_or_default();
        format!("Always{exact}{prefix}{change}{tool}  {place} [m]  [Esc] back")
    }

    fn always_noted(&self, title: &str, rule: &str) -> String {
        format!("Not asked any more: {title}. Take it back: gantline policy revoke {rule}")
    }

    fn note_prompt(&self) -> &'static str {
        "No, because:"
    }

    fn note_without_denial(&self) -> &'static str {
        "a note goes with a denial only"
    }

    fn answer_missing(&self) -> &'static str {
        "nobody can be asked here: write allow-once, allow-session or deny behind the question"
    }

    fn answering(&self) -> &'static str {
        "Answering…"
    }

    fn not_answered(&self, error: &str) -> String {
        format!("! the answer did not arrive: {error}")
    }

    fn answered(&self, answer: PermissionAnswer, by: Option<&str>) -> String {
        let what = match answer {
            PermissionAnswer::AllowOnce => "allowed once",
            PermissionAnswer::AllowSession => "allowed for this session",
            PermissionAnswer::Deny => "denied",
        };
        by.map_or_else(|| what.to_owned(), |by| format!("{what} by {by}"))
    }

    fn waits_elsewhere(&self, title: &str) -> String {
        format!("Waiting for an answer in the console: {title}")
    }
}

//! One frame of every kind, with every field set to something that is not its default.

use bytes::Bytes;

use crate::call::{
    AgentsDetected, Answer, Call, CallError, DetectAgents, GrantLease, KeepRecords, LeaseGranted,
    ListSessions, MintProxyToken, PrepareSession, ProxyToken, ProxyTokensRenewed, Question,
    ReadScreen, ReadUpdates, RecordsKept, RenewProxyTokens, Reply, SessionPrepared, SessionsListed,
    Updates,
};
use crate::changes::{
    ChangeContent, ChangeDiscarded, ChangeStatus, ChangedFile, ChangesListed, Commit, DiffHunk,
    DiffLine, DiffLineKind, DiffRead, DiscardChange, ListChanges, LogRead, ReadDiff, ReadLog,
};
use crate::command::{
    Answer as PermissionAnswer, AnswerPermission, CancelTurn, Command, CommandAck, ForgetSession,
    Order, PauseSession, Prompt, ResumeSession, SessionKind, SetMode, SetModel, SetOption,
    SetRules, Size, StartSession, StopSession,
};
use crate::files::{
    BeginUpload, CreateDirectory, DirectoryCreated, DirectoryPage, EndUpload, ExistingFile,
    FileEntry, FileKind, FilePart, ListDirectory, ReadFile, UploadBegun, UploadEnded, UploadFate,
    UploadWritten, WriteUpload,
};
use crate::frame::{Body, Heartbeat, Ping, Pong};
use crate::handshake::{Challenge, Goodbye, Hello, Proof, Refusal, RefusalCode, Welcome};
use crate::machine_key::{KeyProposed, ProposeKey};
use crate::mirror::{
    BeginMirror, EndMirror, LeftOut, ListMirror, MirrorBegun, MirrorEnded, MirrorEntry,
    MirrorListed, MirrorPart, MirrorWritten, MirrorsRetained, RetainMirrors, WriteMirror,
};
use crate::outside::{Continuable, Continued, ListOutside, OutsideListed, OutsideSession};
use crate::report::{
    CommandFinished, Fact, MachineDescribed, PermissionAsked, PermissionClosed, PolicyDecided,
    Report, ReportAck, SessionChanged, SessionContained, SessionWorktree, TurnChanged,
};
use crate::search::{FoundSession, Place, SearchTranscripts, TranscriptsSearched};
use crate::stream::{
    ChatUpdates, InputAck, Record, Screen, StreamClose, StreamClosed, StreamCredit, StreamOpen,
    TerminalInput, TerminalOutput, TerminalResize, TerminalScreen,
};
use crate::update::{OfferUpdate, UpdateEnded, UpdateTaken};
use crate::worktree::{RemoveWorktree, WantedWorktree, Worktree, WorktreeRemoved};

/// Every message there is.
pub(super) fn all() -> Vec<Body> {
    [handshake(), life(), commands(), reports(), calls(), replies(), streams()].concat()
}

/// What a message is called in the snapshot. A message that is added does not compile until it
/// has a name here, and is not accepted by the tests until it has a sample above.
pub(super) fn name(body: &Body) -> String {
    let (kind, inner) = match body {
        Body::Hello(_) => ("hello", ""),
        Body::Challenge(_) => ("challenge", ""),
        Body::Proof(_) => ("proof", ""),
        Body::Welcome(_) => ("welcome", ""),
        Body::Refusal(_) => ("refusal", ""),
        Body::Goodbye(_) => ("goodbye", ""),
        Body::Ping(_) => ("ping", ""),
        Body::Pong(_) => ("pong", ""),
        Body::Heartbeat(_) => ("heartbeat", ""),
        Body::Command(command) => ("command", command.order.as_ref().map_or("", order_name)),
        Body::CommandAck(_) => ("command_ack", ""),
        Body::Report(report) => ("report", report.fact.as_ref().map_or("", fact_name)),
        Body::ReportAck(_) => ("report_ack", ""),
        Body::Call(call) => ("call", call.question.as_ref().map_or("", question_name)),
        Body::Reply(reply) => ("reply", reply.answer.as_ref().map_or("", answer_name)),
        Body::StreamOpen(_) => ("stream_open", ""),
        Body::StreamCredit(_) => ("stream_credit", ""),
        Body::StreamClose(_) => ("stream_close", ""),
        Body::StreamClosed(_) => ("stream_closed", ""),
        Body::TerminalOutput(_) => ("terminal_output", ""),
        Body::TerminalScreen(_) => ("terminal_screen", ""),
        Body::ChatUpdates(_) => ("chat_updates", ""),
        Body::TerminalInput(_) => ("terminal_input", ""),
        Body::TerminalResize(_) => ("terminal_resize", ""),
        Body::InputAck(_) => ("input_ack", ""),
    };
    [kind, inner].join(" ").trim_end().to_owned()
}

/// How many names [`name`] can give: 21 bodies that carry one thing, and what the other four carry.
pub(super) const NAMES: usize = 21 + 12 + 10 + 29 + 30;

fn order_name(order: &Order) -> &'static str {
    match order {
        Order::StartSession(_) => "start_session",
        Order::Prompt(_) => "prompt",
        Order::CancelTurn(_) => "cancel_turn",
        Order::AnswerPermission(_) => "answer_permission",
        Order::SetMode(_) => "set_mode",
        Order::SetModel(_) => "set_model",
        Order::SetOption(_) => "set_option",
        Order::StopSession(_) => "stop_session",
        Order::ForgetSession(_) => "forget_session",
        Order::SetRules(_) => "set_rules",
        Order::PauseSession(_) => "pause_session",
        Order::ResumeSession(_) => "resume_session",
    }
}

fn fact_name(fact: &Fact) -> &'static str {
    match fact {
        Fact::CommandFinished(_) => "command_finished",
        Fact::SessionChanged(_) => "session_changed",
        Fact::TurnChanged(_) => "turn_changed",
        Fact::PermissionAsked(_) => "permission_asked",
        Fact::PermissionClosed(_) => "permission_closed",
        Fact::PolicyDecided(_) => "policy_decided",
        Fact::MachineDescribed(_) => "machine_described",
        Fact::SessionContained(_) => "session_contained",
        Fact::SessionWorktree(_) => "session_worktree",
        Fact::UpdateEnded(_) => "update_ended",
    }
}

fn question_name(question: &Question) -> &'static str {
    match question {
        Question::PrepareSession(_) => "prepare_session",
        Question::DetectAgents(_) => "detect_agents",
        Question::ReadUpdates(_) => "read_updates",
        Question::ReadScreen(_) => "read_screen",
        Question::GrantLease(_) => "grant_lease",
        Question::KeepRecords(_) => "keep_records",
        Question::ListDirectory(_) => "list_directory",
        Question::ReadFile(_) => "read_file",
        Question::BeginUpload(_) => "begin_upload",
        Question::WriteUpload(_) => "write_upload",
        Question::EndUpload(_) => "end_upload",
        Question::CreateDirectory(_) => "create_directory",
        Question::ListChanges(_) => "list_changes",
        Question::ReadDiff(_) => "read_diff",
        Question::ReadLog(_) => "read_log",
        Question::DiscardChange(_) => "discard_change",
        Question::RemoveWorktree(_) => "remove_worktree",
        Question::MintProxyToken(_) => "mint_proxy_token",
        Question::RenewProxyTokens(_) => "renew_proxy_tokens",
        Question::SearchTranscripts(_) => "search_transcripts",
        Question::BeginMirror(_) => "begin_mirror",
        Question::ListMirror(_) => "list_mirror",
        Question::WriteMirror(_) => "write_mirror",
        Question::EndMirror(_) => "end_mirror",
        Question::RetainMirrors(_) => "retain_mirrors",
        Question::OfferUpdate(_) => "offer_update",
        Question::ProposeKey(_) => "propose_key",
        Question::ListOutside(_) => "list_outside",
        Question::ListSessions(_) => "list_sessions",
    }
}

fn answer_name(answer: &Answer) -> &'static str {
    match answer {
        Answer::Error(_) => "error",
        Answer::SessionPrepared(_) => "session_prepared",
        Answer::AgentsDetected(_) => "agents_detected",
        Answer::Updates(_) => "updates",
        Answer::Screen(_) => "screen",
        Answer::LeaseGranted(_) => "lease_granted",
        Answer::RecordsKept(_) => "records_kept",
        Answer::DirectoryPage(_) => "directory_page",
        Answer::FilePart(_) => "file_part",
        Answer::UploadBegun(_) => "upload_begun",
        Answer::UploadWritten(_) => "upload_written",
        Answer::UploadEnded(_) => "upload_ended",
        Answer::DirectoryCreated(_) => "directory_created",
        Answer::ChangesListed(_) => "changes_listed",
        Answer::DiffRead(_) => "diff_read",
        Answer::LogRead(_) => "log_read",
        Answer::ChangeDiscarded(_) => "change_discarded",
        Answer::WorktreeRemoved(_) => "worktree_removed",
        Answer::ProxyToken(_) => "proxy_token",
        Answer::ProxyTokensRenewed(_) => "proxy_tokens_renewed",
        Answer::TranscriptsSearched(_) => "transcripts_searched",
        Answer::MirrorBegun(_) => "mirror_begun",
        Answer::MirrorListed(_) => "mirror_listed",
        Answer::MirrorWritten(_) => "mirror_written",
        Answer::MirrorEnded(_) => "mirror_ended",
        Answer::MirrorsRetained(_) => "mirrors_retained",
        Answer::UpdateTaken(_) => "update_taken",
        Answer::KeyProposed(_) => "key_proposed",
        Answer::OutsideListed(_) => "outside_listed",
        Answer::SessionsListed(_) => "sessions_listed",
    }
}

fn handshake() -> Vec<Body> {
    vec![
        Body::Hello(Hello {
            version_min: 1,
            version_max: 2,
            machine_id: id(0x11),
            ephemeral_key: block(0x12, 32),
            daemon_version: "0.1.0".into(),
            received_commands: 300,
            first_report: 44,
        }),
        Body::Challenge(Challenge {
            version: 1,
            ephemeral_key: block(0x21, 32),
            server_key: block(0x22, 32),
            signature: block(0x23, 64),
        }),
        Body::Proof(Proof { signature: block(0x31, 64) }),
        Body::Welcome(Welcome {
            epoch: 7,
            received_reports: 500,
            heartbeat_ms: 30_000,
            server_time_ms: 1_790_000_000_000,
            reconnect_spread_ms: 25_000,
            server_keys: vec![block(0x41, 32), block(0x42, 32)],
        }),
        Body::Refusal(Refusal {
            code: RefusalCode::Identity.into(),
            message: "not enrolled here".into(),
            retry_after_ms: 300_000,
        }),
        Body::Goodbye(Goodbye { reason: "the server stops".into() }),
    ]
}

fn life() -> Vec<Body> {
    vec![
        Body::Ping(Ping { nonce: 9 }),
        Body::Pong(Pong { nonce: 9 }),
        Body::Heartbeat(Heartbeat {
            machine_time_ms: 1_790_000_000_001,
            load_average: 0.5,
            free_disk_bytes: 1 << 40,
            running_sessions: 3,
            free_memory_bytes: 1 << 33,
        }),
        Body::CommandAck(CommandAck { up_to: 12, hole: true }),
        Body::ReportAck(ReportAck { up_to: 13, hole: true }),
    ]
}

fn commands() -> Vec<Body> {
    [
        Order::StartSession(StartSession {
            kind: SessionKind::Terminal.into(),
            workspace: "/home/ada/engine".into(),
            agent: "claude".into(),
            model: "opus".into(),
            policy_json: json(),
            size: Some(size()),
            worktree: Some(worktree()),
            continues: Some(continued()),
        }),
        Order::Prompt(Prompt {
            turn_id: id(0x51),
            content_json: Bytes::from_static(br#"[{"type":"text","text":"hello"}]"#),
            steer: true,
            author: "ada".into(),
        }),
        Order::CancelTurn(CancelTurn { turn_id: id(0x51) }),
        Order::AnswerPermission(AnswerPermission {
            request_id: id(0x52),
            digest: block(0x53, 32),
            answer: PermissionAnswer::AllowSession.into(),
            note: "go on".into(),
            author: "ada".into(),
        }),
        Order::SetMode(SetMode { mode_id: "plan".into() }),
        Order::SetModel(SetModel { model_id: "opus".into() }),
        Order::SetOption(SetOption { option_id: "effort".into(), value_json: json() }),
        Order::StopSession(StopSession { reason: "no longer needed".into() }),
        Order::ForgetSession(ForgetSession {}),
        Order::SetRules(SetRules { rules_json: json() }),
        Order::PauseSession(PauseSession {}),
        Order::ResumeSession(ResumeSession {}),
    ]
    .into_iter()
    .map(|order| {
        Body::Command(Command {
            seq: 301,
            command_id: id(0x61),
            session_id: id(0x62),
            epoch: 7,
            not_after_ms: 1_790_000_060_000,
            actor: "user:ada".into(),
            order: Some(order),
        })
    })
    .collect()
}

fn reports() -> Vec<Body> {
    [
        Fact::CommandFinished(CommandFinished {
            command_id: id(0x61),
            state: "failed".into(),
            code: "agent_not_installed".into(),
            message: "claude is not installed".into(),
        }),
        Fact::SessionChanged(SessionChanged {
            session_id: id(0x62),
            state: "idle".into(),
            detail: "exit status 0".into(),
            title: "Mend the engine".into(),
        }),
        Fact::SessionContained(SessionContained {
            session_id: id(0x62),
            containment: "kernel".into(),
            detail: "Landlock 7".into(),
        }),
        Fact::SessionWorktree(SessionWorktree {
            session_id: id(0x62),
            state: "kept".into(),
            files: 3,
            commits: 2,
            detail: "a merge is half done".into(),
        }),
        Fact::TurnChanged(TurnChanged {
            session_id: id(0x62),
            turn_id: id(0x51),
            state: "done".into(),
            outcome: "end_turn".into(),
            stop_reason: "end_turn".into(),
        }),
        Fact::PermissionAsked(PermissionAsked {
            request_id: id(0x52),
            session_id: id(0x62),
            turn_id: id(0x51),
            title: "write notes.txt".into(),
            details_json: json(),
            digest: block(0x53, 32),
        }),
        Fact::PermissionClosed(PermissionClosed { request_id: id(0x52), state: "resolved".into() }),
        Fact::PolicyDecided(PolicyDecided {
            session_id: id(0x62),
            title: "read notes.txt".into(),
            tool: "read".into(),
            allowed: true,
            reason: "preset read-only".into(),
            digest: block(0x54, 32),
            rule_id: id(0x55),
        }),
        Fact::MachineDescribed(MachineDescribed { facts_json: json() }),
        Fact::UpdateEnded(UpdateEnded {
            from: "0.1.0".into(),
            to: "0.2.0".into(),
            is_kept: true,
            reason: "it ended".into(),
        }),
    ]
    .into_iter()
    .map(|fact| Body::Report(Report { seq: 501, at_ms: 1_790_000_000_002, fact: Some(fact) }))
    .collect()
}

fn continued() -> Continued {
    Continued { id: "4da3e473".into(), by_administrator: true }
}

fn outside_listed() -> OutsideListed {
    let session = OutsideSession {
        agent: "claude".into(),
        id: "4da3e473".into(),
        directory: "/home/ada/engine".into(),
        title: "mend the login".into(),
        prompts: Some(3),
        changed_at_ms: 1_790_000_000_004,
        size_bytes: 4_096,
        may_be_open: true,
        continued_in: id(0x62),
    };
    OutsideListed { sessions: vec![session], unreadable: 1, has_more: true }
}

fn calls() -> Vec<Body> {
    [
        Question::PrepareSession(PrepareSession {
            kind: SessionKind::Chat.into(),
            workspace: "/home/ada/engine".into(),
            agent: "claude".into(),
            preset: "ask".into(),
            worktree: Some(WantedWorktree { branch: "side".into(), base: "main".into() }),
            session_id: id(0x62),
            continues: Some(continued()),
        }),
        Question::DetectAgents(DetectAgents {}),
        Question::ReadUpdates(ReadUpdates { session_id: id(0x62), after: 40, max_bytes: 65_536 }),
        Question::ReadScreen(ReadScreen { session_id: id(0x62) }),
        Question::GrantLease(GrantLease { session_id: id(0x62), lease: 4 }),
        Question::KeepRecords(KeepRecords { session_id: id(0x62), records: vec![record()] }),
        Question::ListDirectory(ListDirectory {
            workspace: "/home/ada/engine".into(),
            path: "src".into(),
            after: "lib.rs".into(),
            most: 500,
        }),
        Question::ReadFile(ReadFile {
            workspace: "/home/ada/engine".into(),
            path: "src/main.rs".into(),
            offset: 524_288,
            max_bytes: 524_288,
            version: block(0x71, 32),
        }),
        Question::BeginUpload(BeginUpload {
            workspace: "/home/ada/engine".into(),
            path: "notes.txt".into(),
            size_bytes: 11,
            existing: ExistingFile::Keep.into(),
        }),
        Question::WriteUpload(WriteUpload {
            upload_id: 9,
            offset: 6,
            data: Bytes::from_static(b"world"),
        }),
        Question::EndUpload(EndUpload { upload_id: 9, fate: UploadFate::Keep.into() }),
        Question::CreateDirectory(CreateDirectory {
            workspace: "/home/ada/engine".into(),
            path: "docs".into(),
        }),
        Question::ListChanges(ListChanges { workspace: "/home/ada/engine".into() }),
        Question::ReadDiff(ReadDiff {
            workspace: "/home/ada/engine".into(),
            path: "src/main.rs".into(),
            old_path: "src/first.rs".into(),
        }),
        Question::DiscardChange(DiscardChange {
            workspace: "/home/ada/engine".into(),
            path: "src/main.rs".into(),
            old_path: "src/first.rs".into(),
        }),
        Question::RemoveWorktree(RemoveWorktree { session_id: id(0x62), discard: true }),
        Question::ReadLog(ReadLog {
            workspace: "/home/ada/engine".into(),
            from: "0a1b".into(),
            skip: 50,
            most: 50,
        }),
        Question::MintProxyToken(MintProxyToken { session_id: id(0x62), renews: true }),
        Question::RenewProxyTokens(RenewProxyTokens { session_ids: vec![id(0x62), id(0x63)] }),
        Question::SearchTranscripts(SearchTranscripts {
            session_ids: vec![id(0x62), id(0x63)],
            words: "登录页".into(),
            before: 9,
            places: 5,
            sessions: 50,
            within_ms: 5_000,
        }),
        Question::OfferUpdate(OfferUpdate { version: "0.2.0".into() }),
        Question::ProposeKey(ProposeKey {}),
        Question::ListOutside(ListOutside { by_administrator: true, most: 100 }),
        Question::ListSessions(ListSessions {}),
    ]
    .into_iter()
    .chain(questions_about_copies())
    .map(|question| Body::Call(Call { id: 77, question: Some(question) }))
    .collect()
}

fn questions_about_copies() -> Vec<Question> {
    vec![
        Question::BeginMirror(BeginMirror {
            workspace: "/home/ada/engine".into(),
            digest: block(0x72, 32),
            files: 12,
            size_bytes: 4_096,
            left_out: Some(LeftOut {
                over_files: 1,
                over_bytes: 2,
                too_large: 3,
                secret: 4,
                special: 5,
                unnameable: 6,
                unreadable: 7,
            }),
            is_asked_for: true,
        }),
        Question::ListMirror(ListMirror {
            mirror_id: 9,
            entries: vec![MirrorEntry {
                names: vec!["src".into(), "main.rs".into()],
                size_bytes: 5,
                modified_at_ms: 1_790_000_000_004,
                is_executable: true,
                sha256: block(0x73, 32),
            }],
        }),
        Question::WriteMirror(WriteMirror {
            mirror_id: 9,
            parts: vec![MirrorPart {
                sha256: block(0x73, 32),
                offset: 3,
                data: Bytes::from_static(b"lo"),
            }],
        }),
        Question::EndMirror(EndMirror { mirror_id: 9 }),
        Question::RetainMirrors(RetainMirrors { workspaces: vec!["/home/ada/engine".into()] }),
    ]
}

fn replies() -> Vec<Body> {
    [
        Answer::Error(CallError {
            code: "workspace_missing".into(),
            message: "there is no such directory".into(),
            hint: "create it first".into(),
        }),
        Answer::SessionPrepared(SessionPrepared {
            workspace: "/home/ada/engine".into(),
            worktree: Some(worktree()),
            continuable: Some(Continuable { title: "mend the login".into() }),
        }),
        Answer::AgentsDetected(AgentsDetected { agents_json: json() }),
        Answer::Updates(Updates { records: vec![record()], last: 41 }),
        Answer::Screen(screen()),
        Answer::LeaseGranted(LeaseGranted { input_seq: 6 }),
        Answer::RecordsKept(RecordsKept { last: 41 }),
        Answer::DirectoryPage(DirectoryPage { entries: vec![file_entry()], has_more: true }),
        Answer::FilePart(FilePart {
            data: Bytes::from_static(b"hello"),
            size_bytes: 524_293,
            modified_at_ms: 1_790_000_000_004,
            version: block(0x71, 32),
        }),
        Answer::UploadBegun(UploadBegun { upload_id: 9 }),
        Answer::UploadWritten(UploadWritten { written_bytes: 11 }),
        Answer::UploadEnded(UploadEnded { size_bytes: 11, modified_at_ms: 1_790_000_000_004 }),
        Answer::DirectoryCreated(DirectoryCreated {}),
        Answer::ChangesListed(ChangesListed {
            branch: "main".into(),
            head: "0a1b".into(),
            files: vec![changed_file()],
            has_more: true,
        }),
        Answer::DiffRead(DiffRead {
            file: Some(changed_file()),
            hunks: vec![DiffHunk {
                old_start: 1,
                new_start: 2,
                heading: "fn main() {".into(),
                lines: vec![DiffLine {
                    kind: DiffLineKind::Added.into(),
                    text: "    hoist();".into(),
                    is_unended: true,
                }],
            }],
            is_cut: true,
        }),
        Answer::ChangeDiscarded(ChangeDiscarded { kept_at: "/home/ada/kept/1".into() }),
        Answer::WorktreeRemoved(WorktreeRemoved { detail: "the branch side stays".into() }),
        Answer::LogRead(LogRead {
            from: "0a1b".into(),
            commits: vec![Commit {
                id: "0a1b".into(),
                committed_at_ms: 1_700_000_000_000,
                author: "Ada".into(),
                subject: "Hoist".into(),
            }],
            has_more: true,
        }),
        Answer::ProxyToken(ProxyToken {
            token: "gtl_proxy_secret".into(),
            path: "/api/remote/llm-proxy".into(),
            expires_at_ms: 1_790_000_100_000,
            providers: vec!["anthropic".into(), "openai".into()],
        }),
        Answer::ProxyTokensRenewed(ProxyTokensRenewed { lasts_ms: 3_600_000 }),
        Answer::TranscriptsSearched(TranscriptsSearched {
            found: vec![FoundSession {
                session_id: id(0x62),
                places: vec![Place {
                    seq: 8,
                    at_ms: 1_700_000_000_000,
                    said: "prompt".into(),
                    before: "请修复".into(),
                    matched: "登录页".into(),
                    after: "的错误".into(),
                }],
                count: 3,
            }],
            searched: 2,
            is_late: true,
            unreadable: vec![id(0x63)],
        }),
        Answer::MirrorBegun(MirrorBegun { mirror_id: 9, is_current: true }),
        Answer::MirrorListed(MirrorListed { missing: vec![3] }),
        Answer::MirrorWritten(MirrorWritten {}),
        Answer::MirrorEnded(MirrorEnded {}),
        Answer::MirrorsRetained(MirrorsRetained { removed: 2 }),
        Answer::UpdateTaken(UpdateTaken { version: "0.2.0".into() }),
        Answer::KeyProposed(KeyProposed { public_key: vec![7; 32].into() }),
        Answer::OutsideListed(outside_listed()),
        Answer::SessionsListed(SessionsListed { session_ids: vec![block(0x61, 16)] }),
    ]
    .into_iter()
    .map(|answer| Body::Reply(Reply { id: 77, answer: Some(answer) }))
    .collect()
}

fn streams() -> Vec<Body> {
    vec![
        Body::StreamOpen(StreamOpen {
            stream_id: 5,
            session_id: id(0x62),
            from: 1_000,
            credit: 262_144,
        }),
        Body::StreamCredit(StreamCredit { stream_id: 5, credit: 524_288 }),
        Body::StreamClose(StreamClose { stream_id: 5 }),
        Body::StreamClosed(StreamClosed {
            stream_id: 5,
            code: "ended".into(),
            message: "the program ended".into(),
        }),
        Body::TerminalOutput(TerminalOutput {
            stream_id: 5,
            offset: 1_000,
            data: Bytes::from_static(b"\x1b[1mhello\x1b[0m\r\n"),
        }),
        Body::TerminalScreen(TerminalScreen { stream_id: 5, screen: Some(screen()) }),
        Body::ChatUpdates(ChatUpdates { stream_id: 5, records: vec![record()] }),
        Body::TerminalInput(TerminalInput {
            session_id: id(0x62),
            lease: 4,
            seq: 6,
            data: Bytes::from_static(b"ls\r"),
        }),
        Body::TerminalResize(TerminalResize { session_id: id(0x62), lease: 4, size: Some(size()) }),
        Body::InputAck(InputAck { session_id: id(0x62), lease: 4, seq: 6 }),
    ]
}

fn changed_file() -> ChangedFile {
    ChangedFile {
        path: "src/main.rs".into(),
        old_path: "src/first.rs".into(),
        status: ChangeStatus::Renamed.into(),
        content: ChangeContent::Text.into(),
        added: 3,
        removed: 4,
    }
}

fn file_entry() -> FileEntry {
    FileEntry {
        name: "main.rs".into(),
        kind: FileKind::File.into(),
        size_bytes: 524_293,
        modified_at_ms: 1_790_000_000_004,
    }
}

fn record() -> Record {
    Record { seq: 41, at_ms: 1_790_000_000_003, update_json: json() }
}

fn screen() -> Screen {
    Screen { offset: 1_014, size: Some(size()), data: Bytes::from_static(b"\x1b[2Jhello") }
}

fn size() -> Size {
    Size { columns: 120, rows: 40 }
}

fn json() -> Bytes {
    Bytes::from_static(br#"{"kind":"sample"}"#)
}

fn id(byte: u8) -> Bytes {
    block(byte, 16)
}

fn block(byte: u8, length: usize) -> Bytes {
    Bytes::from(vec![byte; length])
}

fn worktree() -> Worktree {
    Worktree { source: "/home/ada/engine".into(), branch: "side".into(), base: "0a1b".into() }
}

//! Questions with one answer, both ways. When the link is lost, those that wait for an answer fail,
//! and whoever asked may ask again. They change nothing that must last, but for [`KeepRecords`],
//! which can only add to what nothing refers to yet, and for what people do to files: there, who has
//! got no answer looks what is there.

use bytes::Bytes;

use crate::changes::{
    ChangeDiscarded, ChangesListed, DiffRead, DiscardChange, ListChanges, LogRead, ReadDiff,
    ReadLog,
};
use crate::files::{
    BeginUpload, CreateDirectory, DirectoryCreated, DirectoryPage, EndUpload, FilePart,
    ListDirectory, ReadFile, UploadBegun, UploadEnded, UploadWritten, WriteUpload,
};
use crate::machine_key::{KeyProposed, ProposeKey};
use crate::mirror::{
    BeginMirror, EndMirror, ListMirror, MirrorBegun, MirrorEnded, MirrorListed, MirrorWritten,
    MirrorsRetained, RetainMirrors, WriteMirror,
};
use crate::outside::{Continuable, Continued, ListOutside, OutsideListed};
use crate::search::{SearchTranscripts, TranscriptsSearched};
use crate::stream::Record;
use crate::update::{OfferUpdate, UpdateTaken};
use crate::worktree::{RemoveWorktree, WantedWorktree, Worktree, WorktreeRemoved};

/// One question.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Call {
    /// Chosen by the asker, unique among its open calls on this link.
    #[prost(uint64, tag = "1")]
    pub id: u64,
    /// What is asked. `None` after decoding is answered with the code `unknown_call`.
    #[prost(
        oneof = "Question",
        tags = "10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 24, 25, 26, 27, 28, 30, 31, 34, 40, 41, 44, 45, 60, 61, 62, 63, 64"
    )]
    pub question: Option<Question>,
}

/// What can be asked.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Question {
    /// Server → machine: could such a session be started?
    #[prost(message, tag = "10")]
    PrepareSession(PrepareSession),
    /// Server → machine: which agents are there, looked up afresh?
    #[prost(message, tag = "11")]
    DetectAgents(DetectAgents),
    /// Server → machine: a page of a chat's records.
    #[prost(message, tag = "12")]
    ReadUpdates(ReadUpdates),
    /// Server → machine: the screen of a terminal as it is.
    #[prost(message, tag = "13")]
    ReadScreen(ReadScreen),
    /// Server → machine: from now on only input with this lease counts.
    #[prost(message, tag = "14")]
    GrantLease(GrantLease),
    /// Server → machine: keep a part of a transcript that was written elsewhere.
    #[prost(message, tag = "15")]
    KeepRecords(KeepRecords),
    /// Server → machine: what is in a directory?
    #[prost(message, tag = "16")]
    ListDirectory(ListDirectory),
    /// Server → machine: a part of a file.
    #[prost(message, tag = "17")]
    ReadFile(ReadFile),
    /// Server → machine: a file is about to come.
    #[prost(message, tag = "18")]
    BeginUpload(BeginUpload),
    /// Server → machine: a part of a file that comes.
    #[prost(message, tag = "19")]
    WriteUpload(WriteUpload),
    /// Server → machine: no more of an upload.
    #[prost(message, tag = "20")]
    EndUpload(EndUpload),
    /// Server → machine: make a directory.
    #[prost(message, tag = "21")]
    CreateDirectory(CreateDirectory),
    /// Server → machine: which files differ from the last commit?
    #[prost(message, tag = "24")]
    ListChanges(ListChanges),
    /// Server → machine: what differs in a file.
    #[prost(message, tag = "25")]
    ReadDiff(ReadDiff),
    /// Server → machine: what was committed.
    #[prost(message, tag = "26")]
    ReadLog(ReadLog),
    /// Server → machine: put a file back as it was committed.
    #[prost(message, tag = "27")]
    DiscardChange(DiscardChange),
    /// Server → machine: remove the worktree of a session that has ended.
    #[prost(message, tag = "28")]
    RemoveWorktree(RemoveWorktree),
    /// Machine → server: a proxy token for a session that is about to start its agent.
    #[prost(message, tag = "30")]
    MintProxyToken(MintProxyToken),
    /// Machine → server: these sessions go on, and so must their proxy tokens.
    #[prost(message, tag = "31")]
    RenewProxyTokens(RenewProxyTokens),
    /// Server → machine: where in these transcripts was that said?
    #[prost(message, tag = "34")]
    SearchTranscripts(SearchTranscripts),
    /// Server → machine: which sessions are there?
    #[prost(message, tag = "45")]
    ListSessions(ListSessions),
    /// Machine → server: a copy of a workspace is about to be told.
    #[prost(message, tag = "60")]
    BeginMirror(BeginMirror),
    /// Machine → server: a part of its list of files.
    #[prost(message, tag = "61")]
    ListMirror(ListMirror),
    /// Machine → server: contents of its files.
    #[prost(message, tag = "62")]
    WriteMirror(WriteMirror),
    /// Machine → server: all of it was told.
    #[prost(message, tag = "63")]
    EndMirror(EndMirror),
    /// Machine → server: which copies are to stay.
    #[prost(message, tag = "64")]
    RetainMirrors(RetainMirrors),
    /// Server → machine: there is a newer release.
    #[prost(message, tag = "40")]
    OfferUpdate(OfferUpdate),
    /// Server → machine: make another key.
    #[prost(message, tag = "44")]
    ProposeKey(ProposeKey),
    /// Server → machine: which sessions were begun outside of us?
    #[prost(message, tag = "41")]
    ListOutside(ListOutside),
}

/// One answer.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Reply {
    /// From the [`Call`].
    #[prost(uint64, tag = "1")]
    pub id: u64,
    /// The answer.
    #[prost(
        oneof = "Answer",
        tags = "2, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 24, 25, 26, 27, 28, 30, 31, 34, 40, 41, 44, 45, 60, 61, 62, 63, 64"
    )]
    pub answer: Option<Answer>,
}

/// What can be answered.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Answer {
    /// It did not work.
    #[prost(message, tag = "2")]
    Error(CallError),
    /// To [`PrepareSession`].
    #[prost(message, tag = "10")]
    SessionPrepared(SessionPrepared),
    /// To [`DetectAgents`].
    #[prost(message, tag = "11")]
    AgentsDetected(AgentsDetected),
    /// To [`ReadUpdates`].
    #[prost(message, tag = "12")]
    Updates(Updates),
    /// To [`ReadScreen`].
    #[prost(message, tag = "13")]
    Screen(crate::stream::Screen),
    /// To [`GrantLease`].
    #[prost(message, tag = "14")]
    LeaseGranted(LeaseGranted),
    /// To [`KeepRecords`].
    #[prost(message, tag = "15")]
    RecordsKept(RecordsKept),
    /// To [`ListDirectory`].
    #[prost(message, tag = "16")]
    DirectoryPage(DirectoryPage),
    /// To [`ReadFile`].
    #[prost(message, tag = "17")]
    FilePart(FilePart),
    /// To [`BeginUpload`].
    #[prost(message, tag = "18")]
    UploadBegun(UploadBegun),
    /// To [`WriteUpload`].
    #[prost(message, tag = "19")]
    UploadWritten(UploadWritten),
    /// To [`EndUpload`].
    #[prost(message, tag = "20")]
    UploadEnded(UploadEnded),
    /// To [`CreateDirectory`].
    #[prost(message, tag = "21")]
    DirectoryCreated(DirectoryCreated),
    /// To [`ListChanges`].
    #[prost(message, tag = "24")]
    ChangesListed(ChangesListed),
    /// To [`ReadDiff`].
    #[prost(message, tag = "25")]
    DiffRead(DiffRead),
    /// To [`ReadLog`].
    #[prost(message, tag = "26")]
    LogRead(LogRead),
    /// To [`DiscardChange`].
    #[prost(message, tag = "27")]
    ChangeDiscarded(ChangeDiscarded),
    /// To [`RemoveWorktree`].
    #[prost(message, tag = "28")]
    WorktreeRemoved(WorktreeRemoved),
    /// To [`MintProxyToken`].
    #[prost(message, tag = "30")]
    ProxyToken(ProxyToken),
    /// To [`RenewProxyTokens`].
    #[prost(message, tag = "31")]
    ProxyTokensRenewed(ProxyTokensRenewed),
    /// To [`SearchTranscripts`].
    #[prost(message, tag = "34")]
    TranscriptsSearched(TranscriptsSearched),
    /// To [`ListSessions`].
    #[prost(message, tag = "45")]
    SessionsListed(SessionsListed),
    /// To [`BeginMirror`].
    #[prost(message, tag = "60")]
    MirrorBegun(MirrorBegun),
    /// To [`ListMirror`].
    #[prost(message, tag = "61")]
    MirrorListed(MirrorListed),
    /// To [`WriteMirror`].
    #[prost(message, tag = "62")]
    MirrorWritten(MirrorWritten),
    /// To [`EndMirror`].
    #[prost(message, tag = "63")]
    MirrorEnded(MirrorEnded),
    /// To [`RetainMirrors`].
    #[prost(message, tag = "64")]
    MirrorsRetained(MirrorsRetained),
    /// To [`OfferUpdate`].
    #[prost(message, tag = "40")]
    UpdateTaken(UpdateTaken),
    /// To [`ProposeKey`].
    #[prost(message, tag = "44")]
    KeyProposed(KeyProposed),
    /// To [`ListOutside`].
    #[prost(message, tag = "41")]
    OutsideListed(OutsideListed),
}

/// Why a call did not work.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct CallError {
    /// Stable code, such as `workspace_missing`.
    #[prost(string, tag = "1")]
    pub code: String,
    /// What was wrong, for people.
    #[prost(string, tag = "2")]
    pub message: String,
    /// What to do about it, for people; may be empty.
    #[prost(string, tag = "3")]
    pub hint: String,
}

/// Could such a session be started?
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct PrepareSession {
    /// The kind, as in `command::StartSession`.
    #[prost(enumeration = "crate::command::SessionKind", tag = "1")]
    pub kind: i32,
    /// The directory asked for; empty means the machine's first workspace.
    #[prost(string, tag = "2")]
    pub workspace: String,
    /// Agent name; empty for a plain shell.
    #[prost(string, tag = "3")]
    pub agent: String,
    /// Name of the policy preset; the machine's own policy may cap it.
    #[prost(string, tag = "4")]
    pub preset: String,
    /// That it is to have a worktree of its own.
    #[prost(message, optional, tag = "5")]
    pub worktree: Option<WantedWorktree>,
    /// What the session will be called, 16 bytes; empty where that does not matter.
    #[prost(bytes = "bytes", tag = "6")]
    pub session_id: Bytes,
    /// That it is to go on with what was begun outside of us; the directory is that one's.
    #[prost(message, optional, tag = "7")]
    pub continues: Option<Continued>,
}

/// Which sessions are there?
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct ListSessions {}

/// These are: every one that was begun and has not ended.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SessionsListed {
    /// Which, 16 bytes each.
    #[prost(bytes = "bytes", repeated, tag = "1")]
    pub session_ids: Vec<Bytes>,
}

/// Yes, it could.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SessionPrepared {
    /// The directory, absolute, symbolic links resolved.
    #[prost(string, tag = "1")]
    pub workspace: String,
    /// The worktree that would be made; the directory lies in it. A machine that knows nothing of
    /// worktrees says nothing here.
    #[prost(message, optional, tag = "2")]
    pub worktree: Option<Worktree>,
    /// That it could go on with what was begun outside. A machine that knows nothing of that says
    /// nothing here.
    #[prost(message, optional, tag = "3")]
    pub continuable: Option<Continuable>,
}

/// Which agents are there, looked up afresh?
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct DetectAgents {}

/// These agents are there.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct AgentsDetected {
    /// The JSON of a list of `model::agent::InstalledAgent`.
    #[prost(bytes = "bytes", tag = "1")]
    pub agents_json: Bytes,
}

/// A page of a chat's records.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ReadUpdates {
    /// Which session, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub session_id: Bytes,
    /// Only records with a higher sequence number.
    #[prost(uint64, tag = "2")]
    pub after: u64,
    /// About how many bytes; at least one record is answered if there is one.
    #[prost(uint32, tag = "3")]
    pub max_bytes: u32,
}

/// A page of records.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Updates {
    /// In order.
    #[prost(message, repeated, tag = "1")]
    pub records: Vec<Record>,
    /// The highest sequence number that exists.
    #[prost(uint64, tag = "2")]
    pub last: u64,
}

/// The screen of a terminal as it is.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ReadScreen {
    /// Which session, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub session_id: Bytes,
}

/// From now on only input with this lease counts.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct GrantLease {
    /// Which session, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub session_id: Bytes,
    /// The lease; higher than every one before it in this session.
    #[prost(uint64, tag = "2")]
    pub lease: u64,
}

/// The lease is in force.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct LeaseGranted {
    /// Position of the last input under this lease that was written to the terminal; not 0 only
    /// where the lease was in force already.
    #[prost(uint64, tag = "1")]
    pub input_seq: u64,
}

/// Keep a part of a transcript that was written elsewhere, for a session that only exists to be
/// read. What is there already is never changed.
#[derive(Clone, PartialEq, prost::Message)]
pub struct KeepRecords {
    /// A session that does not run on the machine, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub session_id: Bytes,
    /// In order and without holes, from the one behind the last that is there; about
    /// [`MAX_KEPT_BYTES`](crate::limits::MAX_KEPT_BYTES), but one at least.
    #[prost(message, repeated, tag = "2")]
    pub records: Vec<Record>,
}

/// They are in the machine's journal and survive a power cut.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct RecordsKept {
    /// The number of the last record that is there.
    #[prost(uint64, tag = "1")]
    pub last: u64,
}

/// A proxy token for a session that is about to start its agent.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct MintProxyToken {
    /// Which session, 16 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub session_id: Bytes,
    /// The machine will ask [`RenewProxyTokens`] while the session goes on, so that the token may
    /// be short-lived. Machines of before do not.
    #[prost(bool, tag = "2")]
    pub renews: bool,
}

/// These sessions go on, and so must their proxy tokens, which stay the same. Asked when the link is
/// up, and again well before they end.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct RenewProxyTokens {
    /// Which sessions, 16 bytes each; at most [`MAX_RENEWED_SESSIONS`].
    ///
    /// [`MAX_RENEWED_SESSIONS`]: crate::limits::MAX_RENEWED_SESSIONS
    #[prost(bytes = "bytes", repeated, tag = "1")]
    pub session_ids: Vec<Bytes>,
}

/// The tokens of those sessions that go on last longer.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct ProxyTokensRenewed {
    /// For how long, in milliseconds from now; it is time to ask again when half of it is over.
    #[prost(uint64, tag = "1")]
    pub lasts_ms: u64,
}

/// What an agent needs to reach the LLM gateway. Never written to a journal.
#[derive(Clone, PartialEq, Eq, prost::Message)]
#[prost(skip_debug)]
pub struct ProxyToken {
    /// The token.
    #[prost(string, tag = "1")]
    pub token: String,
    /// Path of the gateway below the server's address, such as `/api/remote/llm-proxy`.
    #[prost(string, tag = "2")]
    pub path: String,
    /// When it ends, milliseconds since the Unix epoch.
    #[prost(int64, tag = "3")]
    pub expires_at_ms: i64,
    /// Names of the providers for which the server holds a key.
    #[prost(string, repeated, tag = "4")]
    pub providers: Vec<String>,
}

impl std::fmt::Debug for ProxyToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProxyToken")
            .field("token", &"[redacted]")
            .field("path", &self.path)
            .field("expires_at_ms", &self.expires_at_ms)
            .field("providers", &self.providers)
            .finish()
    }
}

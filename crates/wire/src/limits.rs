//! How large things on the link may be. Both sides check, whatever the other promises.

use std::time::Duration;

/// Largest encoded frame. A prompt with images is the largest thing that travels.
pub const MAX_FRAME_BYTES: usize = 5 * 1024 * 1024;

/// Largest piece of a frame in one transport message. A longer frame travels in several, so that
/// nothing urgent waits behind the whole of it; one of [`MAX_OUTPUT_BYTES`] fits.
pub const MAX_PIECE_BYTES: usize = 65 * 1024;

/// How many bytes a sealed message has beside the piece it carries: one that says what the piece
/// belongs to, and the sixteen of the AES-256-GCM tag (NIST SP 800-38D).
pub const SEAL_BYTES: usize = 17;

/// Largest transport message, for the limits of WebSocket and long-poll.
pub const MAX_MESSAGE_BYTES: usize = MAX_PIECE_BYTES + SEAL_BYTES;

/// Largest body of a request or an answer that carries messages by long-poll.
pub const MAX_POLL_BYTES: usize = 512 * 1024;

/// Messages in one such body.
pub const MAX_POLL_MESSAGES: usize = 256;

/// The longest that a server keeps an answer back for which a machine waits: well below the
/// minute after which many proxies cut a connection on which nothing moves.
pub const POLL_HOLD: Duration = Duration::from_secs(25);

/// Largest message before the link is sealed.
pub const MAX_HANDSHAKE_BYTES: usize = 4 * 1024;

/// Largest prompt content inside a command.
pub const MAX_PROMPT_BYTES: usize = 4 * 1024 * 1024;

/// Largest list of rules inside a command.
pub const MAX_RULES_BYTES: usize = 1024 * 1024;

/// Largest piece of terminal output in one frame; small enough not to delay a keystroke behind it.
pub const MAX_OUTPUT_BYTES: usize = 64 * 1024;

/// Largest piece of terminal input in one frame: a paste is cut into these.
pub const MAX_INPUT_BYTES: usize = 64 * 1024;

/// How many bytes of chat records go into one frame, unless a single record is larger.
pub const MAX_UPDATES_BYTES: usize = 64 * 1024;

/// Largest single chat record; longer tool output is cut by the machine and says so.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024;

/// How many bytes of chat records go into one part of a transcript that is to be kept, unless a
/// single record is larger.
pub const MAX_KEPT_BYTES: usize = 512 * 1024;

/// Longest path of a file, from its workspace down.
pub const MAX_PATH_BYTES: usize = 4_095;

/// Largest part of a directory.
pub const MAX_ENTRIES: u32 = 1_000;

/// Largest part of a file, either way.
pub const MAX_FILE_PART_BYTES: usize = 512 * 1024;

/// Largest file that is sent to a machine.
pub const MAX_UPLOAD_BYTES: u64 = 1024 * 1024 * 1024;

/// Files that may be on their way to a machine at once.
pub const MAX_UPLOADS: usize = 16;

/// Longest name of a file (`NAME_MAX`).
pub const MAX_NAME_BYTES: usize = 255;

/// Files in a copy of a workspace that is kept on the server.
pub const MAX_MIRROR_FILES: u32 = 100_000;

/// Largest file in it.
pub const MAX_MIRROR_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// Files of it that are listed at once.
pub const MAX_MIRROR_ENTRIES: usize = 500;

/// How many bytes of names those have together.
pub const MAX_MIRROR_LIST_BYTES: usize = 128 * 1024;

/// How many bytes of contents come at once; so few that what people wait for on the same link is
/// never far behind them.
pub const MAX_MIRROR_PART_BYTES: usize = 128 * 1024;

/// Contents that come at once.
pub const MAX_MIRROR_PARTS: usize = 500;

/// Workspaces of a machine of which there is a copy.
pub const MAX_MIRRORED_WORKSPACES: usize = 32;

/// Commits that are told at once.
pub const MAX_COMMITS: u32 = 200;

/// How long the next part of a file may take until the machine gives it up.
pub const UPLOAD_KEPT: Duration = Duration::from_mins(2);

/// How long a machine keeps the output of a terminal whose program has ended by itself, for whoever
/// was cut off and comes back.
pub const ENDED_TERMINAL_KEPT: Duration = Duration::from_mins(1);

/// Commands that may be on their way unacknowledged.
pub const COMMAND_WINDOW: usize = 64;

/// Reports that may be on their way unacknowledged.
pub const REPORT_WINDOW: usize = 64;

/// Calls that may wait for their answer, each way.
pub const CALL_WINDOW: usize = 256;

/// Sessions whose tokens are renewed with one call.
pub const MAX_RENEWED_SESSIONS: usize = 500;

/// Streams that may be open at once on a link.
pub const MAX_STREAMS: usize = 1024;

/// Columns and rows a terminal may have.
pub const MAX_TERMINAL_SIDE: u32 = 1000;

/// Sessions whose transcripts are searched with one call.
pub const MAX_SEARCHED_SESSIONS: usize = 200;

/// Sessions that were begun outside of us and are told with one call.
pub const MAX_OUTSIDE_SESSIONS: u32 = 200;

/// Places that are told of one session with one call.
pub const MAX_PLACES: u32 = 50;

/// The longest that a machine searches for one call.
pub const MAX_SEARCH_TIME: Duration = Duration::from_secs(10);

//! What is said on an attached terminal (`/api/sessions/{id}/attach`).
//!
//! Terminal bytes travel in binary messages, everything else as JSON in text messages.
//!
//! Server → client, binary: one byte 0 for output or 1 for a screen, the offset as eight bytes
//! (big-endian) of the first byte (output) or after the last byte (screen), then the bytes.
//! Client → server, binary: the number of this input as eight bytes (big-endian, from 1, without
//! holes under one lease), then the bytes.

use model::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// First byte of a binary message that carries output.
pub const OUTPUT: u8 = 0;

/// First byte of a binary message that carries a whole screen.
pub const SCREEN: u8 = 1;

/// How many bytes of output may be on their way unacknowledged.
pub const WINDOW_BYTES: u64 = 512 * 1024;

/// What the server says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The viewer is attached.
    Attached {
        /// Names this view.
        viewer_id: String,
        /// Whether it may ever type.
        may_write: bool,
    },
    /// Who types.
    Keyboard {
        /// Whether it is this view.
        yours: bool,
        /// Whose it is, if anybody's.
        holder: Option<Holder>,
        /// Number of the lease; input numbers start again at 1 with each.
        lease: u64,
        /// The last input under this lease that reached the program.
        input_seq: u64,
    },
    /// The last input under the lease that reached the program.
    InputAck {
        /// Number of the lease.
        lease: u64,
        /// Number of the input.
        seq: u64,
    },
    /// The terminal has this size.
    Size {
        /// Width in character cells.
        columns: u16,
        /// Height in character cells.
        rows: u16,
    },
    /// Some output was not sent; a screen follows.
    Gap {
        /// Offset of the first byte that is missing.
        from: u64,
        /// Offset after the last byte that is missing.
        to: u64,
    },
    /// Whether the machine can be reached.
    Link {
        /// Whether output flows and input arrives.
        up: bool,
    },
    /// The terminal's program has ended; nothing follows.
    Ended {
        /// How, for people.
        detail: String,
    },
    /// The view is closed.
    Closing {
        /// Stable word.
        code: String,
        /// For people.
        reason: String,
    },
}

/// Who types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Holder {
    /// Who.
    pub user_id: UserId,
    /// The name shown to others.
    pub display_name: String,
}

/// What the client says.
// All have braces: of variants without, serde ignores unknown fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientMessage {
    /// Output up to here was drawn; more may be sent.
    Ack {
        /// Offset after the last byte that was drawn.
        offset: u64,
    },
    /// The window has this size now.
    Resize {
        /// Width in character cells, 1 to 1000.
        columns: u16,
        /// Height in character cells, 1 to 1000.
        rows: u16,
    },
    /// Gives this view the keyboard.
    TakeKeyboard {},
    /// Fits the terminal to this view's window.
    FitToMe {},
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_fields_are_refused_in_every_message() {
        for (message, fields) in [
            ("ack", r#","offset":1"#),
            ("resize", r#","columns":80,"rows":24"#),
            ("take_keyboard", ""),
            ("fit_to_me", ""),
        ] {
            let good = format!(r#"{{"type":"{message}"{fields}}}"#);
            let bad = format!(r#"{{"type":"{message}"{fields},"force":true}}"#);
            assert!(serde_json::from_str::<ClientMessage>(&good).is_ok(), "{good}");
            assert!(serde_json::from_str::<ClientMessage>(&bad).is_err(), "{bad}");
        }
    }
}

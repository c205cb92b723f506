//! The ways in which the provider fails on request.

use std::time::Duration;

/// One way to fail. In a prompt it is written `[[fault …]]` as each variant says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// `status 429` or `status 429 retry-after 3`: an error in the dialect's own shape.
    Status {
        /// The HTTP status.
        status: u16,
        /// The header of that name, in seconds.
        retry_after_s: Option<u64>,
    },
    /// `cut 3 clean`, `cut 3 torn` or `cut 3 reset`: the stream ends after so many events.
    Cut {
        /// How many events arrive.
        after_events: usize,
        /// How it ends.
        how: Cut,
    },
    /// `endless-line`: a stream whose last line never ends.
    EndlessLine,
    /// `drip 20ms`: the body comes byte by byte.
    Drip {
        /// The pause before each byte.
        every: Duration,
    },
    /// `hang`: the request is read and never answered.
    Hang,
    /// `silent 2`: the stream goes silent after so many events and never ends.
    Silent {
        /// How many events arrive.
        after_events: usize,
    },
    /// `crlf-headers`: header values that hold carriage returns and a second answer.
    CrlfHeaders,
    /// `huge-headers`: a header block of one megabyte.
    HugeHeaders,
    /// `echo-key`: the client's key in the status 401's body and headers.
    EchoKey,
    /// `echo-key-in-stream`: the client's key in the middle of an answer.
    EchoKeyInStream,
    /// `gzip`: the body is compressed although nobody asked.
    Gzip,
    /// `redirect`: a redirect to somewhere else.
    Redirect,
    /// `no-usage`: the answer never says what it used.
    NoUsage,
    /// `cookies`: the answer carries headers that a browser would act upon.
    Cookies,
}

/// How a stream is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// As if it were complete: a proper end of the body, but no last event.
    Clean,
    /// The connection closes in the middle of the body.
    Torn,
    /// The connection is reset.
    Reset,
}

impl Fault {
    /// Reads what stands after `fault` in a directive.
    pub(super) fn read(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        Some(match words[..] {
            ["status", status] => {
                Self::Status { status: status.parse().ok()?, retry_after_s: None }
            }
            ["status", status, "retry-after", seconds] => Self::Status {
                status: status.parse().ok()?,
                retry_after_s: Some(seconds.parse().ok()?),
            },
            ["cut", events, how] => {
                Self::Cut { after_events: events.parse().ok()?, how: Cut::read(how)? }
            }
            ["endless-line"] => Self::EndlessLine,
            ["drip", every] => Self::Drip { every: milliseconds(every)? },
            ["hang"] => Self::Hang,
            ["silent", events] => Self::Silent { after_events: events.parse().ok()? },
            ["crlf-headers"] => Self::CrlfHeaders,
            ["huge-headers"] => Self::HugeHeaders,
            ["echo-key"] => Self::EchoKey,
            ["echo-key-in-stream"] => Self::EchoKeyInStream,
            ["gzip"] => Self::Gzip,
            ["redirect"] => Self::Redirect,
            ["no-usage"] => Self::NoUsage,
            ["cookies"] => Self::Cookies,
            _ => return None,
        })
    }
}

impl Cut {
    fn read(word: &str) -> Option<Self> {
        match word {
            "clean" => Some(Self::Clean),
            "torn" => Some(Self::Torn),
            "reset" => Some(Self::Reset),
            _ => None,
        }
    }
}

/// Reads `50ms` or `50`.
pub(super) fn milliseconds(word: &str) -> Option<Duration> {
    word.strip_suffix("ms").unwrap_or(word).parse().ok().map(Duration::from_millis)
}

//! What a daemon says to a holder.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use processes::{Grace, Program};
use terminal::Size;

use super::Malformed;
use super::codec::{Fields, frame, put_bytes, put_size};

/// What a daemon says to a holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// The first word of the first daemon: start this.
    Start(Box<Start>),
    /// The first word of a later one.
    Attach {
        /// The newest version that it knows.
        version: u16,
    },
    /// Keystrokes.
    Input {
        /// Under which lease of the keyboard they were typed.
        lease: u64,
        /// The position of this piece in the input of the lease, from 1.
        seq: u64,
        /// The keystrokes.
        data: Bytes,
    },
    /// The window has this size.
    Resize(Size),
    /// From now on only input of this lease counts. Answered by `Granted`.
    Grant {
        /// The lease.
        lease: u64,
    },
    /// Output may be sent up to this offset.
    Credit {
        /// In bytes since the terminal began.
        to: u64,
    },
    /// Let nothing run. Answered by `Paused`.
    Pause,
    /// Let it go on.
    Resume,
    /// End the program with everything it has started. `Exited` follows.
    End(Grace),
    /// All is known of the end: be gone.
    Forget,
}

/// What a terminal is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The newest version that the daemon knows.
    pub version: u16,
    /// The value of the mark that the program's tree carries.
    pub marker: String,
    /// The size of the window.
    pub size: Size,
    /// How long the holder waits for a daemon before it ends everything.
    pub alone_for: Duration,
    /// Where its socket is, to be removed at the end.
    pub socket: PathBuf,
    /// What runs in the terminal.
    pub program: Program,
}

impl Request {
    /// Writes it as a frame.
    pub fn write(&self, out: &mut BytesMut) {
        match self {
            Self::Start(start) => frame(1, out, |out| start.write(out)),
            Self::Attach { version } => frame(2, out, |out| out.put_u16_le(*version)),
            Self::Input { lease, seq, data } => frame(3, out, |out| {
                out.put_u64_le(*lease);
                out.put_u64_le(*seq);
                out.put_slice(data);
            }),
            Self::Resize(size) => frame(4, out, |out| put_size(out, *size)),
            Self::Grant { lease } => frame(5, out, |out| out.put_u64_le(*lease)),
            Self::Credit { to } => frame(6, out, |out| out.put_u64_le(*to)),
            Self::Pause => frame(7, out, |_| {}),
            Self::Resume => frame(8, out, |_| {}),
            Self::End(grace) => frame(9, out, |out| {
                out.put_u64_le(milliseconds(grace.polite));
                out.put_u64_le(milliseconds(grace.hard));
            }),
            Self::Forget => frame(10, out, |_| {}),
        }
    }

    /// Reads a frame.
    pub fn read(kind: u8, fields: Bytes) -> Result<Self, Malformed> {
        let mut fields = Fields(fields);
        let request = match kind {
            1 => Self::Start(Box::new(Start::read(&mut fields)?)),
            2 => Self::Attach { version: fields.u16()? },
            3 => Self::Input { lease: fields.u64()?, seq: fields.u64()?, data: fields.rest() },
            4 => Self::Resize(fields.size()?),
            5 => Self::Grant { lease: fields.u64()? },
            6 => Self::Credit { to: fields.u64()? },
            7 => Self::Pause,
            8 => Self::Resume,
            9 => Self::End(Grace {
                polite: Duration::from_millis(fields.u64()?),
                hard: Duration::from_millis(fields.u64()?),
            }),
            10 => Self::Forget,
            kind => return Err(Malformed::Kind(kind)),
        };
        fields.end()?;
        Ok(request)
    }
}

impl Start {
    fn write(&self, out: &mut BytesMut) {
        out.put_u16_le(self.version);
        put_bytes(out, self.marker.as_bytes());
        put_size(out, self.size);
        out.put_u64_le(milliseconds(self.alone_for));
        put_bytes(out, self.socket.as_os_str().as_bytes());
        let Program { path, arguments, environment, directory } = &self.program;
        put_bytes(out, path.as_os_str().as_bytes());
        put_bytes(out, directory.as_os_str().as_bytes());
        out.put_u32_le(u32::try_from(arguments.len()).unwrap_or(u32::MAX));
        for argument in arguments {
            put_bytes(out, argument.as_bytes());
        }
        out.put_u32_le(u32::try_from(environment.len()).unwrap_or(u32::MAX));
        for (name, value) in environment {
            put_bytes(out, name.as_bytes());
            put_bytes(out, value.as_bytes());
        }
    }

    fn read(fields: &mut Fields) -> Result<Self, Malformed> {
        let version = fields.u16()?;
        let marker =
            String::from_utf8(fields.bytes()?.into()).map_err(|_| Malformed::Value("the mark"))?;
        Ok(Self {
            version,
            marker,
            size: fields.size()?,
            alone_for: Duration::from_millis(fields.u64()?),
            socket: word(fields)?.into(),
            program: Program {
                path: word(fields)?.into(),
                directory: word(fields)?.into(),
                arguments: fields.list(word)?,
                environment: fields.list(|fields| Ok((word(fields)?, word(fields)?)))?,
            },
        })
    }
}

fn word(fields: &mut Fields) -> Result<OsString, Malformed> {
    Ok(OsString::from_vec(fields.bytes()?.into()))
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

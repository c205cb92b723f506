//! What a daemon says to a holder.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use processes::{Grace, Program};
use terminal::Size;

use super::Malformed;
use super::codec::{Fields, frame, put_bytes, put_size};
use crate::local::{bytes_of_word, word_of_bytes};

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
    /// The first word of the first daemon: start this agent.
    StartAgent(Box<StartAgent>),
    /// The first word of a later one, about an agent.
    AttachAgent {
        /// The newest version that it knows.
        version: u16,
    },
    /// The daemon has taken a step. It counts whole or not at all.
    Step(Step),
    /// What belongs to the step with this number is in the daemon's journal: the agent may have what
    /// it is told.
    Kept {
        /// The number of the last step.
        number: u64,
    },
    /// Close the agent's input, and end it with everything it has started if that is not enough.
    /// `AgentExited` follows.
    Stop,
}

/// What a daemon has made of what its agent wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its number, higher than that of the one before.
    pub number: u64,
    /// Output before this offset is dealt with, and need not be kept.
    pub consumed: u64,
    /// What the agent is to read, once the step is kept. Each is one line without its end.
    pub inputs: Vec<Bytes>,
    /// What a later daemon must know to go on from here; empty where it could not.
    pub state: Bytes,
}

/// What an agent is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartAgent {
    /// The newest version that the daemon knows.
    pub version: u16,
    /// The value of the mark that the agent's tree carries.
    pub marker: String,
    /// How long the holder waits for a daemon before it ends everything.
    pub alone_for: Duration,
    /// Where its socket is, to be removed at the end.
    pub socket: PathBuf,
    /// Whether it ends by itself when its input is closed.
    pub ends_on_eof: bool,
    /// The agent.
    pub program: Program,
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
            Self::StartAgent(start) => frame(20, out, |out| start.write(out)),
            Self::AttachAgent { version } => frame(21, out, |out| out.put_u16_le(*version)),
            Self::Step(step) => frame(22, out, |out| step.write(out)),
            Self::Kept { number } => frame(23, out, |out| out.put_u64_le(*number)),
            Self::Stop => frame(24, out, |_| {}),
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
            20 => Self::StartAgent(Box::new(StartAgent::read(&mut fields)?)),
            21 => Self::AttachAgent { version: fields.u16()? },
            22 => Self::Step(Step::read(&mut fields)?),
            23 => Self::Kept { number: fields.u64()? },
            24 => Self::Stop,
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
        put_word(out, self.socket.as_os_str());
        put_program(out, &self.program);
    }

    fn read(fields: &mut Fields) -> Result<Self, Malformed> {
        let version = fields.u16()?;
        Ok(Self {
            version,
            marker: marker(fields)?,
            size: fields.size()?,
            alone_for: Duration::from_millis(fields.u64()?),
            socket: word(fields)?.into(),
            program: program(fields)?,
        })
    }
}

impl StartAgent {
    fn write(&self, out: &mut BytesMut) {
        out.put_u16_le(self.version);
        put_bytes(out, self.marker.as_bytes());
        out.put_u64_le(milliseconds(self.alone_for));
        put_word(out, self.socket.as_os_str());
        out.put_u8(self.ends_on_eof.into());
        put_program(out, &self.program);
    }

    fn read(fields: &mut Fields) -> Result<Self, Malformed> {
        Ok(Self {
            version: fields.u16()?,
            marker: marker(fields)?,
            alone_for: Duration::from_millis(fields.u64()?),
            socket: word(fields)?.into(),
            ends_on_eof: fields.flag()?,
            program: program(fields)?,
        })
    }
}

impl Step {
    fn write(&self, out: &mut BytesMut) {
        out.put_u64_le(self.number);
        out.put_u64_le(self.consumed);
        out.put_u32_le(u32::try_from(self.inputs.len()).unwrap_or(u32::MAX));
        for input in &self.inputs {
            put_bytes(out, input);
        }
        out.put_slice(&self.state);
    }

    fn read(fields: &mut Fields) -> Result<Self, Malformed> {
        Ok(Self {
            number: fields.u64()?,
            consumed: fields.u64()?,
            inputs: fields.list(Fields::bytes)?,
            state: fields.rest(),
        })
    }
}

fn marker(fields: &mut Fields) -> Result<String, Malformed> {
    String::from_utf8(fields.bytes()?.into()).map_err(|_| Malformed::Value("the mark"))
}

fn put_program(out: &mut BytesMut, program: &Program) {
    let Program { path, arguments, environment, directory } = program;
    put_word(out, path.as_os_str());
    put_word(out, directory.as_os_str());
    out.put_u32_le(u32::try_from(arguments.len()).unwrap_or(u32::MAX));
    for argument in arguments {
        put_word(out, argument);
    }
    out.put_u32_le(u32::try_from(environment.len()).unwrap_or(u32::MAX));
    for (name, value) in environment {
        put_word(out, name);
        put_word(out, value);
    }
}

fn program(fields: &mut Fields) -> Result<Program, Malformed> {
    Ok(Program {
        path: word(fields)?.into(),
        directory: word(fields)?.into(),
        arguments: fields.list(word)?,
        environment: fields.list(|fields| Ok((word(fields)?, word(fields)?)))?,
    })
}

fn put_word(out: &mut BytesMut, word: &OsStr) {
    put_bytes(out, &bytes_of_word(word));
}

fn word(fields: &mut Fields) -> Result<OsString, Malformed> {
    word_of_bytes(fields.bytes()?.into()).ok_or(Malformed::Value("a word"))
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

//! What a holder says to its daemon.

use bytes::{BufMut, Bytes, BytesMut};
use terminal::input_gate::Acknowledgement;
use terminal::{Exit, Size};

use super::codec::{Fields, frame, put_size};
use super::{MAX_OUTPUT_BYTES, Malformed};

/// What a holder says to its daemon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// How things stand.
    Welcome(Welcome),
    /// The program could not be started, for this reason. The holder is gone.
    NotStarted(String),
    /// A part of the screen that was announced.
    Screen(Bytes),
    /// The program has written this.
    Output {
        /// Where its first byte stands since the terminal began.
        offset: u64,
        /// At most [`MAX_OUTPUT_BYTES`].
        data: Bytes,
    },
    /// So far input is in the program's hands.
    Acknowledged(Acknowledgement),
    /// Whether a lease is in force: the position up to which its input is in the program's hands,
    /// or the lease that is in force instead.
    Granted(Result<u64, u64>),
    /// Whether nothing runs any more, or which processes could not be stopped.
    Paused(Result<(), Vec<u32>>),
    /// The program has ended, and all of its output was sent.
    Exited(Exit),
    /// Another daemon has come.
    Displaced,
    /// How things stand with an agent.
    AgentWelcome(AgentWelcome),
    /// The agent has ended, and all of its output was sent.
    AgentExited {
        /// How.
        exit: Exit,
        /// The last that it wrote to its standard error, at most [`MAX_COMPLAINT_BYTES`](super::MAX_COMPLAINT_BYTES).
        complaint: Bytes,
    },
}

/// How things stand with an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentWelcome {
    /// The version that both speak from now on.
    pub version: u16,
    /// The holder's process.
    pub process: u32,
    /// The agent's process.
    pub leader: u32,
    /// Whether nothing of it runs.
    pub is_paused: bool,
    /// The last step that a daemon has taken, 0 if none has.
    pub step: u64,
    /// Whether that step was kept.
    pub is_kept: bool,
    /// Where the output begins that was not dealt with then. It follows.
    pub consumed: u64,
    /// What that step was handed on with; empty where a later daemon cannot go on from it.
    pub state: Bytes,
}

/// How things stand with a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Welcome {
    /// The version that both speak from now on.
    pub version: u16,
    /// The holder's process.
    pub process: u32,
    /// The program's process, which leads its session.
    pub leader: u32,
    /// Whether nothing of it runs.
    pub is_paused: bool,
    /// The lease of the keyboard that is in force, and how far its input has come.
    pub keyboard: Acknowledgement,
    /// The size of the window.
    pub size: Size,
    /// The lowest offset of output that is kept.
    pub oldest: u64,
    /// Where the output ends, and what the screen shows.
    pub end: u64,
    /// How many bytes of screen follow.
    pub screen_bytes: u32,
}

impl Notice {
    /// Writes it as a frame.
    pub fn write(&self, out: &mut BytesMut) {
        match self {
            Self::Welcome(welcome) => frame(1, out, |out| welcome.write(out)),
            Self::NotStarted(reason) => frame(2, out, |out| out.put_slice(reason.as_bytes())),
            Self::Screen(part) => frame(3, out, |out| out.put_slice(part)),
            Self::Output { offset, data } => frame(4, out, |out| {
                out.put_u64_le(*offset);
                out.put_slice(data);
            }),
            Self::Acknowledged(keyboard) => frame(5, out, |out| put_keyboard(out, *keyboard)),
            Self::Granted(granted) => frame(6, out, |out| {
                out.put_u8(granted.is_ok().into());
                out.put_u64_le(granted.unwrap_or_else(|current| current));
            }),
            Self::Paused(paused) => frame(7, out, |out| put_pids(out, paused)),
            Self::Exited(exit) => frame(8, out, |out| put_exit(out, *exit)),
            Self::Displaced => frame(9, out, |_| {}),
            Self::AgentWelcome(welcome) => frame(20, out, |out| welcome.write(out)),
            Self::AgentExited { exit, complaint } => frame(21, out, |out| {
                put_exit(out, *exit);
                out.put_slice(complaint);
            }),
        }
    }

    /// Reads a frame.
    pub fn read(kind: u8, fields: Bytes) -> Result<Self, Malformed> {
        let mut fields = Fields(fields);
        let notice = match kind {
            1 => Self::Welcome(Welcome::read(&mut fields)?),
            2 => Self::NotStarted(String::from_utf8_lossy(&fields.rest()).into_owned()),
            3 => Self::Screen(fields.rest()),
            4 => Self::Output { offset: fields.u64()?, data: output(&mut fields)? },
            5 => Self::Acknowledged(keyboard(&mut fields)?),
            6 => Self::Granted(match (fields.flag()?, fields.u64()?) {
                (true, seq) => Ok(seq),
                (false, current) => Err(current),
            }),
            7 => Self::Paused(if fields.flag()? { Ok(()) } else { Err(fields.list(Fields::u32)?) }),
            8 => Self::Exited(exit(&mut fields)?),
            9 => Self::Displaced,
            20 => Self::AgentWelcome(AgentWelcome::read(&mut fields)?),
            21 => Self::AgentExited { exit: exit(&mut fields)?, complaint: fields.rest() },
            kind => return Err(Malformed::Kind(kind)),
        };
        fields.end()?;
        Ok(notice)
    }
}

impl Welcome {
    fn write(&self, out: &mut BytesMut) {
        out.put_u16_le(self.version);
        out.put_u32_le(self.process);
        out.put_u32_le(self.leader);
        out.put_u8(self.is_paused.into());
        put_keyboard(out, self.keyboard);
        put_size(out, self.size);
        out.put_u64_le(self.oldest);
        out.put_u64_le(self.end);
        out.put_u32_le(self.screen_bytes);
    }

    fn read(fields: &mut Fields) -> Result<Self, Malformed> {
        let welcome = Self {
            version: fields.u16()?,
            process: fields.u32()?,
            leader: fields.u32()?,
            is_paused: fields.flag()?,
            keyboard: keyboard(fields)?,
            size: fields.size()?,
            oldest: fields.u64()?,
            end: fields.u64()?,
            screen_bytes: fields.u32()?,
        };
        if welcome.oldest > welcome.end {
            return Err(Malformed::Value("an offset"));
        }
        Ok(welcome)
    }
}

impl AgentWelcome {
    fn write(&self, out: &mut BytesMut) {
        out.put_u16_le(self.version);
        out.put_u32_le(self.process);
        out.put_u32_le(self.leader);
        out.put_u8(self.is_paused.into());
        out.put_u64_le(self.step);
        out.put_u8(self.is_kept.into());
        out.put_u64_le(self.consumed);
        out.put_slice(&self.state);
    }

    fn read(fields: &mut Fields) -> Result<Self, Malformed> {
        Ok(Self {
            version: fields.u16()?,
            process: fields.u32()?,
            leader: fields.u32()?,
            is_paused: fields.flag()?,
            step: fields.u64()?,
            is_kept: fields.flag()?,
            consumed: fields.u64()?,
            state: fields.rest(),
        })
    }
}

fn put_keyboard(out: &mut BytesMut, keyboard: Acknowledgement) {
    out.put_u64_le(keyboard.lease);
    out.put_u64_le(keyboard.seq);
}

fn keyboard(fields: &mut Fields) -> Result<Acknowledgement, Malformed> {
    Ok(Acknowledgement { lease: fields.u64()?, seq: fields.u64()? })
}

fn output(fields: &mut Fields) -> Result<Bytes, Malformed> {
    match fields.rest() {
        data if data.is_empty() || data.len() > MAX_OUTPUT_BYTES => {
            Err(Malformed::Value("the length of output"))
        }
        data => Ok(data),
    }
}

fn put_pids(out: &mut BytesMut, paused: &Result<(), Vec<u32>>) {
    out.put_u8(paused.is_ok().into());
    if let Err(pids) = paused {
        out.put_u32_le(u32::try_from(pids.len()).unwrap_or(u32::MAX));
        for pid in pids {
            out.put_u32_le(*pid);
        }
    }
}

fn put_exit(out: &mut BytesMut, exit: Exit) {
    let (kind, number) = match exit {
        Exit::Code(code) => (0, code),
        Exit::Signal(signal) => (1, signal),
        Exit::Unseen => (2, 0),
    };
    out.put_u8(kind);
    out.put_i32_le(number);
}

fn exit(fields: &mut Fields) -> Result<Exit, Malformed> {
    let kind = fields.u8()?;
    let number = fields.u32()?.cast_signed();
    match kind {
        0 => Ok(Exit::Code(number)),
        1 => Ok(Exit::Signal(number)),
        2 => Ok(Exit::Unseen),
        _ => Err(Malformed::Value("an end")),
    }
}

//! An agent that a holder keeps, as the daemon uses it.

use std::io;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use processes::Grace;
use terminal::Exit;
use tokio::io::Interest;

use crate::held::{AttachError, reach};
use crate::local::Stream;
use crate::place::Place;
use crate::protocol::frames::Filled;
use crate::protocol::{AgentWelcome, Frames, Malformed, Notice, Request, Step, VERSION};

/// How long a holder may take to take in what it is told.
const TAKES_WITHIN: Duration = Duration::from_secs(30);

/// An agent that a holder keeps, owned by one task. Dropping it leaves the agent to the next daemon.
#[derive(Debug)]
pub struct HeldAgent {
    stream: Stream,
    incoming: Frames,
    outgoing: BytesMut,
    process: u32,
    leader: u32,
    /// Output that was not taken yet, and where it begins.
    output: BytesMut,
    offset: u64,
    /// How far `output` was searched for the end of a line.
    searched: usize,
    /// The end, once it was told; it comes after the output.
    exit: Option<(Exit, Bytes)>,
    /// Whether the holder can be told nothing any more. What it has said before counts.
    is_deaf: bool,
    /// Whether nobody wants to know what the agent still says.
    is_unheard: bool,
    is_gone: bool,
}

/// What an agent was found like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentStanding {
    /// The last step that a daemon has taken, 0 if none has.
    pub step: u64,
    /// Whether it was kept.
    pub is_kept: bool,
    /// What it was handed on with; empty where nobody can go on from it.
    pub state: Bytes,
    /// Whether nothing of the agent runs.
    pub is_paused: bool,
}

/// Something that has happened with an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentEvent {
    /// It has written a line, here without its end.
    Line {
        /// The line.
        line: Bytes,
        /// Where the output goes on behind it.
        end: u64,
    },
    /// It writes a line that is longer than may be. What comes behind is not heard.
    LineTooLong,
    /// It has ended, nothing of it is left, and all of its output has come. Comes again when asked
    /// again.
    Exited {
        /// How.
        exit: Exit,
        /// The last that it wrote to its standard error.
        complaint: Bytes,
    },
    /// Another daemon has it.
    Displaced,
    /// The holder is gone, and nobody told how the agent ended. Comes again when asked again.
    Lost,
}

/// The holder is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the process that held the agent is gone")]
pub struct HolderGone;

impl HeldAgent {
    /// Takes over an agent that goes on.
    pub async fn attach(
        place: &Place,
        session: &str,
        within: Duration,
    ) -> Result<(Self, AgentStanding), AttachError> {
        let attaching = async {
            let first_word = Request::AttachAgent { version: VERSION };
            Self::open(reach(place, session).await?, first_word).await
        };
        tokio::time::timeout(within, attaching).await.unwrap_or(Err(AttachError::Silent))
    }

    /// Says the first word, and hears how things stand.
    pub(crate) async fn open(
        stream: Stream,
        first_word: Request,
    ) -> Result<(Self, AgentStanding), AttachError> {
        if !stream.is_owners() {
            return Err(AttachError::Foreign);
        }
        let mut held = Self {
            stream,
            incoming: Frames::default(),
            outgoing: BytesMut::new(),
            process: 0,
            leader: 0,
            output: BytesMut::new(),
            offset: 0,
            searched: 0,
            exit: None,
            is_deaf: false,
            is_unheard: false,
            is_gone: false,
        };
        held.say(&first_word);
        match held.first_answer().await? {
            Notice::AgentWelcome(welcome) if (1..=VERSION).contains(&welcome.version) => {
                Ok(held.begin(welcome))
            }
            Notice::NotStarted(reason) => Err(AttachError::NotStarted(reason)),
            _ => Err(Malformed::Value("the first answer").into()),
        }
    }

    fn begin(mut self, welcome: AgentWelcome) -> (Self, AgentStanding) {
        self.process = welcome.process;
        self.leader = welcome.leader;
        self.offset = welcome.consumed;
        let AgentWelcome { step, is_kept, state, is_paused, .. } = welcome;
        (self, AgentStanding { step, is_kept, state, is_paused })
    }

    async fn first_answer(&mut self) -> Result<Notice, AttachError> {
        loop {
            if let Some(notice) = self.notice()? {
                return Ok(notice);
            }
            if self.is_gone {
                return Err(AttachError::Nobody);
            }
            self.flush();
            self.wait().await;
            self.fill();
        }
    }

    /// Waits for what happens next. A line may be as long as is said. Nothing is lost if the wait is
    /// given up.
    pub async fn next(&mut self, longest: usize) -> AgentEvent {
        loop {
            if let Some(event) = self.ready(longest) {
                return event;
            }
            self.flush();
            self.wait().await;
            self.fill();
        }
    }

    /// What has come already.
    pub fn ready(&mut self, longest: usize) -> Option<AgentEvent> {
        loop {
            if let Some(line) = self.line() {
                return Some(line);
            }
            if self.output.len() > longest {
                return Some(AgentEvent::LineTooLong);
            }
            if let Some(event) = self.rest() {
                return Some(event);
            }
            match self.notice() {
                Ok(Some(Notice::Output { .. })) if self.is_unheard => {}
                Ok(Some(Notice::Output { offset, data }))
                    if offset == self.offset + self.output.len() as u64 =>
                {
                    self.output.extend_from_slice(&data);
                }
                Ok(Some(Notice::AgentExited { exit, complaint })) => {
                    self.exit = Some((exit, complaint));
                }
                // It was not waited for any more.
                Ok(Some(Notice::Paused(_))) => {}
                Ok(Some(Notice::Displaced)) => return Some(AgentEvent::Displaced),
                Ok(None) if self.is_gone => return Some(AgentEvent::Lost),
                Ok(None) => return None,
                Ok(Some(_)) | Err(_) => {
                    tracing::error!("the holder of an agent is not understood");
                    self.is_gone = true;
                    self.incoming = Frames::default();
                    return Some(AgentEvent::Lost);
                }
            }
        }
    }

    /// Whether the next thing is a line.
    pub fn has_line(&self) -> bool {
        self.output[self.searched..].contains(&b'\n')
    }

    /// Takes in nothing of what has come and comes until the end.
    pub fn give_up(&mut self) {
        self.is_unheard = true;
        self.output.clear();
        self.searched = 0;
    }

    fn line(&mut self) -> Option<AgentEvent> {
        let found = self.output[self.searched..].iter().position(|byte| *byte == b'\n');
        let Some(at) = found.map(|found| self.searched + found) else {
            self.searched = self.output.len();
            return None;
        };
        let line = self.output.split_to(at).freeze();
        self.output.advance(1);
        self.searched = 0;
        self.offset += at as u64 + 1;
        Some(AgentEvent::Line { line, end: self.offset })
    }

    /// What stands behind the last end of a line counts as one, when nothing more can come. Then
    /// comes the end.
    fn rest(&mut self) -> Option<AgentEvent> {
        let (exit, complaint) = self.exit.clone()?;
        if self.output.is_empty() {
            return Some(AgentEvent::Exited { exit, complaint });
        }
        let line = std::mem::take(&mut self.output).freeze();
        self.searched = 0;
        self.offset += line.len() as u64;
        Some(AgentEvent::Line { line, end: self.offset })
    }

    /// Hands a step on, and waits until the holder is sure to get it. What belongs to it may be
    /// written down then.
    pub async fn step(&mut self, step: Step) -> Result<(), HolderGone> {
        self.say(&Request::Step(step));
        let handing_on = async {
            while !self.outgoing.is_empty() {
                if self.stream.ready(Interest::WRITABLE).await.is_err() {
                    break;
                }
                self.flush();
            }
            self.is_deaf |= self.stream.delivered().await.is_err();
        };
        if tokio::time::timeout(TAKES_WITHIN, handing_on).await.is_err() {
            tracing::error!(process = self.process, "the holder of an agent does not listen");
            self.outgoing.clear();
            self.is_gone = true;
        }
        if self.is_gone || self.is_deaf { Err(HolderGone) } else { Ok(()) }
    }

    /// Says that what belongs to a step is written down, so that the agent may be told.
    pub fn kept(&mut self, number: u64) {
        self.say(&Request::Kept { number });
    }

    /// Lets nothing run; answers which processes could not be stopped. Lines that come meanwhile are
    /// kept.
    pub async fn pause(&mut self, within: Duration) -> Result<(), Vec<u32>> {
        self.say(&Request::Pause);
        let paused = async {
            loop {
                match self.notice() {
                    Ok(Some(Notice::Paused(paused))) => break paused,
                    Ok(Some(Notice::Output { .. })) if self.is_unheard => {}
                    Ok(Some(Notice::Output { data, .. })) => self.output.extend_from_slice(&data),
                    Ok(Some(Notice::AgentExited { exit, complaint })) => {
                        self.exit = Some((exit, complaint));
                    }
                    Ok(None) if !self.is_gone => {
                        self.flush();
                        self.wait().await;
                        self.fill();
                    }
                    _ => {
                        self.is_gone = true;
                        break Ok(());
                    }
                }
            }
        };
        tokio::time::timeout(within, paused).await.unwrap_or(Err(Vec::new()))
    }

    /// Lets it go on.
    pub fn resume(&mut self) {
        self.say(&Request::Resume);
    }

    /// Ends it politely. [`AgentEvent::Exited`] follows; no line does.
    pub fn stop(&mut self) {
        self.give_up();
        self.say(&Request::Stop);
    }

    /// Ends it with everything it has started. [`AgentEvent::Exited`] follows; no line does.
    pub fn end(&mut self, grace: Grace) {
        self.give_up();
        self.say(&Request::End(grace));
    }

    /// Says that all is known of the end, and waits until the holder is gone, or for as long as that
    /// may take; whether it is.
    pub async fn forget(&mut self, within: Duration) -> bool {
        self.say(&Request::Forget);
        let gone = async {
            while !self.is_gone {
                self.flush();
                self.wait().await;
                self.fill();
                while matches!(self.notice(), Ok(Some(_))) {}
            }
        };
        tokio::time::timeout(within, gone).await.is_ok()
    }

    /// The holder's process.
    pub const fn process(&self) -> u32 {
        self.process
    }

    /// The agent's process.
    pub const fn leader(&self) -> u32 {
        self.leader
    }

    /// Where the output goes on that was not taken yet.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    fn notice(&mut self) -> Result<Option<Notice>, Malformed> {
        let frame = self.incoming.take()?;
        frame.map(|(kind, fields)| Notice::read(kind, fields)).transpose()
    }

    fn fill(&mut self) {
        let filled = self.incoming.fill(&self.stream);
        self.is_gone |= !matches!(filled, Ok(Filled::Some | Filled::Nothing));
    }

    async fn wait(&self) {
        let interest = if self.outgoing.is_empty() {
            Interest::READABLE
        } else {
            Interest::READABLE | Interest::WRITABLE
        };
        // An error shows when it is read.
        let _ = self.stream.ready(interest).await;
    }

    fn say(&mut self, request: &Request) {
        request.write(&mut self.outgoing);
        self.flush();
    }

    /// Writes what is taken without waiting. That the holder is gone shows when it is read.
    fn flush(&mut self) {
        while !self.outgoing.is_empty() {
            match self.stream.try_write(&self.outgoing) {
                Ok(written) => self.outgoing.advance(written),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => {
                    self.is_deaf = true;
                    return self.outgoing.clear();
                }
            }
        }
    }
}

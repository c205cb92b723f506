//! A terminal that a holder keeps, as the daemon uses it.

use std::io;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use processes::Grace;
use terminal::input_gate::Acknowledgement;
use terminal::{Exit, Memory, Ring, Size, Terminal};
use tokio::io::Interest;

use crate::Place;
use crate::local::Stream;
use crate::protocol::frames::Filled;
use crate::protocol::{Frames, Malformed, Notice, Request, VERSION, WINDOW_BYTES, Welcome};

/// How much may wait for a holder that does not read. What is more is refused.
const WAITING_BYTES: usize = 1024 * 1024;

/// A terminal that a holder keeps, owned by one task. Dropping it leaves the terminal to the next
/// daemon.
#[derive(Debug)]
pub struct Held {
    stream: Stream,
    incoming: Frames,
    outgoing: BytesMut,
    process: u32,
    leader: u32,
    /// Output before this offset has come.
    received: u64,
    /// Output may come up to this offset.
    granted: u64,
    is_gone: bool,
}

/// What a terminal was found like.
#[derive(Debug)]
pub struct Standing {
    /// Its output and its screen.
    pub terminal: Terminal,
    /// Which lease of the keyboard is in force.
    pub lease: u64,
    /// Whether nothing of it runs.
    pub is_paused: bool,
}

/// Something that has happened with a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The program has written this.
    Output(Bytes),
    /// So far input is in the program's hands.
    Acknowledged(Acknowledgement),
    /// What [`Held::grant`] came to: how far the input of the lease has come, or which lease is in
    /// force instead.
    Granted(Result<u64, u64>),
    /// What [`Held::pause`] came to: nothing runs, or these processes could not be stopped.
    Paused(Result<(), Vec<u32>>),
    /// The program has ended, nothing of it is left, and all of its output has come.
    Exited(Exit),
    /// Another daemon has it.
    Displaced,
    /// The holder is gone, and nobody told how the program ended. Comes again when asked again.
    Lost,
}

/// Whether output is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Take what comes.
    On,
    /// Let the program wait, once what is on its way has come. Its end is not told either.
    Held,
}

/// A terminal could not be reached.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    /// Nobody holds it.
    #[error("nobody holds the terminal")]
    Nobody,
    /// The program could not be started.
    #[error("{0}")]
    NotStarted(String),
    /// The holder is somebody else's.
    #[error("the terminal is held by somebody else")]
    Foreign,
    /// The holder does not answer in time.
    #[error("the holder of the terminal does not answer")]
    Silent,
    /// The holder says what cannot be understood.
    #[error("speak with the holder of the terminal")]
    Malformed(#[from] Malformed),
    /// The system refused.
    #[error("reach the holder of the terminal")]
    System(#[from] io::Error),
}

impl Held {
    /// Takes over a terminal that goes on, with everything that is kept of it.
    pub async fn attach(
        place: &Place,
        session: &str,
        within: Duration,
    ) -> Result<(Self, Standing), AttachError> {
        let attaching = async {
            Self::open(reach(place, session).await?, Request::Attach { version: VERSION }).await
        };
        tokio::time::timeout(within, attaching).await.unwrap_or(Err(AttachError::Silent))
    }

    /// Says the first word, and takes in what there is.
    pub(crate) async fn open(
        stream: Stream,
        first_word: Request,
    ) -> Result<(Self, Standing), AttachError> {
        if !stream.is_owners() {
            return Err(AttachError::Foreign);
        }
        let mut held = Self {
            stream,
            incoming: Frames::default(),
            outgoing: BytesMut::new(),
            process: 0,
            leader: 0,
            received: 0,
            granted: 0,
            is_gone: false,
        };
        held.say(&first_word);
        let welcome = match held.expect().await? {
            Notice::Welcome(welcome) if (1..=VERSION).contains(&welcome.version) => welcome,
            Notice::NotStarted(reason) => return Err(AttachError::NotStarted(reason)),
            _ => return Err(Malformed::Value("the first answer").into()),
        };
        held.take_over(welcome).await
    }

    async fn take_over(mut self, welcome: Welcome) -> Result<(Self, Standing), AttachError> {
        let memory = Memory::default();
        let mut screen = BytesMut::new();
        let mut ring = Ring::starting_at(welcome.oldest, memory.ring_bytes);
        while screen.len() < welcome.screen_bytes as usize || ring.end() < welcome.end {
            match self.expect().await? {
                Notice::Screen(part) => screen.extend_from_slice(&part),
                Notice::Output { offset, data } if offset == ring.end() => {
                    ring.append(&data);
                }
                // The holder tells it again.
                Notice::Acknowledged(_) => {}
                _ => return Err(Malformed::Value("what is kept").into()),
            }
        }
        self.process = welcome.process;
        self.leader = welcome.leader;
        self.received = ring.end();
        self.granted = welcome.end + WINDOW_BYTES;
        let terminal = Terminal::restored(welcome.size, memory, ring, &screen);
        let standing =
            Standing { terminal, lease: welcome.keyboard.lease, is_paused: welcome.is_paused };
        Ok((self, standing))
    }

    /// Waits for what happens next. Nothing is lost if the wait is given up.
    pub async fn next(&mut self, reading: Reading) -> Event {
        if reading == Reading::On {
            self.grant_credit();
        }
        loop {
            match self.notice().and_then(|notice| notice.map(|one| self.happened(one)).transpose())
            {
                Ok(Some(event)) => return event,
                Ok(None) if self.is_gone => return Event::Lost,
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(%error, "the holder of a terminal is not understood");
                    self.is_gone = true;
                    self.incoming = Frames::default();
                    return Event::Lost;
                }
            }
            self.flush();
            self.wait().await;
            let filled = self.incoming.fill(&self.stream);
            self.is_gone |= !matches!(filled, Ok(Filled::Some | Filled::Nothing));
        }
    }

    /// Sends keystrokes on their way, and says whether there was room for them.
    pub fn type_in(&mut self, lease: u64, seq: u64, data: Bytes) -> bool {
        self.ask(&Request::Input { lease, seq, data })
    }

    /// Gives the keyboard to a lease. [`Event::Granted`] follows.
    pub fn grant(&mut self, lease: u64) -> bool {
        self.ask(&Request::Grant { lease })
    }

    /// Changes the size of the window.
    pub fn resize(&mut self, size: Size) -> bool {
        self.ask(&Request::Resize(size))
    }

    /// Lets nothing run. [`Event::Paused`] follows.
    pub fn pause(&mut self) -> bool {
        self.ask(&Request::Pause)
    }

    /// Lets it go on.
    pub fn resume(&mut self) -> bool {
        self.ask(&Request::Resume)
    }

    /// Ends the program with everything it has started. [`Event::Exited`] follows.
    pub fn end(&mut self, grace: Grace) {
        self.say(&Request::End(grace));
    }

    /// Says that all is known of the end, and waits until the holder is gone, or for as long as
    /// that may take.
    pub async fn forget(&mut self, within: Duration) {
        self.say(&Request::Forget);
        let gone = async { while self.next(Reading::On).await != Event::Lost {} };
        if tokio::time::timeout(within, gone).await.is_err() {
            tracing::warn!(process = self.process, "the holder of a terminal that has ended stays");
        }
    }

    /// The holder's process.
    pub const fn process(&self) -> u32 {
        self.process
    }

    /// The program's process.
    pub const fn leader(&self) -> u32 {
        self.leader
    }

    /// Waits for one notice, whatever it is.
    async fn expect(&mut self) -> Result<Notice, AttachError> {
        loop {
            if let Some(notice) = self.notice()? {
                return Ok(notice);
            }
            if self.is_gone {
                return Err(AttachError::Nobody);
            }
            self.flush();
            self.wait().await;
            self.is_gone = self.incoming.fill(&self.stream)? == Filled::End;
        }
    }

    fn notice(&mut self) -> Result<Option<Notice>, Malformed> {
        let frame = self.incoming.take()?;
        frame.map(|(kind, fields)| Notice::read(kind, fields)).transpose()
    }

    fn happened(&mut self, notice: Notice) -> Result<Event, Malformed> {
        Ok(match notice {
            Notice::Output { offset, data } if offset == self.received => {
                self.received += data.len() as u64;
                Event::Output(data)
            }
            Notice::Output { .. } => return Err(Malformed::Value("the offset of output")),
            Notice::Acknowledged(keyboard) => Event::Acknowledged(keyboard),
            Notice::Granted(granted) => Event::Granted(granted),
            Notice::Paused(paused) => Event::Paused(paused),
            Notice::Exited(exit) => Event::Exited(exit),
            Notice::Displaced => Event::Displaced,
            Notice::Welcome(_)
            | Notice::NotStarted(_)
            | Notice::Screen(_)
            | Notice::AgentWelcome(_)
            | Notice::AgentExited { .. } => {
                return Err(Malformed::Value("the time of a message"));
            }
        })
    }

    /// Grants more output when half of what was granted has come.
    fn grant_credit(&mut self) {
        let to = self.received + WINDOW_BYTES;
        if to >= self.granted + WINDOW_BYTES / 2 {
            self.granted = to;
            self.say(&Request::Credit { to });
        }
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

    fn ask(&mut self, request: &Request) -> bool {
        let has_room = self.outgoing.len() < WAITING_BYTES;
        if has_room {
            self.say(request);
        }
        has_room
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
                Err(_) => return self.outgoing.clear(),
            }
        }
    }
}

/// Connects with whoever holds a session.
pub(crate) async fn reach(place: &Place, session: &str) -> Result<Stream, AttachError> {
    place.connect(session).await.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => AttachError::Nobody,
        _ => error.into(),
    })
}

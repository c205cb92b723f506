//! The daemon that is connected, as its holder sees it.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use terminal::input_gate::Acknowledgement;
use terminal::ring::Read;
use tokio::io::Interest;

use crate::kept::Kept;
use crate::local::Stream;
use crate::protocol::frames::Filled;
use crate::protocol::{
    Frames, MAX_OUTPUT_BYTES, Malformed, Notice, Request, VERSION, WINDOW_BYTES, Welcome,
};

/// How long a daemon may take for its first word.
const FIRST_WORD_WITHIN: Duration = Duration::from_secs(20);

/// How many answers may wait for a daemon. It waits for each before it asks for the next, so one
/// that has so many open is none of ours.
pub(crate) const ANSWERS: usize = 1_024;

/// Somebody who has connected.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) stream: Stream,
    incoming: Frames,
}

/// The daemon that is connected.
#[derive(Debug)]
pub(crate) struct Connection {
    caller: Caller,
    /// What is being written.
    outgoing: BytesMut,
    answers: VecDeque<Notice>,
    acknowledged: Option<Acknowledgement>,
    /// Output before this offset was sent.
    sent: u64,
    /// Output may be sent up to this offset.
    credit: u64,
    has_told_the_end: bool,
}

/// The daemon is gone, or says what no daemon says.
#[derive(Debug)]
pub(crate) struct Gone;

impl Caller {
    /// Somebody, if it is the one who owns this process.
    pub(crate) fn new(stream: Stream) -> Option<Self> {
        stream.is_owners().then(|| Self { stream, incoming: Frames::default() })
    }

    /// What is said first. `None` if that does not come in time, or is none.
    pub(crate) async fn first_word(mut self) -> Option<(Self, Request)> {
        let reading = async {
            loop {
                if let Some(request) = self.next()? {
                    return Ok::<_, Gone>(request);
                }
                self.stream.ready(Interest::READABLE).await.map_err(drop)?;
                if self.fill()? == Filled::End {
                    return Err(Gone);
                }
            }
        };
        let request = tokio::time::timeout(FIRST_WORD_WITHIN, reading).await.ok()?.ok()?;
        Some((self, request))
    }

    /// Says one thing, and waits until it is on its way.
    pub(crate) async fn say(&self, notice: &Notice) {
        let mut bytes = BytesMut::new();
        notice.write(&mut bytes);
        // Whoever is gone hears nothing.
        while !bytes.is_empty() && self.stream.ready(Interest::WRITABLE).await.is_ok() {
            match self.stream.try_write(&bytes) {
                Ok(written) => bytes.advance(written),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    }

    pub(crate) fn next(&mut self) -> Result<Option<Request>, Malformed> {
        let frame = self.incoming.take()?;
        frame.map(|(kind, fields)| Request::read(kind, fields)).transpose()
    }

    pub(crate) fn fill(&mut self) -> io::Result<Filled> {
        self.incoming.fill(&self.stream)
    }
}

impl Connection {
    /// Tells a daemon how things stand, and what there is of output and screen.
    pub(crate) fn welcome(caller: Caller, version: u16, kept: &mut Kept) -> Self {
        if cfg!(feature = "mutant-typed-again") {
            kept.forget_what_was_typed();
        }
        let screen = if kept.terminal().ring().end() == 0 { Bytes::new() } else { kept.screen() };
        let ring = kept.terminal().ring();
        let (oldest, end) = (ring.oldest(), ring.end());
        let welcome = Welcome {
            version: version.min(VERSION),
            process: std::process::id(),
            leader: kept.leader(),
            is_paused: kept.is_paused(),
            keyboard: kept.keyboard(),
            size: kept.terminal().size(),
            oldest,
            end,
            screen_bytes: u32::try_from(screen.len()).unwrap_or(u32::MAX),
        };
        let mut answers = VecDeque::from([Notice::Welcome(welcome)]);
        let parts = screen.chunks(MAX_OUTPUT_BYTES);
        answers.extend(parts.map(|part| Notice::Screen(screen.slice_ref(part))));
        Self {
            caller,
            outgoing: BytesMut::new(),
            answers,
            acknowledged: None,
            sent: oldest,
            credit: end + WINDOW_BYTES,
            has_told_the_end: false,
        }
    }

    /// Waits until something has come, or what waits can be sent.
    pub(crate) async fn ready(&self) {
        let interest = if self.outgoing.is_empty() {
            Interest::READABLE
        } else {
            Interest::READABLE | Interest::WRITABLE
        };
        // An error shows when it is read or written.
        let _ = self.caller.stream.ready(interest).await;
    }

    /// Reads what has come. Where it is the last, that shows when there is no more.
    pub(crate) fn fill(&mut self) -> Result<Filled, Gone> {
        Ok(self.caller.fill()?)
    }

    /// The next thing that it has said.
    pub(crate) fn next(&mut self) -> Result<Option<Request>, Gone> {
        Ok(self.caller.next()?)
    }

    pub(crate) fn raise_credit(&mut self, to: u64) {
        self.credit = self.credit.max(to);
    }

    pub(crate) fn acknowledge(&mut self, keyboard: Acknowledgement) {
        self.acknowledged = Some(keyboard);
    }

    pub(crate) fn answer(&mut self, answer: Notice) -> Result<(), Gone> {
        if self.answers.len() >= ANSWERS {
            return Err(Gone);
        }
        self.answers.push_back(answer);
        Ok(())
    }

    /// How far the program has run ahead of what was sent, in bytes.
    pub(crate) fn backlog(&self, kept: &Kept) -> u64 {
        kept.terminal().ring().end().saturating_sub(self.sent)
    }

    /// Sends what there is, as far as it is taken without waiting.
    pub(crate) fn send(&mut self, kept: &Kept) -> Result<(), Gone> {
        loop {
            while !self.outgoing.is_empty() {
                match self.caller.stream.try_write(&self.outgoing) {
                    Ok(written) => self.outgoing.advance(written),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                    Err(_) => return Err(Gone),
                }
            }
            match self.stage(kept) {
                Some(notice) => notice.write(&mut self.outgoing),
                None => return Ok(()),
            }
        }
    }

    /// A later daemon has come. This one is told, if it listens.
    pub(crate) fn displace(mut self) {
        if self.outgoing.is_empty() {
            Notice::Displaced.write(&mut self.outgoing);
            // It sees that the connection is closed, too.
            let _ = self.caller.stream.try_write(&self.outgoing);
        }
    }

    /// What goes next: who types waits for it, so that goes first; the end comes after all output.
    fn stage(&mut self, kept: &Kept) -> Option<Notice> {
        if let Some(answer) = self.answers.pop_front() {
            return Some(answer);
        }
        if let Some(keyboard) = self.acknowledged.take() {
            return Some(Notice::Acknowledged(keyboard));
        }
        let ring = kept.terminal().ring();
        // What fell out of the ring meanwhile is a gap, which the next offset declares.
        self.sent = self.sent.max(ring.oldest());
        let room = usize::try_from(self.credit.saturating_sub(self.sent)).unwrap_or(usize::MAX);
        if let Read::Chunk(chunk) = ring.read(self.sent, room.min(MAX_OUTPUT_BYTES)) {
            self.sent = chunk.end();
            return Some(Notice::Output { offset: chunk.offset, data: chunk.data });
        }
        let exit = kept.exit().filter(|_| self.sent == ring.end() && !self.has_told_the_end)?;
        self.has_told_the_end = true;
        Some(Notice::Exited(exit))
    }
}

impl From<io::Error> for Gone {
    fn from(_: io::Error) -> Self {
        Self
    }
}

impl From<Malformed> for Gone {
    fn from(_: Malformed) -> Self {
        Self
    }
}

impl From<()> for Gone {
    fn from((): ()) -> Self {
        Self
    }
}

//! The process that holds one agent.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::Interest;
use tokio::time::Sleep;

use super::kept::Kept;
use crate::connection::{ANSWERS, Caller, Gone};
use crate::keeper::{Arriving, KeepError, TERMINATED, accept, with_causes};
use crate::local::{Listener, Stream, Terminate};
use crate::protocol::frames::Filled;
use crate::protocol::{AgentWelcome, MAX_OUTPUT_BYTES, Notice, Request, StartAgent, VERSION};

/// The daemon that is connected.
struct Connection {
    caller: Caller,
    /// What is being written.
    outgoing: BytesMut,
    answers: VecDeque<Notice>,
    /// Output before this offset was sent.
    sent: u64,
    has_told_the_end: bool,
    /// Whether it hears nothing any more. What it has said before counts.
    is_deaf: bool,
}

struct Keeper {
    listener: Listener,
    terminate: Terminate,
    kept: Kept,
    connection: Option<Connection>,
    /// Who has connected and has not said what for.
    arriving: Option<Arriving>,
    /// Runs while there is no daemon.
    alone: Option<Pin<Box<Sleep>>>,
    alone_for: Duration,
    /// Whether it ends with its agent, though no daemon knows how that ended.
    is_leaving: bool,
    socket: PathBuf,
}

enum Turn {
    Terminated,
    Alone,
    Called(Stream),
    Introduced(Option<(Caller, Request)>),
    Ready,
    Happened,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    On,
    Forgotten,
}

/// Holds one agent until its end is known.
pub(crate) async fn keep(
    listener: Listener,
    terminate: Terminate,
    caller: Caller,
    start: StartAgent,
) -> Result<(), KeepError> {
    let kept = match Kept::start(&start) {
        Ok(kept) => kept,
        Err(error) => {
            // Its name goes first: who asks then is told that there is none.
            let _ = fs::remove_file(&start.socket);
            caller.say(&Notice::NotStarted(with_causes(&error))).await;
            return Err(KeepError::NotStarted);
        }
    };
    let keeper = Keeper {
        listener,
        terminate,
        connection: Some(Connection::welcome(caller, start.version, &kept)),
        kept,
        arriving: None,
        alone: None,
        alone_for: start.alone_for,
        is_leaving: false,
        socket: start.socket,
    };
    keeper.run().await;
    Ok(())
}

impl Keeper {
    async fn run(mut self) {
        loop {
            if let Some(connection) = &mut self.connection {
                connection.send(&self.kept);
            }
            if self.is_leaving && self.connection.is_none() && self.kept.exit().is_some() {
                break;
            }
            match self.wait().await {
                Turn::Terminated | Turn::Alone => {
                    self.alone = None;
                    self.is_leaving = true;
                    self.kept.kill(TERMINATED);
                }
                Turn::Called(stream) => {
                    // Who called before and has not said a word is not waited for.
                    self.arriving =
                        Caller::new(stream).map(|caller| Box::pin(caller.first_word()) as _);
                }
                Turn::Introduced(introduced) => {
                    self.arriving = None;
                    if let Some((caller, Request::AttachAgent { version })) = introduced
                        && self.welcome(caller, version).await == Next::Forgotten
                    {
                        break;
                    }
                }
                Turn::Ready => match self.serve().await {
                    Ok(Some(_)) => {}
                    Ok(None) => break,
                    Err(Gone) => self.be_alone(),
                },
                Turn::Happened => {}
            }
        }
        // Nobody finds it any more; what else is in the directory is not ours.
        let _ = fs::remove_file(&self.socket);
    }

    async fn wait(&mut self) -> Turn {
        let Self { listener, terminate, kept, connection, arriving, alone, .. } = self;
        let ready = async {
            match connection {
                Some(connection) => connection.ready().await,
                None => std::future::pending().await,
            }
        };
        let introduced = async {
            match arriving {
                Some(arriving) => arriving.await,
                None => std::future::pending().await,
            }
        };
        let lonely = async {
            match alone {
                Some(alone) => alone.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = terminate.recv() => Turn::Terminated,
            // What a daemon that is gone has said comes before the next one.
            () = ready => Turn::Ready,
            introduced = introduced => Turn::Introduced(introduced),
            called = accept(listener) => Turn::Called(called),
            () = kept.next() => Turn::Happened,
            () = lonely => Turn::Alone,
        }
    }

    /// A later daemon has come. The earlier one is heard out, and told.
    async fn welcome(&mut self, caller: Caller, version: u16) -> Next {
        while self.connection.is_some() {
            match self.serve().await {
                Ok(Some(Filled::Some)) => {}
                Ok(None) => return Next::Forgotten,
                Ok(Some(_)) | Err(Gone) => break,
            }
        }
        if let Some(earlier) = self.connection.take() {
            earlier.displace();
        }
        self.connection = Some(Connection::welcome(caller, version, &self.kept));
        self.alone = None;
        Next::On
    }

    fn be_alone(&mut self) {
        self.connection = None;
        if !self.is_leaving {
            self.alone = Some(Box::pin(tokio::time::sleep(self.alone_for)));
        }
    }

    /// Does what the daemon has asked for; `None` when nobody wants to know any more.
    async fn serve(&mut self) -> Result<Option<Filled>, Gone> {
        let Self { connection: Some(connection), kept, .. } = self else {
            return Ok(Some(Filled::Nothing));
        };
        let filled = connection.caller.fill()?;
        while let Some(request) = connection.caller.next()? {
            if obey(request, connection, kept).await? == Next::Forgotten {
                return Ok(None);
            }
        }
        if filled == Filled::End { Err(Gone) } else { Ok(Some(filled)) }
    }
}

async fn obey(
    request: Request,
    connection: &mut Connection,
    kept: &mut Kept,
) -> Result<Next, Gone> {
    let makes_sense = match request {
        Request::Step(step) => kept.take(step),
        Request::Kept { number } => kept.keep(number),
        Request::Pause => {
            connection.answers.push_back(Notice::Paused(kept.pause().await));
            connection.answers.len() < ANSWERS
        }
        Request::Resume => {
            kept.resume();
            true
        }
        Request::Stop => {
            kept.stop();
            true
        }
        Request::End(grace) => {
            kept.kill(grace);
            true
        }
        Request::Forget if kept.exit().is_some() => return Ok(Next::Forgotten),
        // The others are about terminals, or belong to the beginning.
        _ => false,
    };
    if makes_sense { Ok(Next::On) } else { Err(Gone) }
}

impl Connection {
    fn welcome(caller: Caller, version: u16, kept: &Kept) -> Self {
        let (step, is_kept, state) = kept.standing();
        let (consumed, _) = kept.range();
        let welcome = AgentWelcome {
            version: version.min(VERSION),
            process: std::process::id(),
            leader: kept.leader(),
            is_paused: kept.is_paused(),
            step,
            is_kept,
            consumed,
            state,
        };
        Self {
            caller,
            outgoing: BytesMut::new(),
            answers: VecDeque::from([Notice::AgentWelcome(welcome)]),
            sent: consumed,
            has_told_the_end: false,
            is_deaf: false,
        }
    }

    /// Waits until something has come, or what waits can be sent.
    async fn ready(&self) {
        let interest = if self.outgoing.is_empty() || self.is_deaf {
            Interest::READABLE
        } else {
            Interest::READABLE | Interest::WRITABLE
        };
        // An error shows when it is read or written.
        let _ = self.caller.stream.ready(interest).await;
    }

    /// Sends what there is, as far as it is taken without waiting.
    fn send(&mut self, kept: &Kept) {
        while !self.is_deaf {
            while !self.outgoing.is_empty() {
                match self.caller.stream.try_write(&self.outgoing) {
                    Ok(written) => self.outgoing.advance(written),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                    // That it is gone shows when all that it has said was read.
                    Err(_) => {
                        self.is_deaf = true;
                        return;
                    }
                }
            }
            match self.stage(kept) {
                Some(notice) => notice.write(&mut self.outgoing),
                None => return,
            }
        }
    }

    /// What goes next. The end comes after all output.
    fn stage(&mut self, kept: &Kept) -> Option<Notice> {
        if let Some(answer) = self.answers.pop_front() {
            return Some(answer);
        }
        let (consumed, _) = kept.range();
        self.sent = self.sent.max(consumed);
        let output = kept.output(self.sent, MAX_OUTPUT_BYTES);
        if !output.is_empty() {
            let offset = self.sent;
            self.sent += output.len() as u64;
            return Some(Notice::Output { offset, data: Bytes::copy_from_slice(output) });
        }
        let exit = kept.exit().filter(|_| !self.has_told_the_end)?;
        self.has_told_the_end = true;
        Some(Notice::AgentExited { exit, complaint: kept.complaint() })
    }

    fn displace(mut self) {
        if self.outgoing.is_empty() {
            Notice::Displaced.write(&mut self.outgoing);
            // It sees that the connection is closed, too.
            let _ = self.caller.stream.try_write(&self.outgoing);
        }
    }
}

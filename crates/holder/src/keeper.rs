//! The process that holds one terminal.

use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;
use std::{fs, io};

use processes::Grace;
use tokio::time::Sleep;

use crate::agent::keeper as agent;
use crate::connection::{Caller, Connection, Gone};
use crate::kept::{Happened, Kept};
use crate::local::{self, Bound, Listener, Stream, Terminate};
use crate::protocol::frames::Filled;
use crate::protocol::{Notice, Request};

/// How long the daemon that has started a holder may take to say what to start.
const STARTED_WITHIN: Duration = Duration::from_mins(1);

/// How far the program may run ahead of what a daemon takes, in bytes.
const BACKLOG_BYTES: u64 = 64 * 1024;

/// How gently a terminal is ended when its holder is asked to terminate.
pub(crate) const TERMINATED: Grace =
    Grace { polite: Duration::from_secs(1), hard: Duration::from_secs(2) };

/// A terminal cannot be held.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// Standard input is no listening socket, or a signal cannot be listened for.
    #[error("hold a terminal")]
    System(#[from] io::Error),
    /// Nobody said what to start.
    #[error("nobody said what to start")]
    NotTold,
    /// The program could not be started. The daemon was told why.
    #[error("the program could not be started")]
    NotStarted,
}

/// Somebody who has not said what for.
pub(crate) type Arriving = Pin<Box<dyn Future<Output = Option<(Caller, Request)>> + Send>>;

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
    /// Whether it ends with its program, though no daemon knows how that ended.
    is_leaving: bool,
    socket: PathBuf,
}

enum Turn {
    Terminated,
    Alone,
    Called(Stream),
    Introduced(Option<(Caller, Request)>),
    Ready,
    Happened(Happened),
}

/// Holds one terminal until its end is known. Standard input is the socket on which it listens.
///
/// Nothing that is sent to the daemon's processes reaches it from then on.
pub async fn keep(session: &str) -> Result<(), KeepError> {
    hold(local::begin(session)?, session).await
}

/// The same in this process, with a socket that was taken.
pub(crate) async fn hold(bound: Bound, session: &str) -> Result<(), KeepError> {
    let mut listener = bound.listen()?;
    let terminate = Terminate::listen()?;
    let first = tokio::time::timeout(STARTED_WITHIN, first(&mut listener)).await;
    let Ok(Some((caller, start))) = first else {
        return Err(KeepError::NotTold);
    };
    let start = match start {
        Request::Start(start) if start.marker == session => start,
        Request::StartAgent(start) if start.marker == session => {
            return agent::keep(listener, terminate, caller, *start).await;
        }
        _ => return Err(KeepError::NotTold),
    };
    let mut kept = match Kept::start(&start) {
        Ok(kept) => kept,
        Err(error) => {
            // Its name goes first: who asks then is told that there is none.
            let _ = fs::remove_file(&start.socket);
            caller.say(&Notice::NotStarted(with_causes(&error))).await;
            return Err(KeepError::NotStarted);
        }
    };
    let connection = Some(Connection::welcome(caller, start.version, &mut kept));
    let keeper = Keeper {
        listener,
        terminate,
        kept,
        connection,
        arriving: None,
        alone: None,
        alone_for: start.alone_for,
        is_leaving: false,
        socket: start.socket,
    };
    keeper.run().await;
    Ok(())
}

/// The daemon that has started this process, and what it says.
async fn first(listener: &mut Listener) -> Option<(Caller, Request)> {
    Caller::new(listener.accept().await.ok()?)?.first_word().await
}

impl Keeper {
    async fn run(mut self) {
        loop {
            self.send();
            if self.is_leaving && self.connection.is_none() && self.kept.exit().is_some() {
                break;
            }
            match self.wait().await {
                Turn::Terminated | Turn::Alone => {
                    self.alone = None;
                    self.is_leaving = true;
                    self.kept.end(TERMINATED);
                }
                Turn::Called(stream) => {
                    // Who called before and has not said a word is not waited for.
                    self.arriving =
                        Caller::new(stream).map(|caller| Box::pin(caller.first_word()) as _);
                }
                Turn::Introduced(introduced) => {
                    self.arriving = None;
                    if let Some((caller, Request::Attach { version })) = introduced {
                        self.welcome(caller, version);
                    }
                }
                Turn::Ready => match self.serve().await {
                    Ok(Next::On) => {}
                    Ok(Next::Forgotten) => break,
                    Err(Gone) => self.be_alone(),
                },
                Turn::Happened(Happened::Taken(Some(keyboard))) => {
                    if let Some(connection) = &mut self.connection {
                        connection.acknowledge(keyboard);
                    }
                }
                Turn::Happened(_) => {}
            }
        }
        // Nobody finds it any more; what else is in the directory is not ours.
        let _ = fs::remove_file(&self.socket);
    }

    async fn wait(&mut self) -> Turn {
        let reading = self.reading();
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
            () = ready => Turn::Ready,
            introduced = introduced => Turn::Introduced(introduced),
            called = accept(listener) => Turn::Called(called),
            happened = kept.next(reading) => Turn::Happened(happened),
            () = lonely => Turn::Alone,
        }
    }

    /// Whether output is read: not while a daemon takes it slower than it comes. Without a daemon
    /// the program runs free.
    fn reading(&self) -> pty::Reading {
        match &self.connection {
            Some(connection) if connection.backlog(&self.kept) >= BACKLOG_BYTES => {
                pty::Reading::Held
            }
            _ => pty::Reading::On,
        }
    }

    fn welcome(&mut self, caller: Caller, version: u16) {
        if let Some(earlier) = self.connection.take() {
            earlier.displace();
        }
        self.connection = Some(Connection::welcome(caller, version, &mut self.kept));
        self.alone = None;
    }

    fn send(&mut self) {
        let Self { connection: Some(connection), kept, .. } = self else { return };
        if connection.send(kept).is_err() {
            self.be_alone();
        }
    }

    fn be_alone(&mut self) {
        self.connection = None;
        if self.is_leaving {
            return;
        }
        self.alone = Some(Box::pin(tokio::time::sleep(self.alone_for)));
    }

    /// Does what the daemon has asked for.
    async fn serve(&mut self) -> Result<Next, Gone> {
        let Self { connection: Some(connection), kept, .. } = self else { return Ok(Next::On) };
        let filled = connection.fill()?;
        while let Some(request) = connection.next()? {
            if obey(request, connection, kept).await? == Next::Forgotten {
                return Ok(Next::Forgotten);
            }
        }
        if filled == Filled::End { Err(Gone) } else { Ok(Next::On) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    On,
    Forgotten,
}

async fn obey(
    request: Request,
    connection: &mut Connection,
    kept: &mut Kept,
) -> Result<Next, Gone> {
    match request {
        Request::Input { lease, seq, data } => {
            if let Some(keyboard) = kept.type_in(lease, seq, data) {
                connection.acknowledge(keyboard);
            }
        }
        Request::Resize(size) => kept.resize(size),
        Request::Grant { lease } => connection.answer(Notice::Granted(kept.grant(lease)))?,
        Request::Credit { to } => connection.raise_credit(to),
        Request::Pause => connection.answer(Notice::Paused(kept.pause().await))?,
        Request::Resume => kept.resume(),
        Request::End(grace) => kept.end(grace),
        Request::Forget if kept.exit().is_some() => return Ok(Next::Forgotten),
        // Only an end can be forgotten: a program that nobody holds would be lost. The others belong
        // to the beginning, or to agents.
        Request::Forget
        | Request::Start(_)
        | Request::Attach { .. }
        | Request::StartAgent(_)
        | Request::AttachAgent { .. }
        | Request::Step(_)
        | Request::Kept { .. }
        | Request::Stop => return Err(Gone),
    }
    Ok(Next::On)
}

/// Whoever calls next.
pub(crate) async fn accept(listener: &mut Listener) -> Stream {
    loop {
        match listener.accept().await {
            Ok(stream) => return stream,
            // There are too many open files, or who called is gone: it is tried again a bit later.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

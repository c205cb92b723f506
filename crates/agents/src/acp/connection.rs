//! The tasks that read and write.

use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::JoinSet;

use super::complaint::{Complaint, listen};
use super::incoming::{Ended, Incoming, Message};
use super::lines::{LineError, read_line};
use super::peer::{Answers, Peer, Routed};

/// What a connection may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest line. An agent that writes a longer one is cut off.
    pub line_bytes: usize,
    /// Messages that may wait to be taken in. For one more the agent has to wait.
    pub messages: usize,
    /// Bytes of messages that may wait to be taken in; at least `line_bytes`.
    pub bytes: u32,
    /// Messages that may wait to be written. For one more the sender has to wait.
    pub outgoing: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { line_bytes: 16 * 1024 * 1024, messages: 256, bytes: 32 * 1024 * 1024, outgoing: 64 }
    }
}

/// An open connection. Dropping it ends its tasks.
#[derive(Debug)]
pub struct Connection {
    /// To speak.
    pub peer: Peer,
    /// To listen.
    pub incoming: Incoming,
    /// What the agent complains.
    pub complaint: Complaint,
    closing: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// Connects to an agent: `output` is what it writes, `input` what it reads.
pub fn connect(
    input: impl AsyncWrite + Send + Unpin + 'static,
    output: impl AsyncRead + Send + Unpin + 'static,
    errors: impl AsyncRead + Send + Unpin + 'static,
    limits: Limits,
) -> Connection {
    let (outgoing, to_write) = mpsc::channel(limits.outgoing);
    let (heard, messages) = mpsc::channel(limits.messages);
    let (end, ended) = oneshot::channel();
    let answers = Answers::default();
    let complaint = Complaint::default();
    let mut tasks = JoinSet::new();
    let (closing, closed) = watch::channel(false);
    tasks.spawn(write(input, to_write, closed));
    let ear = Ear { heard, answers: answers.clone(), limits };
    tasks.spawn(async move {
        // Nobody may be left who wants to know why.
        let _ = end.send(ear.listen(output).await);
    });
    tasks.spawn(listen(errors, complaint.clone()));
    let peer = Peer::new(outgoing, answers);
    let incoming = Incoming { messages, ended };
    Connection { peer, incoming, complaint, closing, tasks }
}

impl Connection {
    /// Closes the agent's input, which asks it to end. What waits to be written is written first.
    pub fn close_input(&self) {
        self.closing.send_replace(true);
    }

    /// Waits until all tasks have ended; they do when the agent's pipes are closed.
    pub async fn finished(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Writes until it is told to close or the agent does not read any more.
async fn write(
    mut input: impl AsyncWrite + Unpin,
    mut outgoing: mpsc::Receiver<Box<RawValue>>,
    mut closing: watch::Receiver<bool>,
) {
    loop {
        let next = tokio::select! {
            biased;
            message = outgoing.recv() => message,
            // Nobody waits any more.
            _ = closing.wait_for(|closing| *closing) => outgoing.try_recv().ok(),
        };
        let Some(message) = next else { break };
        if write_line(&mut input, message).await.is_err() {
            break;
        }
    }
    // An agent that has closed its input already cannot be told.
    let _ = input.shutdown().await;
}

async fn write_line(
    input: &mut (impl AsyncWrite + Unpin),
    message: Box<RawValue>,
) -> std::io::Result<()> {
    let mut line = String::from(Box::<str>::from(message)).into_bytes();
    line.push(b'\n');
    input.write_all(&line).await?;
    input.flush().await
}

struct Ear {
    heard: mpsc::Sender<Message>,
    answers: Answers,
    limits: Limits,
}

impl Ear {
    async fn listen(self, output: impl AsyncRead + Unpin) -> Ended {
        let room = Arc::new(Semaphore::new(self.limits.bytes as usize));
        let mut reader = BufReader::with_capacity(64 * 1024, output);
        let mut line = Vec::new();
        let ended = loop {
            match read_line(&mut reader, &mut line, self.limits.line_bytes).await {
                Ok(true) if self.hear(&line, &room).await => {}
                Ok(true | false) => break Ended::Closed,
                Err(LineError::TooLong { limit_bytes }) => {
                    break Ended::LineTooLong { limit_bytes };
                }
                Err(LineError::Io(_)) => break Ended::Broken,
            }
        };
        self.answers.close();
        ended
    }

    /// Takes in one line. False when nobody listens any more.
    async fn hear(&self, line: &[u8], room: &Arc<Semaphore>) -> bool {
        let text = std::str::from_utf8(line).unwrap_or_default().trim();
        match self.answers.route(text) {
            Routed::Junk => {
                if !line.is_empty() {
                    tracing::debug!(line.bytes = line.len(), "the agent wrote something else");
                }
                true
            }
            Routed::Answer => true,
            Routed::Message => {
                let bytes = u32::try_from(text.len()).unwrap_or(u32::MAX).min(self.limits.bytes);
                let Ok(room) = room.clone().acquire_many_owned(bytes).await else { return false };
                self.heard.send(Message { line: text.into(), _room: room }).await.is_ok()
            }
        }
    }
}

//! What stands between people's machines and a server in networks that somebody looks after: a box
//! that reads HTTP, and carries only what it understands.
//!
//! Bodies are kept back until they are whole, in both directions, which no box can do worse. The
//! rest is a matter of its [`Habits`].

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// The largest head of a request or an answer.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// What becomes of a request to go on as a WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Upgrades {
    /// It is carried.
    #[default]
    Through,
    /// It is answered with 403.
    Refused,
    /// The connection is cut.
    Cut,
    /// It is not answered.
    Unanswered,
    /// It is carried, and of what follows nothing is.
    Swallowed,
    /// It is carried, and the connection is cut as soon as the machine speaks on it.
    CutBehind,
}

/// What the box does to what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Habits {
    /// What becomes of WebSockets.
    pub upgrades: Upgrades,
    /// Whether it speaks HTTP/1.0, to both sides, and so closes after each answer.
    pub old_http: bool,
    /// After how long without a byte a connection is cut.
    pub cut_silent_after: Option<Duration>,
    /// Of so many answers one is thrown away after the server has sent it, and the connection cut.
    pub loses_one_answer_in: Option<u64>,
    /// Everything is written in pieces of at most so many bytes.
    pub pieces_of: Option<usize>,
}

/// A running box. It ends, with all connections, when it is dropped.
#[derive(Debug)]
pub struct Middlebox {
    address: SocketAddr,
    orders: watch::Sender<Orders>,
    seen: Arc<Seen>,
    _running: JoinSet<()>,
}

/// What the box has seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Requests to go on as a WebSocket.
    pub upgrades: AtomicU64,
    /// Other requests that were answered.
    pub answers: AtomicU64,
    /// Answers that were thrown away.
    pub lost: AtomicU64,
    /// Connections that were cut for being silent.
    pub cut: AtomicU64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Orders {
    habits: Habits,
    /// How often everything was cut.
    cuts: u64,
}

impl Middlebox {
    /// Puts one in front of a server.
    pub async fn start(server: SocketAddr, habits: Habits) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (orders, ordered) = watch::channel(Orders { habits, cuts: 0 });
        let seen = Arc::new(Seen::default());
        let mut running = JoinSet::new();
        running.spawn(accept(listener, server, ordered, seen.clone()));
        Ok(Self { address, orders, seen, _running: running })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Gives it other habits, for what comes from now on.
    pub fn become_like(&self, habits: Habits) {
        self.orders.send_modify(|orders| orders.habits = habits);
    }

    /// Cuts every connection.
    pub fn cut_all(&self) {
        self.orders.send_modify(|orders| orders.cuts += 1);
    }

    /// What it has seen.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }
}

impl Seen {
    /// A number of it.
    pub fn count(counter: &AtomicU64) -> u64 {
        counter.load(Ordering::Relaxed)
    }
}

fn add_one(counter: &AtomicU64) -> u64 {
    counter.fetch_add(1, Ordering::Relaxed) + 1
}

async fn accept(
    listener: TcpListener,
    server: SocketAddr,
    orders: watch::Receiver<Orders>,
    seen: Arc<Seen>,
) {
    let mut connections = JoinSet::new();
    while let Ok((machine, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        let (mut ordered, seen) = (orders.clone(), seen.clone());
        let cuts = ordered.borrow().cuts;
        let _ = machine.set_nodelay(true);
        let carrying = Carrying { server, orders: orders.clone(), seen };
        connections.spawn(async move {
            let is_cut = ordered.wait_for(|orders| orders.cuts > cuts);
            tokio::select! {
                // What goes wrong on one side ends both.
                _ = carrying.carry(machine) => {}
                _ = is_cut => {}
            }
        });
    }
}

/// One connection of a machine.
struct Carrying {
    server: SocketAddr,
    orders: watch::Receiver<Orders>,
    seen: Arc<Seen>,
}

/// A request or an answer.
struct Message {
    /// With the empty line.
    head: String,
    body: Vec<u8>,
}

impl Carrying {
    async fn carry(self, mut machine: TcpStream) -> Result<()> {
        loop {
            let head = read_head(&mut machine).await?;
            let habits = self.orders.borrow().habits;
            if header(&head, "upgrade").is_some() {
                add_one(&self.seen.upgrades);
                return self.upgrade(machine, &head, habits).await;
            }
            let request = read_body(&mut machine, head).await?;
            let answer = self.ask(&request, habits).await?;
            let count = add_one(&self.seen.answers);
            if habits.loses_one_answer_in.is_some_and(|of| count.is_multiple_of(of)) {
                add_one(&self.seen.lost);
                bail!("the answer is lost");
            }
            write(&mut machine, &answer, habits).await?;
            if habits.old_http {
                return Ok(());
            }
        }
    }

    async fn server(&self) -> Result<TcpStream> {
        let server = TcpStream::connect(self.server).await?;
        server.set_nodelay(true)?;
        Ok(server)
    }

    /// Has the server answer a request, and waits for all of the answer.
    async fn ask(&self, request: &Message, habits: Habits) -> Result<Vec<u8>> {
        let version = if habits.old_http { "HTTP/1.0" } else { "HTTP/1.1" };
        let mut server = self.server().await?;
        let head = rewritten(&request.head, version, Some("close"))?;
        server.write_all(head.as_bytes()).await?;
        server.write_all(&request.body).await?;
        let mut answer = Vec::new();
        let reading = async {
            let head = read_head(&mut server).await?;
            server.read_to_end(&mut answer).await?;
            Ok::<_, anyhow::Error>(head)
        };
        let head = match habits.cut_silent_after {
            None => reading.await?,
            Some(limit) => timeout(limit, reading).await.inspect_err(|_| {
                add_one(&self.seen.cut);
            })??,
        };
        // Whoever speaks HTTP/1.0 knows no chunks (RFC 1945).
        ensure!(header(&head, "transfer-encoding").is_none(), "an answer in chunks: {head}");
        let connection = habits.old_http.then_some("close");
        let mut whole = rewritten(&head, version, connection)?.into_bytes();
        whole.extend(answer);
        Ok(whole)
    }

    async fn upgrade(self, mut machine: TcpStream, head: &str, habits: Habits) -> Result<()> {
        match habits.upgrades {
            Upgrades::Cut => return Ok(()),
            Upgrades::Refused => {
                let no = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n";
                machine.write_all(no.as_bytes()).await?;
                return Ok(());
            }
            Upgrades::Unanswered => {
                // Until the machine has had enough.
                let _ = machine.read(&mut [0]).await;
                return Ok(());
            }
            Upgrades::Through | Upgrades::Swallowed | Upgrades::CutBehind => {}
        }
        let mut server = self.server().await?;
        server.write_all(head.as_bytes()).await?;
        if habits.upgrades != Upgrades::Through {
            let answer = read_head(&mut server).await?;
            machine.write_all(answer.as_bytes()).await?;
            let mut swallowed = [0; 1024];
            while machine.read(&mut swallowed).await? > 0 {
                if habits.upgrades == Upgrades::CutBehind {
                    break;
                }
            }
            return Ok(());
        }
        let (from_machine, to_machine) = machine.into_split();
        let (from_server, to_server) = server.into_split();
        tokio::select! {
            ended = self.pass(from_machine, to_server, habits) => ended,
            ended = self.pass(from_server, to_machine, habits) => ended,
        }
    }

    /// Carries bytes one way.
    async fn pass(
        &self,
        mut from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin,
        habits: Habits,
    ) -> Result<()> {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let reading = from.read(&mut buffer);
            let count = match habits.cut_silent_after {
                None => reading.await?,
                Some(limit) => timeout(limit, reading).await.inspect_err(|_| {
                    add_one(&self.seen.cut);
                })??,
            };
            if count == 0 {
                return Ok(());
            }
            write(&mut to, &buffer[..count], habits).await?;
        }
    }
}

async fn write(to: &mut (impl AsyncWrite + Unpin), bytes: &[u8], habits: Habits) -> Result<()> {
    for piece in bytes.chunks(habits.pieces_of.unwrap_or(usize::MAX)) {
        to.write_all(piece).await?;
        to.flush().await?;
    }
    Ok(())
}

/// Reads up to the empty line, and not a byte more.
async fn read_head(from: &mut TcpStream) -> Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        ensure!(head.len() < MAX_HEAD_BYTES, "a head that is too large");
        head.push(from.read_u8().await?);
    }
    String::from_utf8(head).context("a head is text")
}

async fn read_body(from: &mut TcpStream, head: String) -> Result<Message> {
    ensure!(header(&head, "transfer-encoding").is_none(), "a request in chunks: {head}");
    let length = header(&head, "content-length").unwrap_or("0").parse()?;
    let mut body = vec![0; length];
    from.read_exact(&mut body).await?;
    Ok(Message { head, body })
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// The same head in another version of HTTP, with another word about the connection.
fn rewritten(head: &str, version: &str, connection: Option<&str>) -> Result<String> {
    let (first, rest) = head.split_once("\r\n").context("a head has a first line")?;
    let first = first.replace("HTTP/1.1", version).replace("HTTP/1.0", version);
    let said = connection.map(|word| format!("connection: {word}\r\n")).unwrap_or_default();
    let is_kept = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default();
        !name.eq_ignore_ascii_case("connection") && !name.eq_ignore_ascii_case("keep-alive")
    };
    let kept: Vec<_> = rest.split("\r\n").filter(|line| !line.is_empty()).filter(is_kept).collect();
    let kept = kept.iter().fold(String::new(), |text, line| text + line + "\r\n");
    Ok(format!("{first}\r\n{said}{kept}\r\n"))
}

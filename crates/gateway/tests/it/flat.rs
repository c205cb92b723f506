//! Enemies that send without end, and what they may take: memory stays flat, whatever comes and
//! however it is passed on.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use model::provider::KeyUse;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::client::Ask;
use crate::house::{CANARY, House, Plan};

/// An enemy: how it begins, what it sends for ever, and whom it answers.
struct Flood {
    begins: &'static str,
    /// In pieces large enough that the test is about memory and not about system calls.
    goes_on: Vec<u8>,
    target: &'static str,
    asked: Model,
    /// How much it sends until it is cut.
    bytes: u64,
    /// How much more memory the whole process may take meanwhile, enemy and client included: less
    /// than one copy of the flood.
    flat_kib: u64,
}

/// By which name a model is asked for.
#[derive(Clone, Copy)]
enum Model {
    /// The provider's own, so that bytes pass as they come.
    Its,
    /// One of ours, so that each event is held back until it is complete.
    Ours,
}

const MIB: u64 = 1024 * 1024;
const EVENTS: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
const STRING: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"model\":\"";
const ARRAY: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[{}";

/// A line without end, a text without end, and an array without end; the line also where each event is
/// to be changed, and must be held back for that.
fn floods() -> Vec<Flood> {
    let element = format!(",{{\"modelVersion\":\"m\",\"text\":\"{}\"}}", "z".repeat(8 * 1024));
    let flood = |begins, goes_on: &str, target, asked| Flood {
        begins,
        goes_on: goes_on.repeat(16 * 1024 / goes_on.len()).into_bytes(),
        target,
        asked,
        bytes: 12 * MIB,
        flat_kib: 6 * 1024,
    };
    vec![
        flood(EVENTS, "x", "/v1/chat/completions", Model::Its),
        flood(STRING, "y", "/v1/messages", Model::Its),
        flood(ARRAY, &element, "/v1beta/models/alias:streamGenerateContent", Model::Ours),
        Flood {
            // Four mebibytes are held back, in a buffer that grows by doubling.
            bytes: 32 * MIB,
            flat_kib: 20 * 1024,
            ..flood(EVENTS, "x", "/v1/chat/completions", Model::Ours)
        },
    ]
}

struct Enemy {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Enemy {
    async fn start(flood: Arc<Flood>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                // It is cut off, sooner or later.
                let _ = pour(stream, &flood).await;
            }
        });
        Self { address, task }
    }
}

impl Drop for Enemy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pour(mut stream: TcpStream, flood: &Flood) -> std::io::Result<()> {
    let mut asked = Vec::new();
    while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut asked).await? == 0 {
            return Ok(());
        }
    }
    stream.write_all(flood.begins.as_bytes()).await?;
    loop {
        stream.write_all(&flood.goes_on).await?;
    }
}

/// The most memory that this process ever had, or had since it was last told to forget.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn forget_peak() {
    fs::write("/proc/self/clear_refs", "5").unwrap();
}

/// A house whose keys lead to an enemy.
async fn besieged(enemy: &Enemy, flood: &Flood) -> House {
    let mut plan = Plan { providers: &[], also_trusted: Some(enemy.address), ..Plan::default() };
    plan.limits.answer_bytes = flood.bytes;
    let house = House::with(plan).await;
    let base_url = format!("http://{}", enemy.address);
    let aliases = [("alias".to_owned(), "m".to_owned())].into();
    let serves = KeyUse { aliases, ..KeyUse::default() };
    for provider in ["openai", "anthropic", "google"] {
        house.add_key_with(provider, CANARY, &base_url, serves.clone()).await;
    }
    house
}

/// S92, S93: an answer without end takes no more memory than a short one, in whichever dialect, and
/// whether or not it must be changed as it passes.
#[tokio::test]
async fn a_flood_leaves_memory_flat() {
    for (number, flood) in floods().into_iter().map(Arc::new).enumerate() {
        let enemy = Enemy::start(flood.clone()).await;
        let house = besieged(&enemy, &flood).await;
        let model = match flood.asked {
            Model::Its => "m",
            Model::Ours => "alias",
        };
        let ask = Ask::post(flood.target, &json!({ "model": model, "stream": true }));
        forget_peak();
        let before = peak_kib();
        let mut coming = ask.bearer(&house.token).send(house.address()).await;
        let mut came = 0;
        while let Some(Ok(bytes)) = coming.next().await {
            came += bytes.len() as u64;
        }
        let grown = peak_kib().saturating_sub(before);
        assert!(came > flood.bytes / 2 && came < flood.bytes + MIB, "{number}: {came} bytes");
        assert!(grown < flood.flat_kib, "{number}: {grown} KiB more");
        assert_eq!(house.close().await.len(), 1, "{number}: it has its record");
    }
}

//! Doing what a [`Fault`] says.

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use model::provider::Dialect;

use super::answer::{Prepared, refused};
use super::fault::{Cut, Fault};
use super::script::Reply;
use super::stream::Ending;
use super::wire::Switch;

const HUGE_HEADER_BYTES: usize = 1024 * 1024;

/// An answer whose headers hold what no header may: a lone carriage return, a NUL, a folded line,
/// and behind the body a second answer that nobody asked for.
const CRLF_ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\n\
    content-type: application/json\r\n\
    request-id: a\rset-cookie: lone=1\r\n\
    x-request-id: b\0c\r\n\
    x-folded: d\r\n set-cookie: folded=1\r\n\
    set-cookie: plain=1\r\n\
    content-length: 2\r\n\r\n{}\
    HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecond";

/// Faults of what the model says.
pub(super) fn change_reply(fault: &Fault, reply: &mut Reply, key: &str) {
    if *fault == Fault::EchoKeyInStream {
        let middle = reply.text.len() / 2;
        reply.text.insert(middle, format!(" {key} "));
    }
}

pub(super) const fn hides_usage(fault: Option<&Fault>) -> bool {
    matches!(fault, Some(Fault::NoUsage))
}

/// Faults of how it travels. `None` where it never does.
pub(super) fn change_answer(
    fault: &Fault,
    mut answer: Prepared,
    dialect: Dialect,
    key: &str,
    switch: &Switch,
) -> Option<Prepared> {
    match fault {
        Fault::Status { status, retry_after_s } => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
            let mut answer = refused(dialect, status, "failed on request");
            if let Some(seconds) = retry_after_s {
                answer.headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
            }
            return Some(answer);
        }
        Fault::Cut { after_events, how } => {
            pieces(&mut answer);
            answer.script.cut(*after_events, how.ending());
        }
        Fault::Silent { after_events } => {
            pieces(&mut answer);
            answer.script.cut(*after_events, Ending::Silent);
        }
        Fault::EndlessLine => {
            answer.script.cut(1, Ending::Endless);
            answer.script.events.push_back(Bytes::from_static(b"data: "));
        }
        Fault::Drip { every } => answer.script.drip(*every),
        Fault::Hang => return None,
        Fault::CrlfHeaders => switch.send_raw(Bytes::from_static(CRLF_ANSWER)),
        Fault::HugeHeaders => switch.send_raw(huge_headers()),
        Fault::EchoKey => {
            let message = format!("the key {key} is not known");
            let mut answer = refused(dialect, StatusCode::UNAUTHORIZED, &message);
            if let Ok(value) = HeaderValue::try_from(key) {
                answer.headers.insert("x-request-id", value);
            }
            return Some(answer);
        }
        Fault::Gzip => {
            let body = gzip(&answer.script.whole());
            answer.script.events = [Bytes::from(body)].into();
            answer.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        Fault::Redirect => {
            let mut answer = refused(dialect, StatusCode::TEMPORARY_REDIRECT, "moved");
            let elsewhere = HeaderValue::from_static("https://elsewhere.invalid/v1");
            answer.headers.insert(header::LOCATION, elsewhere);
            return Some(answer);
        }
        Fault::Cookies => act_like_a_site(&mut answer),
        Fault::NoUsage | Fault::EchoKeyInStream => {}
    }
    Some(answer)
}

impl Cut {
    const fn ending(self) -> Ending {
        match self {
            Self::Clean => Ending::Clean,
            Self::Torn => Ending::Torn,
            Self::Reset => Ending::Reset,
        }
    }
}

/// A document has no events; it is cut into pieces of 32 bytes instead.
fn pieces(answer: &mut Prepared) {
    if let [whole] = answer.script.events.make_contiguous() {
        let whole = whole.clone();
        let starts = (0..whole.len()).step_by(32);
        answer.script.events = starts.map(|at| whole.slice(at..whole.len().min(at + 32))).collect();
    }
}

fn act_like_a_site(answer: &mut Prepared) {
    for (name, value) in [
        ("set-cookie", "session=sim"),
        ("location", "https://elsewhere.invalid/"),
        ("access-control-allow-origin", "*"),
        ("alt-svc", "h3=\":443\""),
        ("content-security-policy", "default-src *"),
        ("openai-organization", "org-sim"),
    ] {
        answer.headers.insert(name, HeaderValue::from_static(value));
    }
}

fn huge_headers() -> Bytes {
    let mut answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-huge: ".to_vec();
    answer.resize(answer.len() + HUGE_HEADER_BYTES, b'x');
    answer.extend_from_slice(b"\r\ncontent-length: 2\r\n\r\n{}");
    answer.into()
}

/// RFC 1952, with the blocks of RFC 1951 that store and do not compress.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let mut blocks = bytes.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let last = u8::from(blocks.peek().is_none());
        // A chunk has at most 0xffff bytes.
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        packed.push(last);
        packed.extend_from_slice(&length.to_le_bytes());
        packed.extend_from_slice(&(!length).to_le_bytes());
        packed.extend_from_slice(block);
    }
    packed.extend_from_slice(&crc32fast::hash(bytes).to_le_bytes());
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    packed.extend_from_slice(&length.to_le_bytes());
    packed
}

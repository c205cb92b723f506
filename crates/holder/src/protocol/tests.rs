use std::time::Duration;

use bytes::{Bytes, BytesMut};
use processes::{Grace, Program};
use proptest::prelude::*;
use terminal::input_gate::Acknowledgement;
use terminal::{Exit, Size};

use super::*;

fn start() -> Start {
    Start {
        version: VERSION,
        marker: "0190b6a0-0000-7000-8000-000000000001".to_owned(),
        size: Size::default(),
        alone_for: Duration::from_hours(24),
        socket: "/home/x/holders/s".into(),
        program: Program {
            path: "/bin/sh".into(),
            arguments: vec!["-l".into(), "".into()],
            environment: vec![("PATH".into(), "/bin".into()), ("EMPTY".into(), "".into())],
            directory: "/home/x".into(),
        },
    }
}

fn requests() -> Vec<Request> {
    vec![
        Request::Start(Box::new(start())),
        Request::Attach { version: 7 },
        Request::Input { lease: 3, seq: 9, data: Bytes::from_static(b"ls\n") },
        Request::Input { lease: u64::MAX, seq: 1, data: Bytes::new() },
        Request::Resize(Size::new(132, 43).unwrap()),
        Request::Grant { lease: 4 },
        Request::Credit { to: 1 << 40 },
        Request::Pause,
        Request::Resume,
        Request::End(Grace::default()),
        Request::Forget,
        Request::StartAgent(Box::new(StartAgent {
            version: VERSION,
            marker: start().marker,
            alone_for: Duration::from_hours(24),
            socket: "/home/x/holders/s".into(),
            ends_on_eof: true,
            program: start().program,
        })),
        Request::AttachAgent { version: 7 },
        Request::Step(Step {
            number: 3,
            consumed: 1 << 40,
            inputs: vec![Bytes::from_static(b"{}"), Bytes::new()],
            state: Bytes::from_static(b"state"),
        }),
        Request::Kept { number: 3 },
        Request::Stop,
    ]
}

fn notices() -> Vec<Notice> {
    let keyboard = Acknowledgement { lease: 2, seq: 17 };
    vec![
        Notice::Welcome(Welcome {
            version: 1,
            process: 7,
            leader: 8,
            is_paused: true,
            keyboard,
            size: Size::default(),
            oldest: 10,
            end: 10,
            screen_bytes: 5,
        }),
        Notice::NotStarted("the program x was not found".to_owned()),
        Notice::Screen(Bytes::from_static(b"\x1b[H")),
        Notice::Output { offset: 10, data: Bytes::from_static(b"x") },
        Notice::Acknowledged(keyboard),
        Notice::Granted(Ok(5)),
        Notice::Granted(Err(6)),
        Notice::Paused(Ok(())),
        Notice::Paused(Err(vec![1, u32::MAX])),
        Notice::Exited(Exit::Code(-1)),
        Notice::Exited(Exit::Signal(9)),
        Notice::Exited(Exit::Unseen),
        Notice::Displaced,
        Notice::AgentWelcome(AgentWelcome {
            version: 1,
            process: 7,
            leader: 8,
            is_paused: false,
            step: 3,
            is_kept: true,
            consumed: 1 << 40,
            state: Bytes::from_static(b"state"),
        }),
        Notice::AgentExited { exit: Exit::Code(3), complaint: Bytes::from_static(b"no key") },
    ]
}

#[test]
fn what_is_written_is_read_however_it_is_cut() {
    for step in [1, 3, 1000] {
        let (mut asked, mut told) = (BytesMut::new(), BytesMut::new());
        for request in requests() {
            request.write(&mut asked);
        }
        for notice in notices() {
            notice.write(&mut told);
        }
        assert_eq!(read(&asked, step, Request::read), requests());
        assert_eq!(read(&told, step, Notice::read), notices());
    }
}

fn read<T>(bytes: &[u8], step: usize, one: fn(u8, Bytes) -> Result<T, Malformed>) -> Vec<T> {
    let mut frames = Frames::default();
    let mut found = Vec::new();
    for piece in bytes.chunks(step) {
        frames.push(piece);
        while let Some((kind, fields)) = frames.take().unwrap() {
            found.push(one(kind, fields).unwrap());
        }
    }
    found
}

/// What is on the wire today is what holders of this release speak for as long as they live.
#[test]
fn the_first_version_stays_as_it_is() {
    let mut bytes = BytesMut::new();
    Request::Attach { version: 1 }.write(&mut bytes);
    Request::Input { lease: 1, seq: 2, data: Bytes::from_static(b"a") }.write(&mut bytes);
    Notice::Output { offset: 3, data: Bytes::from_static(b"b") }.write(&mut bytes);
    Notice::Exited(Exit::Code(4)).write(&mut bytes);
    let inputs = vec![Bytes::from_static(b"c")];
    let state = Bytes::from_static(b"d");
    Request::Step(Step { number: 5, consumed: 6, inputs, state }).write(&mut bytes);
    Request::Kept { number: 5 }.write(&mut bytes);
    let expected: &[&[u8]] = &[
        &[3, 0, 0, 0, 2, 1, 0],
        &[18, 0, 0, 0, 3, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, b'a'],
        &[10, 0, 0, 0, 4, 3, 0, 0, 0, 0, 0, 0, 0, b'b'],
        &[6, 0, 0, 0, 8, 0, 4, 0, 0, 0],
        &[27, 0, 0, 0, 22, 5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0],
        &[1, 0, 0, 0, 1, 0, 0, 0, b'c', b'd'],
        &[9, 0, 0, 0, 23, 5, 0, 0, 0, 0, 0, 0, 0],
    ];
    assert_eq!(bytes, expected.concat());
}

#[test]
fn what_no_message_is_is_refused() {
    let frame = |bytes: &[u8]| {
        let mut frames = Frames::default();
        frames.push(bytes);
        frames.take()
    };
    assert_eq!(frame(&[0, 0, 0, 0]), Err(Malformed::Short));
    let long = MAX_FRAME_BYTES + 1;
    let head = u32::try_from(long).unwrap().to_le_bytes();
    assert_eq!(frame(&head), Err(Malformed::TooLong(long)));
    assert_eq!(frame(&[2, 0, 0, 0, 7]), Ok(None), "it has not come whole");

    let fields = Bytes::from_static;
    assert_eq!(Request::read(0, fields(b"")), Err(Malformed::Kind(0)));
    assert_eq!(Request::read(2, fields(b"\x01")), Err(Malformed::Short));
    assert_eq!(Request::read(7, fields(b"x")), Err(Malformed::Long));
    assert_eq!(Request::read(4, fields(b"\0\0\x01\0")), Err(Malformed::Value("a size")));
    assert_eq!(Notice::read(7, fields(b"\x00\xff\xff\xff\xff")), Err(Malformed::Short));
    assert_eq!(Notice::read(7, fields(b"\x02")), Err(Malformed::Value("a flag")));
    assert!(Notice::read(4, fields(b"\0\0\0\0\0\0\0\0")).is_err(), "output is never empty");
}

proptest! {
    /// Whatever comes is read or refused, and nothing is made of it that was not said.
    #[test]
    fn any_bytes_are_read_or_refused(kind: u8, bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let fields = Bytes::from(bytes);
        if let Ok(request) = Request::read(kind, fields.clone()) {
            let mut again = BytesMut::new();
            request.write(&mut again);
            prop_assert_eq!(&again[5..], &fields[..]);
        }
        if let Ok(notice) = Notice::read(kind, fields) {
            let mut again = BytesMut::new();
            notice.write(&mut again);
            prop_assert_eq!(again[4], kind);
        }
    }
}

//! Old readers and new writers, and bytes that are no message at all.

use bytes::{Bytes, BytesMut};
use proptest::prelude::*;

use super::samples;
use crate::call::{Answer, ProxyToken};
use crate::frame::Body;
use crate::limits::{MAX_FRAME_BYTES, MAX_OUTPUT_BYTES, MAX_PIECE_BYTES};
use crate::stream::TerminalOutput;
use crate::{Call, Command, Frame, Reply, Report, WireError, decode, encode, frame_bytes};

/// Field 1000, a varint of 5: what a release to come may add anywhere.
const UNKNOWN_FIELD: &[u8] = &[0xc0, 0x3e, 0x05];

/// R20: fields that a newer release adds to a message are ignored by this one.
#[test]
fn unknown_fields_are_ignored_in_the_frame_and_in_what_it_carries() {
    for body in samples::all() {
        let frame = Frame::from(body);
        let plain = encode(&frame).unwrap();
        assert_eq!(decode(with_unknown_field_outside(&plain)), Ok(frame.clone()));
        assert_eq!(decode(with_unknown_field_inside(&plain)), Ok(frame));
    }
}

/// R20: a kind of frame this release does not know leaves an empty frame, not an error.
#[test]
fn an_unknown_body_decodes_to_none() {
    let field_99_with_three_bytes = Bytes::from_static(&[0x9a, 0x06, 0x03, 1, 2, 3]);
    assert_eq!(decode(field_99_with_three_bytes), Ok(Frame { body: None }));
}

/// R20: an order, fact, question or answer this release does not know keeps what identifies it,
/// so that it can be refused by name.
#[test]
fn unknown_contents_keep_their_number() {
    let command = Command { seq: 8, ..Command::default() };
    let report = Report { seq: 9, ..Report::default() };
    let call = Call { id: 3, question: None };
    let reply = Reply { id: 4, answer: None };
    for body in [Body::Command(command), Body::Report(report), Body::Call(call), Body::Reply(reply)]
    {
        let frame = Frame::from(body);
        let bytes = with_unknown_field_inside(&encode(&frame).unwrap());
        assert_eq!(decode(bytes), Ok(frame));
    }
}

/// S120: what is too large is refused by its length, before anything is decoded.
#[test]
fn frames_past_the_limit_are_refused_both_ways() {
    let data = Bytes::from(vec![0; MAX_FRAME_BYTES]);
    let frame = Frame::from(Body::TerminalOutput(TerminalOutput { stream_id: 1, offset: 0, data }));
    assert!(matches!(encode(&frame), Err(WireError::TooLarge { size }) if size > MAX_FRAME_BYTES));
    let bytes = Bytes::from(vec![0xff; MAX_FRAME_BYTES + 1]);
    assert_eq!(decode(bytes), Err(WireError::TooLarge { size: MAX_FRAME_BYTES + 1 }));
}

#[test]
fn the_largest_terminal_output_travels_in_one_piece() {
    let data = Bytes::from(vec![0; MAX_OUTPUT_BYTES]);
    let output = TerminalOutput { stream_id: u64::MAX, offset: u64::MAX, data };
    let size = frame_bytes(&Frame::from(Body::TerminalOutput(output))).unwrap();
    assert!(size <= MAX_PIECE_BYTES, "{size} bytes");
}

/// S89: the token of a reply does not reach a log by way of `Debug`.
#[test]
fn the_proxy_token_is_not_printed() {
    let token = ProxyToken { token: "gtl_proxy_secret".into(), ..ProxyToken::default() };
    let reply = Reply { id: 1, answer: Some(Answer::ProxyToken(token)) };
    let text = format!("{reply:?}");
    assert!(text.contains("[redacted]") && !text.contains("gtl_proxy_secret"), "{text}");
}

#[test]
fn decoding_shares_the_buffer() {
    let data = Bytes::from_static(b"payload");
    let frame = Frame::from(Body::TerminalOutput(TerminalOutput { stream_id: 1, offset: 2, data }));
    let bytes = encode(&frame).unwrap().freeze();
    let range = bytes.as_ptr_range();
    let Some(Body::TerminalOutput(output)) = decode(bytes).unwrap().body else {
        panic!("another body");
    };
    assert!(range.contains(&output.data.as_ptr()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_bytes_bring_the_decoder_down(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        let _ = decode(Bytes::from(bytes));
    }

    /// Closer to home: a real message with a byte changed and its end cut off.
    #[test]
    fn no_damaged_message_brings_the_decoder_down(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        flip in 1..=u8::MAX,
        cut in any::<prop::sample::Index>(),
    ) {
        let samples = samples::all();
        let mut bytes = encode(&Frame::from(samples[which.index(samples.len())].clone())).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        bytes.truncate(cut.index(bytes.len()) + 1);
        if let Ok(frame) = decode(bytes.freeze()) {
            let once = encode(&frame).unwrap().freeze();
            let again = encode(&decode(once.clone()).unwrap()).unwrap().freeze();
            prop_assert_eq!(once, again);
        }
    }
}

fn with_unknown_field_outside(frame: &BytesMut) -> Bytes {
    Bytes::from([UNKNOWN_FIELD, frame, UNKNOWN_FIELD].concat())
}

/// A frame has one field: its key, the length of the body, the body. Makes the body longer.
fn with_unknown_field_inside(frame: &BytesMut) -> Bytes {
    let mut reader = &frame[..];
    let key = prost::encoding::decode_varint(&mut reader).unwrap();
    prost::encoding::decode_varint(&mut reader).unwrap();
    let body = [reader, UNKNOWN_FIELD].concat();
    let mut longer = BytesMut::new();
    prost::encoding::encode_varint(key, &mut longer);
    prost::encoding::encode_varint(body.len() as u64, &mut longer);
    longer.extend_from_slice(&body);
    longer.freeze()
}

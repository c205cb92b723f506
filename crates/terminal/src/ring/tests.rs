use proptest::prelude::*;

use super::*;

/// Reads everything from `offset` on, in pieces of at most `max`.
fn drain(ring: &Ring, mut offset: u64, max: usize) -> Vec<u8> {
    let mut all = Vec::new();
    while let Read::Chunk(chunk) = ring.read(offset, max) {
        assert_eq!(chunk.offset, offset);
        assert!((1..=max).contains(&chunk.data.len()));
        offset = chunk.end();
        all.extend_from_slice(&chunk.data);
    }
    assert_eq!(ring.read(offset, max), Read::CaughtUp);
    all
}

fn pattern(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|index| u8::try_from(index % 251).unwrap()).collect()
}

#[test]
fn an_idle_ring_holds_no_memory() {
    let mut ring = Ring::new(8 * 1024 * 1024);
    assert_eq!(ring.tail.capacity(), 0);
    ring.append(b"$ ");
    assert!(ring.tail.capacity() <= 2 * FIRST_BYTES, "{}", ring.tail.capacity());
}

#[test]
fn memory_is_bounded_by_the_capacity_and_one_block() {
    let mut ring = Ring::new(1024 * 1024);
    for _ in 0..100 {
        ring.append(&pattern(100_000));
        let held = ring.sealed.iter().map(Bytes::len).sum::<usize>() + ring.tail.capacity();
        assert!(held <= 1024 * 1024 + 2 * BLOCK_BYTES, "{held}");
    }
}

#[test]
fn a_full_block_is_handed_out_without_copying() {
    let mut ring = Ring::new(8 * 1024 * 1024);
    ring.append(&pattern(3 * BLOCK_BYTES));
    let (Read::Chunk(one), Read::Chunk(two)) =
        (ring.read(10, BLOCK_BYTES), ring.read(10, BLOCK_BYTES))
    else {
        panic!("two chunks");
    };
    assert_eq!(one.data.as_ptr(), two.data.as_ptr());
    assert_eq!(one.data.len(), BLOCK_BYTES - 10);
}

#[test]
fn a_block_that_falls_out_is_used_again() {
    let mut ring = Ring::new(8 * BLOCK_BYTES);
    ring.append(&pattern(8 * BLOCK_BYTES));
    ring.append(&pattern(BLOCK_BYTES));
    let spare = ring.spare.as_ref().map(|spare| spare.as_ptr());
    assert!(spare.is_some());
    ring.append(b"x");
    assert_eq!(Some(ring.tail.as_ptr()), spare);
}

#[test]
fn a_chunk_outlives_its_block() {
    let mut ring = Ring::new(1024);
    ring.append(&pattern(1024));
    let Read::Chunk(chunk) = ring.read(0, 64) else { panic!("a chunk") };
    ring.append(&[0; 4096]);
    assert_eq!(chunk.data, pattern(64));
    assert_eq!(ring.read(0, 64), Read::TooOld { oldest: 4096 });
}

#[test]
fn an_offset_from_another_life_of_the_terminal_is_told() {
    let mut ring = Ring::new(1024);
    ring.append(b"abc");
    assert_eq!(ring.read(4, 10), Read::Unknown { end: 3 });
}

#[test]
fn bytes_with_an_offset_are_taken_once_and_without_holes() {
    let mut ring = Ring::starting_at(100, 1024);
    assert_eq!(ring.append_at(100, b"abcd"), Ok(104));
    assert_eq!(ring.append_at(102, b"cdef"), Ok(106));
    assert_eq!(ring.append_at(90, b"x"), Ok(106));
    assert_eq!(ring.append_at(107, b"y"), Err(Hole { expected: 106, got: 107 }));
    assert_eq!(drain(&ring, 100, 3), b"abcdef");
    ring.restart_at(500);
    assert_eq!((ring.oldest(), ring.end()), (500, 500));
    assert_eq!(ring.append_at(500, b"z"), Ok(501));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// The ring agrees with a vector that forgets nothing, at every offset.
    #[test]
    fn a_ring_is_the_end_of_the_whole_stream(
        capacity in 1_usize..300,
        start in 0_u64..1000,
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..150), 0..12),
        max in 1_usize..100,
        jump in prop::option::of((0_usize..12, 0_u64..100)),
    ) {
        let mut ring = Ring::starting_at(start, capacity);
        let (mut first, mut whole) = (start, Vec::new());
        for (index, piece) in pieces.iter().enumerate() {
            if let Some((_, by)) = jump.filter(|(at, _)| *at == index) {
                first += whole.len() as u64 + by;
                whole.clear();
                ring.restart_at(first);
            }
            whole.extend_from_slice(piece);
            prop_assert_eq!(ring.append(piece), first + whole.len() as u64);
        }
        let end = first + whole.len() as u64;
        let oldest = first.max(end.saturating_sub(capacity as u64));
        prop_assert_eq!((ring.oldest(), ring.end()), (oldest, end));
        for offset in oldest..=end {
            let index = usize::try_from(offset - first).unwrap();
            prop_assert_eq!(drain(&ring, offset, max), &whole[index..]);
            prop_assert_eq!(ring.slices(offset).collect::<Vec<_>>().concat(), &whole[index..]);
        }
        if oldest > 0 {
            prop_assert_eq!(ring.read(oldest - 1, max), Read::TooOld { oldest });
        }
    }
}

//! Real sockets on both sides of the proxy.

use std::io::ErrorKind;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::*;

/// Long enough for anything that does happen.
const AT_MOST: Duration = Duration::from_secs(20);

/// Long enough to say that something does not happen.
const A_WHILE: Duration = Duration::from_millis(60);

/// A proxy, and the listener behind it.
struct Net {
    proxy: FaultProxy,
    listener: TcpListener,
}

impl Net {
    async fn new(seed: u64) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let proxy = FaultProxy::start(listener.local_addr().unwrap(), seed).await.unwrap();
        Self { proxy, listener }
    }

    async fn connect(&self) -> (TcpStream, TcpStream) {
        let client = TcpStream::connect(self.proxy.address()).await.unwrap();
        let (target, _) = timeout(AT_MOST, self.listener.accept()).await.unwrap().unwrap();
        (client, target)
    }

    async fn until(&self, seen: impl FnMut(&Seen) -> bool) -> Seen {
        *timeout(AT_MOST, self.proxy.watch().wait_for(seen)).await.unwrap().unwrap()
    }
}

async fn receive(stream: &mut TcpStream, bytes: usize) -> Vec<u8> {
    let mut received = vec![0; bytes];
    timeout(AT_MOST, stream.read_exact(&mut received)).await.unwrap().unwrap();
    received
}

/// Reads to the end; whether it was a reset.
async fn end(stream: &mut TcpStream) -> (Vec<u8>, End) {
    let mut received = Vec::new();
    match timeout(AT_MOST, stream.read_to_end(&mut received)).await.unwrap() {
        Ok(_) => (received, End::Closed),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::ConnectionReset);
            (received, End::Reset)
        }
    }
}

async fn nothing_comes(stream: &mut TcpStream) {
    let mut byte = [0];
    assert!(timeout(A_WHILE, stream.read(&mut byte)).await.is_err(), "something came");
}

fn numbered(bytes: u32) -> Vec<u8> {
    (0..bytes).map(|number| number.to_le_bytes()[0] ^ number.to_le_bytes()[1]).collect()
}

#[tokio::test]
async fn without_faults_everything_arrives_both_ways() {
    let net = Net::new(1).await;
    let (mut client, mut target) = net.connect().await;
    let sent = numbered(3_000_000);
    let (mut from_client, mut to_client) = client.split();
    let (mut from_target, mut to_target) = target.split();
    let up = async {
        to_target.write_all(&sent).await.unwrap();
        to_target.shutdown().await.unwrap();
    };
    let down = async {
        to_client.write_all(&sent).await.unwrap();
        to_client.shutdown().await.unwrap();
    };
    let read_up = async {
        let mut received = Vec::new();
        from_client.read_to_end(&mut received).await.unwrap();
        received
    };
    let read_down = async {
        let mut received = Vec::new();
        from_target.read_to_end(&mut received).await.unwrap();
        received
    };
    let all = async { tokio::join!(up, down, read_up, read_down) };
    let ((), (), one, other) = timeout(AT_MOST, all).await.unwrap();
    assert!(one == sent && other == sent);
    let seen = net.until(|seen| seen.open == 0).await;
    assert_eq!((seen.connections, seen.resets), (1, 0));
    assert_eq!((seen.to_target, seen.from_target), (3_000_000, 3_000_000));
    net.proxy.stop().await;
}

#[tokio::test]
async fn delay_keeps_everything_waiting_and_in_order() {
    let net = Net::new(1).await;
    let (mut client, mut target) = net.connect().await;
    let faults = Faults {
        delay: Duration::from_millis(300),
        jitter: Duration::from_millis(50),
        split_up_to: NonZeroU32::new(100),
        ..Faults::default()
    };
    net.proxy.set_faults(Direction::ToTarget, faults);
    let sent = numbered(5_000);
    client.write_all(&sent).await.unwrap();
    nothing_comes(&mut target).await;
    assert_eq!(receive(&mut target, sent.len()).await, sent);

    target.write_all(b"back").await.unwrap();
    assert_eq!(receive(&mut client, 4).await, b"back", "the other direction is its own");
}

#[tokio::test]
async fn bandwidth_is_bounded() {
    let net = Net::new(1).await;
    let (mut client, mut target) = net.connect().await;
    let faults = Faults {
        bytes_per_second: NonZeroU32::new(100_000),
        split_up_to: NonZeroU32::new(4_000),
        ..Faults::default()
    };
    net.proxy.set_faults(Direction::ToTarget, faults);
    client.write_all(&numbered(40_000)).await.unwrap();
    assert!(timeout(Duration::from_millis(150), receive(&mut target, 40_000)).await.is_err());
    let seen = net.until(|seen| seen.to_target == 40_000).await;
    assert_eq!(seen.resets, 0);
}

#[tokio::test]
async fn a_reset_comes_after_so_many_bytes_and_reaches_both_sides() {
    for after in [0, 1, 1_000, 65_536] {
        let net = Net::new(after).await;
        let (mut client, mut target) = net.connect().await;
        let faults = Faults { reset_after: Some(after), ..Faults::default() };
        net.proxy.set_faults(Direction::ToTarget, faults);
        client.write_all(&numbered(100_000)).await.unwrap();
        assert_eq!(end(&mut target).await.1, End::Reset);
        assert_eq!(end(&mut client).await.1, End::Reset);
        let seen = net.until(|seen| seen.open == 0).await;
        assert_eq!((seen.to_target, seen.resets), (after, 1));
    }
}

#[tokio::test]
async fn the_same_seed_resets_at_the_same_byte() {
    let mut carried = Vec::new();
    for (seed, portion) in [(7, 100_000), (7, 313), (8, 313)] {
        let net = Net::new(seed).await;
        let (mut client, mut target) = net.connect().await;
        let faults = Faults {
            split_up_to: NonZeroU32::new(1_000),
            reset_millionths: 30_000,
            ..Faults::default()
        };
        net.proxy.set_faults(Direction::ToTarget, faults);
        for portion in numbered(200_000).chunks(portion) {
            // The reset may come while it is still sent.
            if client.write_all(portion).await.is_err() {
                break;
            }
        }
        end(&mut target).await;
        let seen = net.until(|seen| seen.resets == 1).await;
        carried.push(seen.to_target);
    }
    assert!(carried[0] > 0 && carried[0] < 200_000);
    assert_eq!(carried[0], carried[1]);
    assert_ne!(carried[0], carried[2]);
}

#[tokio::test]
async fn what_is_held_goes_on_later() {
    let net = Net::new(1).await;
    let (mut client, mut target) = net.connect().await;
    net.proxy.set_flow(Direction::ToTarget, Flow::Held);
    client.write_all(b"held").await.unwrap();
    nothing_comes(&mut target).await;
    target.write_all(b"back").await.unwrap();
    assert_eq!(receive(&mut client, 4).await, b"back");
    net.proxy.set_flow(Direction::ToTarget, Flow::Through);
    assert_eq!(receive(&mut target, 4).await, b"held");
}

#[tokio::test]
async fn who_sends_into_a_hold_is_held_up() {
    let net = Net::new(1).await;
    let (mut client, mut target) = net.connect().await;
    net.proxy.set_flow(Direction::ToTarget, Flow::Held);
    let sent = numbered(32 * 1024 * 1024);
    let mut sending = std::pin::pin!(client.write_all(&sent));
    assert!(timeout(A_WHILE, &mut sending).await.is_err(), "32 MiB went nowhere");
    net.proxy.set_flow(Direction::ToTarget, Flow::Through);
    let (sent_all, received) = tokio::join!(sending, receive(&mut target, sent.len()));
    sent_all.unwrap();
    assert!(received == sent);
}

/// What a dead network does: nobody is told anything, not even that the other has gone.
#[tokio::test]
async fn a_black_hole_tells_nobody() {
    let net = Net::new(1).await;
    let (mut client, mut target) = net.connect().await;
    for direction in [Direction::ToTarget, Direction::FromTarget] {
        net.proxy.set_flow(direction, Flow::Swallowed);
    }
    client.write_all(&numbered(8 * 1024 * 1024)).await.unwrap();
    client.shutdown().await.unwrap();
    nothing_comes(&mut target).await;
    target.write_all(b"lost").await.unwrap();
    nothing_comes(&mut client).await;
    assert_eq!(net.until(|seen| seen.open == 1).await.resets, 0);

    net.proxy.cut_all();
    assert_eq!(end(&mut target).await, (vec![], End::Reset));
    assert_eq!(end(&mut client).await, (vec![], End::Reset));
}

#[tokio::test]
async fn cutting_resets_every_open_connection_and_no_later_one() {
    let net = Net::new(1).await;
    let mut open = Vec::new();
    for _ in 0..5 {
        open.push(net.connect().await);
    }
    net.until(|seen| seen.open == 5).await;
    net.proxy.cut_all();
    for (mut client, mut target) in open {
        assert_eq!(end(&mut client).await.1, End::Reset);
        assert_eq!(end(&mut target).await.1, End::Reset);
    }
    let (mut client, mut target) = net.connect().await;
    client.write_all(b"later").await.unwrap();
    assert_eq!(receive(&mut target, 5).await, b"later");
    assert_eq!(net.until(|seen| seen.open == 1).await.resets, 5);
}

#[tokio::test]
async fn a_half_close_ends_one_direction() {
    let net = Net::new(1).await;
    let (mut client, mut target) = net.connect().await;
    client.write_all(b"before").await.unwrap();
    assert_eq!(receive(&mut target, 6).await, b"before");
    net.proxy.half_close(Direction::ToTarget);
    assert_eq!(end(&mut target).await, (vec![], End::Closed));
    target.write_all(b"still").await.unwrap();
    assert_eq!(receive(&mut client, 5).await, b"still");
}

#[tokio::test]
async fn refused_connections_are_reset_and_open_ones_stay() {
    let net = Net::new(1).await;
    let (mut client, mut target) = net.connect().await;
    net.proxy.set_reception(Reception::Refused);
    let mut refused = TcpStream::connect(net.proxy.address()).await.unwrap();
    assert_eq!(end(&mut refused).await, (vec![], End::Reset));
    client.write_all(b"stays").await.unwrap();
    assert_eq!(receive(&mut target, 5).await, b"stays");
    net.proxy.set_reception(Reception::Open);
    net.connect().await;
}

#[tokio::test]
async fn a_target_that_is_not_there_resets_the_client() {
    let net = Net::new(1).await;
    let address = net.proxy.address();
    drop(net.listener);
    let mut client = TcpStream::connect(address).await.unwrap();
    assert_eq!(end(&mut client).await, (vec![], End::Reset));
}

#[tokio::test]
async fn a_reset_by_one_side_reaches_the_other() {
    let net = Net::new(1).await;
    let (mut client, target) = net.connect().await;
    target.set_zero_linger().unwrap();
    drop(target);
    assert_eq!(end(&mut client).await.1, End::Reset);
}

#[tokio::test]
async fn stopping_ends_every_connection() {
    let net = Net::new(1).await;
    let (mut client, mut target) = net.connect().await;
    net.proxy.stop().await;
    assert!(end(&mut client).await.0.is_empty());
    assert!(end(&mut target).await.0.is_empty());
}

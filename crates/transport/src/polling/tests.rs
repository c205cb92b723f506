//! Both ends together, over a way that loses, cuts and repeats.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use model::rng::{CountingRng, below};
use tokio::time::{sleep, timeout};
use wire::poll::{PollAnswer, PollRequest};

use super::*;

/// The way to a desk, and what happens on it.
#[derive(Clone)]
struct Way {
    desk: Desk,
    rng: Arc<CountingRng>,
    /// In how many of a hundred cases a request goes wrong.
    bad_percent: u64,
    /// After how long a request on which nothing moves is cut.
    cut_after: Duration,
    /// Nothing comes through at all.
    is_dead: Arc<AtomicBool>,
    /// For how long the last poll was to be held.
    asked_hold_ms: Arc<AtomicU32>,
    opened: tokio::sync::mpsc::Sender<Polled>,
}

impl Way {
    fn new(bad_percent: u64) -> (Self, tokio::sync::mpsc::Receiver<Polled>) {
        let (opened, polled) = tokio::sync::mpsc::channel(1);
        let way = Self {
            desk: Desk::new(2),
            rng: Arc::new(CountingRng::new(34)),
            bad_percent,
            cut_after: Duration::from_mins(1),
            is_dead: Arc::default(),
            asked_hold_ms: Arc::default(),
            opened,
        };
        (way, polled)
    }

    async fn answer(&self, body: Bytes) -> Result<Bytes, ExchangeError> {
        let mut request = PollRequest::from_body(body).unwrap();
        if request.hold_ms > 0 {
            self.asked_hold_ms.store(request.hold_ms, Ordering::Relaxed);
        }
        let id = PollId([5; 16]);
        if request.poll_id.is_empty() {
            let polled = self.desk.open(id).unwrap();
            self.opened.send(polled).await.unwrap();
            request.poll_id = Bytes::copy_from_slice(&id.0);
        }
        let answer = self.desk.answer(id, request).await;
        let answer: PollAnswer = answer.map_err(|e| ExchangeError::Refused(e.to_string()))?;
        Ok(answer.to_body())
    }
}

impl Exchange for Way {
    async fn exchange(&mut self, body: Bytes, within: Duration) -> Result<Bytes, ExchangeError> {
        let broke = || ExchangeError::Broke("it broke".to_owned());
        // How long the way takes.
        sleep(Duration::from_millis(below(&*self.rng, 20))).await;
        if self.is_dead.load(Ordering::Relaxed) {
            return Err(broke());
        }
        let is_opening = PollRequest::from_body(body.clone()).unwrap().poll_id.is_empty();
        let goes_wrong = !is_opening && below(&*self.rng, 100) < self.bad_percent;
        let kind = below(&*self.rng, 3);
        if goes_wrong && kind == 0 {
            return Err(broke());
        }
        let answer = timeout(within.min(self.cut_after), self.answer(body.clone()));
        let answer = answer.await.map_err(|_| broke())?;
        if goes_wrong && kind == 1 {
            // It was sent, and got lost.
            return Err(broke());
        }
        if goes_wrong && kind == 2 {
            // A box on the way says everything twice.
            return timeout(within, self.answer(body)).await.map_err(|_| broke())?;
        }
        answer
    }
}

async fn both_ends(way: Way, mut polled: tokio::sync::mpsc::Receiver<Polled>) -> (Called, Polled) {
    let called = Called::open(way.clone(), way, Pace::default()).await.unwrap();
    (called, polled.recv().await.unwrap())
}

/// What is sent, so that each can be told from the others.
fn text(number: usize) -> Bytes {
    format!("message {number} {}", "x".repeat(number * 37 % 3_000)).into()
}

/// Sends so many, and receives so many.
async fn talk<C: crate::Connection>(connection: C, count: usize) -> Vec<Bytes> {
    let (mut sink, mut stream) = connection.split();
    let sending = async {
        for number in 0..count {
            sink.send(text(number)).await.unwrap();
        }
    };
    let receiving = async {
        let mut received = Vec::new();
        while received.len() < count {
            received.push(stream.next().await.unwrap().unwrap());
        }
        received
    };
    let ((), received) = tokio::join!(sending, receiving);
    // The other side may not have heard everything.
    let _ = timeout(Duration::from_secs(30), stream.next()).await;
    received
}

/// R34: requests that are cut, answers that are lost after they were sent, bodies that come twice:
/// every message arrives, once, in order.
#[tokio::test(start_paused = true)]
async fn nothing_is_lost_or_doubled() {
    const COUNT: usize = 2_000;
    let (mut way, polled) = Way::new(25);
    way.cut_after = Duration::from_secs(2);
    let (called, polled) = both_ends(way, polled).await;
    let (up, down) = tokio::join!(talk(polled, COUNT), talk(called, COUNT));
    let expected: Vec<_> = (0..COUNT).map(text).collect();
    assert!(up == expected && down == expected, "{} and {}", up.len(), down.len());
}

/// R34: what the server has to say comes at once, not with the next poll.
#[tokio::test(start_paused = true)]
async fn a_held_poll_is_answered_at_once() {
    let (way, polled) = Way::new(0);
    let (mut called, mut polled) = both_ends(way, polled).await;
    // So that the poll is held.
    assert!(timeout(Duration::from_secs(5), called.next()).await.is_err());
    polled.send(text(1)).await.unwrap();
    let heard = timeout(Duration::from_millis(50), called.next()).await;
    assert_eq!(heard.expect("it comes at once").unwrap().unwrap(), text(1));
}

/// R34: where everything that is silent for a while is cut, the server is asked to answer sooner.
#[tokio::test(start_paused = true)]
async fn what_is_cut_while_it_is_held_is_held_for_less() {
    let (mut way, polled) = Way::new(0);
    way.cut_after = Duration::from_secs(3);
    let asked = way.asked_hold_ms.clone();
    let (mut called, mut polled) = both_ends(way, polled).await;
    // Long enough for all that is to be found out.
    assert!(timeout(Duration::from_mins(2), called.next()).await.is_err());
    let asked_ms = asked.load(Ordering::Relaxed);
    assert!((1_000..3_000).contains(&asked_ms), "held for {asked_ms} ms");
    polled.send(text(1)).await.unwrap();
    assert_eq!(called.next().await.unwrap().unwrap(), text(1));
}

#[tokio::test(start_paused = true)]
async fn a_way_that_stays_broken_ends_the_connection() {
    let (way, polled) = Way::new(0);
    let is_dead = way.is_dead.clone();
    let (mut called, _polled) = both_ends(way, polled).await;
    is_dead.store(true, Ordering::Relaxed);
    let over = timeout(Duration::from_mins(1), called.next()).await;
    assert!(over.expect("it is given up").unwrap().is_err());
    assert!(called.send(text(1)).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_servers_side_ends_the_machines() {
    let (way, polled) = Way::new(0);
    let (mut called, mut polled) = both_ends(way, polled).await;
    polled.send(text(7)).await.unwrap();
    let ((), heard) = tokio::join!(
        async {
            polled.close().await.unwrap();
            drop(polled);
        },
        called.next()
    );
    assert_eq!(heard.unwrap().unwrap(), text(7), "the last words");
    assert!(called.next().await.unwrap().is_err());
}

#[tokio::test(start_paused = true)]
async fn the_machine_closes_when_the_server_has_everything() {
    let (way, polled) = Way::new(0);
    let (mut called, mut polled) = both_ends(way, polled).await;
    called.feed(text(3)).await.unwrap();
    called.close().await.unwrap();
    assert_eq!(polled.next().await.unwrap().unwrap(), text(3));
}

#[tokio::test(start_paused = true)]
async fn polls_are_as_far_apart_as_was_asked() {
    let (way, polled) = Way::new(0);
    let pace = Pace { interval: Duration::from_secs(5) };
    let mut called = Called::open(way.clone(), way.clone(), pace).await.unwrap();
    let mut polled_end = { polled }.recv().await.unwrap();
    polled_end.send(text(1)).await.unwrap();
    called.next().await.unwrap().unwrap();
    polled_end.send(text(2)).await.unwrap();
    assert!(timeout(Duration::from_secs(4), called.next()).await.is_err(), "not before its time");
    assert_eq!(
        timeout(Duration::from_secs(2), called.next()).await.unwrap().unwrap().unwrap(),
        text(2)
    );
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_is_refused() {
    let desk = Desk::new(1);
    let (id, other) = (PollId([1; 16]), PollId([2; 16]));
    let mut polled = desk.open(id).unwrap();
    assert_eq!(desk.open(other).unwrap_err(), DeskFull);
    let unknown = desk.answer(other, PollRequest::default()).await;
    assert_eq!(unknown, Err(PollRefused::Unknown));
    let hole = PollRequest { first: 2, messages: vec![text(2)], ..PollRequest::default() };
    let hole = desk.answer(id, hole).await;
    assert!(matches!(hole, Err(PollRefused::WrongNumber(_))), "{hole:?}");
    let never_sent = PollRequest { received: 1, ..PollRequest::default() };
    let never_sent = desk.answer(id, never_sent).await;
    assert!(matches!(never_sent, Err(PollRefused::WrongNumber(_))), "{never_sent:?}");
    // The connection itself is as it was.
    let first = PollRequest { first: 1, messages: vec![text(1)], ..PollRequest::default() };
    assert_eq!(desk.answer(id, first).await.unwrap().received, 1);
    assert_eq!(polled.next().await.unwrap().unwrap(), text(1));
    drop(polled);
    let over = desk.answer(id, PollRequest::default()).await;
    assert_eq!(over, Err(PollRefused::Unknown));
}

/// A machine that lost its connection asks again; the poll that nobody waits for ends, and takes
/// nothing along.
#[tokio::test(start_paused = true)]
async fn only_the_last_poll_is_held() {
    let desk = Desk::new(1);
    let id = PollId([1; 16]);
    let mut polled = desk.open(id).unwrap();
    let held = || PollRequest { hold_ms: 20_000, ..PollRequest::default() };
    let lost = tokio::spawn({
        let (desk, held) = (desk.clone(), held());
        async move { desk.answer(id, held).await }
    });
    sleep(Duration::from_secs(1)).await;
    let next = tokio::spawn({
        let (desk, held) = (desk.clone(), held());
        async move { desk.answer(id, held).await }
    });
    assert!(lost.await.unwrap().unwrap().messages.is_empty());
    polled.send(text(1)).await.unwrap();
    assert_eq!(next.await.unwrap().unwrap().messages, [text(1)]);
}

/// What the link does not take yet stays with the machine.
#[tokio::test(start_paused = true)]
async fn a_link_that_takes_nothing_holds_the_machine_back() {
    let desk = Desk::new(1);
    let id = PollId([1; 16]);
    let mut polled = desk.open(id).unwrap();
    let messages: Vec<_> = (1..=100).map(text).collect();
    let request = PollRequest { first: 1, messages, ..PollRequest::default() };
    let received = desk.answer(id, request.clone()).await.unwrap().received;
    assert!(received < 100, "{received} were taken");
    for number in 1..=usize::try_from(received).unwrap() {
        assert_eq!(polled.next().await.unwrap().unwrap(), text(number));
    }
    let (answered, heard) = tokio::join!(desk.answer(id, request), async {
        let mut heard = Vec::new();
        while heard.len() < 100 - usize::try_from(received).unwrap() {
            heard.push(polled.next().await.unwrap().unwrap());
        }
        heard
    });
    assert_eq!(answered.unwrap().received, 100);
    assert_eq!(heard.last(), Some(&text(100)));
}

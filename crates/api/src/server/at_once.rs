//! Work that wakes itself goes on at once.
//!
//! The parts of a connection are one task and speak through channels: whoever wants a piece of a
//! body wakes whoever reads the connection, which is the same task. To the runtime it has given way:
//! it is put at the end of the queue, and another thread is woken, on another core, to help with
//! what waits there. A call of a model did that several times, and moved with all its memory.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::task::AtomicWaker;

/// How often in a row work goes on by itself; then it is the turn of others.
const IN_A_ROW: usize = 8;

/// Nothing is done; whoever wakes it wakes the task.
const RESTS: u8 = 0;
/// It is being worked on.
const WORKS: u8 = 1;
/// It is to be worked on, or worked on again, and that is known.
const WOKEN: u8 = 2;

/// What the parts of the work wake.
struct Bell {
    state: AtomicU8,
    task: AtomicWaker,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.state.swap(WOKEN, Ordering::AcqRel) == RESTS {
            self.task.wake();
        }
    }
}

/// Does the work. What wakes it while it is worked on wakes no task.
pub(super) async fn at_once<F: Future>(work: F) -> F::Output {
    let mut work = pin!(work);
    let bell = Arc::new(Bell { state: AtomicU8::new(RESTS), task: AtomicWaker::new() });
    let waker = Waker::from(bell.clone());
    poll_fn(|task| {
        bell.task.register(task.waker());
        let mut context = Context::from_waker(&waker);
        for _ in 0..IN_A_ROW {
            bell.state.swap(WORKS, Ordering::AcqRel);
            if let Poll::Ready(output) = work.as_mut().poll(&mut context) {
                return Poll::Ready(output);
            }
            let now = (Ordering::AcqRel, Ordering::Acquire);
            if bell.state.compare_exchange(WORKS, RESTS, now.0, now.1).is_ok() {
                return Poll::Pending;
            }
        }
        task.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Wakes itself so many times before it is done.
    fn restless(times: usize) -> impl Future<Output = ()> {
        let mut left = times;
        poll_fn(move |context| {
            if left == 0 {
                return Poll::Ready(());
            }
            left -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        })
    }

    #[test]
    fn what_wakes_itself_goes_on_without_its_task_being_woken() {
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(woken.clone());
        let mut work = pin!(at_once(restless(IN_A_ROW - 1)));
        assert!(work.as_mut().poll(&mut Context::from_waker(&waker)).is_ready());
        assert_eq!(woken.0.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn what_does_not_rest_gives_way() {
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(woken.clone());
        let mut work = pin!(at_once(restless(IN_A_ROW + 1)));
        assert!(work.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        assert_eq!(woken.0.load(Ordering::Relaxed), 1);
        assert!(work.as_mut().poll(&mut Context::from_waker(&waker)).is_ready());
    }

    #[test]
    fn what_rests_is_woken_once() {
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(woken.clone());
        let inner = Arc::new(AtomicWaker::new());
        let registered = inner.clone();
        let mut work = pin!(at_once(poll_fn(move |context| {
            registered.register(context.waker());
            Poll::<()>::Pending
        })));
        assert!(work.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        let waker_of_work = inner.take().unwrap();
        waker_of_work.wake_by_ref();
        waker_of_work.wake();
        assert_eq!(woken.0.load(Ordering::Relaxed), 1);
    }

    /// No wake is lost, whoever it comes from and whenever.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn everything_that_others_say_is_heard() {
        const SAID: usize = 20_000;
        let (say, mut hear) = tokio::sync::mpsc::channel(2);
        let hearing = tokio::spawn(at_once(async move {
            for expected in 0..SAID {
                assert_eq!(hear.recv().await, Some(expected));
            }
        }));
        for number in 0..SAID {
            say.send(number).await.unwrap();
        }
        tokio::time::timeout(Duration::from_mins(1), hearing).await.unwrap().unwrap();
    }
}

//! How many may search at once: a search keeps machines busy, and whoever asks for many leaves the
//! others theirs.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::UserId;

use crate::Error;

/// Searches of one person at once: two windows.
const OF_ONE: usize = 2;

/// Searches of everybody at once: far fewer than a machine takes questions.
const OF_ALL: usize = 32;

/// After how many seconds it is worth another try: most searches are over then.
const AGAIN_S: u64 = 2;

/// Who searches.
#[derive(Debug, Default)]
pub(crate) struct Seats(Mutex<HashMap<UserId, usize>>);

/// The seat of a search; dropping it gives it back.
#[derive(Debug)]
pub(crate) struct Seat<'a> {
    seats: &'a Seats,
    user: UserId,
}

impl Seats {
    /// Takes a seat, if there is one.
    pub(crate) fn take(&self, user: UserId) -> Result<Seat<'_>, Error> {
        let mut taken = self.lock();
        let of_all: usize = taken.values().sum();
        if of_all >= OF_ALL || taken.get(&user).is_some_and(|count| *count >= OF_ONE) {
            return Err(Error::throttled("too many searches run at once", AGAIN_S));
        }
        *taken.entry(user).or_default() += 1;
        drop(taken);
        Ok(Seat { seats: self, user })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, usize>> {
        // Nothing in here can panic half-way through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        if let Some(count) = taken.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(last: u8) -> UserId {
        let mut bytes = [0; 16];
        bytes[15] = last;
        UserId::from_slice(&bytes).unwrap()
    }

    #[test]
    fn nobody_takes_more_than_their_share() {
        let seats = Seats::default();
        let first = seats.take(user(1)).unwrap();
        let second = seats.take(user(1)).unwrap();
        assert_eq!(seats.take(user(1)).unwrap_err().code, "too_many_attempts");
        let others: Vec<_> = (2..32).map(|last| seats.take(user(last)).unwrap()).collect();
        assert!(seats.take(user(99)).is_err(), "as many as may be");
        drop((first, others));
        let third = seats.take(user(1)).unwrap();
        drop((second, third));
        assert!(seats.lock().is_empty());
    }
}

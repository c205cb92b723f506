//! How often something happened.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number that only grows. Wraps around after 2⁶⁴, which nothing here reaches.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Nothing has happened yet.
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// It happened once more.
    pub fn increment(&self) {
        self.add(1);
    }

    /// It happened so many times more.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// How often it happened since the start.
    pub fn total(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

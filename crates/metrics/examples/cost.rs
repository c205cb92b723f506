//! What it takes to count and to time, in nanoseconds.

use std::hint::black_box;
use std::time::Instant;

use metrics::histogram::OWN_WORK_US;
use metrics::{Counter, Histogram};

const TIMES: u64 = 10_000_000;

fn main() {
    let counter = Counter::new();
    report("count", || counter.add(black_box(3)));
    let histogram = Histogram::new(OWN_WORK_US);
    let mut took_us = 0;
    report("observe", || {
        took_us = (took_us + 7_919) % 20_000_000;
        histogram.observe_us(black_box(took_us));
    });
}

#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "this measures, and prints")]
fn report(what: &str, mut work: impl FnMut()) {
    let began = Instant::now();
    for _ in 0..TIMES {
        work();
    }
    let nanos = began.elapsed().as_nanos() / u128::from(TIMES);
    println!("{what}: {nanos} ns");
}

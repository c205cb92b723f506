//! Running steps: one lane on the screen, one beside it into logs, and the tests last and alone.
//!
//! A failed step stops nothing but the steps that come after it by name, so that one run shows
//! everything that is wrong. Where all is well the last line printed is the test runner's count;
//! otherwise what failed is named after it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::steps::{Lane, STEPS, Step};
use crate::repository::Repository;
use crate::shell::Shell;

/// Where steps that run beside others leave what they print.
const LOGS: &str = ".cache/ci";

/// Lines of a failed step's log that are shown at once.
const SHOWN_LINES: usize = 60;

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    /// A step it comes after did not pass.
    NotRun,
}

/// What became of every step.
#[derive(Debug, Default)]
pub(super) struct Report {
    ended: BTreeMap<&'static str, (Outcome, Duration)>,
}

impl Report {
    /// Whether nothing failed and nothing was left out.
    pub(super) fn all_passed(&self) -> bool {
        self.ended.values().all(|(outcome, _)| *outcome == Outcome::Passed)
    }

    fn passed(&self, name: &str) -> bool {
        self.ended.get(name).is_some_and(|(outcome, _)| *outcome == Outcome::Passed)
    }
}

/// Runs every step.
pub(super) fn run_all(repository: &Repository) -> Result<Report> {
    let logs = repository.path(LOGS);
    std::fs::create_dir_all(&logs).with_context(|| format!("failed to make {LOGS}"))?;
    let screen = Shell::on_screen(repository);
    let board = Board::default();
    let started = now();
    std::thread::scope(|scope| {
        scope.spawn(|| run_lane(Lane::Beside, &board, |step| run_beside(&screen, step)));
        run_lane(Lane::Compiler, &board, |step| run_on_screen(&screen, step));
    });
    say_how_it_stands(&screen, &board, started.elapsed());
    run_lane(Lane::Last, &board, |step| run_on_screen(&screen, step));
    let report = board.into_report();
    say_what_is_wrong(&screen, &report);
    Ok(report)
}

/// Runs the steps given, each on the screen, whatever became of those before it.
pub(super) fn run_one_by_one(screen: &Shell, steps: &[&'static Step]) -> Report {
    let mut report = Report::default();
    for step in steps {
        let started = now();
        let outcome = run_on_screen(screen, step);
        report.ended.insert(step.name, (outcome, started.elapsed()));
    }
    report
}

/// What became of steps so far; the lanes wait for each other here.
#[derive(Default)]
struct Board {
    report: Mutex<Report>,
    changed: Condvar,
}

impl Board {
    /// Waits until every named step has ended; whether all of them passed.
    fn wait_for(&self, names: &[&str]) -> bool {
        let report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        let have_ended =
            |report: &mut Report| !names.iter().all(|name| report.ended.contains_key(name));
        let waited = self.changed.wait_while(report, have_ended);
        let report = waited.unwrap_or_else(PoisonError::into_inner);
        names.iter().all(|name| report.passed(name))
    }

    fn post(&self, step: &Step, outcome: Outcome, took: Duration) {
        let mut report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        report.ended.insert(step.name, (outcome, took));
        self.changed.notify_all();
    }

    fn into_report(self) -> Report {
        self.report.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

fn run_lane(lane: Lane, board: &Board, run: impl Fn(&Step) -> Outcome) {
    for step in STEPS.iter().filter(|step| step.lane == lane) {
        let ready = board.wait_for(step.after);
        let started = now();
        let outcome = if ready { run(step) } else { Outcome::NotRun };
        board.post(step, outcome, started.elapsed());
    }
}

fn run_on_screen(screen: &Shell, step: &Step) -> Outcome {
    screen.say(&format!("── {} ── {}", step.name, step.purpose));
    let started = now();
    let result = (step.run)(screen);
    let took = seconds(started.elapsed());
    match result {
        // The runner's own count ends the run.
        Ok(()) if STEPS.last().is_some_and(|last| last.name == step.name) => Outcome::Passed,
        Ok(()) => {
            screen.say(&format!("   passed in {took}"));
            Outcome::Passed
        }
        Err(error) => {
            screen.say(&format!("   FAILED in {took}: {error:#}"));
            screen.say(&format!("   alone: cargo xtask ci {}", step.name));
            Outcome::Failed
        }
    }
}

fn run_beside(screen: &Shell, step: &Step) -> Outcome {
    let log = screen.repository().path(LOGS).join(format!("{}.log", step.name));
    let started = now();
    let result = Shell::into_log(screen.repository(), &log).and_then(|shell| (step.run)(&shell));
    let took = seconds(started.elapsed());
    match result {
        Ok(()) => {
            screen.say(&format!("── {} ── {}: passed in {took}, beside", step.name, step.purpose));
            Outcome::Passed
        }
        Err(error) => {
            screen.say(&failure_beside(step, &log, &took, &error));
            Outcome::Failed
        }
    }
}

fn failure_beside(step: &Step, log: &PathBuf, took: &str, error: &anyhow::Error) -> String {
    let printed = std::fs::read(log).unwrap_or_default();
    let printed = String::from_utf8_lossy(&printed);
    let lines: Vec<&str> = printed.lines().collect();
    let last = &lines[lines.len().saturating_sub(SHOWN_LINES)..];
    let name = step.name;
    format!(
        "── {name} ── {}\n{}\n   FAILED in {took}, beside: {error:#}\n   \
         alone: cargo xtask ci {name}",
        step.purpose,
        last.join("\n"),
    )
}

/// Before the tests: they print last.
fn say_how_it_stands(screen: &Shell, board: &Board, took: Duration) {
    let report = board.report.lock().unwrap_or_else(PoisonError::into_inner);
    screen.say(&format!("── checks in {} ──", seconds(took)));
    for step in STEPS {
        let Some((outcome, took)) = report.ended.get(step.name) else { continue };
        let outcome = match outcome {
            Outcome::Passed => "passed",
            Outcome::Failed => "FAILED",
            Outcome::NotRun => "not run",
        };
        screen.say(&format!("   {:<16}{outcome:<8}{:>10}", step.name, seconds(*took)));
    }
}

/// Last, so that nobody has to search a long output for what failed in it.
fn say_what_is_wrong(screen: &Shell, report: &Report) {
    for line in whatever_is_wrong(report) {
        screen.say(&line);
    }
}

fn whatever_is_wrong(report: &Report) -> Vec<String> {
    let said = |step: &Step| match report.ended.get(step.name)?.0 {
        Outcome::Passed => None,
        Outcome::Failed => Some(format!("── {} ── FAILED: {}", step.name, step.purpose)),
        Outcome::NotRun => {
            Some(format!("── {} ── not run: it comes after {}", step.name, step.after.join(", ")))
        }
    };
    STEPS.iter().filter_map(said).collect()
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

#[expect(clippy::disallowed_methods, reason = "says how long a step took; decides nothing")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn step(name: &'static str, after: &'static [&'static str]) -> Step {
        Step { name, purpose: "", lane: Lane::Compiler, after, run: |_| Ok(()) }
    }

    #[test]
    fn lanes_wait_for_each_other() {
        let board = Board::default();
        let first = step("first", &[]);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| board.wait_for(&["first"]));
            board.post(&first, Outcome::Passed, Duration::ZERO);
            assert!(waiting.join().unwrap());
        });
    }

    #[test]
    fn what_comes_after_a_failure_is_not_run_and_the_whole_has_not_passed() {
        let board = Board::default();
        board.post(&step("build", &[]), Outcome::Failed, Duration::ZERO);
        board.post(&step("fmt", &[]), Outcome::Passed, Duration::ZERO);
        assert!(!board.wait_for(&["build"]));
        assert!(!board.wait_for(&["fmt", "build"]));
        assert!(board.wait_for(&["fmt"]));
        assert!(!board.into_report().all_passed());
    }

    #[test]
    fn what_failed_and_what_was_not_run_is_named_in_the_end() {
        let board = Board::default();
        board.post(&step("fmt", &[]), Outcome::Passed, Duration::ZERO);
        board.post(&step("build", &[]), Outcome::Failed, Duration::ZERO);
        board.post(&step("test", &[]), Outcome::NotRun, Duration::ZERO);
        assert_eq!(
            whatever_is_wrong(&board.into_report()),
            [
                "── build ── FAILED: every program and test is built",
                "── test ── not run: it comes after build"
            ]
        );
    }
}

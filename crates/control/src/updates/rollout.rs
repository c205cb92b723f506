//! Which machines are told of a newer release next. One of a kind is told first; when it runs the
//! release, as many more as have taken it so far, up to a bound. Where too many come back without it,
//! no more are told: what breaks some machines is not brought to all.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

use model::{MachineId, Tick};
use release::Version;

/// After how long a machine that took a release, is there and does not run it has failed with it: it
/// was fetched, tried for a minute and a half, and undone.
const SETTLES_WITHIN: Duration = Duration::from_mins(10);

/// After how long a machine that does not want a release, or may not take it now, is told again.
const DECLINED_FOR: Duration = Duration::from_hours(24);

/// After how long one that could not be asked is asked again.
const UNREACHED_FOR: Duration = Duration::from_mins(5);

/// The most machines of a kind that are under way at a time.
const AT_ONCE: usize = 20;

/// One machine may fail, whatever the reason, and one more for so many that have taken the release.
const TAKEN_FOR_EACH_FAILURE: usize = 10;

/// A machine that may be told.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) machine: MachineId,
    /// Which program it needs, such as `linux-x86_64`.
    pub(super) target: String,
    /// What it runs.
    pub(super) runs: Version,
    /// Whether it can be told now.
    pub(super) is_there: bool,
}

/// How a machine answered that does not take a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answered {
    /// It found something wrong with the release, or has failed with it before.
    Refused,
    /// Its owner does not want it, or it has work that keeps it from it.
    Declined,
    /// It could not be asked.
    Unreached,
}

impl Answered {
    /// By the code of the error.
    pub(super) fn of(code: &str) -> Self {
        match code {
            "update_refused" | "update_failed_before" => Self::Refused,
            "machine_offline" | "machine_busy" | "machine_slow" | "busy" => Self::Unreached,
            _ => Self::Declined,
        }
    }
}

/// How it stands with a machine that was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It has said that it takes the release.
    UnderWay {
        since: Tick,
    },
    Taken,
    Failed,
    /// To be told again.
    Later {
        at: Tick,
    },
}

#[derive(Debug)]
struct Told {
    version: Version,
    standing: Standing,
}

/// One machine to be told of one release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Next {
    pub(super) machine: MachineId,
    pub(super) version: Version,
}

/// What comes of a look.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Looked {
    /// To be told now.
    pub(super) told: Vec<Next>,
    /// Releases, with their target, that nobody else is told of from now on.
    pub(super) newly_held: Vec<(String, Version)>,
}

/// What is known of machines that were told.
#[derive(Debug, Default)]
pub(super) struct Rollout {
    told: HashMap<MachineId, Told>,
    held: BTreeSet<(String, Version)>,
    now: Tick,
}

impl Rollout {
    /// Who is to be told, given what each target is offered. They count as told.
    pub(super) fn look(
        &mut self,
        candidates: &[Candidate],
        offered: &BTreeMap<String, Version>,
        now: Tick,
    ) -> Looked {
        self.now = now;
        self.forget_others(candidates, offered);
        let mut looked = Looked::default();
        for (target, version) in offered {
            let kind: Vec<&Candidate> =
                candidates.iter().filter(|one| one.target == *target).collect();
            for one in &kind {
                self.settle(one);
            }
            let Some(room) = self.room(&kind) else {
                if self.held.insert((target.clone(), *version)) {
                    looked.newly_held.push((target.clone(), *version));
                }
                continue;
            };
            let behind = kind.iter().filter(|one| one.is_there && one.runs < *version);
            let behind: Vec<MachineId> = behind
                .map(|one| one.machine)
                .filter(|machine| self.may_be_told(*machine))
                .take(room)
                .collect();
            for machine in behind {
                let standing = Standing::UnderWay { since: now };
                self.told.insert(machine, Told { version: *version, standing });
                looked.told.push(Next { machine, version: *version });
            }
        }
        looked
    }

    /// A machine that was told does not take it.
    pub(super) fn answered(&mut self, machine: MachineId, answered: Answered) {
        let Some(told) = self.told.get_mut(&machine) else { return };
        told.standing = match answered {
            Answered::Refused => Standing::Failed,
            Answered::Declined => Standing::Later { at: self.now + DECLINED_FOR },
            Answered::Unreached => Standing::Later { at: self.now + UNREACHED_FOR },
        };
    }

    /// What was said of other releases, and to machines that are gone, counts no more.
    fn forget_others(&mut self, candidates: &[Candidate], offered: &BTreeMap<String, Version>) {
        let current: HashSet<(MachineId, Version)> = candidates
            .iter()
            .filter_map(|one| Some((one.machine, *offered.get(&one.target)?)))
            .collect();
        self.told.retain(|machine, told| current.contains(&(*machine, told.version)));
        self.held.retain(|(target, version)| offered.get(target) == Some(version));
    }

    fn settle(&mut self, one: &Candidate) {
        let now = self.now;
        let Some(told) = self.told.get_mut(&one.machine) else { return };
        match told.standing {
            _ if one.runs >= told.version => told.standing = Standing::Taken,
            // It ran it, and what ran before runs again.
            Standing::Taken if one.is_there => told.standing = Standing::Failed,
            Standing::UnderWay { since } if one.is_there && now.since(since) >= SETTLES_WITHIN => {
                told.standing = Standing::Failed;
            }
            _ => {}
        }
    }

    /// How many more machines of a kind may be told; nothing where the release is held.
    fn room(&self, kind: &[&Candidate]) -> Option<usize> {
        let (mut taken, mut failed, mut under_way) = (0_usize, 0_usize, 0_usize);
        for one in kind {
            match self.told.get(&one.machine).map(|told| told.standing) {
                Some(Standing::Taken) => taken += 1,
                Some(Standing::Failed) => failed += 1,
                Some(Standing::UnderWay { .. }) => under_way += 1,
                Some(Standing::Later { .. }) | None => {}
            }
        }
        if failed > 1 + taken / TAKEN_FOR_EACH_FAILURE {
            return None;
        }
        Some(taken.clamp(1, AT_ONCE).saturating_sub(under_way))
    }

    fn may_be_told(&self, machine: MachineId) -> bool {
        match self.told.get(&machine).map(|told| told.standing) {
            None => true,
            Some(Standing::Later { at }) => at <= self.now,
            Some(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use model::rng::CountingRng;

    use super::*;

    const OLD: Version = Version { major: 1, minor: 0, patch: 0 };
    const NEW: Version = Version { major: 1, minor: 1, patch: 0 };
    const NEWEST: Version = Version { major: 1, minor: 2, patch: 0 };

    /// Machines of one kind, all there, all behind.
    struct Fleet {
        machines: Vec<Candidate>,
        rollout: Rollout,
        offered: BTreeMap<String, Version>,
        now: Tick,
    }

    impl Fleet {
        fn of(count: usize) -> Self {
            let (at, rng) = (Timestamp::from_millis(1), CountingRng::new(7));
            let machine = |_| Candidate {
                machine: MachineId::new(at, &rng),
                target: "linux-x86_64".to_owned(),
                runs: OLD,
                is_there: true,
            };
            Self {
                machines: (0..count).map(machine).collect(),
                rollout: Rollout::default(),
                offered: [("linux-x86_64".to_owned(), NEW)].into(),
                now: Tick::from_millis(0),
            }
        }

        fn look(&mut self) -> Looked {
            self.rollout.look(&self.machines, &self.offered, self.now)
        }

        /// Who is told, as positions.
        fn told(&mut self) -> Vec<usize> {
            let told = self.look().told;
            let place =
                |next: &Next| self.machines.iter().position(|one| one.machine == next.machine);
            told.iter().filter_map(place).collect()
        }

        fn take(&mut self, places: &[usize]) {
            for place in places {
                self.machines[*place].runs = NEW;
            }
        }

        fn wait(&mut self, time: Duration) {
            self.now = self.now + time;
        }
    }

    #[test]
    fn one_is_first_and_then_as_many_as_have_taken_it() {
        let mut fleet = Fleet::of(100);
        let mut waves = Vec::new();
        loop {
            let told = fleet.told();
            assert!(fleet.told().is_empty(), "nobody is told twice");
            if told.is_empty() {
                break;
            }
            waves.push(told.len());
            fleet.take(&told);
        }
        assert_eq!(waves, [1, 1, 2, 4, 8, 16, 20, 20, 20, 8]);
        assert!(fleet.machines.iter().all(|one| one.runs == NEW));
    }

    #[test]
    fn a_release_that_two_of_the_first_fail_with_is_brought_to_no_more() {
        let mut fleet = Fleet::of(10);
        assert_eq!(fleet.told(), [0]);
        fleet.wait(SETTLES_WITHIN);
        assert_eq!(fleet.told(), [1], "one may fail for reasons of its own");
        fleet.rollout.answered(fleet.machines[1].machine, Answered::Refused);
        let held = vec![("linux-x86_64".to_owned(), NEW)];
        assert_eq!(fleet.look(), Looked { told: Vec::new(), newly_held: held });
        fleet.wait(DECLINED_FOR);
        assert_eq!(fleet.look(), Looked::default(), "it is said once, and stays so");
        // The next release is another one.
        fleet.offered = [("linux-x86_64".to_owned(), NEWEST)].into();
        assert_eq!(fleet.told().len(), 1);
    }

    #[test]
    fn many_that_have_taken_it_bear_more_that_fail() {
        let mut fleet = Fleet::of(60);
        while fleet.machines.iter().filter(|one| one.runs == NEW).count() < 32 {
            let told = fleet.told();
            fleet.take(&told);
        }
        for failed in fleet.told().into_iter().take(4) {
            fleet.rollout.answered(fleet.machines[failed].machine, Answered::Refused);
        }
        assert!(!fleet.told().is_empty());
        // Some come back with what they ran before.
        fleet.machines[0].runs = OLD;
        assert_eq!(fleet.look().newly_held.len(), 1);
    }

    #[test]
    fn who_does_not_want_it_or_is_away_holds_up_nobody_and_is_told_later() {
        let mut fleet = Fleet::of(4);
        fleet.machines[3].is_there = false;
        for _ in 0..2 {
            let told = fleet.told();
            fleet.rollout.answered(fleet.machines[told[0]].machine, Answered::Declined);
        }
        assert_eq!(fleet.told(), [2]);
        fleet.rollout.answered(fleet.machines[2].machine, Answered::Unreached);
        assert!(fleet.told().is_empty());
        fleet.wait(UNREACHED_FOR);
        assert_eq!(fleet.told(), [2]);
        // It fell asleep over it.
        fleet.machines[2].is_there = false;
        fleet.wait(DECLINED_FOR);
        assert!(fleet.told().is_empty(), "one is under way");
        fleet.machines[2].is_there = true;
        fleet.machines[2].runs = NEW;
        assert_eq!(fleet.told(), [0], "and has taken it");
        fleet.take(&[0]);
        assert_eq!(fleet.told(), [1]);
    }

    #[test]
    fn kinds_for_which_nothing_is_offered_and_newer_machines_are_left_alone() {
        let mut fleet = Fleet::of(3);
        fleet.machines[0].target = "windows-x86_64".to_owned();
        fleet.machines[1].runs = NEWEST;
        assert_eq!(fleet.told(), [2]);
        fleet.offered.clear();
        assert_eq!(fleet.look(), Looked::default());
        assert!(fleet.rollout.told.is_empty(), "what is not offered any more is forgotten");
    }
}

//! Characters that share one cell: a base and its combining marks.
//!
//! The grid keeps one `char` in a cell. A cell with more is kept as a stand-in, a code point from
//! a small reserved range of the same width, whose meaning is looked up here. A program that
//! prints a reserved code point itself gets a stand-in for it too.

use std::collections::{BTreeMap, BTreeSet};

use unicode_width::UnicodeWidthChar;

/// How many different clusters of one width may be on the screen and in its history. When there
/// are more, marks of further ones are left out.
const SLOTS: u32 = 4094;

/// End of private-use plane 16; one cell wide.
const FIRST_NARROW: u32 = 0x10_F000;

/// End of plane 3, unassigned; two cells wide (UAX #11 gives planes 2 and 3 width W).
const FIRST_WIDE: u32 = 0x3_F000;

/// A space that was printed while blank cells would show the pen too; see `loud`.
pub(crate) const PRINTED_SPACE: char = '\u{10FFFF}';

/// Longest cluster kept; marks beyond are left out.
pub(crate) const MAX_CLUSTER_BYTES: usize = 32;

/// Whether the character joins the cell before it instead of taking one.
pub(crate) fn is_mark(character: char) -> bool {
    character >= '\u{300}' && character.width() == Some(0)
}

/// Whether the code point stands for something else in the grid.
pub(crate) fn is_reserved(character: char) -> bool {
    let code = u32::from(character);
    (FIRST_NARROW..=0x10_FFFF).contains(&code) || (FIRST_WIDE..FIRST_WIDE + SLOTS).contains(&code)
}

/// What the stand-ins mean.
#[derive(Debug)]
pub(crate) struct Clusters {
    narrow: Slots,
    wide: Slots,
    /// Clusters refused since the last look for unused slots.
    refused: u32,
}

impl Default for Clusters {
    fn default() -> Self {
        Self { narrow: Slots::new(FIRST_NARROW), wide: Slots::new(FIRST_WIDE), refused: 0 }
    }
}

impl Clusters {
    /// The stand-in for a cluster; `None` while all are taken.
    pub(crate) fn stand_in(&mut self, cluster: &str) -> Option<char> {
        let base = cluster.chars().next()?;
        let slots = if base.width() == Some(2) { &mut self.wide } else { &mut self.narrow };
        let stand_in = slots.take(cluster);
        self.refused += u32::from(stand_in.is_none());
        stand_in
    }

    /// Whether it is time to look which stand-ins are still in use. Looking costs as much as
    /// drawing the screen, so it is done once for many refusals.
    pub(crate) fn wants_release(&self) -> bool {
        self.refused % SLOTS == 1
    }

    /// Frees all slots but those in use.
    pub(crate) fn release(&mut self, used: &BTreeSet<char>) {
        self.narrow.retain(used);
        self.wide.retain(used);
    }

    /// Writes out what a cell holds.
    pub(crate) fn write(&self, cell: char, out: &mut String) {
        match self.narrow.meaning(cell).or_else(|| self.wide.meaning(cell)) {
            Some(cluster) => out.push_str(cluster),
            None if cell == PRINTED_SPACE => out.push(' '),
            None => out.push(cell),
        }
    }
}

#[derive(Debug)]
struct Slots {
    first: u32,
    meanings: Vec<Option<Box<str>>>,
    by_meaning: BTreeMap<Box<str>, u32>,
    free: Vec<u32>,
}

impl Slots {
    fn new(first: u32) -> Self {
        Self { first, meanings: Vec::new(), by_meaning: BTreeMap::new(), free: Vec::new() }
    }

    fn take(&mut self, cluster: &str) -> Option<char> {
        if let Some(slot) = self.by_meaning.get(cluster) {
            return char::from_u32(self.first + slot);
        }
        let next = u32::try_from(self.meanings.len()).ok().filter(|next| *next < SLOTS);
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => {
                self.meanings.push(None);
                next?
            }
        };
        self.meanings[slot as usize] = Some(cluster.into());
        self.by_meaning.insert(cluster.into(), slot);
        char::from_u32(self.first + slot)
    }

    fn retain(&mut self, used: &BTreeSet<char>) {
        let first = self.first;
        let unused = |slot: u32| {
            char::from_u32(first + slot).is_none_or(|stand_in| !used.contains(&stand_in))
        };
        for (slot, meaning) in (0..).zip(&mut self.meanings) {
            if let Some(cluster) = meaning.take_if(|_| unused(slot)) {
                self.by_meaning.remove(&cluster);
                self.free.push(slot);
            }
        }
    }

    fn meaning(&self, cell: char) -> Option<&str> {
        let slot = u32::from(cell).checked_sub(self.first)?;
        self.meanings.get(slot as usize)?.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(clusters: &Clusters, cell: char) -> String {
        let mut out = String::new();
        clusters.write(cell, &mut out);
        out
    }

    #[test]
    fn a_stand_in_is_as_wide_as_its_base() {
        let mut clusters = Clusters::default();
        for cluster in ["e\u{301}", "\u{2764}\u{fe0f}", "漢\u{302}", "👩\u{200d}", "\u{10F001}"]
        {
            let base = cluster.chars().next().unwrap();
            let stand_in = clusters.stand_in(cluster).unwrap();
            assert!(is_reserved(stand_in));
            assert_eq!(stand_in.width(), base.width(), "{cluster}");
            assert_eq!(meaning(&clusters, stand_in), cluster);
            assert_eq!(clusters.stand_in(cluster), Some(stand_in), "the same again");
        }
        assert_eq!(meaning(&clusters, 'x'), "x");
        assert_eq!(meaning(&clusters, PRINTED_SPACE), " ");
    }

    #[test]
    fn slots_are_bounded_and_come_back_when_unused() {
        let mut clusters = Clusters::default();
        let cluster = |number: u32| format!("{}\u{301}", char::from_u32(0x4000 + number).unwrap());
        let kept = clusters.stand_in(&cluster(7)).unwrap();
        for number in 0..SLOTS {
            assert!(clusters.stand_in(&cluster(number)).is_some());
            assert!(!clusters.wants_release());
        }
        assert_eq!(clusters.stand_in(&cluster(SLOTS)), None);
        assert!(clusters.wants_release());
        clusters.release(&BTreeSet::from([kept]));
        assert!(clusters.stand_in(&cluster(SLOTS)).is_some());
        assert_eq!(meaning(&clusters, kept), cluster(7));
        assert_eq!(clusters.wide.by_meaning.len(), 2);
    }

    #[test]
    fn a_soft_hyphen_takes_a_cell() {
        assert!(!is_mark('\u{ad}'));
        assert!(is_mark('\u{301}') && is_mark('\u{200d}') && is_mark('\u{fe0f}'));
    }
}

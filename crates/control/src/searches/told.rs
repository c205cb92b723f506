//! What machines tell of a search, as far as they are believed.

use contract::searches::WhyNotSearched;
use conversation::search::Snippet;
use model::{MachineId, SessionId, Timestamp};
use relay::CallFailure;
use wire::limits::MAX_PLACES;
use wire::search::{FoundSession, Place, TranscriptsSearched};

use super::FoundPlace;

/// Sessions with the places that were found in them, and how many there are.
pub(super) type FoundPlaces = Vec<(SessionId, (Vec<FoundPlace>, u64))>;

/// How far all machines have come that were not through when time was over. One that has not come
/// through its first transcript holds nobody up.
pub(super) fn came_to(
    order: &[SessionId],
    told: &[(MachineId, &Vec<SessionId>, MachineFound)],
) -> Option<usize> {
    let next = told.iter().filter_map(|(_, ids, answer)| {
        let through = ids.len() - answer.left;
        let next = (answer.is_late && through > 0).then(|| ids.get(through)).flatten()?;
        order.iter().position(|session| session == next)
    });
    next.min()
}

/// What one machine has told, as far as it is believed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MachineFound {
    /// Of the sessions that it was asked about, and no others.
    pub(super) found: FoundPlaces,
    /// How many it has not come to.
    pub(super) left: usize,
    /// Whether that is because time was over.
    is_late: bool,
    /// How many it cannot read.
    pub(super) unreadable: usize,
}

impl MachineFound {
    /// Reads what a machine answers to a question about these sessions.
    pub(super) fn read(ids: &[SessionId], answer: TranscriptsSearched) -> Self {
        let gone_through = (answer.searched as usize).min(ids.len());
        let of_asked = |found: FoundSession| {
            let id = SessionId::from_slice(&found.session_id).ok()?;
            let places = found.places.into_iter().take(MAX_PLACES as usize).filter_map(place);
            let places: Vec<_> = places.collect();
            let count = found.count.max(places.len() as u64);
            (ids.contains(&id) && !places.is_empty()).then_some((id, (places, count)))
        };
        Self {
            found: answer.found.into_iter().take(ids.len()).filter_map(of_asked).collect(),
            left: ids.len() - gone_through,
            is_late: answer.is_late,
            unreadable: answer.unreadable.len().min(gone_through),
        }
    }
}

/// Why a machine has not told anything.
pub(super) fn why_not(failure: &CallFailure) -> WhyNotSearched {
    match failure {
        CallFailure::Offline => WhyNotSearched::Offline,
        CallFailure::Refused(refusal) if refusal.code == "unknown_call" => WhyNotSearched::TooOld,
        CallFailure::Busy | CallFailure::TimedOut => WhyNotSearched::TooSlow,
        CallFailure::Refused(_) | CallFailure::Unexpected => WhyNotSearched::Unreadable,
    }
}

/// What a machine tells is bounded again: its owner may have changed what runs there.
fn place(place: Place) -> Option<FoundPlace> {
    let Place { seq, at_ms, said, before, matched, after } = place;
    Some(FoundPlace {
        seq,
        at: Timestamp::from_millis(at_ms),
        said: said.parse().ok()?,
        snippet: Snippet { before, matched, after }.fit(),
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn id(last: u8) -> SessionId {
        let mut bytes = [0; 16];
        bytes[15] = last;
        SessionId::from_slice(&bytes).unwrap()
    }

    fn told(session: SessionId, said: &str) -> FoundSession {
        let place = Place {
            seq: 3,
            at_ms: 7,
            said: said.to_owned(),
            before: "\u{1b}]0;x\u{7}".to_owned(),
            matched: "字".repeat(10_000),
            after: "a\nb".to_owned(),
        };
        FoundSession {
            session_id: Bytes::copy_from_slice(session.as_bytes()),
            places: vec![place; 1_000],
            count: 0,
        }
    }

    /// S39: a machine tells nothing of sessions that it was not asked about, and what it tells is
    /// bounded and on one line.
    #[test]
    fn a_machine_is_believed_about_what_it_was_asked() {
        let answer = TranscriptsSearched {
            found: vec![told(id(1), "answer"), told(id(9), "answer")],
            searched: 700,
            is_late: false,
            unreadable: vec![Bytes::new(); 50],
        };
        let read = MachineFound::read(&[id(1), id(2)], answer);
        assert_eq!((read.left, read.unreadable), (0, 2));
        let [(session, (places, count))] = &read.found[..] else { panic!("{read:?}") };
        assert_eq!((*session, places.len(), *count), (id(1), 50, 50));
        let Snippet { before, matched, after } = &places[0].snippet;
        assert_eq!(
            (before.as_str(), matched.chars().count(), after.as_str()),
            (" ]0;x ", 300, "a b")
        );
        let unknown = TranscriptsSearched { found: vec![told(id(1), "x")], ..Default::default() };
        let read = MachineFound::read(&[id(1)], unknown);
        assert_eq!((read.found.len(), read.left), (0, 1));
    }

    /// What a machine did not come to is asked again with the next page; one that does not come
    /// through its first transcript holds nobody up.
    #[test]
    fn a_page_ends_where_the_slowest_machine_has_stopped() {
        let order = [1, 2, 3, 4, 5, 6].map(id);
        let (odd, even) = (vec![id(1), id(3), id(5)], vec![id(2), id(4), id(6)]);
        let machine = MachineId::from_slice(&[1; 16]).unwrap();
        let check = |odd_left, even_left, is_late, expect| {
            let found = |left| MachineFound { found: Vec::new(), left, is_late, unreadable: 0 };
            let told = [(machine, &odd, found(odd_left)), (machine, &even, found(even_left))];
            assert_eq!(came_to(&order, &told), expect, "{odd_left} {even_left} {is_late}");
        };
        check(0, 0, false, None);
        check(0, 1, true, Some(5));
        check(2, 1, true, Some(2));
        check(2, 3, true, Some(2));
        check(3, 3, true, None);
        // Enough was found.
        check(2, 2, false, None);
    }
}

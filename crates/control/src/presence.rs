//! Who looks at a session at this moment: everybody to whom its transcript or screen is sent as it
//! grows. Whoever may see the session may know; somebody who looks after the house is no exception.
//!
//! It is true for this life of the server only, as connections are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bus::{Bus, Event, Place};
use model::presence::Present;
use model::session::Session;
use model::{Actor, SessionId};
use policy::Action;

use crate::{ControlPlane, Error, users};

/// Everybody who looks at anything. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Presence {
    bus: Bus,
    sessions: Arc<Mutex<HashMap<SessionId, Vec<Looking>>>>,
}

/// One person, however many windows they have open.
#[derive(Debug)]
struct Looking {
    present: Present,
    windows: usize,
}

impl Presence {
    pub(crate) fn new(bus: Bus) -> Self {
        Self { bus, sessions: Arc::default() }
    }

    fn enter(&self, place: Place, present: Present) -> Watching {
        let person = present.user;
        let mut sessions = lock(&self.sessions);
        let there = sessions.entry(place.session).or_default();
        match there.iter_mut().find(|looking| looking.present.user == person) {
            Some(looking) => looking.windows += 1,
            None => there.push(Looking { present, windows: 1 }),
        }
        // Told for a second window as well: it is new here, and knows of nobody yet.
        self.tell(place, there);
        Watching { presence: self.clone(), place, person }
    }

    fn leave(&self, watching: &Watching) {
        let place = watching.place;
        let mut sessions = lock(&self.sessions);
        let Some(there) = sessions.get_mut(&place.session) else { return };
        let Some(at) = there.iter().position(|one| one.present.user == watching.person) else {
            return;
        };
        there[at].windows -= 1;
        if there[at].windows > 0 {
            return;
        }
        there.remove(at);
        self.tell(place, there);
        if there.is_empty() {
            sessions.remove(&place.session);
        }
    }

    /// Told while they are locked, so that the last that is told is the last that was true.
    fn tell(&self, place: Place, there: &[Looking]) {
        self.bus.tell(Event::PresenceChanged(place, everybody(there)));
    }

    fn at(&self, session: SessionId) -> Arc<[Present]> {
        lock(&self.sessions).get(&session).map_or_else(Arc::default, |there| everybody(there))
    }
}

/// Somebody looks for as long as this lives.
#[derive(Debug)]
pub struct Watching {
    presence: Presence,
    place: Place,
    person: model::UserId,
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.presence.leave(self);
    }
}

/// Begins to look at a session that the actor may see.
pub async fn enter(
    plane: &ControlPlane,
    actor: &Actor,
    session: &Session,
) -> Result<Watching, Error> {
    let user = users::me(plane, actor).await?;
    let present = Present { user: user.id, display_name: user.display_name, since: plane.now() };
    Ok(plane.presence.enter(Place::from(session), present))
}

/// Who looks at a session, who came first first.
pub async fn present(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
) -> Result<Arc<[Present]>, Error> {
    plane.authorise_session(actor, Action::SessionView, id).await?;
    Ok(plane.presence.at(id))
}

fn everybody(there: &[Looking]) -> Arc<[Present]> {
    there.iter().map(|looking| looking.present.clone()).collect()
}

/// What is locked here is whole between any two calls.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use model::{MachineId, TenantId, Timestamp, UserId};

    use super::*;

    fn present(person: u8) -> Present {
        let user = UserId::from_slice(&[person; 16]).unwrap();
        let display_name = format!("person {person}");
        Present { user, display_name, since: Timestamp::from_millis(0) }
    }

    fn place(session: u8) -> Place {
        Place {
            tenant: TenantId::from_slice(&[1; 16]).unwrap(),
            owner: UserId::from_slice(&[1; 16]).unwrap(),
            machine: MachineId::from_slice(&[1; 16]).unwrap(),
            session: SessionId::from_slice(&[session; 16]).unwrap(),
        }
    }

    fn people(there: &[Present]) -> Vec<UserId> {
        there.iter().map(|present| present.user).collect()
    }

    #[tokio::test]
    async fn everybody_is_there_once_and_until_their_last_window_is_closed() {
        let bus = Bus::default();
        let presence = Presence::new(bus.clone());
        let mut listener = bus.listen();
        let [ada, ben] = [1, 2].map(|person| present(person).user);
        let first = presence.enter(place(7), present(1));
        let second = presence.enter(place(7), present(1));
        let other = presence.enter(place(7), present(2));
        let elsewhere = presence.enter(place(8), present(2));
        assert_eq!(people(&presence.at(place(7).session)), [ada, ben]);
        drop(first);
        assert_eq!(people(&presence.at(place(7).session)), [ada, ben]);
        drop(second);
        assert_eq!(people(&presence.at(place(7).session)), [ben]);
        drop((other, elsewhere));
        assert!(lock(&presence.sessions).is_empty(), "nothing is kept of whoever is gone");

        let mut told = Vec::new();
        for _ in 0..7 {
            let bus::Heard::Event(Event::PresenceChanged(place, there)) = listener.next().await
            else {
                panic!("nothing else is told here");
            };
            told.push((place.session, people(&there)));
        }
        let [seven, eight] = [7, 8].map(|session| place(session).session);
        let expected = [
            (seven, vec![ada]),
            (seven, vec![ada]),
            (seven, vec![ada, ben]),
            (eight, vec![ben]),
            (seven, vec![ben]),
            (seven, vec![]),
            (eight, vec![]),
        ];
        assert_eq!(told, expected);
    }
}

//! Looking for what was said, in the transcripts of sessions that somebody may see.
//!
//! Which sessions those are is decided here, each by itself; their machines are told nothing else of
//! whoever asks, and are believed nothing about any other session. What was found passes through and
//! is kept nowhere, and neither is what was looked for.
//!
//! - `seats`: how many may search at once
//! - `told`: what machines tell, as far as they are believed

pub(crate) mod seats;
mod told;

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use bytes::Bytes;
use contract::searches::WhyNotSearched;
use conversation::search::{Found, MAX_CHARS, Needle, Said, Search, Snippet};
use futures_util::future::join_all;
use model::session::{Session, SessionKind};
use model::{Actor, MachineId, SessionId, Tick, Timestamp};
use policy::Action;
use wire::call::{Answer, Question};
use wire::limits::{MAX_PLACES, MAX_SEARCHED_SESSIONS};
use wire::search::SearchTranscripts;

use crate::audit::looks::look;
use crate::authorise::acting_user;
use crate::kept_transcripts::reading;
use crate::sessions::{SessionQuery, sessions};
use crate::{ControlPlane, Error, Meaning};

use self::told::{FoundPlaces, MachineFound, came_to, why_not};

/// How long a machine searches at the most.
const SEARCH_WITHIN: Duration = Duration::from_secs(5);

/// How long its answer may take: it may have had to read a large transcript to its end.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);

/// When it is not looked further back, and whoever asked may go on from there.
const ENOUGH_AFTER: Duration = Duration::from_secs(5);

/// Places that are told of each session, of several.
const PLACES_OF_EACH: u32 = 3;

/// Sessions that are told at once.
pub const MOST_SESSIONS: u32 = 50;

/// What is looked for.
#[derive(Clone)]
pub struct SearchRequest {
    /// What was typed: found in the middle of text, whatever its case.
    pub words: String,
    /// Where.
    pub place: SearchPlace,
}

/// Where it is looked for.
#[derive(Debug, Clone, Copy)]
pub enum SearchPlace {
    /// In all sessions that one may see, the last active first.
    Everywhere {
        /// Only in those that come after this one.
        after: Option<(Timestamp, SessionId)>,
        /// In so many sessions it is enough, 1 to [`MOST_SESSIONS`].
        limit: u32,
    },
    /// In one session.
    Session {
        /// Which one.
        session: SessionId,
        /// Only before this record; 0 for all of it.
        before: u64,
    },
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Searched {
    /// The sessions in which it was found, the last active first.
    pub found: Vec<FoundIn>,
    /// How many transcripts were looked through.
    pub searched: u64,
    /// What could not be looked through.
    pub not_searched: Vec<NotSearched>,
    /// Behind which session it can be gone on with, if there are more.
    pub next: Option<(Timestamp, SessionId)>,
}

/// A session in which it was found.
#[derive(Debug, Clone)]
pub struct FoundIn {
    /// The session.
    pub session: Session,
    /// The last places, the last first.
    pub places: Vec<FoundPlace>,
    /// In how many places it was found.
    pub count: u64,
}

/// A place in a transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPlace {
    /// The record with which the message begins.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What it is.
    pub said: Said,
    /// What is written there.
    pub snippet: Snippet,
}

/// Transcripts that were not looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotSearched {
    /// Where they are.
    pub machine: MachineId,
    /// What it is called, for whoever may know.
    pub machine_name: Option<String>,
    /// Why not.
    pub why: WhyNotSearched,
    /// How many they are.
    pub sessions: u64,
}

/// Looks for it.
pub async fn search(
    plane: &ControlPlane,
    actor: &Actor,
    request: SearchRequest,
) -> Result<Searched, Error> {
    if Needle::new(&request.words).is_none() {
        let message = format!("what is looked for must have 1 to {MAX_CHARS} characters");
        return Err(Error::invalid("invalid_search", message));
    }
    let _seat = plane.searching.take(acting_user(actor)?)?;
    let mut search = Running {
        plane,
        actor,
        words: request.words,
        not: BTreeMap::new(),
        searched: Searched::default(),
    };
    match request.place {
        SearchPlace::Session { session, before } => search.one(session, before).await?,
        SearchPlace::Everywhere { after, limit } => {
            search.everywhere(after, limit.clamp(1, MOST_SESSIONS) as usize).await?;
        }
    }
    search.finish().await
}

struct Running<'a> {
    plane: &'a ControlPlane,
    actor: &'a Actor,
    words: String,
    not: BTreeMap<(MachineId, WhyNotSearched), u64>,
    searched: Searched,
}

impl Running<'_> {
    async fn one(&mut self, id: SessionId, before: u64) -> Result<(), Error> {
        let session = self.plane.authorise_session(self.actor, Action::SessionView, id).await?;
        if session.kind != SessionKind::Chat {
            return Err(Error::conflict("not_a_chat", "this session is a terminal, not a chat"));
        }
        let answers = self.ask(&[session], before, MAX_PLACES, 1).await?;
        self.searched.found.extend(answers.found);
        Ok(())
    }

    async fn everywhere(
        &mut self,
        mut after: Option<(Timestamp, SessionId)>,
        limit: usize,
    ) -> Result<(), Error> {
        let until: Tick = self.plane.clock().tick() + ENOUGH_AFTER;
        loop {
            let page = self.page(after).await?;
            let Some(last) = page.last().map(place_of) else { return Ok(()) };
            let is_last_page = page.len() < MAX_SEARCHED_SESSIONS;
            let chats = self.visible(page).await?;
            let wanted = limit - self.searched.found.len();
            let enough = u32::try_from(wanted).unwrap_or(u32::MAX);
            let Answers { found, came_to } = self.ask(&chats, 0, PLACES_OF_EACH, enough).await?;
            let is_enough = found.len() >= wanted;
            let last_found = found.last().map(|found| place_of(&found.session));
            self.searched.found.extend(found);
            if is_enough {
                // Machines look in this order, so that nothing before it was passed over.
                self.searched.next = last_found.filter(|found| !is_last_page || *found != last);
                return Ok(());
            }
            if let Some(came_to) = came_to.and_then(|count| chats.get(count.checked_sub(1)?)) {
                self.searched.next = Some(place_of(came_to));
                return Ok(());
            }
            if is_last_page {
                return Ok(());
            }
            if self.plane.clock().tick() >= until {
                self.searched.next = Some(last);
                return Ok(());
            }
            after = Some(last);
        }
    }

    async fn page(&self, after: Option<(Timestamp, SessionId)>) -> Result<Vec<Session>, Error> {
        let limit = u32::try_from(MAX_SEARCHED_SESSIONS).unwrap_or(u32::MAX);
        let query = SessionQuery { after, limit, ..SessionQuery::default() };
        sessions(self.plane, self.actor, query).await
    }

    /// Those whose transcript the actor may read: the list is of what they may know of.
    async fn visible(&self, page: Vec<Session>) -> Result<Vec<Session>, Error> {
        let mut visible = Vec::with_capacity(page.len());
        for session in page {
            if session.kind == SessionKind::Chat && self.may_see(session.id).await? {
                visible.push(session);
            }
        }
        Ok(visible)
    }

    async fn may_see(&self, id: SessionId) -> Result<bool, Error> {
        match self.plane.authorise_session(self.actor, Action::SessionView, id).await {
            Ok(_) => Ok(true),
            Err(error) if error.meaning == Meaning::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Asks the machines of these sessions, all at once; what they found, in the order of the
    /// sessions.
    async fn ask(
        &mut self,
        sessions: &[Session],
        before: u64,
        places: u32,
        enough: u32,
    ) -> Result<Answers, Error> {
        let mut machines: BTreeMap<MachineId, Vec<SessionId>> = BTreeMap::new();
        for session in sessions {
            machines.entry(session.machine).or_default().push(session.id);
        }
        let calls = machines.iter().map(|(machine, ids)| {
            let question = Question::SearchTranscripts(SearchTranscripts {
                session_ids: ids.iter().map(bytes_of).collect(),
                words: self.words.clone(),
                before,
                places,
                sessions: enough,
                within_ms: u32::try_from(SEARCH_WITHIN.as_millis()).unwrap_or(u32::MAX),
            });
            self.plane.relay.call(*machine, question, ANSWER_WITHIN)
        });
        let answers = join_all(calls).await;
        let (mut found, mut told) = (HashMap::new(), Vec::new());
        for ((machine, ids), answer) in machines.iter().zip(answers) {
            match answer {
                Ok(Answer::TranscriptsSearched(answer)) => {
                    let mut answer = MachineFound::read(ids, answer);
                    found.extend(std::mem::take(&mut answer.found));
                    told.push((*machine, ids, answer));
                }
                Ok(_) => self.pass_over(*machine, WhyNotSearched::Unreadable, ids.len()),
                Err(failure) => {
                    let (kept, left) = self.look_in_kept(ids, before, places).await?;
                    found.extend(kept);
                    self.pass_over(*machine, why_not(&failure), left);
                }
            }
        }
        let order: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
        let came_to = came_to(&order, &told);
        let mut in_order = Vec::new();
        for session in &sessions[..came_to.unwrap_or(sessions.len())] {
            if in_order.len() == enough as usize {
                break;
            }
            if let Some((places, count)) = found.remove(&session.id)
                && self.may_show(session).await?
            {
                in_order.push(FoundIn { session: session.clone(), places, count });
            }
        }
        let is_enough = in_order.len() >= enough as usize;
        for (machine, ids, answer) in told {
            self.count(machine, sessions, came_to, (ids, &answer), is_enough);
        }
        Ok(Answers { found: in_order, came_to })
    }

    /// Looks through what is kept on the server of these sessions, for as long as a machine might;
    /// what was found, and of how many sessions nothing is kept or time was over.
    async fn look_in_kept(
        &mut self,
        ids: &[SessionId],
        before: u64,
        places: u32,
    ) -> Result<(FoundPlaces, usize), Error> {
        // Checked before anything was asked.
        let Some(needle) = Needle::new(&self.words) else { return Ok((Vec::new(), ids.len())) };
        let until = self.plane.clock().tick() + SEARCH_WITHIN;
        let (mut found, mut left) = (Vec::new(), 0);
        for id in ids {
            let is_late = self.plane.clock().tick() >= until;
            let kept = if is_late { None } else { self.plane.store.kept_transcript(*id).await? };
            let Some(kept) = kept else {
                left += 1;
                continue;
            };
            let mut search = Search::new(&needle, before, places as usize);
            let mut is_whole = true;
            reading::visit(self.plane, &kept, 0, |record| {
                search.take(record.seq, record.at_ms, &record.update_json);
                is_whole = self.plane.clock().tick() < until;
                is_whole
            })
            .await?;
            let (places, count) = search.finish();
            if is_whole {
                self.searched.searched += 1;
            } else {
                left += 1;
            }
            if count > 0 {
                found.push((*id, (places.into_iter().map(FoundPlace::from).collect(), count)));
            }
        }
        Ok((found, left))
    }

    /// Counts what a machine has looked through, as far as that is told, and what it has not.
    fn count(
        &mut self,
        machine: MachineId,
        sessions: &[Session],
        came_to: Option<usize>,
        (ids, answer): (&[SessionId], &MachineFound),
        is_enough: bool,
    ) {
        let told = &sessions[..came_to.unwrap_or(sessions.len())];
        let of_it = told.iter().filter(|session| session.machine == machine).count();
        let through = (ids.len() - answer.left).min(of_it);
        let unreadable = answer.unreadable.min(through);
        self.searched.searched += (through - unreadable) as u64;
        self.pass_over(machine, WhyNotSearched::Unreadable, unreadable);
        // Who has stopped before the end has found enough, or has not got that far.
        if !is_enough {
            self.pass_over(machine, WhyNotSearched::TooSlow, of_it - through);
        }
    }

    /// Whether what was found may be shown: rights may have ended meanwhile, and that somebody sees
    /// what is not theirs is written down first.
    async fn may_show(&self, session: &Session) -> Result<bool, Error> {
        if !self.may_see(session.id).await? {
            return Ok(false);
        }
        look(self.plane, self.actor, session).await?;
        Ok(true)
    }

    fn pass_over(&mut self, machine: MachineId, why: WhyNotSearched, sessions: usize) {
        if sessions > 0 {
            *self.not.entry((machine, why)).or_default() += sessions as u64;
        }
    }

    async fn finish(mut self) -> Result<Searched, Error> {
        for ((machine, why), sessions) in std::mem::take(&mut self.not) {
            let named =
                self.plane.authorise_machine(self.actor, Action::MachineView, machine).await;
            let machine_name = match named {
                Ok(machine) => Some(machine.name),
                Err(error) if error.refusal().is_some() => None,
                Err(error) if error.meaning == Meaning::NotFound => None,
                Err(error) => return Err(error),
            };
            self.searched.not_searched.push(NotSearched { machine, machine_name, why, sessions });
        }
        Ok(self.searched)
    }
}

impl From<Found> for FoundPlace {
    fn from(found: Found) -> Self {
        let Found { seq, at_ms, said, snippet } = found;
        Self { seq, at: Timestamp::from_millis(at_ms), said, snippet }
    }
}

/// What machines have told.
struct Answers {
    /// In the order of the sessions.
    found: Vec<FoundIn>,
    /// How many sessions were looked through, from the first, where time was over before the others.
    came_to: Option<usize>,
}

const fn place_of(session: &Session) -> (Timestamp, SessionId) {
    (session.last_active_at, session.id)
}

fn bytes_of(session: &SessionId) -> Bytes {
    Bytes::copy_from_slice(session.as_bytes())
}

//! Everybody of a session, in a job object of its own.
//!
//! A program is in the job before it takes its first step, and whatever it starts is in it as well:
//! there is no leave to break away. The job bears the session's mark as its name, so that any process
//! of the user finds it. It is kept by whoever has started the program. When nobody keeps it any
//! more, the system ends everybody in it: a holder that dies leaves nothing behind, and a daemon,
//! which only ever looks, dies without harm.

use std::io;
use std::os::windows::io::OwnedHandle;

use crate::Marker;
use crate::windows::sys;

/// How many processes a session has at most before its list is asked for again with more room.
const FEW: usize = 64;

/// Longest name that is used as it is. The system wants the whole of it below 260 characters.
const LONGEST: usize = 200;

/// A session's job. The session's processes end when the last one who has made it drops it.
#[derive(Debug)]
pub struct Job {
    handle: OwnedHandle,
}

/// A process that was found in a job. Its identifier is nobody else's for as long as this is kept.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) id: u32,
    _handle: OwnedHandle,
}

impl Job {
    /// Makes the session's job to keep it, or joins those who do. Nobody but this user, the system
    /// and administrators can look into it or end it. One that somebody else has made under this
    /// name is refused.
    pub fn make(marker: &Marker) -> io::Result<Self> {
        let user = sys::user()?;
        let security = format!("O:{user}D:P(A;;GA;;;{user})(A;;GA;;;SY)(A;;GA;;;BA)");
        let (handle, was_there) = sys::create_job(&name(marker), &security)?;
        if was_there && sys::owner(&handle)? != user {
            let why = "somebody else has made a job with the name of this session";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        }
        sys::kill_on_close(&handle)?;
        Ok(Self { handle })
    }

    /// Takes in a process that has not taken its first step.
    pub fn take_in(&self, process: u32) -> io::Result<()> {
        sys::assign(&self.handle, &sys::open_process_to_assign(process)?)
    }

    /// Opens the session's job, if anybody keeps it. What is open ends nobody, and keeps nobody from
    /// ending but for as long as it is.
    pub(crate) fn of(marker: &Marker) -> Option<Self> {
        match sys::open_job(&name(marker)) {
            Ok(handle) => Some(Self { handle }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!(session.marker = marker.value(), %error, "a job is not to be opened");
                None
            }
        }
    }

    /// The identifiers of everybody in it.
    pub(crate) fn members(&self) -> Vec<u32> {
        let mut room = FEW;
        loop {
            match sys::job_members(&self.handle, room) {
                Ok(Some(members)) => return members,
                Ok(None) => room *= 2,
                Err(error) => {
                    tracing::warn!(%error, "a job does not tell who is in it");
                    return Vec::new();
                }
            }
        }
    }

    /// Everybody in it but this process, held by the hand; or those whom the system does not let us
    /// look at.
    pub(crate) fn processes(&self) -> Result<Vec<Process>, Vec<u32>> {
        let (mut processes, mut refused) = (Vec::new(), Vec::new());
        for id in self.members() {
            match self.process(id) {
                Ok(Some(process)) => processes.push(process),
                Ok(None) => {}
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => refused.push(id),
                // Gone already needs nothing.
                Err(_) => {}
            }
        }
        if refused.is_empty() { Ok(processes) } else { Err(refused) }
    }

    /// One of them; `None` for this process, and for one that has got the identifier of another that
    /// is gone.
    fn process(&self, id: u32) -> io::Result<Option<Process>> {
        let handle = sys::open_process_to_look(id)?;
        let is_meant = id != std::process::id() && sys::is_in_job(&self.handle, &handle)?;
        Ok(is_meant.then_some(Process { id, _handle: handle }))
    }

    /// Ends everybody in it.
    pub(crate) fn end(&self) {
        if let Err(error) = sys::terminate_job(&self.handle) {
            tracing::warn!(%error, "a job cannot be ended");
        }
    }

    /// Ends these, as far as they are in it.
    pub(crate) fn end_only(&self, members: &[u32]) {
        for id in members {
            let Ok(process) = sys::open_process_to_end(*id) else { continue };
            if sys::is_in_job(&self.handle, &process).is_ok_and(|is_in| is_in) {
                // Gone already is what we want; what cannot be helped shows as a survivor.
                let _ = sys::terminate(&process);
            }
        }
    }
}

/// The name of a session's job, which is the same in every session of the computer's users: a
/// service and a person's own program find each other's. Names are made of fewer characters than
/// marks are, and are shorter.
fn name(marker: &Marker) -> String {
    let mut name = String::from("Global\\gantline-session-");
    for byte in marker.value().bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            name.push(char::from(byte));
        } else {
            name.extend(['%', hex(byte >> 4), hex(byte & 0xf)]);
        }
    }
    if name.len() > LONGEST {
        name.truncate(LONGEST - 33);
        return format!("{name}-{:032x}", fingerprint(marker.value()));
    }
    name
}

fn hex(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).unwrap_or_default()
}

/// FNV-1a, 128 bits wide: the same in every release, which a hasher of the library is not.
fn fingerprint(text: &str) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    text.bytes().fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker(name: &str) -> Marker {
        Marker::new(format_args!("job-test-{name}-{}", std::process::id()))
    }

    #[test]
    fn a_name_is_of_one_mark_only_and_short_enough() {
        assert_eq!(name(&Marker::new("a-1")), "Global\\gantline-session-a-1");
        assert_eq!(name(&Marker::new(r"C:\a b")), "Global\\gantline-session-C%3a%5ca%20b");
        assert_ne!(name(&Marker::new("a%20b")), name(&Marker::new("a b")));
        let long = |end: char| name(&Marker::new("x".repeat(500) + &end.to_string()));
        assert_eq!(long('a').len(), LONGEST);
        assert_ne!(long('a'), long('b'));
        assert_eq!(fingerprint("foobar"), 0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18);
    }

    /// S81: nobody but the user, the system and administrators can look into a session's job.
    #[test]
    fn a_job_is_private() {
        let job = Job::make(&marker("private")).unwrap();
        let user = sys::user().unwrap();
        assert_eq!(sys::owner(&job.handle).unwrap(), user);
        let list = sys::access_list(&job.handle).unwrap();
        let (head, entries) = list.split_once('(').unwrap();
        assert!(head.starts_with("D:P"), "{list}");
        let entries = entries.trim_end_matches(')').split(")(");
        let whom: Vec<_> = entries
            .map(|entry| {
                let fields: Vec<_> = entry.split(';').collect();
                assert_eq!(fields[0], "A", "{list}");
                fields[5].to_owned()
            })
            .collect();
        assert_eq!(whom.len(), 3, "{list}");
        assert!(whom.contains(&"SY".to_owned()) && whom.contains(&"BA".to_owned()), "{list}");
    }

    #[test]
    fn a_job_is_there_for_as_long_as_somebody_keeps_it() {
        let marker = marker("kept");
        assert!(Job::of(&marker).is_none());
        let first = Job::make(&marker).unwrap();
        let second = Job::make(&marker).unwrap();
        drop(first);
        assert_eq!(Job::of(&marker).unwrap().members(), Vec::<u32>::new());
        drop(second);
        assert!(Job::of(&marker).is_none());
    }
}

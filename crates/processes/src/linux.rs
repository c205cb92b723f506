//! Who belongs to a session, as `/proc` tells it (proc(5)).

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};

use crate::Marker;
use crate::pause::{Member, Motion};

struct Process {
    state: char,
    parent: u32,
    group: u32,
    session: u32,
    /// When it began, in clock ticks since the computer did.
    started: u64,
}

impl Process {
    const fn is_zombie(&self) -> bool {
        matches!(self.state, 'Z' | 'X')
    }
}

/// All living processes that carry the mark, are in the leader's group or session, or descend
/// from one of those.
pub(crate) fn members(marker: &Marker, leader: Option<u32>) -> Vec<u32> {
    members_among(&all(), marker, leader)
}

/// The same, with what is needed to hold them, parents before their children.
pub(crate) fn look(marker: &Marker, leader: Option<u32>) -> Vec<Member> {
    let processes = all();
    let mut pids = members_among(&processes, marker, leader);
    pids.sort_by_cached_key(|pid| depth(*pid, &processes));
    pids.iter()
        .map(|pid| Member { pid: *pid, started: processes[pid].started, motion: motion(*pid) })
        .collect()
}

/// Whether this is still the process that it was.
pub(crate) fn is_same(pid: u32, started: u64) -> bool {
    stat(format!("/proc/{pid}/stat")).is_some_and(|process| process.started == started)
}

/// Signals one process.
pub(crate) fn signal(pid: Pid, signal: Signal) -> Result<(), Errno> {
    kill_process(pid, signal)
}

fn members_among(
    processes: &HashMap<u32, Process>,
    marker: &Marker,
    leader: Option<u32>,
) -> Vec<u32> {
    let entry = marker.entry();
    let own = std::process::id();
    let mut room = Vec::new();
    let mut is_root = |pid: u32, process: &Process| {
        leader.is_some_and(|leader| {
            pid == leader || process.group == leader || process.session == leader
        }) || carries(pid, &entry, &mut room)
    };
    let mut members: Vec<u32> = processes
        .iter()
        .filter(|(pid, process)| is_root(**pid, process))
        .map(|(pid, _)| *pid)
        .collect();
    let mut next = 0;
    while next < members.len() {
        let parent = members[next];
        let children = processes.iter().filter(|(_, process)| process.parent == parent);
        let new: Vec<u32> =
            children.map(|(pid, _)| *pid).filter(|pid| !members.contains(pid)).collect();
        members.extend(new);
        next += 1;
    }
    members.retain(|pid| *pid != own && !processes[pid].is_zombie());
    members
}

fn all() -> HashMap<u32, Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return HashMap::new() };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .filter_map(|pid| Some((pid, stat(format!("/proc/{pid}/stat"))?)))
        .collect()
}

/// How many ancestors a process has.
fn depth(pid: u32, processes: &HashMap<u32, Process>) -> usize {
    let parent = |pid: &u32| processes.get(pid).map(|process| process.parent);
    // No chain is longer than there are processes, whatever was read while they came and went.
    std::iter::successors(Some(pid), parent).take(processes.len()).count()
}

/// What all threads of a process do.
fn motion(pid: u32) -> Motion {
    let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else { return Motion::Stopped };
    let states = threads
        .filter_map(|thread| Some(stat(thread.ok()?.path().join("stat"))?.state))
        .filter(|state| !matches!(state, 'Z' | 'X'));
    states.fold(Motion::Stopped, |motion, state| match state {
        'T' | 't' => motion,
        'D' if motion != Motion::Runs => Motion::InTheKernel,
        _ => Motion::Runs,
    })
}

/// Reads fields 3 to 6 and 22 of a `stat`: state, parent, process group, session, start. The name
/// in field 2 may itself contain blanks and parentheses.
fn stat(path: impl AsRef<std::path::Path>) -> Option<Process> {
    let text = fs::read(path).ok()?;
    let after_name = text.iter().rposition(|byte| *byte == b')')? + 1;
    let rest = std::str::from_utf8(&text[after_name..]).ok()?;
    let mut fields = rest.split_ascii_whitespace();
    Some(Process {
        state: fields.next()?.chars().next()?,
        parent: fields.next()?.parse().ok()?,
        group: fields.next()?.parse().ok()?,
        session: fields.next()?.parse().ok()?,
        started: fields.nth(15)?.parse().ok()?,
    })
}

/// Room for an environment. What fits is read in one piece, and is therefore of one program.
const ENVIRONMENT: usize = 256 * 1024;

/// Whether its environment holds the entry. A process that is becoming another program has none
/// for a moment: that is waited for, since whoever is always becoming one would never be found.
fn carries(pid: u32, entry: &[u8], room: &mut Vec<u8>) -> bool {
    for look in 0..PATIENCE {
        let Ok(length) = read_environment(pid, room) else { return false };
        if length != 0 {
            return room[..length].split(|byte| *byte == 0).any(|variable| variable == entry);
        }
        if !is_becoming(pid) {
            return false;
        }
        leave_to_it(look);
    }
    false
}

/// Reads into the room, which grows where it must; answers how much there was.
fn read_environment(pid: u32, room: &mut Vec<u8>) -> std::io::Result<usize> {
    let mut file = fs::File::open(format!("/proc/{pid}/environ"))?;
    let mut length = 0;
    loop {
        room.resize(room.len().max(length + ENVIRONMENT), 0);
        let more = file.read(&mut room[length..])?;
        length += more;
        // What comes short is the end of it. Asking once more would tell nothing where it has
        // become another program meanwhile.
        if length < room.len() {
            return Ok(length);
        }
    }
}

/// How often a process is looked at that is becoming another program: usually the second look tells.
/// One that takes longer than all of them, a quarter of a second, is read from a slow disk, and is
/// there another time.
const PATIENCE: u32 = 300;

/// After so many looks it is waiting for a processor, which it does not get while we look.
const AT_ONCE: u32 = 50;

/// Lets a process that is becoming another program get on with it.
#[expect(clippy::disallowed_methods, reason = "the kernel tells nobody that an execve is over")]
fn leave_to_it(look: u32) {
    if look < AT_ONCE {
        std::thread::yield_now();
    } else {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Whether a process whose environment was just read as empty may have one a moment later. Fields
/// 23, 26, 50 and 51 of `stat`: the size of its memory, which only the system's own threads have none
/// of, where its code begins, which is nowhere until the new program is in place, and where its
/// environment begins and ends, which is nowhere or one place until it is there.
fn is_becoming(pid: u32) -> bool {
    let place = |text: &str| -> Option<[u64; 4]> {
        let mut fields = text.rsplit_once(')')?.1.split_ascii_whitespace();
        let mut field = |skipped: usize| fields.nth(skipped)?.parse().ok();
        Some([field(20)?, field(2)?, field(23)?, field(0)?])
    };
    let text = fs::read(format!("/proc/{pid}/stat")).unwrap_or_default();
    place(&String::from_utf8_lossy(&text)).is_some_and(|[size, code, start, end]| {
        size != 0 && (code == 0 || end == 0 || end != start)
    })
}

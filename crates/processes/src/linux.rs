//! Who belongs to a session, as `/proc` tells it (proc(5)).

use std::collections::HashMap;
use std::fs;

use crate::Marker;

struct Process {
    parent: u32,
    group: u32,
    session: u32,
    zombie: bool,
}

/// All living processes that carry the mark, are in the leader's group or session, or descend
/// from one of those.
pub(crate) fn members(marker: &Marker, leader: Option<u32>) -> Vec<u32> {
    let processes = all();
    let entry = marker.entry();
    let own = std::process::id();
    let is_root = |pid: u32, process: &Process| {
        leader.is_some_and(|leader| {
            pid == leader || process.group == leader || process.session == leader
        }) || carries(pid, &entry)
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
    members.retain(|pid| *pid != own && !processes[pid].zombie);
    members
}

fn all() -> HashMap<u32, Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return HashMap::new() };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .filter_map(|pid| Some((pid, stat(pid)?)))
        .collect()
}

/// Reads fields 3 to 6 of `/proc/<pid>/stat`: state, parent, process group, session. The name in
/// field 2 may itself contain blanks and parentheses.
fn stat(pid: u32) -> Option<Process> {
    let text = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let after_name = text.iter().rposition(|byte| *byte == b')')? + 1;
    let rest = std::str::from_utf8(&text[after_name..]).ok()?;
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next()?;
    Some(Process {
        parent: fields.next()?.parse().ok()?,
        group: fields.next()?.parse().ok()?,
        session: fields.next()?.parse().ok()?,
        zombie: matches!(state, "Z" | "X"),
    })
}

fn carries(pid: u32, entry: &[u8]) -> bool {
    let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    environment.split(|byte| *byte == 0).any(|variable| variable == entry)
}

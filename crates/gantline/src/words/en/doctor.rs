//! What is said of how things are, in English.

use super::English;
use crate::words::doctor::DoctorWords;

impl DoctorWords for English {
    fn reached(&self, server: &str, took_ms: u64) -> String {
        format!("{server} answers, after {took_ms} ms")
    }

    fn versions(&self, server: &str, own: &str) -> String {
        format!("server {server}, this program {own}")
    }

    fn versions_differ(&self) -> &'static str {
        "use the same release on both sides"
    }

    fn encrypted(&self) -> &'static str {
        "encrypted, and the certificate is trusted"
    }

    fn this_computer(&self) -> &'static str {
        "not encrypted, and does not leave this computer"
    }

    fn readable_on_the_way(&self) -> &'static str {
        "not encrypted: tokens and text can be read on the way"
    }

    fn clock_agrees(&self, seconds: u64) -> String {
        format!("within {seconds} s of the server's")
    }

    fn clock_differs(&self, seconds: u64) -> String {
        format!("{seconds} s apart from the server's")
    }

    fn set_the_clock(&self) -> &'static str {
        "set the clock of both computers by NTP; tokens and enrolments expire by it"
    }

    fn signed_in_as(&self, name: &str, role: &str) -> String {
        format!("{name}, {role}")
    }

    fn not_signed_in(&self) -> &'static str {
        "nobody"
    }

    fn proxy_is_not_used(&self, variables: &str) -> String {
        format!("{variables} is set, and is not used")
    }

    fn reach_directly(&self) -> &'static str {
        "the server must be reachable without the proxy"
    }

    fn no_machine_here(&self) -> &'static str {
        "this computer is not enrolled, which only its machine needs"
    }

    fn machine_here(&self, name: &str, server: &str) -> String {
        format!("enrolled as {name} at {server}")
    }

    fn key_is_there(&self, pinned: usize) -> String {
        format!("its key is there, and {pinned} of its server's")
    }

    fn daemon_linked(&self) -> &'static str {
        "running, and connected"
    }

    fn hint_let_websockets_through(&self) -> &'static str {
        "everything works, some of it a little later. Something between this computer and the server, \
         such as a proxy, lets no WebSocket through: have it pass `Upgrade: websocket` on \
         /api/remote/agent/ws. The daemon tries now and then, and returns to it by itself"
    }

    fn workspaces_are_there(&self, count: usize) -> String {
        format!("{count}, all there")
    }

    fn workspaces_missing(&self, paths: &str) -> String {
        format!("not there: {paths}")
    }

    fn make_or_remove_them(&self) -> &'static str {
        "make the directories, or take them out of policy.toml"
    }

    fn agents_found(&self, agents: &str) -> String {
        agents.to_owned()
    }

    fn no_agents_found(&self) -> &'static str {
        "none is installed"
    }

    fn disk_free(&self, gib: u64) -> String {
        format!("{gib} GiB free")
    }

    fn free_some_disk(&self) -> &'static str {
        "free some space: without it nothing can be recorded, and sessions stop"
    }
}

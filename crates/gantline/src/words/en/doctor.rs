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

    fn administrators_have_second_factors(&self) -> &'static str {
        "every administrator has a second factor"
    }

    fn administrators_without(&self, names: &str) -> String {
        format!("administrators with a password alone: {names}")
    }

    fn hint_demand_second_factors(&self) -> &'static str {
        "they add one in the console (Settings → Sign-in), or demand one of everybody (Settings → Accounts)"
    }

    fn policy_allows(&self, agents: &str, shell: bool, preset: &str) -> String {
        let shell = if shell { "a shell" } else { "no shell" };
        format!("agents {agents}, {shell}, presets up to {preset}")
    }

    fn hint_narrow_policy(&self) -> &'static str {
        "a server may ask for anything in the workspaces; `gantline machine policy set` allows less"
    }

    fn updates_are_taken(&self) -> &'static str {
        "releases that the server announces are taken if our key has signed them"
    }

    fn updates_by_hand(&self) -> &'static str {
        "releases are taken by hand only"
    }

    fn updates_cannot_be_verified(&self) -> &'static str {
        "this program knows no release key, and takes no release"
    }

    fn server_files_private(&self) -> &'static str {
        "the data directory and the keys are readable by their owner alone"
    }

    fn switches_unknown(&self) -> &'static str {
        "the server has not been started with this release yet"
    }

    fn hint_start_server(&self) -> &'static str {
        "start it, and look again"
    }

    fn listens_encrypted(&self, address: &str) -> String {
        format!("on {address}, encrypted")
    }

    fn listens_here(&self, address: &str) -> String {
        format!("on {address}, for this computer alone")
    }

    fn listens_in_the_clear(&self, address: &str) -> String {
        format!("on {address}, without encryption (--insecure-http)")
    }

    fn hint_encrypt(&self) -> &'static str {
        "only right behind a proxy that encrypts and that nobody can go around; else give --tls-cert and \
         --tls-key"
    }

    fn shared_token_is_set(&self) -> &'static str {
        "one token lets scripts in with an administrator's rights, and does not expire"
    }

    fn no_shared_token(&self) -> &'static str {
        "none"
    }

    fn hint_shared_token(&self) -> &'static str {
        "make an account and a token for each script (`gantline user create --service`, `gantline token \
         create`), and start the server without --token"
    }

    fn trusts(&self, hosts: &str) -> String {
        match hosts {
            "" => "no proxy, and nothing in the server's own network".to_owned(),
            hosts => format!("proxies and hosts of its own network: {hosts}"),
        }
    }

    fn audit_is_kept(&self, days: Option<u64>) -> String {
        match days {
            None => "kept for good".to_owned(),
            Some(days) => format!("kept for {days} days"),
        }
    }

    fn never_backed_up(&self) -> &'static str {
        "no backup has been written"
    }

    fn backed_up(&self, days: u64) -> String {
        match days {
            0 => "the last one is less than a day old".to_owned(),
            1 => "the last one is a day old".to_owned(),
            days => format!("the last one is {days} days old"),
        }
    }

    fn hint_back_up(&self) -> &'static str {
        "`gantline server backup FILE`, also while the server runs; keep file and passphrase elsewhere, apart"
    }
}

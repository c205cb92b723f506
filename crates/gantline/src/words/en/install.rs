//! What is said when a machine is installed and removed, in English.

use super::English;
use crate::words::install::InstallWords;

impl InstallWords for English {
    fn not_an_administrator(&self, user: &str) -> String {
        format!("only an administrator may do this for {user}")
    }

    fn hint_sudo(&self) -> &'static str {
        "run it as an administrator, such as with `sudo`"
    }

    fn whose_machine(&self) -> &'static str {
        "it is not said whose machine this is to be, and what runs on it would have every right"
    }

    fn hint_user(&self) -> &'static str {
        "call it with `sudo` from that user's account, or name the user with --user; if it is \
         really meant, --user root"
    }

    fn no_user_here(&self, user: &str) -> String {
        format!("there is no user {user} on this computer")
    }

    fn installed_for(&self, user: &str) -> String {
        format!("a machine is installed here already, for {user}")
    }

    fn hint_uninstall(&self) -> &'static str {
        "remove that first with `gantline machine uninstall`"
    }

    fn cannot_write(&self) -> &'static str {
        "there is no permission to install here; nothing was installed"
    }

    fn installed(&self, name: &str, server: &str, user: &str) -> String {
        format!("This computer is {name} at {server}, as {user}")
    }

    fn runs_in_background(&self) -> &'static str {
        "It runs in the background, from boot on; see `gantline machine status` and `logs`"
    }

    fn runs_not_in_background(&self) -> &'static str {
        "Nothing starts it in the background here; keep `gantline machine run` running"
    }

    fn agent_not_installed(&self, agent: &str) -> String {
        format!("the agent {agent} was not installed; the machine works without it")
    }

    fn package_manager_missing(&self, manager: &str, agent: &str) -> String {
        format!("{manager} is not here, so {agent} was not installed; the machine works without it")
    }

    fn never_linked(&self, server: &str, reason: &str) -> String {
        format!("there was no link to {server}: {reason}")
    }

    fn hint_never_linked(&self) -> &'static str {
        "it is enrolled; look what stands between this computer and the server"
    }

    fn nothing_installed(&self) -> &'static str {
        "No machine is installed here"
    }

    fn hint_install(&self) -> &'static str {
        "install one with `gantline machine install --server URL`"
    }

    fn uninstalled(&self) -> &'static str {
        "The machine is removed; its workspaces are as they were"
    }

    fn no_log(&self) -> &'static str {
        "this system keeps nothing of what the machine says; stop it and use `gantline machine run`"
    }
}

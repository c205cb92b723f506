//! A system unit of systemd (systemd.unit(5), systemd.exec(5)).

use super::{Background, Line, Unwritable, text};

pub(super) const FILE: &str = "/etc/systemd/system/gantline-machine.service";
const UNIT: &str = "gantline-machine.service";

/// What holds for every machine. Agents and shells live in here, so nothing is taken away that a
/// developer at this computer has without being an administrator: namespaces (agents confine
/// themselves with them), memory that can be written and run (every JIT compiler), a whole `/proc`
/// (without which no new one can be mounted in a namespace), `/tmp` that others see, devices, and the
/// home directory. `sudo` it does take away.
const CONFINEMENT: &str = "\
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=full
ProtectControlGroups=yes
ProtectKernelModules=yes
ProtectClock=yes
ProtectHostname=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap
SystemCallErrorNumber=EPERM
";

pub(super) fn unit(background: &Background) -> Result<String, Unwritable> {
    let program = quoted(text(&background.program)?)?;
    let data_directory = quoted(text(&background.data_directory)?)?;
    let user = user(&background.user)?;
    Ok(format!(
        "\
# Written by `gantline machine install`.
[Unit]
Description=Gantline machine: agents and terminals of {user}
Wants=network-online.target
After=network-online.target
# A server that is away for a week is no reason to give up.
StartLimitIntervalSec=0

[Service]
Type=exec
User={user}
WorkingDirectory=~
ExecStart={program} machine run --data-dir {data_directory}
Restart=on-failure
RestartSec=5s
# What is to end, it ends itself, now or at its next start. Terminals go on without it.
KillMode=process
TimeoutStopSec=20s
{CONFINEMENT}
[Install]
WantedBy=multi-user.target
"
    ))
}

/// A word of a command line (systemd.service(5), "Command lines"): specifiers and variables are
/// those of systemd, so that their signs are doubled.
fn quoted(text: &str) -> Result<String, Unwritable> {
    let mut word = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => word.extend(['\\', character]),
            '%' | '$' => word.extend([character, character]),
            '\n' => word.push_str("\\n"),
            '\t' => word.push_str("\\t"),
            _ if character.is_control() => return Err(Unwritable(text.to_owned())),
            _ => word.push(character),
        }
    }
    word.push('"');
    Ok(word)
}

/// A name as systemd takes it (`USER_NAMES` of systemd.io, the relaxed rules, without signs that mean
/// something to it).
fn user(name: &str) -> Result<&str, Unwritable> {
    let is_plain = |character: char| character.is_alphanumeric() || "._-@\\".contains(character);
    let is_name = !name.is_empty() && !name.starts_with('-') && name.chars().all(is_plain);
    is_name.then_some(name).ok_or_else(|| Unwritable(name.to_owned()))
}

pub(super) fn begin() -> Vec<Line> {
    vec![
        vec!["systemctl", "daemon-reload"],
        vec!["systemctl", "enable", "--quiet", UNIT],
        vec!["systemctl", "restart", UNIT],
    ]
}

pub(super) fn end() -> Vec<Line> {
    vec![vec!["systemctl", "disable", "--quiet", "--now", UNIT]]
}

pub(super) fn restart() -> Vec<Line> {
    vec![vec!["systemctl", "restart", UNIT]]
}

pub(super) fn show_log(follow: bool) -> Line {
    let mut line = vec!["journalctl", "--unit", UNIT, "--lines", "100", "--output", "cat"];
    if follow {
        line.push("--follow");
    } else {
        line.push("--no-pager");
    }
    line
}

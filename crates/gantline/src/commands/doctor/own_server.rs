//! This computer, as a server: how its switches for safety stand.

use std::path::Path;
use std::time::Duration;

use model::Timestamp;

use super::Finding;
use crate::backup::{DATABASE, KEY_RING};
use crate::switches::{self, Switches};
use crate::words::Words;

/// An older backup is one that nobody looks after.
const BACKUP_LASTS: Duration = Duration::from_hours(24 * 7);

/// Looks at what a server keeps here, if there is one.
pub(super) fn look(data_directory: &Path, now: Timestamp, words: &dyn Words) -> Vec<Finding> {
    if !data_directory.join(DATABASE).is_file() {
        return Vec::new();
    }
    let mut findings = vec![files(data_directory, words)];
    match Switches::read(data_directory) {
        Ok(Some(switches)) => findings.extend(standing(&switches, words)),
        Ok(None) => findings.push(Finding::warn(
            "listening",
            words.switches_unknown(),
            words.hint_start_server(),
        )),
        Err(error) => findings.push(Finding::fail("listening", format!("{error:#}"), None)),
    }
    findings.push(backup(data_directory, now, words));
    findings
}

fn files(data_directory: &Path, words: &dyn Words) -> Finding {
    let checked = host::private::check_directory(data_directory).and_then(|()| {
        match data_directory.join(KEY_RING) {
            // It may have been given another place.
            ring if ring.exists() => host::private::check_file(&ring),
            _ => Ok(()),
        }
    });
    match checked {
        Ok(()) => Finding::ok("server files", words.server_files_private()),
        Err(error) => Finding::fail("server files", error.to_string(), None),
    }
}

fn standing(switches: &Switches, words: &dyn Words) -> [Finding; 4] {
    let address = &switches.address;
    let listening = match (switches.encrypted, switches.loopback) {
        (true, _) => Finding::ok("listening", words.listens_encrypted(address)),
        (false, true) => Finding::ok("listening", words.listens_here(address)),
        (false, false) => {
            Finding::warn("listening", words.listens_in_the_clear(address), words.hint_encrypt())
        }
    };
    let token = if switches.shared_token {
        Finding::warn("shared token", words.shared_token_is_set(), words.hint_shared_token())
    } else {
        Finding::ok("shared token", words.no_shared_token())
    };
    let lists =
        [&switches.trusted_proxies, &switches.trusted_upstreams, &switches.trusted_webhooks];
    let trusted = lists.into_iter().flatten().map(String::as_str).collect::<Vec<_>>();
    let trusted = Finding::ok("trusted", words.trusts(&trusted.join(", ")));
    let audit = Finding::ok("audit", words.audit_is_kept(switches.audit_keep_days));
    [listening, token, trusted, audit]
}

fn backup(data_directory: &Path, now: Timestamp, words: &dyn Words) -> Finding {
    match switches::last_backup(data_directory) {
        Ok(Some(taken)) => {
            let age = now.since(taken);
            let detail = words.backed_up(age.as_secs() / 86_400);
            if age <= BACKUP_LASTS {
                return Finding::ok("backup", detail);
            }
            Finding::warn("backup", detail, words.hint_back_up())
        }
        Ok(None) => Finding::warn("backup", words.never_backed_up(), words.hint_back_up()),
        Err(error) => Finding::fail("backup", format!("{error:#}"), None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;
    use crate::words::{self, Language};

    fn english() -> &'static dyn Words {
        words::of(Language::English)
    }

    fn levels(findings: &[Finding]) -> Vec<(&'static str, Level)> {
        findings.iter().map(|finding| (finding.check, finding.level)).collect()
    }

    fn safe() -> Switches {
        Switches {
            address: "127.0.0.1:8080".to_owned(),
            encrypted: false,
            loopback: true,
            shared_token: false,
            trusted_proxies: Vec::new(),
            trusted_upstreams: Vec::new(),
            trusted_webhooks: Vec::new(),
            audit_keep_days: None,
        }
    }

    /// S136: each switch that is less safe than it could be is found, with what to do about it; and
    /// only that.
    #[test]
    fn whatever_is_less_safe_than_it_could_be_is_found() {
        let place = tempfile::tempdir().unwrap();
        let data = place.path().join("data");
        assert_eq!(look(&data, Timestamp::default(), english()), []);
        host::private::directory(&data).unwrap();
        std::fs::write(data.join(DATABASE), "").unwrap();
        let now = Timestamp::from_millis(1_000_000_000_000);
        let found = levels(&look(&data, now, english()));
        let unknown =
            [("server files", Level::Ok), ("listening", Level::Warn), ("backup", Level::Warn)];
        assert_eq!(found, unknown);

        safe().write(&data).unwrap();
        switches::note_backup(&data, now.as_millis() - 3_600_000).unwrap();
        let found = look(&data, now, english());
        assert!(found.iter().all(|finding| finding.level == Level::Ok), "{found:?}");
        let open = Switches { loopback: false, shared_token: true, ..safe() };
        open.write(&data).unwrap();
        let week_ago = now.as_millis() - 8 * 86_400_000;
        switches::note_backup(&data, week_ago).unwrap();
        let found = look(&data, now, english());
        let warned: Vec<_> = found.iter().filter(|it| it.level == Level::Warn).collect();
        let checks: Vec<&str> = warned.iter().map(|it| it.check).collect();
        assert_eq!(checks, ["listening", "shared token", "backup"]);
        assert!(warned.iter().all(|finding| finding.advice.is_some()));
        Switches { encrypted: true, ..open }.write(&data).unwrap();
        let found = levels(&look(&data, now, english()));
        assert!(found.contains(&("listening", Level::Ok)), "{found:?}");
    }

    /// S136: what others could read is a failure, not a hint.
    #[cfg(unix)]
    #[test]
    fn a_directory_that_others_can_read_fails() {
        use std::os::unix::fs::PermissionsExt as _;

        let place = tempfile::tempdir().unwrap();
        let data = place.path().join("data");
        host::private::directory(&data).unwrap();
        std::fs::write(data.join(DATABASE), "").unwrap();
        std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
        let found = look(&data, Timestamp::default(), english());
        assert_eq!((found[0].check, found[0].level), ("server files", Level::Fail));
    }
}

//! What the operator has settled for good: `server.toml` in the server's data directory.
//!
//! ```toml
//! # Model servers in one's own network that provider keys may point to: host, or host:port.
//! trusted_upstreams = ["10.0.0.7:8000", "models.internal"]
//!
//! # An OpenTelemetry collector that is told of model calls.
//! [telemetry]
//! otlp_endpoint = "http://collector:4318"
//!
//! # After how many days lines of the audit log are dropped; kept for good if nothing is said.
//! [audit]
//! keep_days = 400
//!
//! # Whether machines are told of newer releases in the `dist` directory without anybody asking for it:
//! # one of a kind first, more as they take them.
//! [updates]
//! announce = true
//!
//! # OpenID providers with which people sign in. One in one's own network is also listed above.
//! [[sign_in_with]]
//! id = "company"
//! name = "Company"
//! issuer = "https://id.example.com"
//! client_id = "gantline"
//! client_secret = "…"
//! scopes = ["groups"]
//! # Who gets an account: by a verified address, or by a group. Nobody if nothing is said.
//! admit_domains = ["example.com"]
//! admit_groups = ["engineers"]
//! # What they may do. The first group that fits counts.
//! roles = [{ group = "heads", role = "tenant_admin" }, { group = "engineers", role = "user" }]
//! ```
//!
//! It opens the server's own network, so only its owner may be able to write it, and nothing that
//! comes over HTTP ever does.

mod sign_in_with;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Deserialize;

pub(crate) use self::sign_in_with::SignInWith;

const FILE: &str = "server.toml";

/// What was done is known for a month at least: nobody hides by a number in a file.
const LEAST_AUDIT_DAYS: u32 = 30;

/// What the file says; nothing if there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServerFile {
    /// Hosts (with port) of provider endpoints that may be reached although they are not public or
    /// not encrypted.
    #[serde(default)]
    pub trusted_upstreams: Vec<String>,
    /// Who is told of model calls.
    #[serde(default)]
    pub telemetry: TelemetrySection,
    /// For how long is known what was done.
    #[serde(default)]
    pub audit: AuditSection,
    /// How machines learn of newer releases.
    #[serde(default)]
    pub updates: UpdatesSection,
    /// With which providers people sign in.
    #[serde(default)]
    pub sign_in_with: Vec<SignInWith>,
}

/// Where telemetry goes. The variables that OpenTelemetry has for this win.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TelemetrySection {
    /// The collector, such as `http://collector:4318`; nobody is told if there is none.
    pub otlp_endpoint: Option<String>,
}

/// How long the audit log is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditSection {
    /// For so many days, at least [`LEAST_AUDIT_DAYS`]; for good if nothing is said.
    pub keep_days: Option<u32>,
}

/// How machines learn of newer releases. They fetch and verify them themselves, and their owners may
/// not want them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdatesSection {
    /// Whether the server announces them by itself.
    #[serde(default)]
    pub announce: bool,
}

impl AuditSection {
    /// How long; for good if there is nothing.
    pub(crate) fn retention(&self) -> Option<Duration> {
        self.keep_days.map(|days| Duration::from_hours(24).saturating_mul(days))
    }
}

impl ServerFile {
    /// Reads the file of a data directory.
    pub(crate) fn read(data_directory: &Path) -> anyhow::Result<Self> {
        let path = data_directory.join(FILE);
        let named = || format!("read {}", path.display());
        let Some(bytes) = host::private::read(&path).with_context(named)? else {
            return Ok(Self::default());
        };
        let text = std::str::from_utf8(&bytes).with_context(named)?;
        let file: Self = toml::from_str(text).with_context(named)?;
        for host in &file.trusted_upstreams {
            let trusted = trusted_host(host).map_err(anyhow::Error::msg);
            trusted.with_context(|| format!("{}: trusted_upstreams", path.display()))?;
        }
        SignInWith::check(&file.sign_in_with).with_context(|| path.display().to_string())?;
        if let Some(days) = file.audit.keep_days.filter(|days| *days < LEAST_AUDIT_DAYS) {
            let path = path.display();
            bail!("{path}: audit.keep_days is at least {LEAST_AUDIT_DAYS}, not {days}");
        }
        Ok(file)
    }
}

/// Reads a host, with or without a port. Of an address with more in it nobody would be trusted,
/// and nobody would be told.
pub(crate) fn trusted_host(text: &str) -> Result<String, String> {
    let is_host = !text.is_empty() && !text.contains(['/', '@', ' ', '*']);
    is_host
        .then(|| text.to_owned())
        .ok_or_else(|| format!("name a host, as in 10.0.0.7:8000, not {text:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ServerFile, String> {
        let directory = tempfile::tempdir().unwrap();
        let private = directory.path().join("data");
        host::private::directory(&private).unwrap();
        host::private::write(&private.join(FILE), text.as_bytes()).unwrap();
        ServerFile::read(&private).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn a_server_without_a_file_trusts_nobody() {
        let directory = tempfile::tempdir().unwrap();
        let nowhere = directory.path().join("not there yet");
        assert_eq!(ServerFile::read(&nowhere).unwrap(), ServerFile::default());
        assert_eq!(read("# nothing\n").unwrap(), ServerFile::default());
    }

    #[test]
    fn hosts_are_listed_one_by_one() {
        let file = read("trusted_upstreams = [\"10.0.0.7:8000\", \"models.internal\"]").unwrap();
        assert_eq!(file.trusted_upstreams, ["10.0.0.7:8000", "models.internal"]);
        for wrong in ["http://10.0.0.7", "", "*", "10.0.0.0/8", "a b", "me@host"] {
            let refused = read(&format!("trusted_upstreams = [{wrong:?}]")).unwrap_err();
            assert!(refused.contains("trusted_upstreams: name a host"), "{wrong}: {refused}");
        }
        for wrong in ["trusted_upstream = []", "trusted_upstreams = \"all\"", "="] {
            assert!(read(wrong).unwrap_err().contains("server.toml"), "{wrong}");
        }
    }

    #[test]
    fn a_collector_may_be_named() {
        let file = read("[telemetry]\notlp_endpoint = \"http://collector:4318\"\n").unwrap();
        assert_eq!(file.telemetry.otlp_endpoint.as_deref(), Some("http://collector:4318"));
        assert!(read("[telemetry]\nendpoint = \"http://collector:4318\"\n").is_err());
    }

    #[test]
    fn the_audit_log_is_kept_for_good_or_for_so_many_days() {
        assert_eq!(read("").unwrap().audit.retention(), None);
        let year = read("[audit]\nkeep_days = 365\n").unwrap().audit.retention();
        assert_eq!(year, Some(Duration::from_hours(24 * 365)));
        for wrong in ["0", "29", "-1", "\"long\""] {
            let refused = read(&format!("[audit]\nkeep_days = {wrong}\n"));
            assert!(refused.unwrap_err().contains("server.toml"), "{wrong}");
        }
    }

    #[test]
    fn releases_are_announced_only_where_that_is_said() {
        assert!(!read("").unwrap().updates.announce);
        assert!(!read("[updates]\n").unwrap().updates.announce);
        assert!(read("[updates]\nannounce = true\n").unwrap().updates.announce);
        for wrong in ["announce = \"yes\"", "anounce = true"] {
            assert!(read(&format!("[updates]\n{wrong}\n")).unwrap_err().contains("server.toml"));
        }
    }

    #[test]
    fn providers_of_sign_ins_are_named_whole() {
        let whole = "[[sign_in_with]]\nid = \"company\"\nissuer = \"https://id.example.com\"\n\
            client_id = \"gantline\"\nclient_secret = \"hush\"\ndefault_role = \"user\"\n";
        let file = read(whole).unwrap();
        assert!(!format!("{file:?}").contains("hush"));
        let config = file.sign_in_with[0].clone().config();
        assert_eq!((config.name.as_str(), config.tenant), ("company", 1));
        for (part, wrong, problem) in [
            ("default_role = \"user\"", "", "gives nobody a role"),
            ("default_role = \"user\"", "default_role = \"root\"", "unknown variant"),
            ("\"company\"", "\"../company\"", "an id has"),
            ("\"company\"", "\"return\"", "an id has"),
            ("https://id.example.com", "company", "is no address"),
        ] {
            let refused = read(&whole.replace(part, wrong)).unwrap_err();
            assert!(refused.contains(problem), "{wrong}: {refused}");
        }
        assert!(read(&format!("{whole}{whole}")).unwrap_err().contains("there twice"));
    }

    /// S80, S87: who else may write it could open the server's network.
    #[cfg(unix)]
    #[test]
    fn a_file_that_is_open_to_others_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let private = directory.path().join("data");
        host::private::directory(&private).unwrap();
        let file = private.join(FILE);
        host::private::write(&file, b"trusted_upstreams = []").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
        assert!(ServerFile::read(&private).is_err());
    }
}

//! `gantline server`: runs the server, and looks after what it keeps.

mod backup;
mod passphrase;
pub(crate) mod restore;
mod working_directory;

mod interrupt;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anstream::println;
use anyhow::{Context, bail};
use api::programs::Programs;
use clap::Subcommand;
use control::jobs::JobLimits;
use http::Uri;
use model::SecretString;
use owo_colors::OwoColorize;

pub(crate) use self::interrupt::{Interrupt, wait_for_interrupt};
use crate::commands::contain::own_program;
use crate::escape;
use crate::server_file::{ServerFile, SignInWith, trusted_host};
use crate::serving::{Server, ServerConfig};
use crate::words::Words;

/// The server, or what is done to what it keeps.
#[derive(Debug, Clone, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Line {
    #[command(subcommand)]
    care: Option<Care>,

    #[command(flatten)]
    args: Args,
}

#[derive(Debug, Clone, Subcommand)]
enum Care {
    /// Write a sealed copy of the database and the keys, also while the server runs.
    Backup(backup::Args),
    /// Put a backup in place; every login and token in it is ended.
    Restore(restore::Args),
}

/// Does what was asked for.
pub(crate) async fn run(line: Line, words: &'static dyn Words) -> anyhow::Result<ExitCode> {
    match line.care {
        None => serve(line.args).await,
        Some(Care::Backup(args)) => backup::run(args, words).await,
        Some(Care::Restore(args)) => restore::run(args, words).await,
    }
}

/// How to run the server.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// Address to listen on. Another one than this computer itself needs TLS or --insecure-http.
    #[arg(long, short = 'H', default_value = "127.0.0.1", env = "GANTLINE_HOST")]
    pub host: String,

    /// Port to listen on.
    #[arg(long, short, default_value_t = 8080, env = "GANTLINE_PORT")]
    pub port: u16,

    /// Where the database and the keys are kept [default: the data directory of this user].
    #[arg(long, env = "GANTLINE_DATA_DIR")]
    pub data_dir: Option<PathBuf>,

    /// Token that lets scripts in with the rights of an administrator; empty means none.
    #[arg(long, env = "GANTLINE_SHARED_TOKEN", hide_env_values = true, default_value = "")]
    pub token: String,

    /// Certificate chain, PEM.
    #[arg(long, requires = "tls_key", env = "GANTLINE_TLS_CERT")]
    pub tls_cert: Option<PathBuf>,

    /// Key of the certificate, PEM.
    #[arg(long, requires = "tls_cert", env = "GANTLINE_TLS_KEY")]
    pub tls_key: Option<PathBuf>,

    /// Listen on the network without encryption. Passwords and tokens can be read on the way,
    /// unless a proxy in front of the server encrypts.
    #[arg(long)]
    pub insecure_http: bool,

    /// Address under which people reach the server, such as `https://gantline.example.com`.
    #[arg(long, env = "GANTLINE_PUBLIC_URL")]
    pub public_url: Option<Uri>,

    /// Further host name under which the server may be addressed. May be given several times.
    #[arg(long = "allowed-host")]
    pub allowed_hosts: Vec<String>,

    /// Address of a proxy in front of the server, whose X-Forwarded-For is believed. May be given
    /// several times.
    #[arg(long = "trusted-proxy")]
    pub trusted_proxies: Vec<IpAddr>,

    /// Host (and port) of a model server in your own network that provider keys may point to. May
    /// be given several times.
    #[arg(long = "trusted-upstream", value_parser = trusted_host)]
    pub trusted_upstreams: Vec<String>,

    /// Host (and port) of a receiver in your own network to which webhooks and notifications may be
    /// sent. May be given several times.
    #[arg(long = "trusted-webhook", value_parser = trusted_host)]
    pub trusted_webhooks: Vec<String>,

    /// File with the keys that seal provider keys [default: made in the data directory].
    #[arg(long, env = "GANTLINE_KEY_RING")]
    pub key_ring: Option<PathBuf>,

    /// Directory with the program for machines of other platforms, such as
    /// `gantline-linux-aarch64` [default: `dist` in the data directory].
    #[arg(long, value_name = "DIRECTORY", env = "GANTLINE_DIST_DIR")]
    pub dist_dir: Option<PathBuf>,

    /// How many MiB the copies of one machine's workspaces may have that its owner wants kept here; 0
    /// takes none.
    #[arg(long, default_value_t = 1_024, value_name = "MIB", env = "GANTLINE_MIRROR_QUOTA_MIB")]
    pub mirror_quota_mib: u32,

    /// After how many milliseconds without a sign of life a machine is shown offline.
    #[arg(long, default_value_t = 90_000, env = "WEB_TUI_DEVICE_AGENT_STALE_MS")]
    pub stale_ms: u64,

    /// How many jobs may run on one machine at a time; further ones wait.
    #[arg(long, default_value_t = JobLimits::default().per_machine, value_parser = at_least_one())]
    pub jobs_per_machine: u32,

    /// How many jobs of one user may run at a time; further ones wait.
    #[arg(long, default_value_t = JobLimits::default().per_user, value_parser = at_least_one())]
    pub jobs_per_user: u32,

    /// For how many days finished jobs are kept, with prompt, result and log; 0 keeps them for good.
    #[arg(long, default_value_t = 30, value_name = "DAYS", env = "GANTLINE_JOB_RETENTION_DAYS")]
    pub job_retention_days: u32,
}

fn at_least_one() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..)
}

/// Runs the server until it is interrupted.
async fn serve(args: Args) -> anyhow::Result<ExitCode> {
    // Each machine and each viewer is an open file. The server starts no programs that inherit it.
    if let Err(error) = host::process::raise_max_open_files() {
        tracing::warn!(%error, "the number of files that may be open could not be raised");
    }
    let server = Server::start(args.into_config()?).await?;
    greet(&server).await?;
    let stopping = server.app.stopping.clone();
    let interrupted = async move {
        wait_for_interrupt().await;
        stopping.cancel();
    };
    let (served, ()) = tokio::join!(server.serve(), interrupted);
    served?;
    Ok(ExitCode::SUCCESS)
}

async fn greet(server: &Server) -> anyhow::Result<()> {
    println!("{} on {}", "Gantline is listening".bold(), server.url.cyan());
    println!("Open this link to sign in; it works once:\n  {}", server.sign_in_url().await?);
    println!("Stop with Ctrl-C.");
    Ok(())
}

impl Args {
    /// Checks what was asked for.
    pub(crate) fn into_config(self) -> anyhow::Result<ServerConfig> {
        let data_directory = data_directory(self.data_dir)?;
        let file = ServerFile::read(&data_directory)?;
        let telemetry = telemetry(file.telemetry.otlp_endpoint.as_deref())?;
        let tls = self.tls_cert.zip(self.tls_key);
        if tls.is_none() && !self.insecure_http && !is_loopback(&self.host) {
            bail!(
                "refusing to listen on {} without encryption; give --tls-cert and --tls-key, or \
                 --insecure-http if a proxy in front of this server encrypts",
                self.host
            );
        }
        check_public_url(self.public_url.as_ref())?;
        let token = Some(self.token).filter(|token| !token.is_empty()).map(SecretString::from);
        let dist_directory = self.dist_dir.unwrap_or_else(|| data_directory.join("dist"));
        Ok(ServerConfig {
            programs: Programs::new(own_program().ok(), Some(dist_directory)),
            host: self.host,
            port: self.port,
            data_directory,
            key_ring_file: self.key_ring,
            tls,
            public_url: self.public_url,
            allowed_hosts: self.allowed_hosts,
            trusted_proxies: self.trusted_proxies,
            trusted_upstreams: [file.trusted_upstreams, self.trusted_upstreams].concat(),
            trusted_webhooks: self.trusted_webhooks,
            providers: file.sign_in_with.into_iter().map(SignInWith::config).collect(),
            telemetry,
            shared_token: token,
            stale_after: Duration::from_millis(self.stale_ms),
            job_limits: JobLimits {
                per_machine: self.jobs_per_machine,
                per_user: self.jobs_per_user,
            },
            job_retention: (self.job_retention_days > 0)
                .then(|| Duration::from_hours(24).saturating_mul(self.job_retention_days)),
            audit_retention: file.audit.retention(),
            announces_updates: file.updates.announce,
            mirror_quota_bytes: u64::from(self.mirror_quota_mib) << 20,
        })
    }
}

fn data_directory(given: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    match given {
        Some(directory) => Ok(directory),
        None => Ok(host::directories::data_directory()?),
    }
}

/// A path as it is shown to people.
fn shown(path: &Path) -> String {
    escape::text(&path.display().to_string()).into_owned()
}

/// Reads what the file and the variables of OpenTelemetry say.
fn telemetry(in_file: Option<&str>) -> anyhow::Result<Option<otlp::Settings>> {
    let variable = |name| std::env::var(name).ok();
    otlp::Settings::read(in_file, variable).context("read where telemetry goes")
}

fn check_public_url(url: Option<&Uri>) -> anyhow::Result<()> {
    let Some(url) = url else { return Ok(()) };
    let whole = matches!(url.scheme_str(), Some("http" | "https")) && url.authority().is_some();
    let bare = url.path() == "/" && url.query().is_none();
    if whole && bare {
        return Ok(());
    }
    bail!("--public-url must be like https://gantline.example.com, without a path, not {url}")
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn config(line: &[&str]) -> anyhow::Result<ServerConfig> {
        let line = ["gantline"].iter().chain(line);
        Line::try_parse_from(line).context("parse")?.args.into_config()
    }

    /// S04, S47: nothing but this computer without encryption, unless told.
    #[test]
    fn the_network_needs_encryption_or_a_word() {
        for host in ["0.0.0.0", "192.168.1.5", "::", "build-01"] {
            let error = config(&["--host", host]).unwrap_err().to_string();
            assert!(error.contains("--insecure-http"), "{error}");
            assert!(config(&["--host", host, "--insecure-http"]).is_ok());
        }
        for host in ["127.0.0.1", "127.1.2.3", "::1", "localhost"] {
            assert!(config(&["--host", host]).is_ok(), "{host}");
        }
    }

    /// A URL would be trusted by nobody, and nobody would know.
    #[test]
    fn who_is_trusted_is_named_by_host() {
        for flag in ["--trusted-upstream", "--trusted-webhook"] {
            assert!(config(&[flag, "10.0.0.7:8000"]).is_ok());
            let refused = format!("{:#}", config(&[flag, "http://10.0.0.7:8000"]).unwrap_err());
            assert!(refused.contains("name a host"), "{refused}");
        }
    }

    /// S47: the shared token is the one that was given, and an empty one opens nothing.
    #[test]
    fn an_empty_token_is_none() {
        assert!(config(&["--token", ""]).unwrap().shared_token.is_none());
        assert!(config(&["--token", "s3cret"]).unwrap().shared_token.is_some());
    }

    #[test]
    fn jobs_are_kept_for_a_month_or_as_was_said() {
        let days = |days: u64| Some(Duration::from_hours(24 * days));
        assert_eq!(config(&[]).unwrap().job_retention, days(30));
        assert_eq!(config(&["--job-retention-days", "7"]).unwrap().job_retention, days(7));
        assert_eq!(config(&["--job-retention-days", "0"]).unwrap().job_retention, None);
    }

    #[test]
    fn a_public_url_is_an_origin() {
        assert!(config(&["--public-url", "https://gantline.example.com"]).is_ok());
        for bad in ["gantline.example.com", "ftp://x", "https://x/path", "https://x/?a"] {
            assert!(config(&["--public-url", bad]).is_err(), "{bad}");
        }
    }
}

//! `cargo xtask release`: makes the keys of releases, signs programs with them, and looks whether
//! what is signed would be taken.
//!
//! Private keys lie in files that their owner alone can read, outside of the repository, and are never
//! part of a command line. A root key is needed once for each signing key and belongs in a safe.

mod files;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use aws_lc_rs::digest::{SHA256, digest};
use clap::Subcommand;
use model::Timestamp;
use release::keys::SigningKey;
use release::{
    Certificate, Manifest, PRODUCT, Release, Roots, SecretKey, Signer, Version, Wanted,
    program_name,
};

use crate::dist::TARGETS;
use crate::repository::Repository;

/// The root keys that are compiled in where nothing else is said.
const ROOTS: &str = "crates/release/roots.txt";

/// What a day has of milliseconds.
const DAY: Duration = Duration::from_hours(24);

/// `cargo xtask release`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a root key or a signing key
    Keys {
        #[command(subcommand)]
        kind: Kind,
    },
    /// Signs the programs of a directory: writes `<program>.release` beside each
    Sign {
        /// The file of the signing key, with its certificate beside it
        #[arg(long)]
        key: PathBuf,
        /// Which release the programs are, such as 0.2.0
        #[arg(long)]
        release: Version,
        /// The directory with `gantline-linux-x86_64` and the like
        directory: PathBuf,
    },
    /// Looks whether the programs of a directory would be taken
    Verify {
        /// The root keys [default: those of the repository]
        #[arg(long)]
        roots: Option<PathBuf>,
        /// The directory
        directory: PathBuf,
    },
}

#[derive(Subcommand)]
enum Kind {
    /// A root key: vouches for signing keys
    Root {
        /// Where to write the private key; the file must not be there yet
        file: PathBuf,
    },
    /// A signing key: signs programs
    Signing {
        /// The file of the root key that vouches for it
        #[arg(long)]
        root: PathBuf,
        /// Its number; whoever has seen a higher one takes nothing of this one
        #[arg(long)]
        serial: u64,
        /// How many days what it signs is taken
        #[arg(long, default_value_t = 180)]
        days: u32,
        /// Where to write the private key; the file must not be there yet
        file: PathBuf,
    },
}

/// Does it.
pub(crate) fn run(repository: &Repository, arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.command {
        Command::Keys { kind: Kind::Root { file } } => {
            let public = make_root(repository, file)?;
            println!("written: {}", file.display());
            println!("the line for {ROOTS}:\n{public}");
        }
        Command::Keys { kind: Kind::Signing { root, serial, days, file } } => {
            make_signing(repository, root, *serial, *days, file)?;
            println!("written: {} and {}", file.display(), certificate_file(file).display());
        }
        Command::Sign { key, release, directory } => {
            for name in sign(key, *release, directory)? {
                println!("signed: {name}");
            }
        }
        Command::Verify { roots, directory } => {
            let roots = roots.clone().unwrap_or_else(|| repository.path(ROOTS));
            for (name, version) in verify(&roots, directory)? {
                println!("good: {name} {version}");
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn make_root(repository: &Repository, file: &Path) -> Result<String> {
    let key = new_key()?;
    files::write_private(repository, file, &key.expose())?;
    Ok(key.public_key().to_string())
}

fn make_signing(
    repository: &Repository,
    root: &Path,
    serial: u64,
    days: u32,
    file: &Path,
) -> Result<()> {
    let root = read_key(root)?;
    let (key, now) = (new_key()?, now()?);
    let certificate = root.vouch(&SigningKey {
        public_key: key.public_key(),
        serial,
        not_before: now,
        not_after: now + DAY * days,
    });
    files::write_private(repository, file, &key.expose())?;
    let text = serde_json::to_string_pretty(&certificate)?;
    std::fs::write(certificate_file(file), text + "\n")?;
    Ok(())
}

fn sign(key: &Path, version: Version, directory: &Path) -> Result<Vec<String>> {
    let path = certificate_file(key);
    let text = std::fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    let certificate: Certificate = serde_json::from_slice(&text)?;
    let signer = Signer::new(read_key(key)?, certificate)
        .with_context(|| format!("{} is the certificate of another key", path.display()))?;
    let mut signed = Vec::new();
    for (target, name, program) in programs(directory)? {
        let release = signer.sign(&Manifest {
            product: PRODUCT.to_owned(),
            version,
            target: target.to_owned(),
            size_bytes: program.len() as u64,
            sha256: sum(&program),
            signed_at: now()?,
        });
        std::fs::write(release_file(directory, &name), release.write())?;
        signed.push(name);
    }
    ensure!(!signed.is_empty(), "no program of ours is in {}", directory.display());
    Ok(signed)
}

fn verify(roots: &Path, directory: &Path) -> Result<Vec<(String, Version)>> {
    let text = std::fs::read_to_string(roots)?;
    let roots = Roots::read(&text).with_context(|| format!("read {}", roots.display()))?;
    let mut good = Vec::new();
    for (target, name, program) in programs(directory)? {
        let path = release_file(directory, &name);
        let text = std::fs::read(&path).with_context(|| format!("{name} is not signed"))?;
        let authentic = Release::read(&text).and_then(|release| release.open(&roots));
        let authentic = authentic.with_context(|| name.clone())?;
        // Whatever is signed is newer than nothing.
        let newer_than = Version { major: 0, minor: 0, patch: 0 };
        let wanted = Wanted { target, newer_than, lowest_serial: 0, now: now()? };
        authentic.fits(&wanted).with_context(|| name.clone())?;
        let Manifest { version, size_bytes, sha256, .. } = authentic.manifest;
        if (size_bytes, sha256) != (program.len() as u64, sum(&program)) {
            bail!("{name} is not the program that was signed");
        }
        good.push((name, version));
    }
    ensure!(!good.is_empty(), "no program of ours is in {}", directory.display());
    Ok(good)
}

/// The programs of a directory: their target, their name, and what they are.
fn programs(directory: &Path) -> Result<Vec<(&'static str, String, Vec<u8>)>> {
    let found = TARGETS.iter().map(|target| (target.name, program_name(target.name)));
    let found = found.filter(|(_, name)| directory.join(name).is_file());
    found
        .map(|(target, name)| {
            let program = std::fs::read(directory.join(&name))?;
            Ok((target, name, program))
        })
        .collect()
}

fn new_key() -> Result<SecretKey> {
    let mut seed = [0; 32];
    aws_lc_rs::rand::fill(&mut seed).context("ask the system for randomness")?;
    Ok(SecretKey::from_seed(seed)?)
}

fn read_key(path: &Path) -> Result<SecretKey> {
    let text = files::read_private(path)?;
    SecretKey::read(&text).with_context(|| format!("{} does not hold a key", path.display()))
}

fn certificate_file(key: &Path) -> PathBuf {
    let mut name = key.as_os_str().to_owned();
    name.push(".certificate");
    name.into()
}

fn release_file(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!("{name}.release"))
}

fn sum(program: &[u8]) -> String {
    hex::encode(digest(&SHA256, program))
}

#[expect(clippy::disallowed_methods, reason = "whoever signs does so now")]
fn now() -> Result<Timestamp> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(Timestamp::from_millis(i64::try_from(now.as_millis())?))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// S131: what a release maker signs is good, and nothing else is: another program, another key,
    /// a key that does not sign any more.
    #[test]
    fn what_is_signed_is_good_and_nothing_else() {
        let (root, repository) = (tempfile::tempdir().unwrap(), Repository::find().unwrap());
        let at = |name: &str| root.path().join(name);
        let public = make_root(&repository, &at("root.key")).unwrap();
        fs::write(at("roots.txt"), format!("# ours\n{public}\n")).unwrap();
        make_signing(&repository, &at("root.key"), 1, 30, &at("signing.key")).unwrap();
        let dist = at("dist");
        fs::create_dir(&dist).unwrap();
        let (name, version) = ("gantline-windows-x86_64.exe", "1.2.3".parse().unwrap());
        assert!(sign(&at("signing.key"), version, &dist).is_err(), "there is nothing to sign");
        fs::write(dist.join(name), "program").unwrap();
        assert!(verify(&at("roots.txt"), &dist).is_err(), "it is not signed yet");
        assert_eq!(sign(&at("signing.key"), version, &dist).unwrap(), [name]);
        assert_eq!(verify(&at("roots.txt"), &dist).unwrap(), [(name.to_owned(), version)]);

        fs::write(dist.join(name), "programm").unwrap();
        assert!(verify(&at("roots.txt"), &dist).is_err(), "another program");
        fs::write(dist.join(name), "program").unwrap();
        let other = make_root(&repository, &at("other.key")).unwrap();
        fs::write(at("others.txt"), other).unwrap();
        assert!(verify(&at("others.txt"), &dist).is_err(), "another root key");
        make_signing(&repository, &at("root.key"), 2, 0, &at("ended.key")).unwrap();
        sign(&at("ended.key"), version, &dist).unwrap();
        // It signs until the very moment at which it was made, which has to be over.
        let signed = now().unwrap();
        while now().unwrap() <= signed {
            std::hint::spin_loop();
        }
        assert!(verify(&at("roots.txt"), &dist).is_err(), "a key that has ended");
        fs::copy(at("ended.key.certificate"), at("signing.key.certificate")).unwrap();
        assert!(sign(&at("signing.key"), version, &dist).is_err(), "another key's certificate");
    }

    /// S80: a private key is its owner's alone, is not overwritten, and is never in the repository.
    #[test]
    #[cfg(unix)]
    fn private_keys_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let (root, repository) = (tempfile::tempdir().unwrap(), Repository::find().unwrap());
        let file = root.path().join("root.key");
        make_root(&repository, &file).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(make_root(&repository, &file).is_err(), "it is there already");
        assert!(make_root(&repository, &repository.path("root.key")).is_err());
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let refused = read_key(&file).unwrap_err().to_string();
        assert!(refused.contains("chmod 600"), "{refused}");
    }
}

//! Releases of the real program, made of the one that was built: other versions and other root keys
//! are written into copies, and what is made is signed as releases are.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use aws_lc_rs::digest::{SHA256, digest};
use memchr::memmem;
use model::Timestamp;
use release::keys::SigningKey;
use release::stamp::{MARK, ROOTS_BYTES, VERSION_BYTES};
use release::{Manifest, PRODUCT, SecretKey, Signer, own_target, program_name};

use crate::binary;
use crate::house::{House, Place};

/// For how long signing keys sign, from now and back to before now.
const DAY_MS: i64 = 86_400_000;

/// The release that is installed.
pub const INSTALLED: &str = "0.1.0";

/// Somebody who makes releases, with a root key of their own.
#[derive(Debug)]
pub struct Maker {
    root: SecretKey,
    built: Vec<u8>,
}

/// What is said of a program, to be changed before it is signed.
#[derive(Debug)]
pub struct Said {
    /// What is said of the program.
    pub manifest: Manifest,
    /// What is said of the key that signs.
    pub key: SigningKey,
}

impl Maker {
    /// A new one.
    pub fn new() -> Result<Self> {
        let built = std::fs::read(binary::gantline()?)?;
        Ok(Self { root: key(1)?, built })
    }

    /// A copy of what was built, as this release, trusting our root key.
    pub fn program(&self, version: &str) -> Result<Vec<u8>> {
        let roots = self.root.public_key().to_string();
        let mut program = self.built.clone();
        let places: Vec<_> = memmem::find_iter(&program, MARK).collect();
        let [place] = places[..] else { anyhow::bail!("{} marks in the program", places.len()) };
        let version_at = place + MARK.len();
        write(&mut program, version_at, VERSION_BYTES, version)?;
        write(&mut program, version_at + VERSION_BYTES, ROOTS_BYTES, &roots)?;
        Ok(program)
    }

    /// Puts a copy into a place, as what is installed there.
    pub fn install(&self, place: &Place) -> Result<PathBuf> {
        let path = place.at("installed-gantline");
        std::fs::write(&path, self.program(INSTALLED)?)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700))?;
        Ok(path)
    }

    /// Signs a program, as whoever makes releases does or, changed, as they never would.
    pub fn sign(
        &self,
        program: &[u8],
        version: &str,
        change: impl FnOnce(&mut Said),
    ) -> Result<Vec<u8>> {
        let (now, signing) = (now()?, key(2)?);
        let manifest = Manifest {
            product: PRODUCT.to_owned(),
            version: version.parse()?,
            target: own_target(),
            size_bytes: program.len() as u64,
            sha256: hex::encode(digest(&SHA256, program)),
            signed_at: Timestamp::from_millis(now),
        };
        let key = SigningKey {
            public_key: signing.public_key(),
            serial: 1,
            not_before: Timestamp::from_millis(now - DAY_MS),
            not_after: Timestamp::from_millis(now + DAY_MS),
        };
        let mut said = Said { manifest, key };
        change(&mut said);
        let certificate = self.root.vouch(&said.key);
        let signer = Signer::new(signing, certificate).context("the key is that of the signer")?;
        Ok(signer.sign(&said.manifest).write())
    }

    /// The same as another maker, whom nobody knows.
    pub fn stranger(&self) -> Result<Self> {
        Ok(Self { root: key(9)?, built: self.built.clone() })
    }

    /// Has a server offer a program with what was signed of it.
    pub fn offer(house: &House, program: &[u8], signed: Option<&[u8]>) -> Result<()> {
        Self::offer_in(&house.place().at("data/dist"), program, signed)
    }

    /// The same, of a server that hands out what is in this directory.
    pub fn offer_in(dist: &Path, program: &[u8], signed: Option<&[u8]>) -> Result<()> {
        let name = program_name(&own_target());
        std::fs::create_dir_all(dist)?;
        std::fs::write(dist.join(&name), program)?;
        let beside = dist.join(format!("{name}.release"));
        match signed {
            Some(signed) => std::fs::write(beside, signed)?,
            None if beside.exists() => std::fs::remove_file(beside)?,
            None => {}
        }
        Ok(())
    }

    /// Has a server offer a release as whoever makes releases would.
    pub fn publish(&self, house: &House, version: &str) -> Result<()> {
        self.publish_in(&house.place().at("data/dist"), version)
    }

    /// The same, of a server that hands out what is in this directory.
    pub fn publish_in(&self, dist: &Path, version: &str) -> Result<()> {
        let program = self.program(version)?;
        let signed = self.sign(&program, version, |_| ())?;
        Self::offer_in(dist, &program, Some(&signed))
    }

    /// Has a server offer a release that is signed, says its version, and then does this.
    pub fn publish_script(&self, house: &House, version: &str, lines: &str) -> Result<()> {
        let asked = format!("[ \"$1\" = --version ] && echo gantline {version} && exit 0");
        let program = format!("#!/bin/sh\n{asked}\n{lines}\n").into_bytes();
        let signed = self.sign(&program, version, |_| ())?;
        Self::offer(house, &program, Some(&signed))
    }
}

/// What is decided about the programs of a machine, as it is written; nothing where nothing is.
pub fn state(machine_directory: &Path) -> serde_json::Value {
    let path = machine_directory.join("enrolled/program/state.json");
    let text = std::fs::read(path).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

fn write(program: &mut [u8], at: usize, size: usize, text: &str) -> Result<()> {
    ensure!(text.len() <= size, "{text:?} does not fit");
    let place = program.get_mut(at..at + size).context("the mark is not at the end")?;
    place.fill(b' ');
    place.iter_mut().zip(text.bytes()).for_each(|(to, byte)| *to = byte);
    Ok(())
}

fn key(seed: u8) -> Result<SecretKey> {
    Ok(SecretKey::from_seed([seed; 32])?)
}

#[expect(clippy::disallowed_methods, reason = "a test has the real time only")]
fn now() -> Result<i64> {
    Ok(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?)
}

//! `gantline server backup`: writes a sealed copy of a server, also while it runs.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf, absolute};
use std::process::ExitCode;

use anstream::eprintln;
use anyhow::Context;
use host::{SystemClock, SystemRng};
use model::{Clock, SecretString};
use vault::SealingWriter;

use super::passphrase::{self, PassphraseOption};
use super::working_directory::WorkingDirectory;
use crate::backup::{DATABASE, KEY_RING, Manifest, Sources, pack};
use crate::exit::{Meaning, Refusal};
use crate::words::Words;

/// How often a copy is taken anew because the keys were changed meanwhile.
const TRIES: u32 = 3;

/// What to back up, and where to.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// File to write, which must not be there yet; `-` for standard output.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Where the server keeps its database and its keys [default: the data directory of this user].
    #[arg(long, env = "GANTLINE_DATA_DIR", value_name = "DIRECTORY")]
    data_dir: Option<PathBuf>,

    /// The server's file of keys, if it is not in the data directory.
    #[arg(long, env = "GANTLINE_KEY_RING", value_name = "FILE")]
    key_ring: Option<PathBuf>,

    #[command(flatten)]
    passphrase: PassphraseOption,
}

/// Writes the backup.
pub(crate) async fn run(args: Args, words: &'static dyn Words) -> anyhow::Result<ExitCode> {
    let data_directory = super::data_directory(args.data_dir)?;
    let database = data_directory.join(DATABASE);
    if !database.is_file() {
        let path = super::shown(&data_directory);
        return Err(Refusal::new(Meaning::NotFound, words.no_server_in(&path))
            .with_hint(words.hint_data_dir())
            .into());
    }
    let target = Target::check(&args.file, words)?;
    let passphrase = passphrase::choose(&args.passphrase, words)?;
    let working = WorkingDirectory::make(&data_directory, "backing-up")?;
    let sources = Sources {
        data_directory,
        key_ring: args.key_ring,
        database: working.path().join(DATABASE),
    };
    let taken = copy_database(&database, &sources).await?;
    let manifest = Manifest {
        layout: crate::backup::LAYOUT,
        release: contract::VERSION.to_owned(),
        taken_at_ms: taken,
    };
    let noted_in = sources.data_directory.clone();
    let sealing = move || seal(&manifest, &sources, &target, &passphrase);
    let bytes = tokio::task::spawn_blocking(sealing).await??;
    crate::switches::note_backup(&noted_in, taken)?;
    drop(working);
    if let Some(bytes) = bytes {
        let path = super::shown(&args.file);
        eprintln!("{}", words.backup_written(&path, bytes));
        eprintln!("{}", words.backup_needs_its_passphrase());
    }
    Ok(ExitCode::SUCCESS)
}

/// Takes a copy that the keys fit: they are added to the ring before they are used, and taken out of it
/// after nothing needs them.
async fn copy_database(database: &Path, sources: &Sources) -> anyhow::Result<i64> {
    for _ in 0..TRIES {
        let before = read_ring(sources)?;
        let taken = SystemClock::start().now().as_millis();
        store::snapshot::snapshot(database, &sources.database).await?;
        if read_ring(sources)? == before {
            return Ok(taken);
        }
        fs::remove_file(&sources.database)?;
    }
    anyhow::bail!("the key ring changed while the database was copied; try again")
}

fn read_ring(sources: &Sources) -> anyhow::Result<zeroize::Zeroizing<Vec<u8>>> {
    let path = sources.key_ring.clone();
    let path = path.unwrap_or_else(|| sources.data_directory.join(KEY_RING));
    let ring = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    Ok(ring.into())
}

/// Writes the sealed archive; answers how many bytes a file got.
fn seal(
    manifest: &Manifest,
    sources: &Sources,
    target: &Target,
    passphrase: &SecretString,
) -> anyhow::Result<Option<u64>> {
    let rng = SystemRng::default();
    match target {
        Target::StandardOutput => {
            let sealing = SealingWriter::begin(&rng, passphrase, io::stdout().lock())?;
            pack(manifest, sources, sealing)?.finish()?.flush()?;
            Ok(None)
        }
        Target::File { path, partly } => {
            let written = seal_into(manifest, sources, partly, passphrase).and_then(|bytes| {
                host::private::replace(path, partly)?;
                Ok(bytes)
            });
            if written.is_err() {
                // A part of it is of no use to anybody; what cannot be removed shows by its name.
                let _ = fs::remove_file(partly);
            }
            written.map(Some)
        }
    }
}

fn seal_into(
    manifest: &Manifest,
    sources: &Sources,
    file: &Path,
    passphrase: &SecretString,
) -> anyhow::Result<u64> {
    let named = || format!("write {}", file.display());
    let made = host::private::create_file(file).with_context(named)?;
    let write = || -> anyhow::Result<File> {
        let writer = BufWriter::with_capacity(1024 * 1024, made);
        let sealing = SealingWriter::begin(&SystemRng::default(), passphrase, writer)?;
        let writer = pack(manifest, sources, sealing)?.finish()?;
        Ok(writer.into_inner().map_err(io::IntoInnerError::into_error)?)
    };
    let mut file = write().with_context(named)?;
    file.flush()?;
    file.sync_all().with_context(named)?;
    Ok(file.metadata()?.len())
}

/// Where a backup goes.
#[derive(Debug)]
enum Target {
    StandardOutput,
    File {
        path: PathBuf,
        /// What it is called until it is whole.
        partly: PathBuf,
    },
}

impl Target {
    fn check(file: &Path, words: &dyn Words) -> anyhow::Result<Self> {
        if file.as_os_str() == "-" {
            if io::stdout().is_terminal() {
                let message = words.backup_not_on_a_terminal();
                return Err(Refusal::new(Meaning::Usage, message).into());
            }
            return Ok(Self::StandardOutput);
        }
        if file.exists() {
            let path = super::shown(file);
            return Err(Refusal::new(Meaning::Usage, words.file_is_there(&path)).into());
        }
        // A name alone has no directory that could be made durable.
        let path = absolute(file)?;
        let mut partly = path.clone().into_os_string();
        partly.push(".partly");
        Ok(Self::File { path, partly: partly.into() })
    }
}

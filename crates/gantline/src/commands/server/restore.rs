//! `gantline server restore`: puts a backup in place, with every credential in it ended.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::eprintln;
use anyhow::Context;
use contract::time::Time;
use control::restoring::{Settled, restored_settle};
use model::{SecretString, Timestamp};
use vault::{OpeningReader, SealedStreamError};

use super::passphrase::{self, PassphraseOption};
use crate::backup::{ArchiveError, DATABASE, Manifest, unpack};
use crate::exit::{Meaning, Refusal};
use crate::serving;
use crate::words::Words;

/// Below the data directory, while a backup is put in place.
pub(crate) const UNFINISHED: &str = "restoring";

/// What a restored server is made of, the database last: a server that finds it begins to work.
const IN_ORDER: [&str; 3] = ["keys", "server.toml", DATABASE];

/// What must not be in the data directory before. Other things may: a machine of its own, releases.
const IN_THE_WAY: [&str; 5] =
    ["keys", "server.toml", DATABASE, "gantline.db-wal", "gantline.db-shm"];

/// Which backup, and where to.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// File that `gantline server backup` has written; `-` for standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Where the server is to keep its database and its keys; no server may be there yet [default: the
    /// data directory of this user].
    #[arg(long, env = "GANTLINE_DATA_DIR", value_name = "DIRECTORY")]
    data_dir: Option<PathBuf>,

    /// Do all of it in a directory for the moment, and change nothing: whether the backup is good.
    #[arg(long)]
    check: bool,

    #[command(flatten)]
    passphrase: PassphraseOption,
}

/// Puts the backup in place.
pub(crate) async fn run(args: Args, words: &'static dyn Words) -> anyhow::Result<ExitCode> {
    let is_piped = args.file.as_os_str() == "-";
    if is_piped && !args.passphrase.is_in_a_file() {
        let message = words.passphrase_file_needed();
        return Err(Refusal::new(Meaning::Usage, message).into());
    }
    if args.check {
        // Nobody else can have made it, nor look into it.
        let around = tempfile::Builder::new().prefix("gantline-check-").tempdir()?;
        let into = around.path().join("restored");
        host::private::directory(&into)?;
        let (manifest, _) = rebuild(&args, &into, words).await?;
        eprintln!("{}", words.backup_is_good(&local_time(&manifest)));
        return Ok(ExitCode::SUCCESS);
    }
    let data_directory = super::data_directory(args.data_dir.clone())?;
    host::private::directory(&data_directory)?;
    let unfinished = data_directory.join(UNFINISHED);
    make_room(&data_directory, &unfinished, words)?;
    host::private::directory(&unfinished)?;
    let rebuilt = rebuild(&args, &unfinished, words).await;
    if rebuilt.is_err() {
        // Nothing was put in place yet.
        let _ = fs::remove_dir_all(&unfinished);
    }
    let (manifest, settled) = rebuilt?;
    put_in_place(&unfinished, &data_directory)?;
    let path = super::shown(&data_directory);
    eprintln!("{}", words.restored(&path, &local_time(&manifest)));
    eprintln!("{}", words.restored_what_ended(&settled));
    eprintln!("{}", words.restored_what_next(&path));
    Ok(ExitCode::SUCCESS)
}

/// Refuses a directory in which a server is. What an earlier attempt has left is removed.
fn make_room(data_directory: &Path, unfinished: &Path, words: &dyn Words) -> anyhow::Result<()> {
    if unfinished.exists() {
        for name in IN_ORDER {
            let path = data_directory.join(name);
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { remove(&path) };
            removed.with_context(|| format!("remove {}", path.display()))?;
        }
        let removed = fs::remove_dir_all(unfinished);
        removed.with_context(|| format!("remove {}", unfinished.display()))?;
    }
    match IN_THE_WAY.iter().find(|name| data_directory.join(name).exists()) {
        None => Ok(()),
        Some(name) => {
            let path = super::shown(data_directory);
            Err(Refusal::new(Meaning::Usage, words.server_is_there(&path, name))
                .with_hint(words.hint_restore_elsewhere())
                .into())
        }
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Opens the backup into a directory, checks it, brings it up to date, and ends what must end.
async fn rebuild(
    args: &Args,
    into: &Path,
    words: &'static dyn Words,
) -> anyhow::Result<(Manifest, Settled)> {
    let passphrase = passphrase::read(&args.passphrase, words)?;
    let (file, target) = (args.file.clone(), into.to_owned());
    let opening = move || open(&file, &passphrase, &target);
    let opened = tokio::task::spawn_blocking(opening).await?;
    let manifest = opened.map_err(|error| told(error, &args.file, words))?;
    store::snapshot::check(&into.join(DATABASE)).await?;
    let plane = serving::start_restored(into).await.context("take up the backup")?;
    let settled = restored_settle(&plane, Timestamp::from_millis(manifest.taken_at_ms)).await;
    plane.store.close().await;
    drop(plane);
    let settled = settled?;
    // What was written last is beside the database still; it must not stay behind.
    store::snapshot::gather(&into.join(DATABASE)).await?;
    Ok((manifest, settled))
}

fn open(file: &Path, passphrase: &SecretString, into: &Path) -> anyhow::Result<Manifest> {
    let source: Box<dyn Read> = if file.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(file)?)
    };
    let opening = OpeningReader::begin(passphrase, BufReader::new(source))?;
    let mut opening = BufReader::with_capacity(1024 * 1024, opening);
    // Whether the passphrase is right shows with the first bytes.
    opening.fill_buf()?;
    unpack(opening, into)
}

/// What is wrong with a backup, for people.
fn told(error: anyhow::Error, file: &Path, words: &dyn Words) -> anyhow::Error {
    let path = super::shown(file);
    let reason = error.chain().find_map(|cause| {
        let io = cause.downcast_ref::<io::Error>()?;
        let sealed = io.get_ref()?.downcast_ref::<SealedStreamError>();
        sealed.copied()
    });
    let refused = |message: String| Refusal::new(Meaning::Failed, message);
    match reason {
        Some(SealedStreamError::Passphrase) => refused(words.backup_does_not_open(&path)).into(),
        Some(SealedStreamError::Foreign) => refused(words.no_backup(&path)).into(),
        Some(SealedStreamError::CutOff | SealedStreamError::Damaged) => {
            refused(words.backup_is_damaged(&path)).into()
        }
        None => match error.downcast_ref::<ArchiveError>() {
            Some(foreign) => refused(format!("{path}: {foreign}")).into(),
            None => error.context(format!("read {path}")),
        },
    }
}

/// Moves what is there into the data directory. A server does not start before the last step.
fn put_in_place(from: &Path, data_directory: &Path) -> anyhow::Result<()> {
    for name in IN_ORDER {
        let (made, place) = (from.join(name), data_directory.join(name));
        if made.exists() {
            let moved = host::private::replace(&place, &made);
            moved.with_context(|| format!("put {} in place", place.display()))?;
        }
    }
    fs::remove_dir_all(from).with_context(|| format!("remove {}", from.display()))
}

/// When the backup was taken.
fn local_time(manifest: &Manifest) -> String {
    Time(Timestamp::from_millis(manifest.taken_at_ms)).to_string()
}

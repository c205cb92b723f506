//! Where the program is installed for a machine, and what was made for it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// What is known of the installation, beside the program.
const RECORD: &str = "installation.json";

/// Where the program is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Holds the program, and nothing that anybody else has put there.
    directory: PathBuf,
    /// By which shells find the program.
    link: Option<PathBuf>,
}

/// What was made, so that all of it can be removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    /// Whose machine it is.
    pub user: String,
    /// The data directory in which the machine's own lies.
    pub data_directory: PathBuf,
    /// Directories that were not there before, outermost first.
    pub directories: Vec<PathBuf>,
    /// Whether the link to the program was made.
    pub link: bool,
}

impl Place {
    /// For everybody at this computer; only administrators can write there (S79).
    pub(crate) fn of_computer() -> Self {
        if cfg!(windows) {
            let programs = std::env::var_os("ProgramFiles").map(PathBuf::from);
            let programs = programs.unwrap_or_else(|| "C:\\Program Files".into());
            return Self { directory: programs.join("Gantline"), link: None };
        }
        Self {
            directory: "/usr/local/lib/gantline".into(),
            link: Some("/usr/local/bin/gantline".into()),
        }
    }

    /// For one user.
    pub(crate) fn of_user(home: &Path) -> Self {
        Self {
            directory: home.join(".local/lib/gantline"),
            link: cfg!(unix).then(|| home.join(".local/bin/gantline")),
        }
    }

    /// The installed program.
    pub(crate) fn program(&self) -> PathBuf {
        self.directory.join("gantline").with_extension(std::env::consts::EXE_EXTENSION)
    }

    /// What was made; `None` if nothing is installed.
    pub(crate) fn record(&self) -> anyhow::Result<Option<Record>> {
        let path = self.directory.join(RECORD);
        match fs::read(&path) {
            Ok(text) => Ok(Some(
                serde_json::from_slice(&text)
                    .with_context(|| format!("{} cannot be understood", path.display()))?,
            )),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("read {}", path.display())),
        }
    }

    /// Puts this program there and writes down what was made for it. The program that was there
    /// before is kept aside.
    pub(crate) fn take(&self, user: &str, data_directory: &Path) -> anyhow::Result<Record> {
        let known = self.record()?;
        let mut directories =
            known.as_ref().map_or_else(Vec::new, |known| known.directories.clone());
        directories.extend(make_directories(&self.directory)?);
        let source = std::env::current_exe().context("find this program")?;
        let program = self.program();
        if fs::canonicalize(&source)? != fs::canonicalize(&program).unwrap_or_default() {
            if program.exists() {
                fs::rename(&program, self.before()).context("keep the program of before")?;
            }
            copy_program(&source, &program)
                .with_context(|| format!("write {}", program.display()))?;
        }
        let mut link = known.is_some_and(|known| known.link);
        if let Some(path) = self.link.as_ref().filter(|path| fs::symlink_metadata(path).is_err()) {
            directories
                .extend(path.parent().map(make_directories).transpose()?.unwrap_or_default());
            make_link(&program, path).with_context(|| format!("make {}", path.display()))?;
            link = true;
        }
        let data_directory = data_directory.to_owned();
        let record = Record { user: user.to_owned(), data_directory, directories, link };
        fs::write(self.directory.join(RECORD), serde_json::to_vec_pretty(&record)?)
            .context("write down what was installed")?;
        Ok(record)
    }

    /// The new program does what it should: the one of before is not needed any more.
    pub(crate) fn settle(&self) -> io::Result<()> {
        match gone(fs::remove_file(self.before())) {
            // On Windows it stays for as long as a terminal is held by it.
            Err(error) if cfg!(windows) && error.kind() == io::ErrorKind::PermissionDenied => {
                Ok(())
            }
            settled => settled,
        }
    }

    /// Takes the program of before again; removes everything if there was none.
    pub(crate) fn go_back(&self, record: &Record) -> io::Result<()> {
        match fs::rename(self.before(), self.program()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.remove(record),
            renamed => renamed,
        }
    }

    /// Removes everything that was made. Nothing happens where it is gone.
    pub(crate) fn remove(&self, record: &Record) -> io::Result<()> {
        if let Some(link) = self.link.as_ref().filter(|_| record.link) {
            gone(fs::remove_file(link))?;
        }
        // On Windows a program that runs cannot be removed; the script that started it does that.
        if cfg!(unix) {
            gone(fs::remove_file(self.program()))?;
        }
        self.settle()?;
        gone(fs::remove_file(self.directory.join(RECORD)))?;
        for directory in record.directories.iter().rev() {
            // Others may have put something into it.
            let _ = fs::remove_dir(directory);
        }
        Ok(())
    }

    fn before(&self) -> PathBuf {
        self.directory.join("gantline.before")
    }
}

/// Makes a directory and those around it, and answers which were not there, outermost first.
pub(crate) fn make_directories(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let missing: Vec<_> = path.ancestors().take_while(|path| !path.exists()).collect();
    let missing: Vec<_> = missing.into_iter().rev().map(Path::to_owned).collect();
    for directory in &missing {
        fs::create_dir(directory).with_context(|| format!("make {}", directory.display()))?;
    }
    Ok(missing)
}

/// Copies the program, whole or not at all.
fn copy_program(source: &Path, program: &Path) -> io::Result<()> {
    let staged = program.with_file_name("gantline.new");
    let copied = stage(source, &staged).and_then(|()| fs::rename(&staged, program));
    if copied.is_err() {
        // Half of it is of no use to anybody.
        let _ = fs::remove_file(&staged);
    }
    copied
}

fn stage(source: &Path, staged: &Path) -> io::Result<()> {
    fs::copy(source, staged)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(staged, fs::Permissions::from_mode(0o755))?;
    }
    // On Windows only who may write can say that it is to be on the disk.
    File::options().write(true).open(staged)?.sync_all()
}

#[cfg(unix)]
fn make_link(program: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(program, link)
}

/// Shells find programs elsewhere there: no place has a link.
#[cfg(not(unix))]
fn make_link(_program: &Path, _link: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// S135: what was made goes, what was there stays.
    #[test]
    fn what_was_made_is_removed_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join(".local/bin")).unwrap();
        let place = Place::of_user(home.path());
        assert_eq!(place.record().unwrap(), None);
        let record = place.take("ana", Path::new("/data")).unwrap();
        assert!(place.program().exists() && home.path().join(".local/bin/gantline").exists());
        assert_eq!(place.record().unwrap(), Some(record.clone()));
        // Once more, as an update does.
        let record = place.take("ana", Path::new("/data")).unwrap();
        place.settle().unwrap();
        place.remove(&record).unwrap();
        place.remove(&record).unwrap();
        assert_eq!(names(home.path()), [".local"]);
        assert_eq!(names(&home.path().join(".local")), ["bin"]);
        assert!(names(&home.path().join(".local/bin")).is_empty());
    }

    #[test]
    fn a_link_of_somebody_else_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let link = home.path().join(".local/bin/gantline");
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        fs::write(&link, "another program").unwrap();
        let place = Place::of_user(home.path());
        let record = place.take("ana", Path::new("/data")).unwrap();
        assert!(!record.link);
        place.remove(&record).unwrap();
        assert_eq!(fs::read_to_string(link).unwrap(), "another program");
    }

    #[test]
    fn what_went_wrong_leaves_the_program_of_before() {
        let home = tempfile::tempdir().unwrap();
        let place = Place::of_user(home.path());
        let record = place.take("ana", Path::new("/data")).unwrap();
        fs::write(place.program(), "of before").unwrap();
        place.take("ana", Path::new("/data")).unwrap();
        place.go_back(&record).unwrap();
        assert_eq!(fs::read_to_string(place.program()).unwrap(), "of before");
    }
}

//! Windows: symbolic links are for administrators and developers only, so that directories get
//! junctions and files a second name, or a copy. Paths are Unicode; git takes none that is written for
//! the system (`\\?\C:\x`).

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf, Prefix};

/// What is kept of the daemon's environment: without the last ones programs do not start here. Not
/// `USERPROFILE`: settings of the user name programs.
pub(crate) const KEPT: &[&str] =
    &["PATH", "TMP", "TEMP", "SystemRoot", "SystemDrive", "windir", "ComSpec", "PATHEXT"];

/// Makes what is there be here too. A file that lies on another drive is copied: what is linked so is
/// only read.
pub(crate) fn link(there: &Path, here: &Path) -> io::Result<()> {
    if there.is_dir() {
        return junction::create(for_git(there), for_git(here));
    }
    fs::hard_link(there, here).or_else(|_| fs::copy(there, here).map(drop))
}

/// A path as git is told it.
pub(crate) fn for_git(path: &Path) -> PathBuf {
    let mut components = path.components();
    let Some(Component::Prefix(prefix)) = components.next() else { return path.to_owned() };
    let begin = match prefix.kind() {
        Prefix::VerbatimDisk(letter) => format!("{}:\\", char::from(letter)),
        Prefix::VerbatimUNC(server, share) => {
            format!(r"\\{}\{}\", server.to_string_lossy(), share.to_string_lossy())
        }
        _ => return path.to_owned(),
    };
    let names = components.filter(|component| *component != Component::RootDir);
    names.fold(PathBuf::from(begin), |path, name| path.join(name))
}

/// Whether what git, or a file of git's, says is this path, whatever the case of its letters.
pub(crate) fn is_same_path(said: &str, path: &Path) -> bool {
    names(Path::new(said)) == names(path)
}

/// Whether something that git has named, in a directory, lies in what is withheld.
pub(crate) fn is_within(directory: &Path, named: &[u8], withheld: &Path) -> bool {
    let named = String::from_utf8_lossy(named);
    names(&for_git(directory).join(&*named)).starts_with(&names(withheld))
}

fn names(path: &Path) -> Vec<String> {
    let path = for_git(path);
    let named = path.components().filter(|component| *component != Component::RootDir);
    named.map(|name| name.as_os_str().to_string_lossy().to_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_is_told_paths_that_it_takes() {
        for (path, told) in [
            (r"\\?\C:\a\b c", r"C:\a\b c"),
            (r"\\?\UNC\server\share\a", r"\\server\share\a"),
            (r"C:\a", r"C:\a"),
        ] {
            assert_eq!(for_git(Path::new(path)), Path::new(told));
        }
        assert!(is_same_path("c:/A/b", Path::new(r"\\?\C:\a\b")));
        assert!(!is_same_path("C:/a", Path::new(r"\\?\C:\a\b")));
    }

    #[test]
    fn what_is_withheld_is_so_whatever_the_case_of_its_letters() {
        let (tree, own) = (Path::new(r"\\?\C:\w"), Path::new(r"\\?\C:\w\Own"));
        assert!(is_within(tree, b"own/key", own) && is_within(tree, b"OWN", own));
        assert!(!is_within(tree, b"ownership", own));
    }
}

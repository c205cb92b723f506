//! The few settings of a repository that are taken over: those without which files would look
//! changed that are not. Each has a closed list of values; nothing of what a repository writes is
//! handed on as it is.

use crate::RepositoryError;

/// How objects are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Objects {
    Sha1,
    Sha256,
}

/// How branches are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum References {
    Files,
    Reftable,
}

/// What is taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    pub objects: Objects,
    pub references: References,
    /// Lines of the section `core`.
    core: Vec<(&'static str, &'static str)>,
}

const TRUTH: &[&str] = &["true", "false"];

/// What says how files are compared (git-config(1)), with every value that is taken over.
const COMPARING: &[(&str, &[&str])] = &[
    ("core.filemode", TRUTH),
    ("core.symlinks", TRUTH),
    ("core.ignorecase", TRUTH),
    ("core.precomposeunicode", TRUTH),
    ("core.autocrlf", &["true", "false", "input"]),
    ("core.eol", &["lf", "crlf", "native"]),
];

/// Extensions of the format that change nothing for who only reads, or are provided for here.
const EXTENSIONS: &[&str] = &[
    "noop",
    "preciousobjects",
    "partialclone",
    "worktreeconfig",
    "relativeworktrees",
    "objectformat",
    "refstorage",
];

/// What is in force whatever a repository says: no program has a name here.
const OURS: &str = "\
\tbare = false
\thooksPath = /dev/null
\tattributesFile = /dev/null
\tfsmonitor = false
\tuntrackedCache = false
\tsplitIndex = false
\tbigFileThreshold = 8m
[submodule]
\trecurse = false
[protocol]
\tallow = never
[gc]
\tauto = 0
[maintenance]
\tauto = false
[log]
\tshowSignature = false
\tmailmap = false
[diff]
\texternal =
\tnoprefix = false
\tmnemonicPrefix = false
\trenameLimit = 400
";

impl Settings {
    /// Reads what `git config --list -z` says of a repository's settings.
    pub(crate) fn read(listed: &[u8]) -> Result<Self, RepositoryError> {
        let mut settings =
            Self { objects: Objects::Sha1, references: References::Files, core: Vec::new() };
        let mut is_extended = false;
        let mut has_strange = false;
        for (name, value) in entries(listed) {
            match name {
                "core.repositoryformatversion" => match value {
                    "0" => is_extended = false,
                    "1" => is_extended = true,
                    _ => return Err(RepositoryError::Unsupported("its format is newer")),
                },
                "extensions.objectformat" => settings.objects = objects(value)?,
                "extensions.refstorage" => settings.references = references(value)?,
                _ => match name.strip_prefix("extensions.") {
                    Some(extension) => has_strange |= !EXTENSIONS.contains(&extension),
                    None => settings.core.extend(comparing(name, value)),
                },
            }
        }
        // With format 0 extensions mean nothing (gitrepository-layout(5)).
        if is_extended && has_strange {
            return Err(RepositoryError::Unsupported("it has an extension that is not known"));
        }
        Ok(settings)
    }

    /// The settings of the stand-in.
    pub(crate) fn to_text(&self) -> String {
        let mut text = "[core]\n\trepositoryformatversion = 1\n".to_owned();
        for (name, value) in &self.core {
            text += &["\t", name, " = ", value, "\n"].concat();
        }
        text += OURS;
        text += "[extensions]\n";
        if self.objects == Objects::Sha256 {
            text += "\tobjectFormat = sha256\n";
        }
        if self.references == References::Reftable {
            text += "\trefStorage = reftable\n";
        }
        text
    }
}

impl Objects {
    /// The tree without files, which every repository has (git-mktree(1) of nothing).
    pub(crate) const fn empty_tree(self) -> &'static str {
        match self {
            Self::Sha1 => "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
            Self::Sha256 => "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
        }
    }
}

/// Names and values; what is not text is none of ours, and a name alone means yes.
fn entries(listed: &[u8]) -> impl Iterator<Item = (&str, &str)> {
    let lines = listed.split(|byte| *byte == 0).filter(|line| !line.is_empty());
    lines
        .filter_map(|line| std::str::from_utf8(line).ok())
        .map(|line| line.split_once('\n').unwrap_or((line, "true")))
}

fn comparing(name: &str, value: &str) -> Option<(&'static str, &'static str)> {
    let (name, values) = COMPARING.iter().find(|(known, _)| *known == name)?;
    let value = values.iter().find(|known| known.eq_ignore_ascii_case(value))?;
    Some((name.strip_prefix("core.")?, value))
}

fn objects(value: &str) -> Result<Objects, RepositoryError> {
    match value {
        "sha1" => Ok(Objects::Sha1),
        "sha256" => Ok(Objects::Sha256),
        _ => Err(RepositoryError::Unsupported("its objects are named in a way that is not known")),
    }
}

fn references(value: &str) -> Result<References, RepositoryError> {
    match value {
        "files" => Ok(References::Files),
        "reftable" => Ok(References::Reftable),
        _ => {
            Err(RepositoryError::Unsupported("its branches are stored in a way that is not known"))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_says_how_files_are_compared_is_taken_over_and_nothing_else() {
        let listed =
            b"core.repositoryformatversion\n1\0core.filemode\nfalse\0core.autocrlf\nInput\0\
            core.ignorecase\0core.fsmonitor\n/tmp/evil\0core.eol\nlf\n[alias]\0\
            extensions.objectformat\nsha256\0filter.x.clean\n/tmp/evil\0";
        let settings = Settings::read(listed).unwrap();
        assert_eq!(
            settings.core,
            [("filemode", "false"), ("autocrlf", "input"), ("ignorecase", "true")]
        );
        assert_eq!(settings.objects, Objects::Sha256);
        assert!(!settings.to_text().contains("evil"));
    }

    #[test]
    fn what_is_not_known_is_refused_rather_than_guessed() {
        for listed in [
            "core.repositoryformatversion\n2\0",
            "core.repositoryformatversion\n1\0extensions.novel\ntrue\0",
            "extensions.objectformat\nsha3\0",
            "extensions.refstorage\nsqlite\0",
        ] {
            let refused = Settings::read(listed.as_bytes());
            assert!(matches!(refused, Err(RepositoryError::Unsupported(_))), "{listed:?}");
        }
        assert!(Settings::read(b"core.repositoryformatversion\n0\0extensions.novel\n1\0").is_ok());
    }

    proptest! {
        /// S72: whatever a repository writes, our settings are made of words that we wrote.
        #[test]
        fn no_text_of_a_repository_reaches_git(
            name in "(core|extensions|filter)\\.[a-z]{1,12}",
            value in "[ -~\\n]{1,20}",
        ) {
            let plain = Settings::read(b"").unwrap().to_text();
            let listed = format!("{name}\n{value}\0core.eol\n{value}\0core.filemode\n{value}\0");
            if let Ok(settings) = Settings::read(listed.as_bytes()) {
                let known: Vec<_> = COMPARING.iter().flat_map(|(_, values)| *values).collect();
                for line in settings.to_text().lines().filter(|line| !plain.contains(*line)) {
                    let said = line.trim().split_once(" = ").unwrap().1;
                    let is_ours = known.iter().any(|known| **known == said);
                    prop_assert!(is_ours || ["sha256", "reftable"].contains(&said), "{line}");
                }
            }
        }
    }
}

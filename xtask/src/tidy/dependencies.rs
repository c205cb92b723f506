//! Dependencies that nobody names: either forgotten, or there to switch a feature on, which is an
//! exception with a reason.

use super::Finding;
use super::exceptions::{self, Exceptions, UnnamedDependency};
use crate::manifest::Manifest;
use crate::tree::Tree;

pub(super) fn check(tree: &Tree, manifests: &[Manifest], exceptions: &Exceptions) -> Vec<Finding> {
    let unnamed: Vec<(&Manifest, Vec<&str>)> =
        manifests.iter().map(|manifest| (manifest, unnamed(tree, manifest))).collect();
    let forgotten =
        unnamed.iter().filter_map(|(manifest, names)| forgotten(manifest, names, exceptions));
    let is_needed = |exception: &&UnnamedDependency| {
        unnamed.iter().any(|(manifest, names)| {
            manifest.package.name == exception.room
                && names.contains(&exception.dependency.as_str())
        })
    };
    let stale = exceptions.unnamed_dependencies.iter().filter(|exception| !is_needed(exception));
    let stale = stale.map(|exception| {
        let text = format!("{} needs no exception in {}", exception.dependency, exception.room);
        Finding::new(exceptions::PATH, text)
    });
    forgotten.chain(stale).collect()
}

fn forgotten(manifest: &Manifest, names: &[&str], exceptions: &Exceptions) -> Option<Finding> {
    let room = &manifest.package.name;
    let is_excepted = |name: &&str| {
        let mut known = exceptions.unnamed_dependencies.iter();
        known.any(|exception| exception.room == *room && exception.dependency == *name)
    };
    let names: Vec<&str> = names.iter().copied().filter(|name| !is_excepted(name)).collect();
    let text = format!("no line of the room names {}", names.join(", "));
    (!names.is_empty()).then(|| Finding::new(manifest.path(), text))
}

fn unnamed<'a>(tree: &Tree, manifest: &'a Manifest) -> Vec<&'a str> {
    let inside = format!("{}/", manifest.directory);
    let sources: Vec<&str> = tree
        .texts(&["rs"])
        .filter(|(path, _)| path.starts_with(&inside))
        .map(|(_, text)| text)
        .collect();
    let mut all = manifest.dependencies();
    all.extend(manifest.dev_dependencies());
    all.into_iter()
        .filter(|name| {
            let word = name.replace('-', "_");
            !sources.iter().any(|text| has_word(text, &word))
        })
        .collect()
}

fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "
        [package]
        name = 'wire'
        [dependencies]
        http-body = '1'
        rustls = '0.23'
        [dev-dependencies]
        hex = '0.4'
    ";

    #[track_caller]
    fn check_source(source: &str, exceptions: &str, expect: &[&str]) {
        let tree = Tree::from([
            ("crates/wire/Cargo.toml", MANIFEST),
            ("crates/wire/src/lib.rs", source),
            ("crates/other/src/lib.rs", "use hex::encode; use http_body::Body; use rustls;"),
        ]);
        let manifests = Manifest::read_all(&tree).unwrap();
        let findings = check(&tree, &manifests, &Exceptions::from_text(exceptions));
        let texts: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
        assert_eq!(texts, expect);
    }

    const RUSTLS: &str =
        "[[unnamed-dependencies]]\nroom = 'wire'\ndependency = 'rustls'\nreason = 'a feature'";

    #[test]
    fn what_is_named_or_excepted_may_stay() {
        check_source("use http_body::Body;\nfn f() { hex::encode(b); }", RUSTLS, &[]);
    }

    #[test]
    fn what_nothing_names_must_go() {
        check_source(
            "use http_body_util::Full;\nlet hexagon = 6;",
            RUSTLS,
            &["no line of the room names hex, http-body"],
        );
    }

    #[test]
    fn an_exception_that_is_not_needed_must_go() {
        check_source(
            "use http_body::Body; use hex; use rustls;",
            RUSTLS,
            &["rustls needs no exception in wire"],
        );
    }
}

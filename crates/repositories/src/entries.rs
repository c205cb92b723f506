//! How git tells which files differ: the output of `git diff --raw --numstat -z` (git-diff(1), raw
//! output format), behind which a patch may come.

use std::collections::HashMap;

use crate::{Content, Status};

/// The mode of a repository in the repository.
const REPOSITORY: &[u8] = b"160000";

/// A file that differs; paths as git has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    pub path: &'a [u8],
    /// Where it was before, if it was renamed or copied.
    pub old_path: Option<&'a [u8]>,
    pub status: Status,
    pub content: Content,
}

/// Reads what git has said, and answers what comes behind it. What is cut off in the middle ends
/// the list; of files whose counts are behind the cut only that they differ is known.
pub(crate) fn read(said: &[u8]) -> (Vec<Entry<'_>>, &[u8]) {
    let mut fields = Fields { rest: said };
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut places: HashMap<&[u8], usize> = HashMap::new();
    while let Some(field) = fields.next() {
        // An empty field stands between the lists and the patch.
        if field.is_empty() {
            break;
        }
        let read = match field.strip_prefix(b":") {
            Some(facts) => raw(facts, &mut fields).map(|entry| match places.get(entry.path) {
                // What is not merged is told twice; that it is not merged counts.
                Some(place) if entries[*place].status == Status::Unmerged => {}
                Some(place) => entries[*place] = entry,
                None => {
                    places.insert(entry.path, entries.len());
                    entries.push(entry);
                }
            }),
            None => counts(field, &mut fields).map(|(path, content)| {
                if let Some(place) = places.get(path)
                    && entries[*place].content != Content::Repository
                {
                    entries[*place].content = content;
                }
            }),
        };
        if read.is_none() {
            break;
        }
    }
    (entries, fields.rest)
}

/// Fields that end with a NUL.
struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let end = self.rest.iter().position(|byte| *byte == 0)?;
        let (field, rest) = self.rest.split_at(end);
        self.rest = &rest[1..];
        Some(field)
    }
}

/// `old_mode new_mode old_hash new_hash status`, then one path or two.
fn raw<'a>(facts: &[u8], fields: &mut Fields<'a>) -> Option<Entry<'a>> {
    let facts: Vec<_> = facts.split(|byte| *byte == b' ').collect();
    let [old_mode, new_mode, _, _, status] = facts[..] else { return None };
    let status = match status.first()? {
        b'A' => Status::Added,
        b'D' => Status::Deleted,
        b'M' => Status::Modified,
        b'T' => Status::TypeChanged,
        b'U' => Status::Unmerged,
        b'R' | b'C' => Status::Renamed,
        _ => return None,
    };
    let first = fields.next()?;
    let (old_path, path) = match status {
        Status::Renamed => (Some(first), fields.next()?),
        _ => (None, first),
    };
    let is_repository = [old_mode, new_mode].contains(&REPOSITORY);
    let content = if is_repository { Content::Repository } else { Content::Uncounted };
    Some(Entry { path, old_path, status, content })
}

/// `added TAB removed TAB path`, or no path there and then two. A dash for what is not text.
fn counts<'a>(field: &'a [u8], fields: &mut Fields<'a>) -> Option<(&'a [u8], Content)> {
    let mut parts = field.splitn(3, |byte| *byte == b'\t');
    let (added, removed, path) = (parts.next()?, parts.next()?, parts.next()?);
    let path = if path.is_empty() { fields.nth(1)? } else { path };
    if added == b"-" {
        return Some((path, Content::Binary));
    }
    let number = |text: &[u8]| std::str::from_utf8(text).ok()?.parse().ok();
    Some((path, Content::Text { added: number(added)?, removed: number(removed)? }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MODES: &str = ":100644 100644 aa bb";

    #[test]
    fn files_are_read_with_their_counts_up_to_the_patch() {
        let said = format!(
            "{MODES} M\0a\tb\0{MODES} R097\0old\0new\nname\0:000000 160000 0 c A\0sub\0\
            :000000 000000 0 0 U\0torn\0{MODES} M\0torn\0\
            1\t2\ta\tb\0-\t-\t\0old\0new\nname\0001\t0\tsub\x003\t4\ttorn\0\0diff --git"
        );
        let (entries, rest) = read(said.as_bytes());
        let seen: Vec<_> = entries.iter().map(|one| (one.path, one.status, one.content)).collect();
        let text = |added, removed| Content::Text { added, removed };
        assert_eq!(
            seen,
            [
                (&b"a\tb"[..], Status::Modified, text(1, 2)),
                (b"new\nname", Status::Renamed, Content::Binary),
                (b"sub", Status::Added, Content::Repository),
                (b"torn", Status::Unmerged, text(3, 4)),
            ]
        );
        assert_eq!(entries[1].old_path, Some(&b"old"[..]));
        assert_eq!(rest, b"diff --git");
    }

    proptest! {
        /// However git's answer is cut, what is read of it is what was said first.
        #[test]
        fn an_answer_that_is_cut_is_read_as_far_as_it_goes(
            names in prop::collection::vec("[a-z\\n\"]{1,6}", 1..6),
            cut in 0_usize..400,
        ) {
            let raw = names.iter().map(|name| format!("{MODES} M\0{name}\0"));
            let counts = names.iter().map(|name| format!("1\t1\t{name}\0"));
            let said: String = raw.chain(counts).collect();
            let (whole, _) = read(said.as_bytes());
            let (part, _) = read(&said.as_bytes()[..cut.min(said.len())]);
            prop_assert!(part.len() <= whole.len());
            for (part, whole) in part.iter().zip(&whole) {
                prop_assert_eq!(part.path, whole.path);
            }
        }

        /// Nothing that git could say is more than can be read.
        #[test]
        fn noise_is_read_as_well(said in prop::collection::vec(prop::sample::select(
            &b":0123AMRU \t\0\na-"[..]), 0..200)) {
            read(&said);
        }
    }
}

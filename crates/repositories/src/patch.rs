//! How git tells what differs in a file: a patch of one file (git-diff(1), "generating patch text").

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// It is in both.
    Same,
    /// It came.
    Added,
    /// It went.
    Removed,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub kind: LineKind,
    /// What it says, without its end; what is not UTF-8 in it is replaced.
    pub text: String,
    /// Whether the file ends with it and without a line break.
    pub is_unended: bool,
}

/// Lines that stand together, some of which differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// The number of the first line before, from one; 0 where there was none.
    pub old_start: u32,
    /// The number of the first line by now, from one; 0 where there is none.
    pub new_start: u32,
    /// What git takes for the name of the part of the file that they are in; may be empty.
    pub heading: String,
    /// The lines.
    pub lines: Vec<Line>,
}

/// Reads the patch of one file; what is before its first hunk is passed over. Where it is cut off,
/// the last hunk is as long as it is.
pub fn read(patch: &[u8]) -> Vec<Hunk> {
    let mut hunks: Vec<Hunk> = Vec::new();
    // How many lines of the hunk are still to come, before and by now.
    let mut open = (0_u32, 0_u32);
    for line in patch.split(|byte| *byte == b'\n') {
        if open != (0, 0) {
            let Some(hunk) = hunks.last_mut() else { break };
            if !push(hunk, line, &mut open) {
                break;
            }
        } else if let Some((hunk, lengths)) = head(line) {
            hunks.push(hunk);
            open = lengths;
        } else if line.starts_with(b"\\") {
            unended(hunks.last_mut());
        }
    }
    hunks.retain(|hunk| !hunk.lines.is_empty());
    hunks
}

/// Takes a line into a hunk; whether it is one.
fn push(hunk: &mut Hunk, line: &[u8], open: &mut (u32, u32)) -> bool {
    let Some((sign, text)) = line.split_first() else { return false };
    let kind = match sign {
        b' ' if open.0 > 0 && open.1 > 0 => LineKind::Same,
        b'+' if open.1 > 0 => LineKind::Added,
        b'-' if open.0 > 0 => LineKind::Removed,
        b'\\' => {
            unended(Some(hunk));
            return true;
        }
        _ => return false,
    };
    open.0 -= u32::from(kind != LineKind::Added);
    open.1 -= u32::from(kind != LineKind::Removed);
    let text = String::from_utf8_lossy(text).into_owned();
    hunk.lines.push(Line { kind, text, is_unended: false });
    true
}

fn unended(hunk: Option<&mut Hunk>) {
    if let Some(line) = hunk.and_then(|hunk| hunk.lines.last_mut()) {
        line.is_unended = true;
    }
}

/// `@@ -start,length +start,length @@ heading`; a length of one may be left out.
fn head(line: &[u8]) -> Option<(Hunk, (u32, u32))> {
    let line = String::from_utf8_lossy(line);
    let (ranges, heading) = line.strip_prefix("@@ -")?.split_once(" @@")?;
    let (old, new) = ranges.split_once(" +")?;
    let ((old_start, old_length), (new_start, new_length)) = (range(old)?, range(new)?);
    let heading = heading.trim_start().to_owned();
    let hunk = Hunk { old_start, new_start, heading, lines: Vec::new() };
    Some((hunk, (old_length, new_length)))
}

fn range(text: &str) -> Option<(u32, u32)> {
    match text.split_once(',') {
        Some((start, length)) => Some((start.parse().ok()?, length.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PATCH: &str = "diff --git a/f b/f\nindex 1..2 100644\n--- a/f\n+++ b/f\n\
        @@ -1,3 +1,3 @@ fn main() {\n a\n-b\r\n+--- c\n d\n@@ -9 +9 @@\n-x\n\
        \\ No newline at end of file\n+x\n";

    #[test]
    fn hunks_are_read_with_their_lines() {
        let hunks = read(PATCH.as_bytes());
        let signs = |hunk: &Hunk| {
            let signs = hunk.lines.iter().map(|line| match line.kind {
                LineKind::Same => ' ',
                LineKind::Added => '+',
                LineKind::Removed => '-',
            });
            signs.collect::<String>()
        };
        assert_eq!(hunks.iter().map(signs).collect::<Vec<_>>(), [" -+ ", "-+"]);
        assert_eq!((hunks[0].old_start, hunks[0].heading.as_str()), (1, "fn main() {"));
        assert_eq!(hunks[0].lines[1].text, "b\r");
        assert_eq!(hunks[0].lines[2].text, "--- c", "a line may look like a heading");
        assert!(hunks[1].lines[0].is_unended && !hunks[1].lines[1].is_unended);
    }

    fn any_line() -> impl Strategy<Value = (LineKind, String)> {
        let kinds = [LineKind::Same, LineKind::Added, LineKind::Removed];
        (prop::sample::select(kinds.to_vec()), "[-+@ \\\\a\\r]{0,6}")
    }

    fn written(lines: &[(LineKind, String)]) -> String {
        let count = |kind| lines.iter().filter(|line| line.0 != kind).count();
        let (old, new) = (count(LineKind::Added), count(LineKind::Removed));
        let mut patch = format!("@@ -1,{old} +1,{new} @@\n");
        for (kind, text) in lines {
            let sign = match kind {
                LineKind::Same => " ",
                LineKind::Added => "+",
                LineKind::Removed => "-",
            };
            patch += &[sign, text, "\n"].concat();
        }
        patch
    }

    proptest! {
        /// Whatever lines say, each is read once, as what it is.
        #[test]
        fn lines_are_read_as_they_were_written(
            hunks in prop::collection::vec(prop::collection::vec(any_line(), 1..8), 0..4),
        ) {
            let patch: String = hunks.iter().map(|lines| written(lines)).collect();
            let seen: Vec<Vec<_>> = read(patch.as_bytes())
                .into_iter()
                .map(|hunk| hunk.lines.into_iter().map(|line| (line.kind, line.text)).collect())
                .collect();
            prop_assert_eq!(seen, hunks);
        }

        /// A patch that is cut off is read as far as it goes.
        #[test]
        fn a_patch_may_be_cut_anywhere(
            lines in prop::collection::vec(any_line(), 1..8),
            cut in 0_usize..80,
        ) {
            let patch = written(&lines);
            let whole = read(patch.as_bytes());
            let part = read(&patch.as_bytes()[..cut.min(patch.len())]);
            let count = |hunks: &[Hunk]| hunks.iter().map(|hunk| hunk.lines.len()).sum::<usize>();
            prop_assert!(count(&part) <= count(&whole));
        }

        /// Nothing is more than can be read.
        #[test]
        fn noise_is_read_as_well(patch in "[-+@ ,0-9a\\n\\\\]{0,200}") {
            read(patch.as_bytes());
        }
    }
}

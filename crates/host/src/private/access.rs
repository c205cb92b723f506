//! Who may open a file of Windows, and which of them is one too many. Nothing here asks the system,
//! so that it is tested everywhere.

use std::path::Path;

/// The system itself.
const SYSTEM: &str = "S-1-5-18";

/// Whoever may do everything on this computer anyway.
pub(crate) const ADMINISTRATORS: &str = "S-1-5-32-544";

/// What an owner has, whoever that is; so it matters who it is.
const OWNER_RIGHTS: &str = "S-1-3-4";

/// Whose something is and who may open it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rules {
    /// The security identifier of the owner, who may change the rules.
    pub(crate) owner: String,
    /// `None` stands for everybody.
    pub(crate) entries: Option<Vec<Entry>>,
}

/// An entry of an access list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) what: What,
    /// Whose; empty where that is not understood.
    pub(crate) sid: String,
    /// Whether it is only for what is made beneath.
    pub(crate) is_inherited_only: bool,
}

/// What an entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Allows,
    Denies,
    /// It is of a kind that files do not have.
    Unknown,
}

impl What {
    /// By the number of its kind (`ACCESS_ALLOWED_ACE_TYPE` and so on, `winnt.h`). One that allows
    /// under a condition allows.
    #[cfg_attr(not(windows), expect(dead_code, reason = "only Windows gives such numbers"))]
    pub(crate) const fn of(kind: u8) -> Self {
        match kind {
            0 | 9 => Self::Allows,
            1 | 10 => Self::Denies,
            _ => Self::Unknown,
        }
    }
}

/// What is given to everything that is private, in SDDL: only to this user, the system and the
/// administrators, and nothing that the directory above would hand down (`P`).
pub(crate) fn rules_for(own: &str, is_directory: bool) -> String {
    // What is made in a directory by programs that know nothing of this is private too.
    let handed_down = if is_directory { "OICI" } else { "" };
    let entry = |whose: &str| format!("(A;{handed_down};FA;;;{whose})");
    format!("O:{own}D:P{}{}{}", entry(own), entry(SYSTEM), entry(ADMINISTRATORS))
}

/// Who else may open it, or change who may; empty if nobody.
pub(crate) fn others(rules: &Rules, own: &str) -> Vec<String> {
    let is_trusted = |sid: &str| [own, SYSTEM, ADMINISTRATORS].contains(&sid);
    let Some(entries) = &rules.entries else { return vec!["S-1-1-0".to_owned()] };
    let mut others = Vec::new();
    if !is_trusted(&rules.owner) {
        others.push(rules.owner.clone());
    }
    for Entry { what, sid, is_inherited_only } in entries {
        let is_fine = match what {
            What::Denies => true,
            // What is made beneath is looked at when its turn comes.
            What::Allows => is_trusted(sid) || sid == OWNER_RIGHTS || *is_inherited_only,
            What::Unknown => false,
        };
        if !is_fine && !others.contains(sid) {
            others.push(sid.clone());
        }
    }
    others
}

/// The command with which this user mends it.
pub(crate) fn mended_by(path: &Path, is_directory: bool, rules: &Rules, own: &str) -> String {
    let path = path.display();
    let others = others(rules, own);
    if others.contains(&rules.owner) {
        // As long as it is somebody else's, they can take back whatever is changed.
        return format!("takeown /f \"{path}\"");
    }
    let rights = if is_directory { "(OI)(CI)F" } else { "F" };
    let granted: String =
        [own, SYSTEM, ADMINISTRATORS].map(|sid| format!(" *{sid}:{rights}")).concat();
    let named = others.iter().filter(|sid| !sid.is_empty());
    let named: Vec<_> = named.map(|sid| format!(" *{sid}")).collect();
    let removed =
        if named.is_empty() { String::new() } else { format!(" /remove{}", named.concat()) };
    format!("icacls \"{path}\" /inheritance:r /grant:r{granted}{removed}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "S-1-5-21-1-2-3-1001";

    fn entry(what: What, sid: &str) -> Entry {
        Entry { what, sid: sid.to_owned(), is_inherited_only: false }
    }

    fn rules(owner: &str, entries: &[Entry]) -> Rules {
        Rules { owner: owner.to_owned(), entries: Some(entries.to_vec()) }
    }

    fn private() -> Vec<Entry> {
        [OWN, SYSTEM, ADMINISTRATORS].map(|sid| entry(What::Allows, sid)).to_vec()
    }

    #[test]
    fn what_is_made_is_for_three_and_takes_nothing_from_above() {
        let three = |flags: &str| {
            [OWN, SYSTEM, ADMINISTRATORS].map(|sid| format!("(A;{flags};FA;;;{sid})")).concat()
        };
        assert_eq!(rules_for(OWN, false), format!("O:{OWN}D:P{}", three("")));
        assert_eq!(rules_for(OWN, true), format!("O:{OWN}D:P{}", three("OICI")));
    }

    /// S80: whoever else may open it is named.
    #[test]
    fn whoever_is_one_too_many_is_found() {
        assert!(others(&rules(OWN, &private()), OWN).is_empty());
        assert!(others(&rules(ADMINISTRATORS, &private()), OWN).is_empty());
        assert!(others(&rules(OWN, &[]), OWN).is_empty(), "a list of nobody");
        for everybody in ["S-1-1-0", "S-1-5-11", "S-1-5-32-545", "S-1-5-21-1-2-3-1002"] {
            let mut entries = private();
            entries.push(entry(What::Allows, everybody));
            assert_eq!(others(&rules(OWN, &entries), OWN), [everybody]);
            entries.pop();
            entries.push(entry(What::Denies, everybody));
            assert!(others(&rules(OWN, &entries), OWN).is_empty());
        }
        assert_eq!(others(&Rules { owner: OWN.to_owned(), entries: None }, OWN), ["S-1-1-0"]);
        assert_eq!(others(&rules("S-1-5-21-9", &private()), OWN), ["S-1-5-21-9"]);
        assert_eq!(others(&rules(OWN, &[entry(What::Unknown, "")]), OWN), [""]);
    }

    #[test]
    fn the_command_that_mends_it_names_whom_it_shuts_out() {
        let path = Path::new(r"C:\Users\me\key");
        let mut entries = private();
        entries.push(entry(What::Allows, "S-1-1-0"));
        assert_eq!(
            mended_by(path, false, &rules(OWN, &entries), OWN),
            format!(
                r#"icacls "C:\Users\me\key" /inheritance:r /grant:r *{OWN}:F *S-1-5-18:F *S-1-5-32-544:F /remove *S-1-1-0"#
            )
        );
        let foreign = rules("S-1-5-21-9", &private());
        assert_eq!(mended_by(path, false, &foreign, OWN), r#"takeown /f "C:\Users\me\key""#);
    }
}

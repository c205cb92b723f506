//! Names of variables on Windows.

/// What only this system knows: without some of these, programs cannot even open a socket.
pub(super) const INHERITED: &[&str] = &[
    "SystemDrive",
    "windir",
    "OS",
    "COMPUTERNAME",
    "USERNAME",
    "USERDOMAIN",
    "HOMEDRIVE",
    "HOMEPATH",
    "PUBLIC",
    "ALLUSERSPROFILE",
    "ProgramData",
    "ProgramFiles",
    "ProgramFiles(x86)",
    "ProgramW6432",
    "CommonProgramFiles",
    "CommonProgramFiles(x86)",
    "CommonProgramW6432",
    "NUMBER_OF_PROCESSORS",
    "PROCESSOR_ARCHITECTURE",
    "PROCESSOR_IDENTIFIER",
    "PROCESSOR_LEVEL",
    "PROCESSOR_REVISION",
    "PSModulePath",
];

pub(super) fn is_same_name(name: &str, known: &str) -> bool {
    name.eq_ignore_ascii_case(known)
}

#[cfg(test)]
mod tests {
    use crate::inherited_environment;

    /// S73: the system writes `Path` and `windir`, and reads them in any case.
    #[test]
    fn names_are_the_same_in_any_case() {
        let given =
            [("Path", "a"), ("SYSTEMDRIVE", "c:"), ("Gantline_Token", "x"), ("lc_all", "C")];
        let kept = inherited_environment(given.map(|(name, value)| (name.into(), value.into())));
        let names: Vec<_> = kept.iter().map(|(name, _)| name.to_str().unwrap()).collect();
        assert_eq!(names, ["PATH", "SystemDrive", "lc_all"]);
    }
}

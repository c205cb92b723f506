//! For which computers there are programs.

/// A kind of computer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// As machines and servers call it, such as `linux-x86_64`.
    pub(crate) name: &'static str,
    /// As Rust calls it.
    pub(super) triple: &'static str,
    /// As Zig calls it.
    pub(super) zig: &'static str,
}

/// Every one of them.
///
/// Linux programs bring their own C library, so that one runs on every distribution.
pub(crate) const TARGETS: [Target; 5] = [
    Target { name: "linux-x86_64", triple: "x86_64-unknown-linux-musl", zig: "x86_64-linux-musl" },
    Target {
        name: "linux-aarch64",
        triple: "aarch64-unknown-linux-musl",
        zig: "aarch64-linux-musl",
    },
    Target { name: "macos-x86_64", triple: "x86_64-apple-darwin", zig: "x86_64-macos" },
    Target { name: "macos-aarch64", triple: "aarch64-apple-darwin", zig: "aarch64-macos" },
    Target { name: "windows-x86_64", triple: "x86_64-pc-windows-gnu", zig: "x86_64-windows-gnu" },
];

/// How far we get with a target on this computer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// To a program.
    Program,
    /// As far as a program could be linked; the reason, for people.
    CheckOnly(&'static str),
}

impl Target {
    /// How far we get on this computer.
    ///
    /// A program for macOS is linked against libraries of which only Apple has the descriptions; they
    /// are on Apple's computers, or where `SDKROOT` says.
    pub(super) fn reach(&self) -> Reach {
        let has_sdk = cfg!(target_os = "macos") || std::env::var_os("SDKROOT").is_some();
        if self.is_macos() && !has_sdk {
            return Reach::CheckOnly(
                "that needs Apple's SDK; run this on a Mac, or set SDKROOT to one",
            );
        }
        Reach::Program
    }

    pub(super) fn is_macos(&self) -> bool {
        self.name.starts_with("macos-")
    }

    pub(super) fn is_windows(&self) -> bool {
        self.name.starts_with("windows-")
    }

    /// The target as part of the name of an environment variable of C builds.
    pub(super) fn in_variables(&self) -> String {
        self.triple.replace('-', "_")
    }
}

/// The target of a name; the error lists those that there are.
pub(super) fn named(name: &str) -> Result<&'static Target, String> {
    TARGETS.iter().find(|target| target.name == name).ok_or_else(|| {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        format!("there are {}", names.join(", "))
    })
}

/// The target of a name that stands in our own code.
pub(super) fn known(name: &str) -> &'static Target {
    named(name).expect("only names of the list above stand in the code")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_found_by_its_name_and_others_are_listed() {
        assert_eq!(named("linux-aarch64").unwrap().triple, "aarch64-unknown-linux-musl");
        assert!(named("linux-riscv64").unwrap_err().contains("windows-x86_64"));
    }

    #[test]
    fn this_computer_is_among_them() {
        let own = release::own_target();
        assert!(TARGETS.iter().any(|target| target.name == own), "{own}");
    }
}

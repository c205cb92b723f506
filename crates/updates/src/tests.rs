//! Programs that are taken, tried and given up, with real files.

use std::fs;
use std::path::Path;

use model::Timestamp;
use release::{Manifest, Roots, SecretKey, Signer, Version};

use crate::{Choice, Own, State, Store, StoreError, TakeError, Taken, Trial, Verdict};

const NOW: Timestamp = Timestamp::from_millis(1_000_000);

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed([seed; 32]).unwrap()
}

/// Root key 1 vouches for key 2.
fn signer(serial: u64) -> Signer {
    let known = release::keys::SigningKey {
        public_key: key(2).public_key(),
        serial,
        not_before: Timestamp::from_millis(0),
        not_after: Timestamp::from_millis(2_000_000),
    };
    Signer::new(key(2), key(1).vouch(&known)).unwrap()
}

fn own(text: &str) -> Own {
    let roots = Roots::read(&key(1).public_key().to_string()).unwrap();
    Own { version: version(text), target: "linux-x86_64".to_owned(), roots }
}

fn manifest(text: &str, program: &[u8]) -> Manifest {
    let sha256 = hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, program));
    Manifest {
        product: "gantline".to_owned(),
        version: version(text),
        target: "linux-x86_64".to_owned(),
        size_bytes: program.len() as u64,
        sha256,
        signed_at: NOW,
    }
}

/// A machine's directory.
struct Machine {
    root: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        Self { root: tempfile::tempdir().unwrap() }
    }

    fn store(&self) -> Store {
        Store::of(&self.root.path().join("machine"))
    }

    /// Takes what was signed as `signed`, of which these bytes come.
    fn take(&self, signed: &Manifest, bytes: &[u8]) -> Result<Taken, TakeError> {
        let release = signer(5).sign(signed).write();
        let store = self.store();
        let turn = store.turn()?;
        let authentic = store.judge(&own("0.1.0"), &release, NOW)?;
        let mut taking = store.begin(&turn, &release, authentic)?;
        for piece in bytes.chunks(4) {
            taking.write(piece)?;
        }
        taking.finish()
    }

    /// Takes a release whose program is its number, and has it tried at the next start.
    fn schedule(&self, text: &str) -> Taken {
        let taken = self.take(&manifest(text, text.as_bytes()), text.as_bytes()).unwrap();
        let store = self.store();
        let from = store.newest(&own("0.1.0")).unwrap();
        store.schedule(&store.turn().unwrap(), &taken, from).unwrap();
        taken
    }

    /// What the next start runs, by what is in its file.
    fn starts(&self, installed: &str) -> String {
        let (choice, problem) = self.store().choose(&own(installed), NOW);
        let run = match choice {
            Choice::Own => format!("installed {installed}"),
            Choice::Other(kept) => fs::read_to_string(kept.program).unwrap(),
            Choice::Trial(kept) => format!("trial {}", fs::read_to_string(kept.program).unwrap()),
        };
        run + problem.map_or("", |_| ", with a complaint")
    }

    fn folders(&self) -> Vec<String> {
        let names = fs::read_dir(self.store().directory()).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names
            .filter(|name| !["state.json", "state.lock", "lock"].contains(&name.as_str()))
            .collect();
        names.sort();
        names
    }
}

/// S131: the way of an update, and of the next one, which fails.
#[test]
fn an_update_is_tried_and_kept_and_the_next_one_is_undone() {
    let machine = Machine::new();
    assert_eq!(machine.starts("0.1.0"), "installed 0.1.0");
    let first = machine.schedule("0.2.0");
    assert_eq!(machine.starts("0.1.0"), "trial 0.2.0");
    let state = machine.store().keep(NOW).unwrap();
    assert_eq!((state.chosen.as_ref(), state.highest_serial), (Some(&first.folder), 5));
    assert_eq!(machine.starts("0.1.0"), "0.2.0");

    let second = machine.schedule("0.3.0");
    assert_eq!(machine.starts("0.2.0"), "trial 0.3.0");
    let state = machine.store().undo("it ended at once".to_owned(), NOW).unwrap();
    let last = state.last.clone().unwrap();
    assert_eq!((last.from, last.to), (version("0.2.0"), version("0.3.0")));
    assert!(matches!(last.result, Verdict::Undone { reason } if reason.contains("at once")));
    assert!(!state.may_try(&second.folder, NOW));
    assert_eq!(machine.starts("0.1.0"), "0.2.0");
    assert_eq!(machine.folders(), [first.folder], "what failed is removed");

    // The one before is kept, those before that are not.
    for text in ["0.4.0", "0.5.0"] {
        machine.schedule(text);
        machine.starts("0.1.0");
        machine.store().keep(NOW).unwrap();
    }
    let kept: Vec<_> = machine.folders().iter().map(|name| name[..5].to_owned()).collect();
    assert_eq!(kept, ["0.4.0", "0.5.0"]);
    // Who installs a newer one runs that.
    assert_eq!(machine.starts("0.6.0"), "installed 0.6.0");
    assert_eq!(machine.starts("0.5.0"), "installed 0.5.0");
}

/// S131, S132: whatever else comes than what was signed, nothing of it is kept, and nothing else is
/// started than before.
#[test]
fn what_is_not_what_was_signed_is_not_kept() {
    let good = b"program";
    let signed = manifest("0.2.0", good);
    for (bytes, says) in [
        (&b"progra\0"[..], "SHA-256"),
        (b"progra", "ends after 6"),
        (b"", "ends after 0"),
        (b"programm", "longer"),
        (&[0; 10_000], "longer"),
    ] {
        let machine = Machine::new();
        let refused = machine.take(&signed, bytes).unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
        assert!(machine.folders().is_empty(), "{:?}", machine.folders());
        assert_eq!(machine.starts("0.1.0"), "installed 0.1.0");
    }
    assert!(Machine::new().take(&signed, good).is_ok());
}

/// S131: neither the same release nor an older one, of whatever age what runs here is; and nothing
/// from a key that has been replaced.
#[test]
fn nothing_goes_back() {
    let machine = Machine::new();
    machine.schedule("0.3.0");
    machine.starts("0.1.0");
    machine.store().keep(NOW).unwrap();
    for text in ["0.3.0", "0.2.9", "0.1.1"] {
        let refused = machine.take(&manifest(text, b"x"), b"x").unwrap_err().to_string();
        assert!(refused.contains("not newer than 0.3.0"), "{refused}");
    }
    let release = signer(4).sign(&manifest("0.4.0", b"x")).write();
    let refused = machine.store().judge(&own("0.1.0"), &release, NOW).unwrap_err().to_string();
    assert!(refused.contains("replaced by number 5"), "{refused}");
    // Two at a time would be in each other's way.
    let store = machine.store();
    let _turn = store.turn().unwrap();
    assert!(matches!(store.turn(), Err(StoreError::Busy)));
}

/// What somebody does to a program.
#[cfg(unix)]
type Spoil = fn(&Path);

/// S131: whatever is done to the files of a program, it is not started, and the one of before is.
#[test]
#[cfg(unix)]
fn what_was_changed_since_is_not_started() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let spoil: [(&str, Spoil); 8] = [
        ("another program", |program| fs::write(program, "other").unwrap()),
        ("a byte", |program| fs::write(program, "0.3.1").unwrap()),
        ("its end", |program| fs::write(program, "0.3").unwrap()),
        ("all of it", |program| fs::remove_file(program).unwrap()),
        ("the folder", |program| fs::remove_dir_all(program.parent().unwrap()).unwrap()),
        ("the signature", |program| {
            host::private::write(&program.with_file_name("gantline.release"), b"{}").unwrap();
        }),
        ("others may write", |program| {
            fs::set_permissions(program, fs::Permissions::from_mode(0o777)).unwrap();
        }),
        ("a link", |program| {
            let elsewhere = program.with_file_name("elsewhere");
            fs::rename(program, &elsewhere).unwrap();
            symlink(elsewhere, program).unwrap();
        }),
    ];
    for (what, spoil) in spoil {
        let machine = Machine::new();
        for text in ["0.2.0", "0.3.0"] {
            machine.schedule(text);
            machine.starts("0.1.0");
            machine.store().keep(NOW).unwrap();
        }
        assert_eq!(machine.starts("0.1.0"), "0.3.0", "{what}");
        let chosen = machine.store().state().unwrap().chosen.unwrap();
        spoil(&machine.store().directory().join(chosen).join(crate::store::PROGRAM));
        assert_eq!(machine.starts("0.1.0"), "0.2.0, with a complaint", "{what}");
        assert_eq!(machine.starts("0.1.0"), "0.2.0", "{what}");
        let last = machine.store().state().unwrap().last.unwrap();
        assert!(matches!(last.result, Verdict::Undone { .. }), "{what}: {last:?}");
    }
}

/// S131: the same on Windows, where others are let in by an access list, and whoever runs a program
/// keeps it from being written to.
#[test]
#[cfg(windows)]
fn what_was_changed_since_is_not_started() {
    type Spoil = fn(&Path);
    let spoil: [(&str, Spoil); 6] = [
        ("another program", |program| fs::write(program, "other").unwrap()),
        ("a byte", |program| fs::write(program, "0.3.1").unwrap()),
        ("its end", |program| fs::write(program, "0.3").unwrap()),
        ("all of it", |program| fs::remove_file(program).unwrap()),
        ("the folder", |program| fs::remove_dir_all(program.parent().unwrap()).unwrap()),
        ("the signature", |program| {
            host::private::write(&program.with_file_name("gantline.release"), b"{}").unwrap();
        }),
    ];
    for (what, spoil) in spoil {
        let machine = Machine::new();
        for text in ["0.2.0", "0.3.0"] {
            machine.schedule(text);
            machine.starts("0.1.0");
            machine.store().keep(NOW).unwrap();
        }
        assert_eq!(machine.starts("0.1.0"), "0.3.0", "{what}");
        let chosen = machine.store().state().unwrap().chosen.unwrap();
        spoil(&machine.store().directory().join(chosen).join(crate::store::PROGRAM));
        assert_eq!(machine.starts("0.1.0"), "0.2.0, with a complaint", "{what}");
        assert_eq!(machine.starts("0.1.0"), "0.2.0", "{what}");
        let last = machine.store().state().unwrap().last.unwrap();
        assert!(matches!(last.result, Verdict::Undone { .. }), "{what}: {last:?}");
    }
}

/// S131: a trial whose program was changed since is no trial.
#[test]
fn what_was_changed_is_not_tried() {
    let machine = Machine::new();
    let taken = machine.schedule("0.2.0");
    fs::write(&taken.program, "other").unwrap();
    assert_eq!(machine.starts("0.1.0"), "installed 0.1.0");
    assert!(machine.store().state().unwrap().trial.is_none());
}

/// S131, R14: wherever it is cut off, the next start runs a whole program, and the one after that, too.
#[test]
fn wherever_it_is_cut_off_a_program_starts() {
    let machine = Machine::new();
    machine.schedule("0.2.0");
    machine.starts("0.1.0");
    machine.store().keep(NOW).unwrap();
    let (text, store) = ("0.3.0", machine.store());
    let release = signer(5).sign(&manifest(text, text.as_bytes())).write();
    let after_cut = |step: &str, next: &str| {
        let copy = Machine::new();
        copy_tree(&machine.root.path().join("machine"), &copy.root.path().join("machine"));
        assert_eq!(copy.starts("0.1.0"), next, "{step}");
        let then = if next.starts_with("trial") { "0.2.0" } else { next };
        assert_eq!(copy.starts("0.1.0"), then, "{step}, once more");
        // And it can be taken anew.
        copy.schedule("0.4.0");
        assert_eq!(copy.starts("0.1.0"), "trial 0.4.0", "{step}, and an update");
    };
    {
        let turn = store.turn().unwrap();
        after_cut("nothing has come", "0.2.0");
        let authentic = store.judge(&own("0.1.0"), &release, NOW).unwrap();
        let mut taking = store.begin(&turn, &release, authentic).unwrap();
        after_cut("the first byte is to come", "0.2.0");
        taking.write(&text.as_bytes()[..2]).unwrap();
        after_cut("half of it is there", "0.2.0");
        taking.write(&text.as_bytes()[2..]).unwrap();
        after_cut("all of it is there", "0.2.0");
        let taken = taking.finish().unwrap();
        after_cut("it has its name", "0.2.0");
        store.schedule(&turn, &taken, version("0.2.0")).unwrap();
    }
    after_cut("it is to be tried", "trial 0.3.0");
    assert_eq!(machine.starts("0.1.0"), "trial 0.3.0");
    // Whoever tried it is gone, so nobody knows that it does what it should.
    after_cut("it is tried", "0.2.0");
    store.keep(NOW).unwrap();
    after_cut("it is kept", "0.3.0");
}

/// A state that makes no sense chooses nothing, and neither does one that leads elsewhere.
#[test]
fn what_cannot_be_understood_chooses_nothing() {
    let machine = Machine::new();
    let path = machine.store().directory().join("state.json");
    host::private::directory(&machine.store().directory().join("")).unwrap();
    for text in [&b"{"[..], b"7", br#"{"trial":{}}"#] {
        host::private::write(&path, text).unwrap();
        assert_eq!(machine.starts("0.1.0"), "installed 0.1.0, with a complaint");
    }
    for folder in ["../../elsewhere", "/usr/bin", "", "0.2.0", "0.2.0-../..", "0.2.0-zz"] {
        let trial = Trial {
            folder: folder.to_owned(),
            version: version("0.2.0"),
            from: version("0.1.0"),
            serial: 1,
            begun: false,
        };
        let state = State { trial: Some(trial), ..State::default() };
        host::private::write(&path, &serde_json::to_vec(&state).unwrap()).unwrap();
        assert_eq!(machine.starts("0.1.0"), "installed 0.1.0");
    }
}

fn copy_tree(from: &Path, to: &Path) {
    host::private::directory(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, copy) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_tree(&path, &copy);
        } else {
            // With the access that it has here, which `fs::copy` takes over on Unix only.
            #[cfg(windows)]
            host::private::write(&copy, &fs::read(path).unwrap()).unwrap();
            #[cfg(unix)]
            fs::copy(path, copy).unwrap();
        }
    }
}

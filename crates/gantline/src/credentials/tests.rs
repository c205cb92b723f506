use std::cell::RefCell;
use std::rc::Rc;

use super::*;
use crate::keychain::KeychainError;

/// No credentials, and a keychain that is not there.
pub(crate) fn none() -> Credentials {
    Credentials {
        path: PathBuf::new(),
        contents: Contents::default(),
        keychain: Box::new(Memory::locked()),
    }
}

/// A keychain in memory.
#[derive(Clone, Default)]
struct Memory {
    secrets: Rc<RefCell<BTreeMap<String, SecretString>>>,
    is_locked: bool,
}

impl Memory {
    fn locked() -> Self {
        Self { is_locked: true, ..Self::default() }
    }

    fn check(&self) -> Result<(), KeychainError> {
        if self.is_locked { Err(KeychainError::Unusable("locked".to_owned())) } else { Ok(()) }
    }
}

impl Keychain for Memory {
    fn keep(&self, server: &str, secret: &SecretString) -> Result<(), KeychainError> {
        self.check()?;
        self.secrets.borrow_mut().insert(server.to_owned(), secret.clone());
        Ok(())
    }

    fn secret(&self, server: &str) -> Result<Option<SecretString>, KeychainError> {
        self.check()?;
        Ok(self.secrets.borrow().get(server).cloned())
    }

    fn forget(&self, server: &str) -> Result<(), KeychainError> {
        self.check()?;
        self.secrets.borrow_mut().remove(server);
        Ok(())
    }
}

fn server(text: &str) -> ServerUrl {
    text.parse().unwrap()
}

fn secret() -> SecretString {
    SecretString::from("s3cret".to_owned())
}

fn read(home: &Path, keychain: &Memory) -> anyhow::Result<Credentials> {
    Credentials::read_from(home, Box::new(keychain.clone()))
}

fn token(credentials: &Credentials, server: &ServerUrl) -> Option<String> {
    credentials.token(server).unwrap().map(|token| token.expose_secret().to_owned())
}

#[test]
fn a_token_is_kept_for_its_server_alone() {
    for keychain in [Memory::default(), Memory::locked()] {
        let directory = tempfile::tempdir().unwrap();
        let home = directory.path().join("gantline");
        let (ours, other) = (server("http://127.0.0.1:1"), server("https://example.com"));
        let mut credentials = read(&home, &keychain).unwrap();
        assert!(credentials.server().is_none());
        credentials.keep(&ours, &secret(), Store::Auto).unwrap();
        let mut again = read(&home, &keychain).unwrap();
        assert_eq!(again.server(), Some(ours.clone()));
        assert_eq!(token(&again, &ours).as_deref(), Some("s3cret"));
        assert_eq!(token(&again, &other), None);
        assert!(again.forget(&ours).unwrap() && !again.forget(&ours).unwrap());
        let empty = read(&home, &keychain).unwrap();
        assert!(token(&empty, &ours).is_none() && empty.server().is_none());
        assert!(keychain.secrets.borrow().is_empty());
    }
}

/// S80: where there is a keychain, no file holds the token.
#[test]
fn a_token_in_the_keychain_is_in_no_file() {
    let directory = tempfile::tempdir().unwrap();
    let (home, keychain) = (directory.path().join("gantline"), Memory::default());
    let ours = server("http://h");
    let mut credentials = read(&home, &keychain).unwrap();
    assert!(matches!(
        credentials.keep(&ours, &secret(), Store::File).unwrap(),
        Kept::InFile { because: None, .. }
    ));
    assert_eq!(credentials.keep(&ours, &secret(), Store::Auto).unwrap(), Kept::InKeychain);
    assert!(!std::fs::read_to_string(home.join(FILE)).unwrap().contains("s3cret"));
    // A keychain that is locked later on is an error, and not the same as having no token.
    let locked = read(&home, &Memory::locked()).unwrap();
    let error = format!("{:#}", locked.token(&ours).unwrap_err());
    assert!(error.contains("locked"), "{error}");
}

#[test]
fn without_a_keychain_it_is_the_file_unless_that_is_not_wanted() {
    let directory = tempfile::tempdir().unwrap();
    let home = directory.path().join("gantline");
    let mut credentials = read(&home, &Memory::locked()).unwrap();
    let kept = credentials.keep(&server("http://h"), &secret(), Store::Auto).unwrap();
    let Kept::InFile { path, because } = kept else { panic!("{kept:?}") };
    assert_eq!(path, home.join(FILE));
    assert!(because.unwrap().contains("locked"));
    assert!(credentials.keep(&server("http://i"), &secret(), Store::Keychain).is_err());
    assert_eq!(token(&read(&home, &Memory::locked()).unwrap(), &server("http://i")), None);
}

/// S80: nobody else can read the tokens, and a file that others could read is refused.
#[cfg(unix)]
#[test]
fn tokens_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let home = directory.path().join("gantline");
    let mut credentials = read(&home, &Memory::locked()).unwrap();
    credentials.keep(&server("http://127.0.0.1:1"), &secret(), Store::File).unwrap();
    let path = home.join(FILE);
    let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let error = read(&home, &Memory::locked()).unwrap_err().to_string();
    assert!(error.contains("chmod 600"), "{error}");
}

/// S15: neither a dump nor a complaint shows a token.
#[test]
fn a_token_is_in_no_text() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join(FILE);
    host::private::write(&file, b"tokens = { \"http://h\" = s3cret }").unwrap();
    let error = format!("{:?}", read(directory.path(), &Memory::default()).unwrap_err());
    assert!(!error.contains("s3cret"), "{error}");
    let mut credentials = read(&directory.path().join("new"), &Memory::locked()).unwrap();
    credentials.keep(&server("http://h"), &secret(), Store::File).unwrap();
    assert!(!format!("{credentials:?}").contains("s3cret"));
}

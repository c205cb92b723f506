use std::fs;

use model::rng::CountingRng;
use model::{ChannelId, Timestamp, UserId, WebhookSecretId};
use proptest::prelude::*;

use super::*;

struct Fixture {
    directory: tempfile::TempDir,
    rng: CountingRng,
}

impl Fixture {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), rng: CountingRng::new(7) }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("keys/ring")
    }

    fn start(&self, stored: Option<&[u8]>) -> Result<Started, KeyFileError> {
        KeyRing::start(&self.rng, &self.path(), stored)
    }
}

fn provider(name: &str) -> ProviderName {
    name.parse().unwrap()
}

fn tenant(n: i64) -> TenantId {
    TenantId::new(Timestamp::from_millis(n), &CountingRng::new(1))
}

fn row_key(n: i64) -> ProviderKeyId {
    ProviderKeyId::new(Timestamp::from_millis(n), &CountingRng::new(2))
}

#[test]
fn a_secret_opens_for_the_row_it_was_sealed_for() {
    let fixture = Fixture::new();
    let ring = fixture.start(None).unwrap().ring;
    let openai = provider("openai");
    let row = RowIdentity::ProviderKey { tenant: tenant(1), provider: &openai, key: row_key(1) };
    let sealed = ring.seal(&fixture.rng, &row, &"sk-canary".into()).unwrap();
    assert!(!sealed.windows(9).any(|window| window == b"sk-canary"));
    assert_eq!(ring.open(&row, &sealed).unwrap().expose_secret(), "sk-canary");
}

/// S97: a sealed value copied into another row, tenant or provider, or to another kind of secret,
/// does not open there.
#[test]
fn a_value_swapped_between_rows_does_not_open() {
    let fixture = Fixture::new();
    let ring = fixture.start(None).unwrap().ring;
    let (openai, anthropic) = (provider("openai"), provider("anthropic"));
    let row = RowIdentity::ProviderKey { tenant: tenant(1), provider: &openai, key: row_key(1) };
    let sealed = ring.seal(&fixture.rng, &row, &"sk-canary".into()).unwrap();
    let (t, k) = (tenant(1), row_key(1));
    let (user, secret) = (UserId::from_uuid(k.as_uuid()), WebhookSecretId::from_uuid(k.as_uuid()));
    for other in [
        RowIdentity::ProviderKey { tenant: tenant(2), provider: &openai, key: k },
        RowIdentity::ProviderKey { tenant: t, provider: &anthropic, key: k },
        RowIdentity::ProviderKey { tenant: t, provider: &openai, key: row_key(2) },
        RowIdentity::WebhookSecret { tenant: t, user, secret },
        RowIdentity::Channel { tenant: t, user, channel: ChannelId::from_uuid(k.as_uuid()) },
    ] {
        let error = ring.open(&other, &sealed).unwrap_err();
        assert_eq!(error, OpenError::Refused { key: ring.newest_key() }, "{other:?}");
    }
}

#[test]
fn the_newest_key_seals_and_every_key_opens() {
    let fixture = Fixture::new();
    let mut ring = fixture.start(None).unwrap().ring;
    let openai = provider("openai");
    let row = RowIdentity::ProviderKey { tenant: tenant(1), provider: &openai, key: row_key(1) };
    let old = ring.seal(&fixture.rng, &row, &"sk-old".into()).unwrap();
    assert!(!ring.needs_resealing(&old));

    let added = ring.add_key(&fixture.rng).unwrap();
    assert_eq!(ring.newest_key(), added);
    assert!(ring.needs_resealing(&old));
    let new = ring.seal(&fixture.rng, &row, &"sk-new".into()).unwrap();
    assert!(!ring.needs_resealing(&new));

    let reread = fixture.start(None).unwrap().ring;
    assert_eq!(reread.newest_key(), added);
    assert_eq!(reread.open(&row, &old).unwrap().expose_secret(), "sk-old");
    assert_eq!(reread.open(&row, &new).unwrap().expose_secret(), "sk-new");
}

#[test]
fn a_missing_key_is_named() {
    let fixture = Fixture::new();
    let ring = fixture.start(None).unwrap().ring;
    let other = Fixture { rng: CountingRng::new(99), ..Fixture::new() };
    let stranger = other.start(None).unwrap().ring;
    let openai = provider("openai");
    let row = RowIdentity::ProviderKey { tenant: tenant(1), provider: &openai, key: row_key(1) };
    let sealed = ring.seal(&fixture.rng, &row, &"sk".into()).unwrap();
    let text = stranger.open(&row, &sealed).unwrap_err().to_string();
    assert!(text.contains(&ring.newest_key().to_string()), "{text}");
    assert!(text.contains(&stranger.newest_key().to_string()), "{text}");
}

/// S98: a wrong or missing key file stops the start, before any key is asked for.
#[test]
fn a_wrong_key_file_stops_the_start() {
    let fixture = Fixture::new();
    let check = fixture.start(None).unwrap().check_value.unwrap();
    assert!(fixture.start(Some(&check)).unwrap().check_value.is_none());

    fs::remove_file(fixture.path()).unwrap();
    let missing = fixture.start(Some(&check)).unwrap_err();
    assert!(matches!(missing, KeyFileError::Missing(_)), "{missing}");
    assert!(!fixture.path().exists(), "a new ring was made in place of the lost one");

    fixture.start(None).unwrap();
    let wrong = fixture.start(Some(&check)).unwrap_err();
    assert!(matches!(wrong, KeyFileError::Mismatch { .. }), "{wrong}");
}

#[test]
fn a_key_replaced_under_the_same_id_stops_the_start() {
    let fixture = Fixture::new();
    let Started { ring, check_value } = fixture.start(None).unwrap();
    let forged = RingKey::new(ring.newest_key(), Zeroizing::new([9; 32]));
    key_file::replace(&fixture.path(), &file::write([&forged].into_iter())).unwrap();
    let error = fixture.start(check_value.as_deref()).unwrap_err();
    assert!(matches!(error, KeyFileError::Mismatch { .. }), "{error}");
}

#[test]
fn the_check_value_follows_the_newest_key() {
    let fixture = Fixture::new();
    let Started { mut ring, check_value } = fixture.start(None).unwrap();
    ring.add_key(&fixture.rng).unwrap();
    let renewed = fixture.start(check_value.as_deref()).unwrap().check_value.unwrap();
    assert!(!ring.needs_resealing(&renewed));
    assert!(fixture.start(Some(&renewed)).unwrap().check_value.is_none());
}

#[test]
fn of_two_first_starts_at_once_only_one_makes_the_file() {
    let fixture = Fixture::new();
    let first = KeyRing::create(&fixture.rng, &fixture.path()).unwrap();
    assert!(KeyRing::create(&fixture.rng, &fixture.path()).is_err());
    assert_eq!(fixture.start(None).unwrap().ring.newest_key(), first.newest_key());
    let left: Vec<_> = fs::read_dir(fixture.path().parent().unwrap()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

/// S80: key files are private from the first moment, and loosened ones are refused.
#[cfg(unix)]
#[test]
fn a_key_file_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = Fixture::new();
    fixture.start(None).unwrap();
    let (file, directory) = (fixture.path(), fixture.path().parent().unwrap().to_owned());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(&directory)), (0o600, 0o700));

    for (path, loose, tight) in [(&file, 0o640, 0o600), (&directory, 0o755, 0o700)] {
        fs::set_permissions(path, fs::Permissions::from_mode(loose)).unwrap();
        let error = fixture.start(None).unwrap_err();
        assert!(error.to_string().contains(&format!("chmod {tight:o}")), "{error}");
        fs::set_permissions(path, fs::Permissions::from_mode(tight)).unwrap();
    }
    assert!(fixture.start(None).is_ok());
}

#[test]
fn a_damaged_file_is_refused_with_line_and_reason() {
    let fixture = Fixture::new();
    fixture.start(None).unwrap();
    let good = fs::read_to_string(fixture.path()).unwrap();
    let key = good.lines().last().unwrap();
    let flipped = if key.ends_with('0') { "1" } else { "0" };
    let check = [
        (String::new(), "line 1"),
        (good.replace("ring 1", "ring 2"), "of this version"),
        ("gantline key ring 1\n".into(), "followed by no key"),
        (format!("{good}{key}\n"), "repeats the id"),
        (good.replace(key, &key[..key.len() - 12]), "must read"),
        (format!("{}{flipped}\n", &good[..good.len() - 2]), "bad copy"),
        (good.replace(key, &key.replace("key ", "key zz")), "16 hex digits"),
        (good.replace(key, "key 0011223344556677 c2hvcnQ= 00000000"), "32 bytes"),
    ];
    for (text, problem) in check {
        key_file::replace(&fixture.path(), &text).unwrap();
        let error = fixture.start(None).unwrap_err().to_string();
        assert!(error.contains(problem), "{error} should say {problem:?}");
        assert!(!error.contains(key), "the error shows the key");
    }
}

#[test]
fn debug_output_shows_ids_and_no_keys() {
    let fixture = Fixture::new();
    let ring = fixture.start(None).unwrap().ring;
    let shown = format!("{ring:?}");
    assert!(shown.contains(&ring.newest_key().to_string()));
    assert!(!shown.contains(key_file::encode_key(&ring.newest().bytes).as_str()));
}

#[test]
fn a_secret_that_is_too_long_is_refused() {
    let fixture = Fixture::new();
    let ring = fixture.start(None).unwrap().ring;
    let openai = provider("openai");
    let row = RowIdentity::ProviderKey { tenant: tenant(1), provider: &openai, key: row_key(1) };
    let long = SecretString::from("x".repeat(MAX_SECRET_BYTES + 1));
    assert_eq!(
        ring.seal(&fixture.rng, &row, &long),
        Err(SealError { bytes: MAX_SECRET_BYTES + 1 })
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_sealed_opens_again(secret in ".{0,200}", seed: u64) {
        let key = RingKey::generate(&CountingRng::new(seed));
        let ring = KeyRing { path: PathBuf::new(), keys: vec![key] };
        let openai = provider("openai");
        let row = RowIdentity::ProviderKey { tenant: tenant(1), provider: &openai, key: row_key(1) };
        let sealed = ring.seal(&CountingRng::new(!seed), &row, &secret.as_str().into()).unwrap();
        let opened = ring.open(&row, &sealed).unwrap();
        prop_assert_eq!(opened.expose_secret(), secret);
    }

    #[test]
    fn no_changed_bit_goes_unnoticed(at: prop::sample::Index, bit in 0..8_u8) {
        let ring = KeyRing { path: PathBuf::new(), keys: vec![RingKey::generate(&CountingRng::new(3))] };
        let openai = provider("openai");
        let row = RowIdentity::ProviderKey { tenant: tenant(1), provider: &openai, key: row_key(1) };
        let mut sealed = ring.seal(&CountingRng::new(4), &row, &"sk-0123456789".into()).unwrap();
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        prop_assert!(ring.open(&row, &sealed).is_err());
    }

    #[test]
    fn arbitrary_bytes_never_open_and_never_panic(bytes: Vec<u8>) {
        let ring = KeyRing { path: PathBuf::new(), keys: vec![RingKey::generate(&CountingRng::new(5))] };
        let openai = provider("openai");
        let row = RowIdentity::ProviderKey { tenant: tenant(1), provider: &openai, key: row_key(1) };
        prop_assert!(ring.open(&row, &bytes).is_err());
        prop_assert!(ring.needs_resealing(&bytes));
    }
}

use proptest::prelude::*;

use super::*;
use crate::PublicKey;

const DAY_MS: i64 = 86_400_000;
const NOW: Timestamp = Timestamp::from_millis(20_000 * DAY_MS);

fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed([seed; 32]).unwrap()
}

fn days(days: i64) -> Timestamp {
    Timestamp::from_millis(NOW.as_millis() + days * DAY_MS)
}

fn signing_key(public_key: PublicKey) -> SigningKey {
    SigningKey { public_key, serial: 3, not_before: days(-10), not_after: days(10) }
}

fn roots(keys: &[u8]) -> Roots {
    let keys: Vec<_> = keys.iter().map(|seed| key(*seed).public_key().to_string()).collect();
    Roots::read(&keys.join("\n")).unwrap()
}

/// Whom root key 1 knows as the holder of key 2.
fn signer(change: impl FnOnce(&mut SigningKey)) -> Signer {
    let mut known = signing_key(key(2).public_key());
    change(&mut known);
    Signer::new(key(2), key(1).vouch(&known)).unwrap()
}

fn manifest() -> Manifest {
    Manifest {
        product: PRODUCT.to_owned(),
        version: "0.2.0".parse().unwrap(),
        target: "linux-x86_64".to_owned(),
        size_bytes: 3,
        sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".to_owned(),
        signed_at: days(-1),
    }
}

fn wanted() -> Wanted<'static> {
    let newer_than = "0.1.9".parse().unwrap();
    Wanted { target: "linux-x86_64", newer_than, lowest_serial: 3, now: NOW }
}

fn judged(
    change: impl FnOnce(&mut Manifest),
    sees: impl FnOnce(&mut Wanted<'_>),
) -> Result<(), Unfit> {
    let (mut manifest, mut wanted) = (manifest(), wanted());
    change(&mut manifest);
    sees(&mut wanted);
    signer(|_| ()).sign(&manifest).open(&roots(&[1])).unwrap().fits(&wanted)
}

/// S131: what was signed down from a root key is read as it was written.
#[test]
fn what_we_have_signed_is_taken() {
    let written = signer(|_| ()).sign(&manifest()).write();
    let authentic = Release::read(&written).unwrap().open(&roots(&[7, 1])).unwrap();
    assert_eq!(authentic.manifest, manifest());
    assert_eq!(authentic.fits(&wanted()), Ok(()));
}

/// S132: nobody but the root key says which key signs.
#[test]
fn a_key_for_which_no_root_vouches_signs_nothing() {
    let release = signer(|_| ()).sign(&manifest());
    let refused = |roots: &Roots| release.open(roots).unwrap_err();
    assert_eq!(refused(&Roots::default()), CertificateError::NoRoots.into());
    assert_eq!(refused(&roots(&[5])), CertificateError::NotARoot(key(1).public_key()).into());

    // Somebody vouches for themselves, and says that it was the root key.
    let own = key(2).vouch(&signing_key(key(2).public_key()));
    let own = Certificate { root: key(1).public_key(), ..own };
    let forged = Signer::new(key(2), own).unwrap().sign(&manifest());
    assert_eq!(forged.open(&roots(&[1])), Err(CertificateError::Forged.into()));

    // A signing key vouches for a further one.
    let further = Signer::new(key(4), key(2).vouch(&signing_key(key(4).public_key()))).unwrap();
    let refused = further.sign(&manifest()).open(&roots(&[1])).unwrap_err();
    assert_eq!(refused, CertificateError::NotARoot(key(2).public_key()).into());

    // The certificate of one beside the signature of another.
    let stolen = Release { signature: key(4).sign(MANIFEST, &release.manifest), ..release };
    assert_eq!(stolen.open(&roots(&[1])), Err(ReleaseError::Forged));
    assert!(Signer::new(key(4), stolen.key).is_none());
}

/// S132: what is signed as a key is not taken for a release, nor the other way round.
#[test]
fn what_was_signed_for_one_purpose_is_not_taken_for_another() {
    let known = serde_json::to_string(&signing_key(key(2).public_key())).unwrap();
    let signature = key(1).sign(MANIFEST, &known);
    let certificate = Certificate { text: known, root: key(1).public_key(), signature };
    assert_eq!(certificate.open(&roots(&[1])), Err(CertificateError::Forged));
}

/// S131: another product, another computer, an older or the same release are not taken, nor what is
/// signed by a key that does not sign any more.
#[test]
fn what_does_not_fit_is_not_taken() {
    let version = |text: &str| text.parse::<Version>().unwrap();
    let same = |_: &mut Manifest| ();
    let refused = judged(|manifest| manifest.product = "other".to_owned(), |_| ());
    assert_eq!(refused, Err(Unfit::Product("other".to_owned())));
    let refused = judged(same, |wanted| wanted.target = "macos-aarch64");
    assert!(matches!(refused, Err(Unfit::Target { .. })), "{refused:?}");
    let refused = judged(|manifest| manifest.size_bytes = MAX_PROGRAM_BYTES + 1, |_| ());
    assert!(matches!(refused, Err(Unfit::TooLarge(_))), "{refused:?}");
    for known in ["0.2.0", "0.2.1", "1.0.0"] {
        let refused = judged(same, |wanted| wanted.newer_than = version(known));
        let (given, known) = (version("0.2.0"), version(known));
        assert_eq!(refused, Err(Unfit::NotNewer { given, known }));
    }
    for now in [days(-11), days(11)] {
        assert_eq!(judged(same, |wanted| wanted.now = now), Err(Unfit::KeyOutOfDate));
    }
    for signed_at in [days(-11), days(11)] {
        let refused = judged(|manifest| manifest.signed_at = signed_at, |_| ());
        assert_eq!(refused, Err(Unfit::SignedOutOfDate));
    }
    let refused = judged(same, |wanted| wanted.lowest_serial = 4);
    assert_eq!(refused, Err(Unfit::KeyReplaced { given: 3, known: 4 }));
    assert_eq!(judged(same, |wanted| wanted.lowest_serial = 0), Ok(()));
}

/// A key that signs for ever is not needed to tell a key that has ended from one that has not begun.
#[test]
fn the_first_and_the_last_moment_count() {
    for now in [days(-10), days(10)] {
        assert_eq!(judged(|_| (), |wanted| wanted.now = now), Ok(()));
    }
    let ended = signer(|key| key.not_after = days(-2)).sign(&manifest());
    let ended = ended.open(&roots(&[1])).unwrap();
    assert_eq!(ended.fits(&wanted()), Err(Unfit::KeyOutOfDate));
}

#[test]
fn what_is_no_release_is_unsigned() {
    let too_long = vec![b' '; MAX_BYTES + 1];
    for bytes in [&b""[..], b"{}", b"\x7fELF", b"[1]", &too_long] {
        let read = Release::read(bytes);
        assert!(matches!(read, Err(ReleaseError::Malformed(_))), "{read:?}");
    }
}

proptest! {
    /// S132: of a release that was changed anywhere nothing is taken but what was signed.
    #[test]
    fn a_change_anywhere_is_seen(at in 0_usize..2_000, byte: u8) {
        let good = signer(|_| ()).sign(&manifest());
        let mut bytes = good.write();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(read) = Release::read(&bytes)
            && let Ok(authentic) = read.open(&roots(&[1]))
        {
            prop_assert_eq!(authentic.manifest, manifest());
        }
    }

    /// Whatever is sent, it is read without a panic.
    #[test]
    fn anything_is_read(bytes: Vec<u8>) {
        let _ = Release::read(&bytes).map(|release| release.open(&roots(&[1])));
    }
}

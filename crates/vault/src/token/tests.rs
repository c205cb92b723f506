use model::rng::CountingRng;
use model::{
    ApiTokenId, EnrolmentId, ExposeSecret, LoginId, ProxyTokenId, SignInId, TicketId, Timestamp,
};
use proptest::prelude::*;

use super::*;
use crate::identity::Fingerprint;

const NOW: Timestamp = Timestamp::from_millis(1_763_700_000_000);

fn rng() -> CountingRng {
    CountingRng::new(11)
}

fn api_token() -> Token<Api> {
    Token::mint(&rng(), ApiTokenId::new(NOW, &rng()))
}

fn enrolment_token() -> EnrolmentToken {
    EnrolmentToken::mint(&rng(), EnrolmentId::new(NOW, &rng()), Fingerprint::of(&[3; 32]))
}

fn every_kind() -> Vec<String> {
    let tokens = [
        api_token().text(),
        enrolment_token().text(),
        Token::<Login>::mint(&rng(), LoginId::new(NOW, &rng())).text(),
        Token::<Proxy>::mint(&rng(), ProxyTokenId::new(NOW, &rng())).text(),
        Token::<SignIn>::mint(&rng(), SignInId::new(NOW, &rng())).text(),
        Token::<Ticket>::mint(&rng(), TicketId::new(NOW, &rng())).text(),
    ];
    tokens.iter().map(|token| token.expose_secret().to_owned()).collect()
}

/// S12: one pattern finds every leaked token.
#[test]
fn every_kind_has_the_shape_that_scanners_look_for() {
    for text in every_kind() {
        let (prefix, body) = text.split_at(4);
        assert!(prefix.starts_with("gl") && prefix.ends_with('_'), "{prefix}");
        assert!("aelpst".contains(&prefix[2..3]), "{prefix}");
        assert!(body.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{body}");
        assert!([61, 83].contains(&body.len()), "{}", body.len());
    }
}

#[test]
fn a_token_is_read_back_whole() {
    let token = api_token();
    let read = Token::<Api>::parse(token.text().expose_secret()).unwrap();
    assert_eq!((read.id(), read.digest()), (token.id(), token.digest()));

    let enrolment = enrolment_token();
    let read = EnrolmentToken::parse(enrolment.text().expose_secret()).unwrap();
    assert_eq!((read.id(), read.digest()), (enrolment.id(), enrolment.digest()));
    assert!(read.server().matches(&[3; 32]));
}

#[test]
fn a_token_of_another_kind_is_refused_and_named() {
    for text in every_kind() {
        let as_api = Token::<Api>::parse(&text);
        let as_enrolment = EnrolmentToken::parse(&text);
        match &text[..4] {
            "gla_" => assert!(as_api.is_ok() && as_enrolment.is_err()),
            "gle_" => assert!(as_api.is_err() && as_enrolment.is_ok()),
            _ => assert!(matches!(
                (as_api, as_enrolment),
                (Err(InvalidToken::OtherKind { .. }), Err(InvalidToken::OtherKind { .. }))
            )),
        }
    }
    let error = Token::<Api>::parse(enrolment_token().text().expose_secret()).unwrap_err();
    assert!(error.to_string().contains("this is an enrolment token"), "{error}");
}

/// Even with the prefix rewritten and the check made to fit, a token is of no use as another kind.
#[test]
fn a_digest_covers_the_kind_and_the_id() {
    let id = rng();
    let api = Token::<Api>::mint(&rng(), ApiTokenId::new(NOW, &id));
    let login = Token::<Login>::mint(&rng(), LoginId::new(NOW, &CountingRng::new(11)));
    assert_eq!(api.secret, login.secret);
    assert!(!api.digest().matches(&login));
    let sibling = Token::<Api>::mint(&rng(), ApiTokenId::new(NOW, &CountingRng::new(12)));
    assert_eq!(api.secret, sibling.secret);
    assert!(!api.digest().matches(&sibling));
    assert!(api.digest().matches(&api));
}

/// S96: format, characters and length are judged before anything is looked up.
#[test]
fn what_is_not_a_token_is_refused() {
    let good = api_token().text().expose_secret().to_owned();
    let long = "gla_".to_owned() + &"0".repeat(1_000_000);
    let odd = [
        "",
        "gla_",
        "Bearer x",
        "sk-ant-api03-xxxx",
        "gla_' OR '1'='1",
        "gla",
        long.as_str(),
        &good[1..],
        &good[..64],
        &good.replace("gla_", "GLA_"),
        &good.replace("gla_", "gla-"),
        &format!("{good} "),
        &format!(" {good}"),
        &format!("{good}0"),
        &format!("{}é", &good[..63]),
        &format!("{}\0", &good[..64]),
    ];
    for text in odd {
        let error = Token::<Api>::parse(text).unwrap_err();
        assert!(!error.to_string().contains(&good[26..59]), "the error shows the secret");
    }
}

#[test]
fn errors_say_what_is_wanted() {
    let good = api_token().text().expose_secret().to_owned();
    let error = |text: &str| Token::<Api>::parse(text).unwrap_err().to_string();
    assert_eq!(error("hunter2"), "not an API token: it must begin with gla_");
    assert_eq!(error(&good[..40]), "an API token has 65 characters; part of it may be missing");
    let swapped =
        format!("{}{}{}", &good[..10], if &good[10..11] == "a" { "b" } else { "a" }, &good[11..]);
    assert_eq!(error(&swapped), "an API token was copied wrongly: its check does not fit");
}

/// The format is stored nowhere, but it is in people's files: it must not change.
#[test]
fn the_text_of_a_known_token_stays_the_same() {
    let id = ApiTokenId::from_slice(&[0x11; 16]).unwrap();
    let token = Token::<Api> { id, secret: Zeroizing::new([0x22; SECRET_BYTES]) };
    let text = token.text();
    assert_eq!(text.expose_secret().len(), 65);
    assert_eq!(
        text.expose_secret(),
        "gla_0WCfTognxqNqfz8qrH12uH0MpcXuc6i8f3jZHehbVbOcKNj3ReBIJUo0mwFxO"
    );
    assert_eq!(
        hex::encode(token.digest().as_bytes()),
        "ff70bc68f7e12f57ecf6079b40115c448da9d0d97df23a6a2fc26c3ed0a77f3d"
    );
}

#[test]
fn debug_output_shows_the_id_and_no_secret() {
    let token = api_token();
    let text = token.text();
    let shown = format!("{token:?} {:?} {:?}", token.digest(), enrolment_token());
    assert!(shown.contains(&token.id().to_string()), "{shown}");
    assert!(!shown.contains(&text.expose_secret()[26..59]), "{shown}");
    assert!(!shown.contains(&hex::encode(token.secret.as_slice())), "{shown}");
    assert!(!shown.contains(&hex::encode(token.digest().as_bytes())), "{shown}");
}

/// S109: every column of a leaked row is tried as a credential, in every form a thief could think
/// of, and none is one.
#[test]
fn a_leaked_row_is_no_credential() {
    let token = api_token();
    let digest = token.digest();
    let id = token.id();
    let mut tries = vec![
        hex::encode(digest.as_bytes()),
        id.to_string(),
        hex::encode(id.as_bytes()),
        format!("gla_{}", hex::encode(digest.as_bytes())),
        format!("gla_{id}{}", hex::encode(digest.as_bytes())),
    ];
    // The digest put where the secret belongs, with the right id and the right check.
    for part in [&digest.as_bytes()[..SECRET_BYTES], &digest.as_bytes()[8..]] {
        let mut secret = Zeroizing::new([0; SECRET_BYTES]);
        secret.copy_from_slice(part);
        let forged = Token::<Api> { id, secret };
        tries.push(forged.text().expose_secret().to_owned());
    }
    for text in tries {
        let accepted = Token::<Api>::parse(&text).is_ok_and(|token| digest.matches(&token));
        assert!(!accepted, "{text} was accepted");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_token_is_read_back(seed: u64) {
        let rng = CountingRng::new(seed);
        let token = Token::<Proxy>::mint(&rng, ProxyTokenId::new(NOW, &rng));
        let read = Token::<Proxy>::parse(token.text().expose_secret()).unwrap();
        prop_assert!(token.digest().matches(&read));
    }

    #[test]
    fn no_changed_character_goes_unnoticed(seed: u64, at in 4..65_usize, with in "[0-9A-Za-z]") {
        let rng = CountingRng::new(seed);
        let token = Token::<Proxy>::mint(&rng, ProxyTokenId::new(NOW, &rng));
        let text = token.text().expose_secret().to_owned();
        let changed = format!("{}{with}{}", &text[..at], &text[at + 1..]);
        prop_assert_eq!(Token::<Proxy>::parse(&changed).is_ok(), changed == text);
    }

    #[test]
    fn arbitrary_text_never_panics(text in "(gl[a-z]_)?.{0,90}") {
        prop_assert!(Token::<Api>::parse(&text).is_err());
        prop_assert!(EnrolmentToken::parse(&text).is_err());
    }
}

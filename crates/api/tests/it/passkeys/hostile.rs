//! What somebody tries who has the password, another address, or a passkey of another account.

use std::time::Duration;

use serde_json::{Value, json};
use store::StoreError;

use super::authenticator::{Authenticator, PRESENT, attestation, client_data, decoded, encoded};
use super::{HOST, ORIGIN, Stage, nothing, signed_in};
use crate::cast::Who;
use crate::http::Request;

/// A page that has the password of somebody, from whom it has got everything it could ask for, has
/// nothing: what was signed for its address does not count here.
#[tokio::test]
async fn what_was_signed_for_another_address_does_not_count() {
    let stage = Stage::set().await;
    for origin in [
        "https://gantline.example.com.evil.example",
        "https://evil.example",
        "http://gantline.example.com",
        "https://gantline.example.com:8443",
        "null",
    ] {
        let options = stage.asked_to_make(json!({})).await;
        let made = Authenticator::new().make(&options, origin);
        assert_eq!(stage.add(&made).await.problem(403), "passkey_of_another_address", "{origin}");
    }
    let (mut key, _) = stage.register(json!({})).await;
    for origin in ["https://evil.example", "https://gantline.example.com:8443"] {
        let halfway = stage.halfway().await;
        let options = stage.asked_to_sign(&halfway).await;
        let answer = stage.show(&halfway, &key.sign(&options, origin)).await;
        assert_eq!(answer.problem(401), "passkey_of_another_address", "{origin}");
    }
    // Nor what an authenticator has signed for another domain, or in a frame of another page.
    let halfway = stage.halfway().await;
    let options = stage.asked_to_sign(&halfway).await;
    key.domain = Some("evil.example".to_owned());
    let answer = stage.show(&halfway, &key.sign(&options, ORIGIN)).await;
    assert_eq!(answer.problem(401), "passkey_of_another_address");
    key.domain = None;
    let options = stage.asked_to_sign(&halfway).await;
    let framed = json!({ "type": "webauthn.get", "challenge": options["challenge"],
        "origin": ORIGIN, "crossOrigin": true, "topOrigin": "https://evil.example" });
    key.counter += 1;
    let answer = stage.show(&halfway, &key.sign_this(framed.to_string().as_bytes(), HOST)).await;
    assert_eq!(answer.problem(401), "passkey_of_another_address");
    let refused = stage.log().await.into_iter().filter(|line| line.0 == "login.start");
    let refused = refused.filter(|line| line.1 == "refused" && line.2.contains("passkey"));
    assert_eq!(refused.count(), 4, "each is written down");
}

/// A challenge counts once, for the sign-in that asked, for five minutes.
#[tokio::test]
async fn a_challenge_counts_once_for_who_asked_in_time() {
    let stage = Stage::set().await;
    let (mut key, _) = stage.register(json!({})).await;
    let halfway = stage.halfway().await;
    let options = stage.asked_to_sign(&halfway).await;
    let signed = key.sign(&options, ORIGIN);
    // Not by another browser that knows the password, whatever it was asked itself.
    let other = stage.halfway().await;
    assert_eq!(stage.show(&other, &signed).await.problem(409), "nothing_asked");
    stage.asked_to_sign(&other).await;
    assert_eq!(stage.show(&other, &signed).await.problem(401), "wrong_passkey");
    signed_in(&stage.show(&halfway, &signed).await);
    // Not again, neither in that sign-in nor in the next.
    assert_eq!(stage.show(&halfway, &signed).await.problem(401), "sign_in_over");
    let next = stage.halfway().await;
    stage.asked_to_sign(&next).await;
    assert_eq!(stage.show(&next, &signed).await.problem(401), "wrong_passkey");
    // A wrong answer uses it up.
    let options = stage.asked_to_sign(&next).await;
    assert_eq!(stage.show(&next, &nothing()).await.problem(401), "wrong_passkey");
    let late = stage.show(&next, &key.sign(&options, ORIGIN)).await;
    assert_eq!(late.problem(409), "nothing_asked");
    // And it has an end.
    let options = stage.asked_to_sign(&next).await;
    stage.clock.advance(Duration::from_mins(5));
    let late = stage.show(&next, &key.sign(&options, ORIGIN)).await;
    assert_eq!(late.problem(409), "nothing_asked");

    let proof = stage.shown_again(&mut key).await;
    let made = stage.asked_to_make(proof).await;
    stage.clock.advance(Duration::from_mins(5));
    let late = stage.add(&Authenticator::new().make(&made, ORIGIN)).await;
    assert_eq!(late.problem(409), "nothing_asked");
}

/// Of many browsers that bring the same at once, one is let in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signature_is_accepted_once() {
    let stage = Stage::set().await;
    let (mut key, _) = stage.register(json!({})).await;
    let halfway = stage.halfway().await;
    let signed = key.sign(&stage.asked_to_sign(&halfway).await, ORIGIN);
    let shown = (0..6).map(|_| stage.show(&halfway, &signed));
    let answers = futures_util::future::join_all(shown).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
}

/// Neither a key that nobody has added, nor one of another account, nor a signature of another key or
/// over something else.
#[tokio::test]
async fn only_ones_own_passkey_counts() {
    let stage = Stage::set().await;
    let (mut key, added) = stage.register(json!({})).await;
    let halfway = stage.halfway().await;
    let try_out = async |make: &dyn Fn(&Value) -> Value| {
        let options = stage.asked_to_sign(&halfway).await;
        stage.show(&halfway, &make(&options)).await.problem(401)
    };
    assert_eq!(
        try_out(&|options| key.impostor().sign_as_it_is(options, ORIGIN)).await,
        "wrong_passkey"
    );
    let stranger = Authenticator::new();
    assert_eq!(try_out(&|options| stranger.sign_as_it_is(options, ORIGIN)).await, "wrong_passkey");
    let made =
        |options: &Value| key.sign_this(&client_data("webauthn.create", options, ORIGIN), HOST);
    assert_eq!(try_out(&made).await, "wrong_passkey");
    let other = |options: &Value| {
        let mut signed = key.sign_as_it_is(options, ORIGIN);
        signed["user_handle"] = json!(encoded(&[7; 16]));
        signed
    };
    assert_eq!(try_out(&other).await, "wrong_passkey");
    // After five the password is asked for again.
    assert_eq!(try_out(&|_| nothing()).await, "sign_in_over");

    // What is one account's passkey is no other's, and nobody else changes it.
    let id = added["passkey"]["passkey_id"].as_str().unwrap();
    let options = stage.asked_to_make(stage.shown_again(&mut key).await).await;
    let again = stage.add(&key.make(&options, ORIGIN)).await;
    assert_eq!(again.problem(409), "passkey_known");
    let token = stage.cast.credential(Who::Member);
    let path = format!("/api/auth/passkeys/{id}/remove");
    let proof = json!({ "code": "123456" });
    assert_eq!(stage.post(&token, &path, &proof).await.problem(403), "not_a_login");
    let unknown = format!("/api/auth/passkeys/{}/remove", stage.cast.tenant);
    assert_eq!(stage.post(&stage.browser(), &unknown, &proof).await.problem(404), "not_found");
}

/// A passkey of one account, genuine and for this address, opens no other one.
#[tokio::test]
async fn anothers_passkey_opens_nothing_of_mine() {
    let stage = Stage::set().await;
    let (mut other, _) = stage.register(json!({})).await;
    // From now on it is the administrator's.
    let (member, admin) = (stage.cast.user(Who::Member), stage.cast.user(Who::TenantAdmin));
    let mut given = stage.house.store().passkeys(member).await.unwrap().remove(0);
    let handed_on = stage.house.store().write::<_, StoreError, _>(move |tx| {
        Box::pin(async move {
            assert!(tx.passkey_delete(given.id, member).await?);
            given.user = admin;
            tx.passkey_insert(&given).await
        })
    });
    assert!(handed_on.await.unwrap());
    let (mut mine, _) = stage.register(json!({})).await;
    let halfway = stage.halfway().await;
    let options = stage.asked_to_sign(&halfway).await;
    assert_eq!(options["allowCredentials"].as_array().unwrap().len(), 1);
    let answer = stage.show(&halfway, &other.sign(&options, ORIGIN)).await;
    assert_eq!(answer.problem(401), "wrong_passkey");
    // Nor is it added to a second account, nor shown to change one.
    let options = stage.asked_to_make(stage.shown_again(&mut mine).await).await;
    let made = other.make(&options, ORIGIN);
    assert_eq!(stage.add(&made).await.problem(409), "passkey_known");
    let shown = stage.shown_again(&mut other).await;
    let renew = "/api/auth/second-factor/recovery-codes";
    let renewed = stage.post(&stage.browser(), renew, &shown).await;
    assert_eq!(renewed.problem(403), "wrong_passkey");
    let log = stage.log().await;
    let told = |line: &&(String, String, String)| line.0 == "second_factor.show";
    assert!(log.iter().filter(told).any(|line| line.1 == "refused"), "{log:?}");
}

/// A counter that does not go on means that there are two of a key: neither is let in by it, and it is
/// written down. One that has never counted says nothing.
#[tokio::test]
async fn a_counter_that_goes_back_is_refused() {
    let stage = Stage::set().await;
    let (mut key, _) = stage.register(json!({})).await;
    // Zero for ever.
    for _ in 0..2 {
        let halfway = stage.halfway().await;
        let options = stage.asked_to_sign(&halfway).await;
        signed_in(&stage.show(&halfway, &key.sign_as_it_is(&options, ORIGIN)).await);
    }
    key.counter = 40;
    let halfway = stage.halfway().await;
    let options = stage.asked_to_sign(&halfway).await;
    signed_in(&stage.show(&halfway, &key.sign(&options, ORIGIN)).await);
    for counter in [41, 40, 0] {
        key.counter = counter;
        let halfway = stage.halfway().await;
        let options = stage.asked_to_sign(&halfway).await;
        let copy = stage.show(&halfway, &key.sign_as_it_is(&options, ORIGIN)).await;
        assert_eq!(copy.problem(401), "passkey_copied", "{counter}");
    }
    let log = stage.log().await;
    let told = log.iter().filter(|line| line.1 == "refused" && line.2.contains("passkey_copied"));
    assert_eq!(told.count(), 3, "{log:?}");
    // Whoever makes that up without the key raises no alarm.
    key.counter = 0;
    let halfway = stage.halfway().await;
    let options = stage.asked_to_sign(&halfway).await;
    let mut forged = key.impostor();
    forged.counter = 1;
    let forged = stage.show(&halfway, &forged.sign_as_it_is(&options, ORIGIN)).await;
    assert_eq!(forged.problem(401), "wrong_passkey");
}

/// Nobody was there: a device that signs by itself is not enough.
#[tokio::test]
async fn somebody_has_to_be_there() {
    let stage = Stage::set().await;
    let options = stage.asked_to_make(json!({})).await;
    let mut absent = Authenticator::new();
    absent.flags = 0;
    assert_eq!(stage.add(&absent.make(&options, ORIGIN)).await.problem(403), "wrong_passkey");
    let (mut key, _) = stage.register(json!({})).await;
    // A touch is enough beside the password.
    key.flags = PRESENT;
    let halfway = stage.halfway().await;
    let options = stage.asked_to_sign(&halfway).await;
    signed_in(&stage.show(&halfway, &key.sign(&options, ORIGIN)).await);
    key.flags = 0;
    let halfway = stage.halfway().await;
    let options = stage.asked_to_sign(&halfway).await;
    let absent = stage.show(&halfway, &key.sign(&options, ORIGIN)).await;
    assert_eq!(absent.problem(401), "wrong_passkey");
}

/// What is cut off, too long, nested without end or of no known kind is refused, and the server
/// goes on.
#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let stage = Stage::set().await;
    let make = async |change: &dyn Fn(&mut Value, &Value)| {
        let options = stage.asked_to_make(json!({})).await;
        let mut made = Authenticator::new().make(&options, ORIGIN);
        change(&mut made, &options);
        stage.add(&made).await
    };
    for length in [0, 1, 30, 60, 100, 200] {
        let cut = make(&|made, _| {
            let bytes = decoded(&made["attestation"]);
            made["attestation"] = json!(encoded(&bytes[..length.min(bytes.len() - 1)]));
        })
        .await;
        assert_eq!(cut.problem(403), "wrong_passkey", "{length}");
    }
    let nested = vec![0x81; 100_000];
    // A byte string that says it has four gigabytes.
    let huge = [0x5b, 0, 0, 0, 1, 0, 0, 0, 0].to_vec();
    for object in [nested, huge, vec![0xff; 4_096]] {
        let answer = make(&|made, _| made["attestation"] = json!(encoded(&object))).await;
        assert_eq!(answer.problem(403), "wrong_passkey");
    }
    for field in ["credential", "client_data", "attestation"] {
        let answer = make(&|made, _| made[field] = json!("not base 64!")).await;
        assert_eq!(answer.problem(403), "wrong_passkey", "{field}");
    }
    // A key of a kind that was not asked for: ES256K.
    let unknown = make(&|made, options| {
        let key = Authenticator::new();
        let mut data = key.key_data(options);
        let at = data.windows(3).rposition(|it| it == [0x02, 0x03, 0x26]).unwrap();
        data.splice(at + 2..at + 3, [0x38, 0x2e]);
        made["attestation"] = json!(encoded(&attestation(&data)));
        let start = 55;
        made["credential"] = json!(encoded(&data[start..start + 32]));
    })
    .await;
    assert_eq!(unknown.problem(403), "wrong_passkey");
    let large = make(&|made, _| made["attestation"] = json!("A".repeat(2 * 1024 * 1024))).await;
    assert_eq!(large.status, 413);
    assert!(
        stage.get("/api/auth/passkeys").await.json()["passkeys"].as_array().unwrap().is_empty()
    );
    stage.register(json!({})).await;
}

/// S06: somebody who knows the password and shows what is wrong waits; the owner does not, wherever
/// they are, for a signature cannot be guessed.
#[tokio::test]
async fn failures_wait_and_lock_nobody_out() {
    let stage = Stage::set().await;
    let (mut key, _) = stage.register(json!({})).await;
    let ask = || Request::new("POST", "/api/auth/login/passkey");
    let show = |signed: &Value| Request::post("/api/auth/login/passkey/confirm", signed);
    let mut waited = 0;
    for address in 10..40 {
        let source = format!("192.0.2.{address}");
        for _ in 0..2 {
            let halfway = stage.halfway_from(&source).await;
            for _ in 0..4 {
                stage.step_from(&halfway, ask(), &source).await;
                let answer = stage.step_from(&halfway, show(&nothing()), &source).await;
                waited += u32::from(answer.status == 429);
            }
        }
    }
    assert!(waited >= 30, "each address waits after five: {waited}");
    let source = "198.51.100.7";
    let halfway = stage.halfway_from(source).await;
    let options = stage.step_from(&halfway, ask(), source).await.json()["options"].clone();
    let signed = key.sign(&options, ORIGIN);
    signed_in(&stage.step_from(&halfway, show(&signed), source).await);
}

/// S08: before the password is right, nobody learns whether there is an account or a passkey.
#[tokio::test]
async fn nobody_learns_who_has_a_passkey() {
    let stage = Stage::set().await;
    stage.register(json!({})).await;
    let answer = async |name: &str| {
        let body = json!({ "username": name, "password": "not the password" });
        let answer = stage.send(Request::post("/api/auth/login", &body)).await;
        (answer.status, answer.header("set-cookie").map(str::to_owned), answer.text())
    };
    assert_eq!(answer(&stage.cast.username.clone()).await, answer("nobody-at-all").await);
    let step = Request::new("POST", "/api/auth/login/passkey");
    assert_eq!(stage.send(step).await.problem(401), "sign_in_over");
    let ways = stage.send(Request::get("/api/auth/login/step")).await;
    assert_eq!(ways.problem(401), "sign_in_over");
}

/// The database has public halves; nothing in it signs.
#[tokio::test]
async fn a_leaked_database_signs_with_no_passkey() {
    let stage = Stage::set().await;
    let (key, added) = stage.register(json!({})).await;
    let stored = stage.house.store().passkeys(stage.cast.user(Who::Member)).await.unwrap();
    let [stored] = &stored[..] else { panic!("one passkey") };
    // kty, alg, crv, x, y: COSE's label of a private key (-4) is not among them.
    assert_eq!(stored.key.public_key.len(), 77);
    assert_eq!(stored.key.public_key[..7], [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01]);
    let files = stage.house.database_bytes();
    let holds = |bytes: &[u8]| files.windows(bytes.len()).any(|window| window == bytes);
    assert!(holds(&stored.key.credential), "what is no secret is found");
    assert!(!holds(&key.private()), "the private half is in the authenticator");
    for code in added["recovery_codes"].as_array().unwrap() {
        assert!(!holds(code.as_str().unwrap().as_bytes()), "{code}");
    }
    // Whoever has read every row still has to sign.
    let halfway = stage.halfway().await;
    let options = stage.asked_to_sign(&halfway).await;
    let forged = stage.show(&halfway, &key.impostor().sign_as_it_is(&options, ORIGIN)).await;
    assert_eq!(forged.problem(401), "wrong_passkey");
}

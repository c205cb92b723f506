use model::rng::CountingRng;

use super::*;

fn password(text: &str) -> Password {
    Password::attempt(text.into()).unwrap()
}

async fn stored(passwords: &Passwords, text: &str) -> StoredPassword {
    let chosen = Password::choose(text.into()).unwrap();
    passwords.hash(&CountingRng::new(5), chosen).await.unwrap()
}

#[tokio::test]
async fn only_the_right_password_is_right() {
    let passwords = Passwords::new(&CountingRng::new(1));
    let stored = stored(&passwords, "correct horse").await;
    for (text, verdict) in [
        ("correct horse", Verdict::Right),
        ("correct horsf", Verdict::Wrong),
        ("correct horse ", Verdict::Wrong),
        ("", Verdict::Wrong),
    ] {
        let found = passwords.verify(password(text), Some(&stored)).await;
        assert_eq!(found, Ok(verdict), "{text:?}");
    }
}

/// S05: the parameters are OWASP's and are written into every hash.
#[tokio::test]
async fn hashes_carry_their_parameters() {
    let passwords = Passwords::new(&CountingRng::new(1));
    let stored = stored(&passwords, "correct horse").await;
    assert!(stored.as_phc().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", stored.as_phc());
    assert_eq!(StoredPassword::from_phc(stored.as_phc().to_owned()), stored);
}

/// S08: an unknown user costs the same work as a wrong password, and is just as wrong.
#[tokio::test]
async fn an_unknown_user_is_compared_with_a_hash_of_the_same_cost() {
    let passwords = Passwords::new(&CountingRng::new(1));
    let real = stored(&passwords, "correct horse").await;
    let cost = |stored: &StoredPassword| {
        let hash = PasswordHash::new(stored.as_phc()).unwrap();
        let params = affordable(&hash).unwrap();
        (params.m_cost(), params.t_cost(), params.p_cost(), stored.as_phc().len())
    };
    assert_eq!(cost(&passwords.nobody), cost(&real));
    assert_eq!(passwords.verify(password("correct horse"), None).await, Ok(Verdict::Wrong));
}

#[tokio::test]
async fn a_weaker_hash_is_right_but_asks_to_be_renewed() {
    let params = Params::new(8 * 1024, 1, 1, Some(HASH_BYTES)).unwrap();
    let weak: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(b"correct horse", &[7; 16])
        .unwrap();
    let weak = StoredPassword::from_phc(weak.to_string());
    let passwords = Passwords::new(&CountingRng::new(1));
    let found = passwords.verify(password("correct horse"), Some(&weak)).await;
    assert_eq!(found, Ok(Verdict::RightButOutdated));
    let found = passwords.verify(password("wrong horse"), Some(&weak)).await;
    assert_eq!(found, Ok(Verdict::Wrong));
}

#[tokio::test]
async fn a_stored_hash_that_is_not_ours_is_an_error_and_not_a_wrong_password() {
    let passwords = Passwords::new(&CountingRng::new(1));
    let salt_and_hash = "c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
    for phc in [
        String::new(),
        "plain text".to_owned(),
        "$2b$12$abcdefghijklmnopqrstuv".to_owned(),
        format!("$argon2i$v=19$m=19456,t=2,p=1${salt_and_hash}"),
        format!("$argon2id$v=19$m=4194304,t=2,p=1${salt_and_hash}"),
        format!("$argon2id$v=19$m=19456,t=4000000,p=1${salt_and_hash}"),
        "$argon2id$v=19$m=19456,t=2,p=1".to_owned(),
    ] {
        let stored = StoredPassword::from_phc(phc.clone());
        let found = passwords.verify(password("correct horse"), Some(&stored)).await;
        assert_eq!(found, Err(PasswordError::Unreadable), "{phc}");
    }
}

#[test]
fn lengths_are_counted_in_characters_and_limited() {
    let ask = |characters: usize| Password::choose("é".repeat(characters).into());
    assert!(ask(8).is_ok() && ask(256).is_ok());
    assert_eq!(ask(7).unwrap_err(), InvalidPassword { characters: 7 });
    let error = ask(257).unwrap_err().to_string();
    assert_eq!(error, "a password must have 8 to 256 characters, not 257");
    assert!(Password::attempt("x".repeat(257).into()).is_err());
    assert!(Password::attempt("short".into()).is_ok());
}

/// S05: no more than two hashings run, whoever goes away in the middle, and the queue ends.
#[tokio::test]
async fn hashings_are_bounded_and_a_full_queue_says_so() {
    let passwords = Passwords::new(&CountingRng::new(1));
    let (release, held) = std::sync::mpsc::sync_channel::<()>(AT_A_TIME);
    let held = Arc::new(std::sync::Mutex::new(held));
    let mut asked = Vec::new();
    for _ in 0..AT_A_TIME + WAITING {
        let held = held.clone();
        let work = move || held.lock().unwrap().recv().unwrap();
        let mut future = Box::pin(passwords.run(work));
        assert!(futures_poll(future.as_mut()).await.is_none());
        asked.push(future);
    }
    assert_eq!(passwords.running.available_permits(), 0);
    let refused = passwords.verify(password("correct horse"), None).await;
    assert_eq!(refused, Err(PasswordError::Busy));
    assert!(PasswordError::Busy.is_retryable());

    drop(asked);
    assert_eq!(passwords.running.available_permits(), 0, "running work gave up its permit");
    for _ in 0..AT_A_TIME {
        release.send(()).unwrap();
    }
    let all = u32::try_from(AT_A_TIME).unwrap();
    drop(passwords.running.acquire_many(all).await.unwrap());
    assert_eq!(passwords.verify(password("correct horse"), None).await, Ok(Verdict::Wrong));
}

#[tokio::test]
async fn debug_output_shows_no_password_and_no_hash() {
    let passwords = Passwords::new(&CountingRng::new(1));
    let stored = stored(&passwords, "correct horse").await;
    let shown = format!("{passwords:?} {stored:?} {:?}", password("correct horse"));
    assert!(!shown.contains("horse") && !shown.contains("argon2id$"), "{shown}");
}

/// Polls once.
async fn futures_poll<F: Future>(mut future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        std::task::Poll::Ready(output) => std::task::Poll::Ready(Some(output)),
        std::task::Poll::Pending => std::task::Poll::Ready(None),
    })
    .await
}

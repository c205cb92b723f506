use super::*;

async fn checked(guard: &Guard, provider: &str, given: Option<&str>) -> Result<String, String> {
    let checked = base_url(guard, &provider.parse().unwrap(), given).await;
    checked.map_err(|error| {
        assert_eq!(error.code, "invalid_base_url");
        error.message
    })
}

/// S87: an address that no call would reach is not stored; the administrator reads why, and how
/// the operator could allow it.
#[tokio::test]
async fn an_address_in_our_own_network_is_not_stored() {
    for address in [
        "https://127.0.0.1:8000/v1",
        "https://localhost/v1",
        "https://10.1.2.3/v1",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/v1",
        "https://[::ffff:10.0.0.1]/v1",
        "https://2130706433/v1",
        "https://0x7f.1/v1",
        "https://127.1/v1",
        "https://localhost./v1",
        "http://8.8.8.8/v1",
    ] {
        let refused = checked(&Guard::default(), "openai", Some(address)).await.unwrap_err();
        assert!(refused.contains("--trusted-upstream"), "{address}: {refused}");
    }
}

/// S87: nothing but scheme, host and path.
#[tokio::test]
async fn what_is_no_base_url_is_not_stored() {
    for address in [
        "api.example.com/v1",
        "ftp://8.8.8.8/v1",
        "https://user:secret@8.8.8.8/v1",
        "https://8.8.8.8/v1?key=x",
        "https://8.8.8.8/v1#x",
        "https://8.8.8.8/a/../b",
    ] {
        assert!(checked(&Guard::default(), "openai", Some(address)).await.is_err(), "{address}");
    }
}

#[tokio::test]
async fn what_is_public_or_trusted_is_stored_in_its_one_form() {
    let guard = Guard::new(["127.0.0.1:8000"]);
    for (given, stored) in [
        (" https://8.8.8.8/v1/ ", "https://8.8.8.8/v1"),
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
    ] {
        assert_eq!(checked(&guard, "openai", Some(given)).await.as_deref(), Ok(stored));
    }
    assert!(checked(&guard, "openai", Some("http://127.0.0.1:8001/v1")).await.is_err());
}

/// Without one, it is the vendor's own; a vendor that nobody knows has none.
#[tokio::test]
async fn without_an_address_it_is_the_vendors_own() {
    let guard = Guard::default();
    let anthropic = checked(&guard, "anthropic", Some("  ")).await;
    assert_eq!(anthropic.as_deref(), Ok("https://api.anthropic.com"));
    let unknown = checked(&guard, "model-in-the-cellar", None).await.unwrap_err();
    assert!(unknown.contains("give base_url"), "{unknown}");
}

#[test]
fn an_empty_list_of_models_is_not_all_models() {
    let openai: ProviderName = "openai".parse().unwrap();
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(models(&openai, None).unwrap(), None);
    assert_eq!(models(&openai, Some(&[])).unwrap_err().code, "invalid_models");
    let kept = models(&openai, Some(&list(&[" gpt-5.5 ", "o5", "gpt-5.5"]))).unwrap();
    assert_eq!(kept, Some(list(&["gpt-5.5", "o5"])));
    let many: Vec<_> = (0..=MAX_MODELS).map(|n| n.to_string()).collect();
    assert_eq!(models(&openai, Some(&many)).unwrap_err().code, "invalid_models");
}

/// S84: what would change the path of a call, or cannot be asked for, is not a model's name.
#[test]
fn names_of_models_are_one_word() {
    let check = |provider: &str, name: &str| {
        let provider = provider.parse().unwrap();
        let aliases = aliases(&provider, &[("alias".to_owned(), name.to_owned())].into());
        aliases.is_ok()
    };
    for (provider, name) in [
        ("openai", "Qwen/Qwen3-Coder"),
        ("deepseek", "模型"),
        ("google", "gemini-2.5-pro"),
        ("anthropic", "claude-sonnet-5@20260101"),
    ] {
        assert!(check(provider, name), "{provider} {name}");
    }
    let long = "x".repeat(MAX_MODEL_BYTES + 1);
    for (provider, name) in [
        ("openai", ""),
        ("openai", "two words"),
        ("openai", "a\u{0}b"),
        ("openai", long.as_str()),
        ("google", "models/gemini-2.5-pro"),
        ("google", "gemini?key=x"),
        ("google", "../files"),
        ("google", "a:countTokens"),
    ] {
        assert!(!check(provider, name), "{provider} {name:?}");
    }
}

#[test]
fn priority_and_weight_are_bounded() {
    assert!(priority(-1_000).is_ok() && priority(1_000).is_ok());
    assert!(priority(1_001).is_err() && priority(i64::MIN).is_err());
    assert!(weight(1).is_ok() && weight(100).is_ok());
    assert!(weight(0).is_err() && weight(101).is_err());
}

use model::rng::CountingRng;
use model::{PriceId, TenantId, Timestamp, UserId};

use super::*;

fn provider(name: &str) -> ProviderName {
    name.parse().unwrap()
}

fn of(name: &str, model: &str) -> Quote {
    quote(&[], &provider(name), Some(model))
}

fn said(name: &str, model: &str, input: u64) -> PriceOverride {
    let (at, rng) = (Timestamp::from_millis(1_700), CountingRng::default());
    PriceOverride {
        id: PriceId::new(at, &rng),
        tenant: TenantId::new(at, &rng),
        provider: provider(name),
        model: model.to_owned(),
        rates: Rates { input, ..ASSUMED },
        changed_by: UserId::new(at, &rng),
        changed_at: at,
    }
}

#[test]
fn every_line_of_the_table_can_be_read() {
    let lines: Vec<_> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(lines.len() > 200);
    for line in lines {
        let (_, tier, _) = row(line).unwrap_or_else(|| panic!("{line}"));
        let rates = tier.rates;
        assert!(rates.input < 1_000_000_000 && rates.output < 1_000_000_000, "{line}");
    }
    assert_eq!(version().len(), "2026-11-21".len());
    for listed in PRICES.providers.values().flat_map(HashMap::values) {
        assert!(listed.tiers.is_sorted_by_key(|tier| tier.above));
        assert_eq!(listed.tiers[0].above, 0);
    }
}

#[test]
fn the_models_that_agents_use_are_known() {
    for (name, model) in [
        ("anthropic", "claude-opus-4-5"),
        ("anthropic", "claude-sonnet-4-5-20250929"),
        ("anthropic", "claude-haiku-4-5-20251001"),
        ("openai", "gpt-5.4"),
        ("openai", "gpt-5.5"),
        ("openai", "gpt-5.4-nano"),
        ("openai", "text-embedding-3-small"),
        ("google", "gemini-2.5-pro"),
        ("google", "gemini-3.5-flash-lite"),
        ("deepseek", "deepseek-chat"),
        ("qwen", "qwen3-coder-plus"),
    ] {
        assert_eq!(of(name, model).source(), PriceSource::Table, "{name} {model}");
    }
}

#[test]
fn a_version_of_a_model_costs_what_the_model_costs() {
    for spelling in [
        "gpt-5.4-2031-01-02",
        "gpt-5.4-20310102",
        "gpt-5.4-latest",
        "GPT-5.4",
        "openai/gpt-5.4",
        "models/gpt-5.4",
    ] {
        assert_eq!(of("openai", spelling), of("openai", "gpt-5.4"), "{spelling}");
    }
    assert_eq!(of("openai", "gpt-5.4-ultra").source(), PriceSource::Assumed);
    assert_eq!(of("openai", "gpt-5.4-2031").source(), PriceSource::Assumed);
}

/// A model that nobody knows is never free.
#[test]
fn what_is_unknown_is_dear_and_says_so() {
    for model in [None, Some(""), Some("no-such-model"), Some("*")] {
        let quote = quote(&[], &provider("openai"), model);
        let tokens = TokenCounts { input: 1_000, output: 1_000, ..TokenCounts::default() };
        let cost = quote.cost(&tokens);
        assert_eq!(cost.source, PriceSource::Assumed);
        assert_eq!(cost.amount, NanoUsd::from_dollars(0.09).unwrap());
    }
}

#[test]
fn an_administrators_word_comes_before_the_table() {
    let all = [
        said("openai", "gpt-5.4", 1),
        said("openai", "*", 2),
        said("local", "*", 3),
        said("other", "gpt-5.5", 4),
    ];
    let input = |name: &str, model: &str| quote(&all, &provider(name), Some(model)).rates(10).input;
    assert_eq!(input("openai", "gpt-5.4"), 1);
    assert_eq!(input("openai", "gpt-5.5"), of("openai", "gpt-5.5").rates(10).input);
    assert_eq!(input("openai", "no-such-model"), 2);
    assert_eq!(input("local", "gpt-5.4"), 3);
    assert_eq!(input("elsewhere", "gpt-5.5"), of("openai", "gpt-5.5").rates(10).input);
    let quote = quote(&all, &provider("local"), Some("llama"));
    assert_eq!((quote.source(), quote.version.as_ref()), (PriceSource::Override, "1700"));
}

#[test]
fn long_prompts_cost_what_the_vendor_asks_for_them() {
    let quote = of("google", "gemini-2.5-pro");
    let (short, long) = (quote.rates(200_000), quote.rates(200_001));
    assert!(long.input > short.input && long.output > short.output);
    let tokens = TokenCounts { input: 1, cache_read: 200_000, ..TokenCounts::default() };
    assert_eq!(quote.cost(&tokens).amount, long.cost(&tokens));
}

#[test]
fn models_are_found_by_all_the_words_that_are_asked_for() {
    let (found, has_more) = search("Anthropic sonnet", 50);
    assert!(!found.is_empty() && !has_more);
    let fits = |one: &ListedModel| one.provider == "anthropic" && one.model.contains("sonnet");
    assert!(found.iter().all(fits) && found.is_sorted(), "{found:?}");
    let (first, has_more) = search("", 2);
    assert_eq!((first.len(), has_more), (2, true));
    assert_eq!(search("no such model at all", 50), (Vec::new(), false));
}

//! `cargo xtask prices`: writes what models cost from a list that others keep.
//!
//! The list is the `model_prices_and_context_window.json` of `LiteLLM` (MIT). It is not downloaded here:
//! whoever updates the prices takes it from a release (the wheel on `PyPI` has it as
//! `litellm/model_prices_and_context_window_backup.json`), says which, and reads the difference.
//! Only numbers are taken over: of the vendors that our agents call, what a million tokens of each
//! class cost.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};

use crate::repository::Repository;

/// Where the table is kept.
const OUTPUT: &str = "crates/providers/src/prices/models.tsv";

/// Vendors, by the list's name and by ours.
const VENDORS: [(&str, &str); 10] = [
    ("anthropic", "anthropic"),
    ("openai", "openai"),
    ("gemini", "google"),
    ("deepseek", "deepseek"),
    ("dashscope", "qwen"),
    ("mistral", "mistral"),
    ("moonshot", "moonshot"),
    ("xai", "xai"),
    ("zai", "zai"),
    ("minimax", "minimax"),
];

/// What is asked for in text and answered in text or vectors.
const MODES: [&str; 3] = ["chat", "responses", "embedding"];

/// `cargo xtask prices`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The list, as JSON
    list: PathBuf,
    /// The release that the list comes from, such as 1.109.1
    #[arg(long)]
    release: String,
    /// The day on which it was taken, such as 2026-11-21
    #[arg(long)]
    day: String,
}

/// Writes the table.
pub(crate) fn run(repository: &Repository, arguments: &Arguments) -> Result<ExitCode> {
    let list = std::fs::read(&arguments.list)
        .with_context(|| format!("failed to read {}", arguments.list.display()))?;
    let list: BTreeMap<String, Value> =
        serde_json::from_slice(&list).context("the list is not a JSON object")?;
    let rows = rows(&list);
    ensure!(rows.len() > 100, "the list has hardly any model that is known; has its form changed?");
    let text = table(&rows, &arguments.release, &arguments.day);
    std::fs::write(repository.path(OUTPUT), text)?;
    println!("written: {OUTPUT}, {} rows", rows.len());
    Ok(ExitCode::SUCCESS)
}

/// Provider, model, and above how many tokens of input the rates hold.
type Place = (&'static str, String, u64);

/// Millionths of a dollar for a million tokens: input, cache read, cache write, cache write for an
/// hour, output.
type Rates = [u64; 5];

fn rows(list: &BTreeMap<String, Value>) -> BTreeMap<Place, (Rates, Option<u64>)> {
    let mut rows = BTreeMap::new();
    for (name, model) in list {
        let Some(fields) = model.as_object() else { continue };
        let Some(provider) = provider(fields) else { continue };
        let name = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
        let most = fields.get("max_output_tokens").and_then(Value::as_u64);
        for (above, rates) in tiers(fields) {
            // What is given away today is not what it will cost; nobody is told that it is free.
            if rates[0] == 0 && rates[4] == 0 {
                continue;
            }
            // Where two entries speak of one model, the dearer one counts.
            let row = rows.entry((provider, name.clone(), above)).or_insert((rates, most));
            if rates[4] > row.0[4] {
                *row = (rates, most);
            }
        }
    }
    rows
}

fn provider(fields: &Map<String, Value>) -> Option<&'static str> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let (_, ours) = VENDORS.iter().find(|(theirs, _)| text("litellm_provider") == Some(theirs))?;
    MODES.contains(&text("mode")?).then_some(ours)
}

/// The rates, and those above a size of the input where there are such.
fn tiers(fields: &Map<String, Value>) -> Vec<(u64, Rates)> {
    if let Some(ranges) = fields.get("tiered_pricing").and_then(Value::as_array) {
        let tier = |range: &Value| {
            let fields = range.as_object()?;
            let from = range.get("range")?.get(0)?.as_f64()?;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
            Some((from as u64, rates(fields, "")?))
        };
        return ranges.iter().filter_map(tier).collect();
    }
    let mut tiers: Vec<_> = rates(fields, "").map(|rates| (0, rates)).into_iter().collect();
    for thousands in [128, 200, 272] {
        let suffix = format!("_above_{thousands}k_tokens");
        tiers.extend(rates(fields, &suffix).map(|rates| (thousands * 1_000, rates)));
    }
    tiers
}

fn rates(fields: &Map<String, Value>, suffix: &str) -> Option<Rates> {
    let rate = |name: &str| fields.get(&format!("{name}{suffix}")).and_then(per_million);
    let input = rate("input_cost_per_token")?;
    let is_embedding = fields.get("mode").and_then(Value::as_str) == Some("embedding");
    let output = rate("output_cost_per_token").or(is_embedding.then_some(0))?;
    // Where reasoning costs more than what is said, all output is taken to be reasoning.
    let output = output.max(rate("output_cost_per_reasoning_token").unwrap_or(0));
    let read = rate("cache_read_input_token_cost").unwrap_or(input);
    let write = rate("cache_creation_input_token_cost").unwrap_or(input);
    let hour = fields
        .get(&format!("cache_creation_input_token_cost_above_1hr{suffix}"))
        .and_then(per_million);
    Some([input, read, write, hour.unwrap_or(write).max(write), output])
}

/// From dollars for one token.
fn per_million(dollars: &Value) -> Option<u64> {
    let millionths = (dollars.as_f64()? * 1e12).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was checked")]
    (0.0..1e15).contains(&millionths).then_some(millionths as u64)
}

fn table(rows: &BTreeMap<Place, (Rates, Option<u64>)>, release: &str, day: &str) -> String {
    let mut text = format!(
        "# What models cost. Written by `cargo xtask prices`; not to be edited.\n\
         # Source: model_prices_and_context_window.json of LiteLLM {release}\n\
         # (https://github.com/BerriAI/litellm), numbers only. MIT License, Copyright (c) 2023\n\
         # Berri AI; its text is in `LICENSE-LITELLM` beside this file.\n\
         # In millionths of a US dollar for a million tokens; the rates of a row hold where the\n\
         # input has more tokens than `above`.\n\
         # version\t{day}\n\
         # provider\tmodel\tabove\tinput\tcache_read\tcache_write\tcache_write_1h\toutput\tmax_output\n"
    );
    for ((provider, model, above), (rates, most)) in rows {
        let rates: Vec<String> = rates.iter().map(u64::to_string).collect();
        let most = most.unwrap_or(0);
        // Writing to a string does not fail.
        let _ = writeln!(text, "{provider}\t{model}\t{above}\t{}\t{most}", rates.join("\t"));
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn made(list: &Value) -> String {
        let list = serde_json::from_value(list.clone()).unwrap();
        let table = table(&rows(&list), "1.2.3", "2026-11-21");
        table.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn rates_are_whole_numbers_and_tiers_are_rows() {
        let list = json!({
            "claude-x": {
                "litellm_provider": "anthropic", "mode": "chat", "max_output_tokens": 64000,
                "input_cost_per_token": 3e-06, "output_cost_per_token": 1.5e-05,
                "cache_read_input_token_cost": 3e-07,
                "cache_creation_input_token_cost": 3.75e-06,
                "cache_creation_input_token_cost_above_1hr": 6e-06,
                "input_cost_per_token_above_200k_tokens": 6e-06,
                "output_cost_per_token_above_200k_tokens": 2.25e-05,
            },
            "dashscope/Qwen-X": {
                "litellm_provider": "dashscope", "mode": "chat",
                "tiered_pricing": [
                    { "range": [0, 32000.0], "input_cost_per_token": 1e-06,
                      "output_cost_per_token": 5e-06 },
                    { "range": [32000.0, 1e6], "input_cost_per_token": 1.8e-06,
                      "output_cost_per_token": 9e-06 },
                ],
            },
            "dall-e": { "litellm_provider": "openai", "mode": "image_generation" },
            "free": { "litellm_provider": "openai", "mode": "chat",
                      "input_cost_per_token": 0.0, "output_cost_per_token": 0.0 },
            "unpriced": { "litellm_provider": "openai", "mode": "chat" },
            "else": { "litellm_provider": "bedrock", "mode": "chat",
                      "input_cost_per_token": 1.0, "output_cost_per_token": 1.0 },
        });
        assert_eq!(
            made(&list),
            "anthropic\tclaude-x\t0\t3000000\t300000\t3750000\t6000000\t15000000\t64000\n\
             anthropic\tclaude-x\t200000\t6000000\t6000000\t6000000\t6000000\t22500000\t64000\n\
             qwen\tqwen-x\t0\t1000000\t1000000\t1000000\t1000000\t5000000\t0\n\
             qwen\tqwen-x\t32000\t1800000\t1800000\t1800000\t1800000\t9000000\t0"
        );
    }
}

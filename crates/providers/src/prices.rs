//! What models cost: a table that this release carries, and what administrators say instead.
//!
//! A model that nobody knows is never free: it costs as much as the dearest models that agents
//! ordinarily use, and is marked as [`PriceSource::Assumed`] wherever its cost is shown.
//!
//! Prices are those of ordinary calls. What vendors ask for being served with priority, or for
//! searches that a model makes on their side, is not in them.

use std::borrow::Cow;
use std::sync::LazyLock;

use foldhash::HashMap;
use model::price::{Cost, NanoUsd, PriceOverride, PriceSource, Rates};
use model::provider::ProviderName;
use model::usage::TokenCounts;

/// Written by `cargo xtask prices`.
const TABLE: &str = include_str!("prices/models.tsv");

/// What a model costs that nobody knows: 15 dollars for a million tokens in, 75 out.
pub const ASSUMED: Rates = Rates {
    input: 15_000_000,
    cache_read: 15_000_000,
    cache_write: 18_750_000,
    cache_write_1h: 30_000_000,
    output: 75_000_000,
};

/// What an override is for that names no model.
pub const ANY_MODEL: &str = "*";

/// What a model costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    tiers: Tiers,
    source: PriceSource,
    version: Cow<'static, str>,
    max_output: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Tiers {
    One(Rates),
    /// Each holds above so many tokens of input; in rising order.
    Several(&'static [Tier]),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tier {
    above: u64,
    rates: Rates,
}

/// A model of the table.
#[derive(Debug, Default)]
struct Listed {
    tiers: Vec<Tier>,
    max_output: Option<u64>,
}

struct Table {
    version: &'static str,
    /// Models by their names, by their providers'.
    providers: HashMap<&'static str, HashMap<&'static str, Listed>>,
}

static PRICES: LazyLock<Table> = LazyLock::new(|| Table::read(TABLE));

/// The version of the table: the day on which it was taken.
pub fn version() -> &'static str {
    PRICES.version
}

/// How many models the table knows.
pub fn count() -> usize {
    PRICES.providers.values().map(HashMap::len).sum()
}

/// A model of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedModel {
    /// Whose it is, as a key names its provider.
    pub provider: &'static str,
    /// Its name.
    pub model: &'static str,
}

/// The models of the table in whose name or provider each of these words is, by their names: at
/// most so many, and whether there are more.
pub fn search(words: &str, most: usize) -> (Vec<ListedModel>, bool) {
    let words = words.to_ascii_lowercase();
    let words: Vec<&str> = words.split_whitespace().collect();
    let all = PRICES
        .providers
        .iter()
        .flat_map(|(provider, models)| models.keys().map(|model| ListedModel { provider, model }));
    let fits = |listed: &ListedModel| {
        words.iter().all(|word| listed.provider.contains(word) || listed.model.contains(word))
    };
    let mut found: Vec<ListedModel> = all.filter(fits).collect();
    found.sort_unstable();
    let has_more = found.len() > most;
    found.truncate(most);
    (found, has_more)
}

/// What a provider's model costs. The first of these that there is:
///
/// 1. what the administrator says of exactly this model,
/// 2. what the table says of it,
/// 3. what the administrator says of every other model of the provider,
/// 4. what the table says of a model of that name of another provider, as where a compatible
///    endpoint offers it,
/// 5. [`ASSUMED`].
pub fn quote(overrides: &[PriceOverride], provider: &ProviderName, model: Option<&str>) -> Quote {
    let given = model.unwrap_or_default();
    let said = |of: &str| {
        let said = overrides.iter().find(|said| said.provider == *provider && said.model == of);
        said.map(Quote::said)
    };
    if let Some(quote) = said(given) {
        return quote;
    }
    let name = given.rsplit('/').next().unwrap_or(given).to_ascii_lowercase();
    let spellings = [name.as_str(), without_date(&name)];
    let own = PRICES.providers.get(provider.as_str());
    if let Some(listed) = spellings.iter().find_map(|name| own?.get(*name)) {
        return Quote::listed(listed);
    }
    said(ANY_MODEL).unwrap_or_else(|| {
        let elsewhere = spellings.iter().find_map(|name| PRICES.dearest(name));
        elsewhere.map_or_else(Quote::assumed, Quote::listed)
    })
}

impl Quote {
    /// What tokens cost. Where a vendor asks more for long prompts, the whole call costs more.
    pub fn cost(&self, tokens: &TokenCounts) -> Cost {
        let input = tokens.input + tokens.cache_read + tokens.cache_write;
        let amount = self.rates(input).cost(tokens);
        Cost { amount, source: self.source, version: self.version.clone() }
    }

    /// What a call of these sizes costs at the most.
    pub fn ceiling(&self, input: u64, output: u64) -> NanoUsd {
        self.rates(input).ceiling(input, output)
    }

    /// The most tokens that one answer of the model has, where that is known.
    pub const fn max_output(&self) -> Option<u64> {
        self.max_output
    }

    /// Where the price comes from.
    pub const fn source(&self) -> PriceSource {
        self.source
    }

    /// The rates for a prompt of that many tokens.
    pub fn rates(&self, input: u64) -> Rates {
        match &self.tiers {
            Tiers::One(rates) => *rates,
            Tiers::Several(tiers) => {
                let holds = tiers.iter().rev().find(|tier| input > tier.above);
                holds.or_else(|| tiers.first()).map_or(ASSUMED, |tier| tier.rates)
            }
        }
    }

    fn said(price: &PriceOverride) -> Self {
        Self {
            tiers: Tiers::One(price.rates),
            source: PriceSource::Override,
            version: price.changed_at.as_millis().to_string().into(),
            max_output: None,
        }
    }

    fn listed(listed: &'static Listed) -> Self {
        Self {
            tiers: Tiers::Several(&listed.tiers),
            source: PriceSource::Table,
            version: Cow::Borrowed(PRICES.version),
            max_output: listed.max_output,
        }
    }

    fn assumed() -> Self {
        Self {
            tiers: Tiers::One(ASSUMED),
            source: PriceSource::Assumed,
            version: Cow::Borrowed(PRICES.version),
            max_output: None,
        }
    }
}

impl Table {
    /// A line that cannot be read is left out, and so its model is a dear one that nobody knows;
    /// a test sees to it that there is none.
    fn read(text: &'static str) -> Self {
        let version = text.lines().find_map(|line| line.strip_prefix("# version\t"));
        let mut providers: HashMap<_, HashMap<_, Listed>> = HashMap::default();
        for ((provider, model), tier, max_output) in text.lines().filter_map(row) {
            let listed = providers.entry(provider).or_default().entry(model).or_default();
            listed.tiers.push(tier);
            listed.max_output = max_output;
        }
        Self { version: version.unwrap_or("unknown"), providers }
    }

    /// The model of that name, of whichever provider it is dearest.
    fn dearest(&self, name: &str) -> Option<&Listed> {
        let listed = self.providers.values().filter_map(|models| models.get(name));
        listed.max_by_key(|listed| listed.tiers.last().map(|tier| tier.rates.output))
    }
}

type Row = ((&'static str, &'static str), Tier, Option<u64>);

fn row(line: &'static str) -> Option<Row> {
    let mut fields = line.split('\t');
    let place = (fields.next()?, fields.next()?);
    let mut number = || fields.next()?.parse::<u64>().ok();
    let above = number()?;
    let rates = Rates {
        input: number()?,
        cache_read: number()?,
        cache_write: number()?,
        cache_write_1h: number()?,
        output: number()?,
    };
    let max_output = number()?;
    Some((place, Tier { above, rates }, Some(max_output).filter(|most| *most > 0)))
}

/// The name without the day at its end, as vendors add it to name one version of a model:
/// `-20250929`, `-2025-09-29`, or `-latest`. Nothing else is cut off: what follows a name may make
/// another model of it.
fn without_date(name: &str) -> &str {
    if let Some(name) = name.strip_suffix("-latest") {
        return name;
    }
    for pattern in ["-dddddddd", "-dddd-dd-dd"] {
        let Some(at) = name.len().checked_sub(pattern.len()) else { continue };
        let Some(end) = name.get(at..) else { continue };
        let fits = end.bytes().zip(pattern.bytes()).all(|(byte, expected)| match expected {
            b'd' => byte.is_ascii_digit(),
            _ => byte == expected,
        });
        if fits {
            return &name[..at];
        }
    }
    name
}

#[cfg(test)]
mod tests;

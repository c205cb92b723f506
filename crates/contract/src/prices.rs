//! What models cost.

use model::price::PriceSource;
use model::{PriceId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// What a million tokens of each class cost, in US dollars.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// Prompt tokens that a cache had no part in; 0 to 100000.
    pub input: f64,
    /// Prompt tokens read from a cache; as `input` if it is left out.
    #[serde(default)]
    pub cache_read: Option<f64>,
    /// Prompt tokens written to a cache; as `input` if it is left out.
    #[serde(default)]
    pub cache_write: Option<f64>,
    /// Prompt tokens written to a cache for an hour; as `cache_write` if it is left out.
    #[serde(default)]
    pub cache_write_1h: Option<f64>,
    /// Generated tokens, reasoning among them; 0 to 100000.
    pub output: f64,
}

/// Says what a model costs, or changes that.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutPrice {
    /// Whose model it is, as in its key.
    pub provider: String,
    /// The model exactly as agents ask for it; `*` for every model of the provider that the table
    /// does not know, such as those of a server of one's own.
    pub model: String,
    /// The price.
    pub usd_per_million_tokens: Rates,
}

/// A price that an administrator has set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PriceView {
    /// Identifier.
    pub price_id: PriceId,
    /// Whose model it is.
    pub provider: String,
    /// The model, or `*`.
    pub model: String,
    /// The price.
    pub usd_per_million_tokens: Rates,
    /// Who set it.
    pub changed_by: UserId,
    /// When.
    pub changed_at: Time,
}

/// One price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OnePrice {
    /// Always true.
    pub success: bool,
    /// The price.
    pub price: PriceView,
}

/// A model that was called although nobody knows what it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnknownPrice {
    /// Whose it is.
    pub provider: String,
    /// The model, as it was asked for.
    pub model: Option<String>,
    /// Calls within the last 30 days.
    pub calls: u64,
    /// The last of them.
    pub last_at: Time,
}

/// The price that holds for a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PriceInForce {
    /// Where it comes from.
    pub source: PriceSource,
    /// For short prompts; some vendors ask more for long ones.
    pub usd_per_million_tokens: Rates,
}

/// A model whose price is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KnownPrice {
    /// Whose it is.
    pub provider: String,
    /// The model.
    pub model: String,
    /// The price that holds for it.
    #[serde(flatten)]
    pub price: PriceInForce,
}

/// What models cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Prices {
    /// What administrators have set, by provider and model.
    pub prices: Vec<PriceView>,
    /// The day of the table of list prices that this release carries.
    pub table_version: String,
    /// How many models are in it.
    pub table_models: usize,
    /// What a model is taken to cost that nobody knows the price of.
    pub assumed: Rates,
    /// Models for which that was done within the last 30 days: set their prices.
    pub unknown: Vec<UnknownPrice>,
    /// The price that holds for the model that was asked about.
    pub in_force: Option<PriceInForce>,
    /// The models of the table that were searched for, by provider and name.
    pub found: Vec<KnownPrice>,
    /// Whether there are more of them than the 50 that are listed.
    pub has_more_found: bool,
}

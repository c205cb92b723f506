//! What models cost, as administrators say.

use std::time::Duration;

use model::price::{PriceOverride, PriceSource, Rates};
use model::provider::ProviderName;
use model::{Actor, PriceId, Timestamp};
use policy::Action;
use providers::prices::{self, ListedModel};
use serde_json::json;
use store::prices::UnknownPrice;

use crate::authorise::{acting_tenant, acting_user, authorise_in};
use crate::{ControlPlane, Error};

/// How many prices a tenant can set: they are looked through with every call.
const MOST_PRICES: usize = 500;

/// The longest name of a model, in bytes.
const LONGEST_MODEL: usize = 256;

/// For how long a model without a price is pointed out.
const UNKNOWN_WITHIN: Duration = Duration::from_hours(30 * 24);

/// How many models of the table are found at the most.
const MOST_FOUND: usize = 50;

/// What is asked about prices.
#[derive(Debug, Clone, Copy, Default)]
pub struct PriceQuery<'a> {
    /// What holds for this provider's model.
    pub about: Option<(&'a str, &'a str)>,
    /// Models of the table with all these words.
    pub search: Option<&'a str>,
}

/// A model of the table, with the price that holds for it.
#[derive(Debug)]
pub struct FoundPrice {
    /// The model.
    pub listed: ListedModel,
    /// Where its price comes from.
    pub source: PriceSource,
    /// The price for short prompts.
    pub rates: Rates,
}

/// What is known of prices.
#[derive(Debug)]
pub struct Prices {
    /// What administrators have set.
    pub overrides: Vec<PriceOverride>,
    /// Models that were called lately although nobody knows what they cost.
    pub unknown: Vec<UnknownPrice>,
    /// The price that holds for short prompts to the model that was asked about.
    pub in_force: Option<(PriceSource, Rates)>,
    /// The day of the table that this release carries.
    pub table_version: &'static str,
    /// How many models are in it.
    pub table_models: usize,
    /// What a model is taken to cost that nobody knows the price of.
    pub assumed: Rates,
    /// The models that were searched for.
    pub found: Vec<FoundPrice>,
    /// Whether there are more of them.
    pub has_more_found: bool,
}

/// What is known of prices, and what holds for the models that are asked about.
pub async fn prices(
    plane: &ControlPlane,
    actor: &Actor,
    query: PriceQuery<'_>,
) -> Result<Prices, Error> {
    let tenant = acting_tenant(actor)?;
    acting_user(actor)?;
    let overrides = plane.store.prices(tenant).await?;
    let since = plane.now().as_millis() - i64::try_from(UNKNOWN_WITHIN.as_millis()).unwrap_or(0);
    let unknown = plane.store.prices_unknown(tenant, Timestamp::from_millis(since)).await?;
    let in_force = match query.about {
        Some((name, model)) => {
            let quote = prices::quote(&overrides, &provider(name)?, Some(model));
            Some((quote.source(), quote.rates(0)))
        }
        None => None,
    };
    let (found, has_more_found) = match query.search {
        Some(words) => prices::search(words, MOST_FOUND),
        None => (Vec::new(), false),
    };
    let found = found.into_iter().map(|listed| found_price(&overrides, listed));
    let found = found.collect::<Result<_, Error>>()?;
    Ok(Prices {
        found,
        has_more_found,
        overrides,
        unknown,
        in_force,
        table_version: prices::version(),
        table_models: prices::count(),
        assumed: prices::ASSUMED,
    })
}

/// Says what a model costs, or changes that. It holds for calls that begin from now on.
pub async fn price_put(
    plane: &ControlPlane,
    actor: &Actor,
    name: &str,
    model: &str,
    rates: Rates,
) -> Result<PriceOverride, Error> {
    let tenant = acting_tenant(actor)?;
    let changed_by = authorise_in(actor, Action::BudgetManage, tenant)?;
    let (provider, model) = (provider(name)?, usable_model(model)?);
    let now = plane.now();
    let id = PriceId::new(now, &**plane.rng());
    let mut price =
        PriceOverride { id, tenant, provider, model, rates, changed_by, changed_at: now };
    let known = plane.store.prices(tenant).await?;
    let is_new =
        |known: &PriceOverride| known.provider != price.provider || known.model != price.model;
    if known.len() >= MOST_PRICES && known.iter().all(is_new) {
        let message = format!("there are {MOST_PRICES} prices already; remove one");
        return Err(Error::conflict("too_many_prices", message));
    }
    let facts = json!({ "micro_usd_per_million_tokens": rates });
    let object = format!("price:{}/{}", price.provider, price.model);
    let record = plane.audit(actor, "price.put", object, &facts);
    let stored = price.clone();
    price.id = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let id = tx.price_put(&stored).await?;
                tx.audit_append(record).await?;
                Ok(id)
            })
        })
        .await?;
    Ok(price)
}

/// Takes an administrator's word back: the table's price holds again.
pub async fn price_delete(plane: &ControlPlane, actor: &Actor, id: PriceId) -> Result<(), Error> {
    let tenant = acting_tenant(actor)?;
    authorise_in(actor, Action::BudgetManage, tenant)?;
    let record = plane.audit(actor, "price.delete", format!("price:{id}"), &json!({}));
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if !tx.price_delete(tenant, id).await? {
                    return Err(Error::not_found("price"));
                }
                tx.audit_append(record).await?;
                Ok(())
            })
        })
        .await
}

fn found_price(overrides: &[PriceOverride], listed: ListedModel) -> Result<FoundPrice, Error> {
    let quote = prices::quote(overrides, &provider(listed.provider)?, Some(listed.model));
    Ok(FoundPrice { listed, source: quote.source(), rates: quote.rates(0) })
}

fn provider(name: &str) -> Result<ProviderName, Error> {
    name.parse().map_err(|error| Error::invalid("invalid_provider", format!("{error}")))
}

fn usable_model(model: &str) -> Result<String, Error> {
    let model = model.trim();
    if model.is_empty() || model.len() > LONGEST_MODEL || model.chars().any(char::is_control) {
        let message = format!("model must be 1 to {LONGEST_MODEL} bytes, or * for all others");
        return Err(Error::invalid("invalid_model", message));
    }
    Ok(model.to_owned())
}

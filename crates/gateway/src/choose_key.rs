//! Phase 4: which of the tenant's keys pays for a call.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::provider::{Dialect, ProviderKey, ProviderName};
use model::{ProviderKeyId, SecretString, TenantId, Tick};
use providers::{BaseUrl, Refusal};
use vault::RowIdentity;

use crate::authenticate::Caller;
use crate::classify::Asked;
use crate::gateway::Inner;

/// For how long the list of a tenant's keys is believed.
const FRESH: Duration = Duration::from_secs(2);

/// Lists that are kept at the most; older ones are dropped, and read again when they are needed.
const MAX_LISTS: usize = 1_000;

/// A key that was chosen and opened, for one call.
pub(crate) struct Key {
    pub(crate) id: ProviderKeyId,
    pub(crate) provider: ProviderName,
    pub(crate) base_url: BaseUrl,
    pub(crate) secret: SecretString,
}

/// The keys of tenants that call, still sealed, as they were a moment ago.
#[derive(Default)]
pub(crate) struct Keys {
    lists: Mutex<HashMap<TenantId, List>>,
}

struct List {
    read_at: Tick,
    keys: Arc<[ProviderKey]>,
}

/// Chooses the newest key of the provider that the call is for, and opens it.
pub(crate) async fn choose_key(
    gateway: &Inner,
    caller: &Caller,
    asked: &Asked,
) -> Result<Key, Refusal> {
    let keys = keys_of(gateway, caller.standing.token.tenant).await?;
    let provider = provider(asked, &keys)?;
    let of_provider = keys.iter().filter(|key| key.provider == provider);
    // They come in the order in which they were stored; of equals, this takes the last.
    let newest = of_provider.max_by_key(|key| key.created_at);
    let Some(key) = newest else { return Err(Refusal::NoKey { provider }) };
    open(gateway, key).map_err(|problem| {
        tracing::error!(provider_key.id = %key.id, problem, "a provider key cannot be used");
        Refusal::Unavailable
    })
}

/// The provider that a call is for. Its path may name it. Where it does not, there is one vendor
/// for Anthropic's dialect and one for Gemini's; the dialect of OpenAI is spoken by many, of which
/// it is the one whose name begins the model's, else `openai`, else the only one there is.
fn provider(asked: &Asked, keys: &[ProviderKey]) -> Result<ProviderName, Refusal> {
    if let Some(named) = &asked.provider {
        return Ok(named.clone());
    }
    match asked.call.dialect {
        Dialect::Anthropic => Ok(vendor("anthropic")),
        Dialect::Gemini => Ok(vendor("google")),
        Dialect::OpenAi => {
            let compatible: BTreeSet<_> = keys
                .iter()
                .map(|key| &key.provider)
                .filter(|provider| provider.dialect() == Dialect::OpenAi)
                .collect();
            one_of(&compatible, asked.model.as_deref())
        }
    }
}

fn one_of(
    compatible: &BTreeSet<&ProviderName>,
    model: Option<&str>,
) -> Result<ProviderName, Refusal> {
    let openai = vendor("openai");
    let begins_model = |provider: &&&ProviderName| {
        model.is_some_and(|model| is_named_after(model, provider.as_str()))
    };
    let longest = |provider: &&&ProviderName| provider.as_str().len();
    if let Some(provider) = compatible.iter().filter(begins_model).max_by_key(longest) {
        return Ok((*provider).clone());
    }
    if compatible.contains(&openai) || compatible.is_empty() {
        return Ok(openai);
    }
    let mut all = compatible.iter();
    if let (Some(only), None) = (all.next(), all.next()) {
        return Ok((*only).clone());
    }
    Err(Refusal::BadRequest(ambiguous(compatible)))
}

/// Whether a model carries a provider's name: `deepseek-chat`, `qwen3-coder`.
fn is_named_after(model: &str, provider: &str) -> bool {
    let rest = model.strip_prefix(provider);
    rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_lowercase()))
}

fn ambiguous(compatible: &BTreeSet<&ProviderName>) -> String {
    let names: Vec<_> = compatible.iter().map(|provider| provider.as_str()).collect();
    format!(
        "there are keys of {}, and the model's name begins with none of these; end the base URL \
         with the provider's name and /v1, such as /{}/v1",
        names.join(", "),
        names[0]
    )
}

fn vendor(name: &str) -> ProviderName {
    // The documented names are names.
    name.parse().expect("a lower-case word is a provider's name")
}

async fn keys_of(gateway: &Inner, tenant: TenantId) -> Result<Arc<[ProviderKey]>, Refusal> {
    let now = gateway.clock.tick();
    if let Some(keys) = gateway.keys.fresh(tenant, now) {
        return Ok(keys);
    }
    let read = gateway.store.provider_keys(tenant).await.map_err(|error| {
        tracing::error!(%error, "a tenant's provider keys could not be read");
        Refusal::Unavailable
    })?;
    let keys: Arc<[ProviderKey]> = read.into();
    gateway.keys.keep(tenant, now, keys.clone());
    Ok(keys)
}

/// The plaintext lives from here to the end of the call.
fn open(gateway: &Inner, key: &ProviderKey) -> Result<Key, String> {
    let base_url = BaseUrl::parse(&key.base_url).map_err(|error| error.to_string())?;
    // A ring is changed by adding a whole key to it, after the file was written.
    let ring = gateway.key_ring.read().unwrap_or_else(PoisonError::into_inner);
    let secret = ring.open(&RowIdentity::from(key), &key.sealed);
    let secret = secret.map_err(|error| error.to_string())?;
    Ok(Key { id: key.id, provider: key.provider.clone(), base_url, secret })
}

impl Keys {
    fn fresh(&self, tenant: TenantId, now: Tick) -> Option<Arc<[ProviderKey]>> {
        let lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let list = lists.get(&tenant)?;
        (now.since(list.read_at) <= FRESH).then(|| list.keys.clone())
    }

    fn keep(&self, tenant: TenantId, read_at: Tick, keys: Arc<[ProviderKey]>) {
        // Entries are replaced as a whole.
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        if lists.len() >= MAX_LISTS {
            lists.retain(|_, list| read_at.since(list.read_at) <= FRESH);
        }
        lists.insert(tenant, List { read_at, keys });
    }
}

//! Phase 4: which of the tenant's keys may pay for a call, and in which order they are tried.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foldhash::HashMap;
use model::provider::{Dialect, KeyState, ProviderKey, ProviderName};
use model::{ExposeSecret, ProviderKeyId, SecretString, TenantId, Tick};
use providers::{BaseUrl, Refusal};
use vault::RowIdentity;

use crate::authenticate::Caller;
use crate::classify::Asked;
use crate::gateway::Inner;
use crate::key_health::KeyHealth;
use crate::selection::order;

/// For how long the list of a tenant's keys is believed.
const FRESH: Duration = Duration::from_secs(2);

/// Lists that are kept at the most; older ones are dropped, and read again when they are needed.
const MAX_LISTS: usize = 1_000;

/// A key that was chosen and opened, for one attempt.
pub(crate) struct Key {
    pub(crate) id: ProviderKeyId,
    pub(crate) provider: ProviderName,
    pub(crate) base_url: BaseUrl,
    pub(crate) secret: SecretString,
    /// The upstream's name of the model, where the client asks for it by another.
    pub(crate) renamed: Option<Renamed>,
}

/// A model that has two names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Renamed {
    /// What the client says, and hears.
    pub(crate) asked: String,
    /// What the upstream hears, and says.
    pub(crate) upstream: String,
}

/// The keys of tenants that call, still sealed, as they were a moment ago; and which of them rest.
#[derive(Default)]
pub(crate) struct Keys {
    lists: Mutex<HashMap<TenantId, List>>,
    health: Mutex<KeyHealth>,
}

/// A tenant's active keys. A call takes hold of those it may use, without copying them.
type SealedKeys = Arc<[Arc<ProviderKey>]>;

struct List {
    read_at: Tick,
    keys: SealedKeys,
}

/// Chooses the keys for a call, the first to be tried first; never none.
pub(crate) async fn choose_keys(
    gateway: &Inner,
    caller: &Caller,
    asked: &Asked,
) -> Result<Vec<Arc<ProviderKey>>, Refusal> {
    let token = &caller.standing.token;
    let keys = keys_of(gateway, token.tenant).await?;
    let provider = provider(asked, &keys)?;
    let of_provider = || keys.iter().filter(|key| key.provider == provider);
    if of_provider().next().is_none() {
        return Err(Refusal::NoKey { provider });
    }
    let serves = |key: &&Arc<ProviderKey>| serves(key, asked);
    let now = gateway.clock.tick();
    let health = gateway.keys.health();
    let order = order(of_provider().filter(serves), &health, token.session, now);
    if order.is_empty() {
        let names = of_provider().filter_map(|key| key.serves.names()).flatten();
        let allowed: BTreeSet<&str> = names.collect();
        let allowed = allowed.into_iter().map(str::to_owned).collect();
        return Err(Refusal::ModelForbidden { model: asked.model.clone(), allowed });
    }
    Ok(order.into_iter().cloned().collect())
}

/// Whether a key may be used for what is asked. A list of models asks for none in particular.
fn serves(key: &ProviderKey, asked: &Asked) -> bool {
    let model = asked.model.as_deref();
    model.is_none_or(|model| key.serves.upstream_model(model).is_some())
}

/// The provider that a call is for. Its path may name it. Where it does not, there is one vendor
/// for Anthropic's dialect and one for Gemini's; the dialect of OpenAI is spoken by many, of which
/// it is the only one whose keys list the model, else the one whose name begins the model's, else
/// `openai`, else the only one there is.
fn provider(asked: &Asked, keys: &[Arc<ProviderKey>]) -> Result<ProviderName, Refusal> {
    if let Some(named) = &asked.provider {
        return Ok(named.clone());
    }
    match asked.call.dialect {
        Dialect::Anthropic => Ok(vendor("anthropic")),
        Dialect::Gemini => Ok(vendor("google")),
        Dialect::OpenAi => {
            let compatible = || keys.iter().filter(|key| key.provider.dialect() == Dialect::OpenAi);
            let model = asked.model.as_deref();
            let lists = |key: &&Arc<ProviderKey>| {
                let mut names = key.serves.names().into_iter().flatten();
                names.any(|name| Some(name) == model) || has_alias(key, model)
            };
            let listing: BTreeSet<_> =
                compatible().filter(lists).map(|key| &key.provider).collect();
            if let (1, Some(only)) = (listing.len(), listing.first()) {
                return Ok((*only).clone());
            }
            let all = compatible().map(|key| &key.provider).collect();
            one_of(if listing.is_empty() { &all } else { &listing }, model)
        }
    }
}

fn has_alias(key: &ProviderKey, model: Option<&str>) -> bool {
    model.is_some_and(|model| key.serves.aliases.contains_key(model))
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

/// The active keys of a tenant.
pub(crate) async fn keys_of(gateway: &Inner, tenant: TenantId) -> Result<SealedKeys, Refusal> {
    let now = gateway.clock.tick();
    if let Some(keys) = gateway.keys.fresh(tenant, now) {
        return Ok(keys);
    }
    let keys = read_keys(gateway, tenant).await?;
    gateway.keys.keep(tenant, now, keys.clone());
    Ok(keys)
}

async fn read_keys(gateway: &Inner, tenant: TenantId) -> Result<SealedKeys, Refusal> {
    let read = gateway.store.provider_keys(tenant).await.map_err(|error| {
        tracing::error!(%error, "a tenant's provider keys could not be read");
        Refusal::Unavailable
    })?;
    let active = |key: &ProviderKey| key.serves.state == KeyState::Active;
    Ok(read.into_iter().filter(active).map(Arc::new).collect())
}

/// Opens a key for one attempt; the plaintext lives from here to its end.
pub(crate) fn open(gateway: &Inner, key: &ProviderKey, model: Option<&str>) -> Result<Key, String> {
    let base_url = BaseUrl::parse(&key.base_url).map_err(|error| error.to_string())?;
    // A ring is changed by adding a whole key to it, after the file was written.
    let ring = gateway.key_ring.read().unwrap_or_else(PoisonError::into_inner);
    let secret = ring.open(&RowIdentity::from(key), &key.sealed);
    let secret = secret.map_err(|error| error.to_string())?;
    let renamed = model.and_then(|asked| {
        let upstream = key.serves.upstream_model(asked).filter(|upstream| *upstream != asked)?;
        Some(Renamed { asked: asked.to_owned(), upstream: upstream.to_owned() })
    });
    Ok(Key { id: key.id, provider: key.provider.clone(), base_url, secret, renamed })
}

/// Whether a key that was opened some time ago would still be opened so.
pub(crate) async fn is_current(
    gateway: &Inner,
    tenant: TenantId,
    key: &Key,
    asked: &Asked,
) -> Result<bool, Refusal> {
    let keys = read_keys(gateway, tenant).await?;
    let Some(sealed) = keys.iter().find(|sealed| sealed.id == key.id) else { return Ok(false) };
    let now = open(gateway, sealed, asked.model.as_deref());
    Ok(serves(sealed, asked) && now.is_ok_and(|now| now.is_same(key)))
}

impl Key {
    fn is_same(&self, other: &Self) -> bool {
        self.base_url == other.base_url
            && self.renamed == other.renamed
            && self.secret.expose_secret() == other.secret.expose_secret()
    }
}

impl Keys {
    /// Which keys rest.
    pub(crate) fn health(&self) -> MutexGuard<'_, KeyHealth> {
        // Rests are put in and taken out as a whole.
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fresh(&self, tenant: TenantId, now: Tick) -> Option<SealedKeys> {
        let lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let list = lists.get(&tenant)?;
        (now.since(list.read_at) <= FRESH).then(|| list.keys.clone())
    }

    fn keep(&self, tenant: TenantId, read_at: Tick, keys: SealedKeys) {
        // Entries are replaced as a whole.
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        if lists.len() >= MAX_LISTS {
            lists.retain(|_, list| read_at.since(list.read_at) <= FRESH);
        }
        lists.insert(tenant, List { read_at, keys });
    }
}

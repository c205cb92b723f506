//! Changing a key: its name, its place among the others, where it leads, its secret.

use std::collections::BTreeMap;

use model::provider::{KeyState, ProviderKey};
use model::{Actor, ExposeSecret, ProviderKeyId, SecretString};
use policy::Action;
use providers::BaseUrl;
use serde_json::{Map, Value, json};
use vault::RowIdentity;

use super::{checked, guard, hint, name_taken, no_key, object, seal};
use crate::authorise::{acting_tenant, authorise_in};
use crate::{ControlPlane, Error, text};

/// What is to be different; what is `None` stays.
#[derive(Debug, Default)]
pub struct ProviderKeyChange {
    /// What it is called.
    pub name: Option<String>,
    /// A new secret.
    pub secret: Option<SecretString>,
    /// Where calls go. Another host needs a secret beside it.
    pub base_url: Option<String>,
    /// The models that it serves.
    pub models: Option<Models>,
    /// Further names of models, in the place of those there are.
    pub aliases: Option<BTreeMap<String, String>>,
    /// Higher ones are chosen first.
    pub priority: Option<i64>,
    /// The share among equals.
    pub weight: Option<u32>,
    /// Whether it is chosen at all.
    pub state: Option<KeyState>,
}

/// Which models a key is to serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Models {
    /// Whichever is asked for.
    All,
    /// These.
    Only(Vec<String>),
}

impl Models {
    fn list(&self) -> Option<&[String]> {
        match self {
            Self::All => None,
            Self::Only(models) => Some(models),
        }
    }
}

/// A new secret, ready to be stored.
struct Resealed {
    sealed: Vec<u8>,
    hint: String,
}

/// Changes a key. Calls that are under way go on as they were begun.
pub async fn provider_key_change(
    plane: &ControlPlane,
    actor: &Actor,
    id: ProviderKeyId,
    change: ProviderKeyChange,
) -> Result<ProviderKey, Error> {
    let tenant = acting_tenant(actor)?;
    authorise_in(actor, Action::ProviderKeyManage, tenant)?;
    let before = plane.store.provider_key(id, tenant).await?.ok_or_else(no_key)?;
    let change = checked_change(plane, &before, change).await?;
    let resealed = change.secret.as_ref().map(|secret| reseal(plane, &before, secret));
    let resealed = resealed.transpose()?;
    let provider = before.provider.clone();
    let action = if resealed.is_some() { "provider_key.rotate" } else { "provider_key.change" };
    let record = plane.audit(actor, action, object(id), &facts(&change));
    let now = plane.now();
    let written = plane
        .store
        .write::<_, store::StoreError, _>(move |tx| {
            Box::pin(async move {
                // Read again: of two changes at once both count.
                let Some(mut key) = tx.provider_key(id, tenant).await? else { return Ok(None) };
                apply(&mut key, change);
                if let Some(Resealed { sealed, hint }) = resealed {
                    (key.sealed, key.hint) = (sealed, hint);
                    (key.secret_set_at, key.last_trial) = (now, None);
                }
                tx.provider_key_update(&key).await?;
                tx.audit_append(record).await?;
                Ok(Some(key))
            })
        })
        .await;
    written.map_err(|error| name_taken(error, &provider))?.ok_or_else(no_key)
}

/// The change with everything in it fit to be stored.
async fn checked_change(
    plane: &ControlPlane,
    before: &ProviderKey,
    change: ProviderKeyChange,
) -> Result<ProviderKeyChange, Error> {
    let provider = &before.provider;
    let name = change.name.map(|name| text::name("the key's name", &name, 100));
    let secret = change.secret.as_ref().map(checked::secret).transpose()?;
    let base_url = match &change.base_url {
        Some(given) => Some(checked::base_url(&guard(plane), provider, Some(given)).await?),
        None => None,
    };
    if let Some(base_url) = &base_url
        && secret.is_none()
        && !is_same_place(&before.base_url, base_url)
    {
        // Who may store keys may not read them, and this would be a way to.
        let message = "another address needs the key again: a stored key goes nowhere else";
        return Err(Error::invalid("secret_needed", message).with_hint("give api_key as well"));
    }
    let models = change.models.map(|models| {
        let checked = checked::models(provider, models.list())?;
        Ok::<_, Error>(checked.map_or(Models::All, Models::Only))
    });
    let aliases = change.aliases.map(|aliases| checked::aliases(provider, &aliases));
    Ok(ProviderKeyChange {
        name: name.transpose()?,
        secret,
        base_url,
        models: models.transpose()?,
        aliases: aliases.transpose()?,
        priority: change.priority.map(checked::priority).transpose()?,
        weight: change.weight.map(checked::weight).transpose()?,
        state: change.state,
    })
}

/// Whether two base URLs have the same scheme, host and port.
fn is_same_place(one: &str, other: &str) -> bool {
    match (BaseUrl::parse(one), BaseUrl::parse(other)) {
        (Ok(one), Ok(other)) => {
            one.scheme() == other.scheme() && one.authority() == other.authority()
        }
        _ => false,
    }
}

fn reseal(
    plane: &ControlPlane,
    key: &ProviderKey,
    secret: &SecretString,
) -> Result<Resealed, Error> {
    let sealed = seal(plane, &RowIdentity::from(key), secret)?;
    Ok(Resealed { sealed, hint: hint(secret.expose_secret()) })
}

fn apply(key: &mut ProviderKey, change: ProviderKeyChange) {
    fn set<T>(place: &mut T, value: Option<T>) {
        if let Some(value) = value {
            *place = value;
        }
    }
    set(&mut key.name, change.name);
    set(&mut key.base_url, change.base_url);
    set(&mut key.serves.models, change.models.map(|models| models.list().map(<[_]>::to_vec)));
    set(&mut key.serves.aliases, change.aliases);
    set(&mut key.serves.priority, change.priority);
    set(&mut key.serves.weight, change.weight);
    set(&mut key.serves.state, change.state);
}

/// What the audit log remembers: what is new, but never the secret.
fn facts(change: &ProviderKeyChange) -> Value {
    let mut facts = Map::new();
    let mut note = |name: &str, value: Option<Value>| {
        facts.extend(value.map(|value| (name.to_owned(), value)));
    };
    note("name", change.name.as_ref().map(|name| json!(name)));
    note("base_url", change.base_url.as_ref().map(|url| json!(url)));
    note("models", change.models.as_ref().map(|models| json!(models.list())));
    note("aliases", change.aliases.as_ref().map(|aliases| json!(aliases)));
    note("priority", change.priority.map(|priority| json!(priority)));
    note("weight", change.weight.map(|weight| json!(weight)));
    note("state", change.state.map(|state| json!(state)));
    facts.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S87: an address that leads elsewhere does not get a key that was stored for another.
    #[test]
    fn another_scheme_host_or_port_is_another_place() {
        let here = "https://api.example.com/v1";
        assert!(is_same_place(here, "https://API.example.com/v2"));
        for elsewhere in [
            "http://api.example.com/v1",
            "https://api.example.com:8443/v1",
            "https://api.example.com.evil.example/v1",
            "https://evil.example/v1",
        ] {
            assert!(!is_same_place(here, elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn the_audit_log_never_hears_a_secret() {
        let change = ProviderKeyChange {
            name: Some("new".to_owned()),
            secret: Some(SecretString::from("sk-canary-0123456789")),
            models: Some(Models::All),
            ..ProviderKeyChange::default()
        };
        assert_eq!(facts(&change), json!({ "name": "new", "models": null }));
    }
}

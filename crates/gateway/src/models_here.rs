//! Lists of models that are answered here: where a session or the tenant's keys are bound to some,
//! what the token may use is known, and the provider's list would say more.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::Response;
use model::provider::ProviderKey;
use providers::{Endpoint, Refusal, model_list};

use crate::authenticate::Caller;
use crate::body::Body;
use crate::choose_key::keys_of;
use crate::classify::Asked;
use crate::gateway::{Inner, whole};
use crate::tokens::Standing;

/// The answer to a call for models, if it can be given here. `None` sends the call on.
pub(crate) async fn models_here(
    gateway: &Inner,
    caller: &Caller,
    asked: &Asked,
) -> Result<Option<Response<Body>>, Refusal> {
    if !matches!(asked.call.endpoint, Endpoint::Models | Endpoint::Model) {
        return Ok(None);
    }
    let standing = &caller.standing;
    let keys = keys_of(gateway, standing.token.tenant).await?;
    let keys: Vec<_> = keys.iter().filter(|key| answers_for(key, asked)).collect();
    if keys.is_empty() {
        return Ok(None);
    }
    let model = asked.call.model.as_deref();
    let known = known(standing, &keys);
    match (model, &known) {
        // A name of the administrator's own is none that the provider knows.
        (Some(model), _) if keys.iter().any(|key| key.serves.aliases.contains_key(model)) => {}
        (_, None) => return Ok(None),
        (Some(model), Some(known)) if !known.contains(model) => {
            let allowed = known.iter().map(|name| (*name).to_owned()).collect();
            return Err(Refusal::ModelForbidden { model: Some(model.to_owned()), allowed });
        }
        _ => {}
    }
    let names: Vec<_> = known.into_iter().flatten().collect();
    Ok(Some(whole(model_list::answer(&asked.call, &names))))
}

fn answers_for(key: &ProviderKey, asked: &Asked) -> bool {
    match &asked.provider {
        Some(provider) => key.provider == *provider,
        None => key.provider.dialect() == asked.call.dialect,
    }
}

/// The names that the token may ask for, where they are known: those of its session that a key
/// serves, else those of the keys, if each of them has a list.
fn known<'a>(standing: &'a Standing, keys: &[&'a Arc<ProviderKey>]) -> Option<BTreeSet<&'a str>> {
    if let Some(bound) = standing.models() {
        let served = |name: &&str| keys.iter().any(|key| key.serves.upstream_model(name).is_some());
        return Some(bound.filter(served).collect());
    }
    let mut names = BTreeSet::new();
    for key in keys {
        names.extend(key.serves.names()?);
    }
    Some(names)
}

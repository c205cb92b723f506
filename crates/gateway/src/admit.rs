//! Phase 3: may this session make this call.
//!
//! That is a question of the model alone. What a quota leaves is asked when an attempt begins: it
//! is a question of what the call may cost, which depends on whose key pays for it.

use providers::request::OtherModels;
use providers::{Endpoint, Refusal};

use crate::authenticate::Caller;
use crate::classify::Asked;
use crate::gateway::Inner;

/// A session that was started with a model may use that one, and the one it was changed to, to
/// the letter (S84). One that was started without may use any.
pub(crate) fn admit(gateway: &Inner, caller: &Caller, asked: &Asked) -> Result<(), Refusal> {
    // The token may have died while the body arrived.
    if caller.live.ended.is_cancelled() {
        return Err(gateway.ended());
    }
    let Some(allowed) = caller.standing.models() else { return Ok(()) };
    if asked.call.endpoint == Endpoint::Models {
        return Ok(());
    }
    let allowed: Vec<_> = allowed.map(str::to_owned).collect();
    let alternatives = asked.facts.as_ref().map(|facts| facts.other_models);
    let named = asked.model.as_ref().is_some_and(|model| allowed.contains(model));
    if named && alternatives != Some(OtherModels::Named) {
        return Ok(());
    }
    Err(Refusal::ModelForbidden { model: asked.model.clone(), allowed })
}

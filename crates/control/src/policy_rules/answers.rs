//! Rules that are given with the answer to a question.

use std::time::Duration;

use model::permission::{PermissionAnswer, PermissionRequest};
use model::policy_rule::PolicyRule;
use model::session::Session;
use model::{Actor, PolicyRuleId};
use policy::{RuleEffect, RuleMatch, RuleOffer, RuleReach, RuleTool, RuleWithin, rules};
use serde::Deserialize;

use super::{expiry, title};
use crate::authorise::acting_user;
use crate::{ControlPlane, Error};

/// What an answer says beyond the question.
#[derive(Debug, Clone)]
pub struct AlwaysRequest {
    /// How much of what was asked it covers.
    pub reach: RuleReach,
    /// How many of the command's first words count, where it is about those.
    pub first_words: Option<usize>,
    /// Where it holds.
    pub within: RuleWithin,
    /// For how long; for ever if there is none.
    pub lasts: Option<Duration>,
}

/// The rule that an answer gives, if it gives one: for the session, or once and for all.
pub(crate) fn rule_of_answer(
    plane: &ControlPlane,
    actor: &Actor,
    session: &Session,
    question: &PermissionRequest,
    answer: PermissionAnswer,
    always: Option<&AlwaysRequest>,
) -> Result<Option<PolicyRule>, Error> {
    let offer = offer_of(question);
    let (matches, offer) = match (always, answer, offer) {
        (None, PermissionAnswer::AllowSession, Some(offer)) => (for_the_session(&offer), offer),
        (None, _, _) => return Ok(None),
        (Some(_), _, None) => return Err(not_offered()),
        (Some(always), _, Some(offer)) => (Some(reach_of(always, &offer)?), offer),
    };
    let Some(matches) = matches else { return Ok(None) };
    let effect = match answer {
        PermissionAnswer::Deny => RuleEffect::Deny,
        PermissionAnswer::AllowOnce | PermissionAnswer::AllowSession => RuleEffect::Allow,
    };
    rules::check(effect, offer.tool, &matches)?;
    let now = plane.now();
    let in_machine = always.is_some_and(|always| always.within == RuleWithin::Machine);
    Ok(Some(PolicyRule {
        id: PolicyRuleId::new(now, &**plane.rng()),
        tenant: session.tenant,
        effect: effect.to_string(),
        tool: offer.tool.to_string(),
        title: title(offer.tool, &matches, Some(&question.title)),
        matches: serde_json::to_string(&matches).map_err(Error::internal)?,
        owner: Some(session.owner),
        machine: Some(session.machine),
        workspace: (!in_machine).then(|| session.asked_workspace().to_owned()),
        session: always.is_none().then_some(session.id),
        request: Some(question.id),
        created_by: acting_user(actor)?,
        created_at: now,
        expires_at: expiry(now, always.and_then(|always| always.lasts))?,
        last_used_at: None,
        uses: 0,
    }))
}

/// What the machine offers with its question.
fn offer_of(question: &PermissionRequest) -> Option<RuleOffer> {
    #[derive(Deserialize)]
    struct Details {
        always: Option<RuleOffer>,
    }
    serde_json::from_str::<Details>(&question.details).ok()?.always
}

/// A command, and what nobody knows, is allowed again as it was; of the other tools every use.
fn for_the_session(offer: &RuleOffer) -> Option<RuleMatch> {
    match offer.tool {
        RuleTool::Known(policy::Tool::Bash) | RuleTool::Other => {
            Some(RuleMatch::Exact { digest: offer.digest.clone()? })
        }
        RuleTool::Known(_) => Some(RuleMatch::Tool),
    }
}

fn reach_of(always: &AlwaysRequest, offer: &RuleOffer) -> Result<RuleMatch, Error> {
    match always.reach {
        RuleReach::Tool => Ok(RuleMatch::Tool),
        RuleReach::Exact => {
            let digest = offer.digest.clone().ok_or_else(not_offered)?;
            Ok(RuleMatch::Exact { digest })
        }
        RuleReach::Prefix => {
            let count = always.first_words.unwrap_or(offer.words.len());
            match offer.words.get(..count) {
                Some(words) if !words.is_empty() => Ok(RuleMatch::Prefix { words: words.to_vec() }),
                _ => Err(not_offered()),
            }
        }
    }
}

fn not_offered() -> Error {
    let message = "this question cannot be answered once and for all in this way";
    Error::conflict("always_not_offered", message)
        .with_hint("look at `always` in its details: the digest, and the words of a plain command")
}

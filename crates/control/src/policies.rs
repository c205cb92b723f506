//! What sessions may do without a person: resolving what was asked for, and the presets that
//! administrators have made.

use model::policy_rule::PolicyPreset;
use model::session::{Session, SessionKind};
use model::{Actor, TenantId};
use policy::{Action, Door, NamedPreset, PolicyError, PolicyOptions, Preset, PresetName, Resolved};
use serde_json::json;

use crate::authorise::{acting_tenant, acting_user, authorise_in};
use crate::{ControlPlane, Error, policy_rules, text};

/// How many presets a tenant can have.
const MOST_PRESETS: usize = 100;

/// Resolves what was asked for, without doing anything; with the tools that an administrator never
/// allows on any machine.
pub async fn policy_explain(
    plane: &ControlPlane,
    actor: &Actor,
    options: &PolicyOptions,
    door: Door,
) -> Result<Resolved, Error> {
    let user = acting_user(actor)?;
    let tenant = acting_tenant(actor)?;
    let mut resolved = policy_resolve(plane, tenant, options, door).await?;
    let rules = plane.store.policy_rules(tenant, Some(user), plane.now()).await?;
    resolved.policy.rules = policy_rules::never_anywhere(&rules)?;
    Ok(resolved)
}

/// The policy that a chat was started with; a terminal has none, because nothing asks in it.
pub fn session_policy(session: &Session) -> Result<Option<Resolved>, Error> {
    if session.kind == SessionKind::Terminal || session.imported_at.is_some() {
        return Ok(None);
    }
    match &session.policy {
        Some(json) => serde_json::from_str(json).map(Some).map_err(Error::internal),
        None => Ok(of_earlier_release(&session.preset)),
    }
}

/// The presets that administrators of the actor's tenant have made, by name.
pub async fn presets(plane: &ControlPlane, actor: &Actor) -> Result<Vec<PolicyPreset>, Error> {
    acting_user(actor)?;
    Ok(plane.store.policy_presets(acting_tenant(actor)?).await?)
}

/// Makes a preset, or replaces the one of that name. Sessions that run keep what they have.
pub async fn preset_put(
    plane: &ControlPlane,
    actor: &Actor,
    name: &str,
    description: &str,
    options: &PolicyOptions,
) -> Result<PolicyPreset, Error> {
    let tenant = acting_tenant(actor)?;
    let changed_by = authorise_in(actor, Action::PolicyManage, tenant)?;
    let name = own_name(name)?;
    policy::resolve::check_named(options)?;
    let known = plane.store.policy_presets(tenant).await?;
    if known.len() >= MOST_PRESETS && !known.iter().any(|preset| preset.name == name.as_str()) {
        let message = format!("there are {MOST_PRESETS} presets already; remove one");
        return Err(Error::conflict("too_many_presets", message));
    }
    let preset = PolicyPreset {
        tenant,
        name: name.to_string(),
        description: text::one_line(description, 200),
        options: serde_json::to_string(options).map_err(Error::internal)?,
        changed_by,
        changed_at: plane.now(),
    };
    let facts = json!({ "options": options });
    let record = plane.audit(actor, "policy.preset_put", format!("preset:{name}"), &facts);
    let stored = preset.clone();
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                tx.policy_preset_put(&stored).await?;
                tx.audit_append(record).await?;
                Ok(())
            })
        })
        .await?;
    Ok(preset)
}

/// Removes a preset. Sessions that run keep what they have.
pub async fn preset_delete(plane: &ControlPlane, actor: &Actor, name: &str) -> Result<(), Error> {
    let tenant = acting_tenant(actor)?;
    authorise_in(actor, Action::PolicyManage, tenant)?;
    let name = own_name(name)?;
    let object = format!("preset:{name}");
    let record = plane.audit(actor, "policy.preset_delete", object, &json!({}));
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if !tx.policy_preset_delete(tenant, name.as_str()).await? {
                    return Err(Error::not_found("preset"));
                }
                tx.audit_append(record).await?;
                Ok(())
            })
        })
        .await
}

/// Resolves what was asked for, with the presets of a tenant.
pub(crate) async fn policy_resolve(
    plane: &ControlPlane,
    tenant: TenantId,
    options: &PolicyOptions,
    door: Door,
) -> Result<Resolved, Error> {
    let is_own = |name: &String| name.parse::<Preset>().is_err();
    let named = match options.permission_preset.as_ref().filter(|name| is_own(name)) {
        Some(_) => named_presets(plane, tenant).await?,
        None => Vec::new(),
    };
    Ok(policy::resolve(options, door, &named)?)
}

async fn named_presets(plane: &ControlPlane, tenant: TenantId) -> Result<Vec<NamedPreset>, Error> {
    let named = |preset: PolicyPreset| {
        Ok(NamedPreset {
            name: preset.name.parse().map_err(Error::internal)?,
            options: serde_json::from_str(&preset.options).map_err(Error::internal)?,
        })
    };
    plane.store.policy_presets(tenant).await?.into_iter().map(named).collect()
}

/// The name of a preset that is none of ours.
fn own_name(name: &str) -> Result<PresetName, Error> {
    let name: PresetName =
        name.parse().map_err(|error| Error::invalid("invalid_preset_name", format!("{error}")))?;
    if name.built_in().is_some() {
        let message = format!("{name} is one of ours and stays as it is; choose another name");
        return Err(Error::conflict("preset_is_built_in", message));
    }
    Ok(name)
}

fn of_earlier_release(preset: &str) -> Option<Resolved> {
    let preset: Preset = preset.parse().ok()?;
    policy::resolve(&PolicyOptions::of_preset(preset.as_str()), Door::asking(true), &[]).ok()
}

impl From<PolicyError> for Error {
    fn from(error: PolicyError) -> Self {
        Self::invalid(error.code(), error.to_string())
    }
}

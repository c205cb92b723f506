//! Second factors: an authenticator that makes codes, or [passkeys](crate::passkeys), switched on by
//! their owner, asked for at every sign-in with a password, and demanded of everybody where a tenant
//! wants that.

pub(crate) mod codes;
pub(crate) mod offers;
pub(crate) mod proofs;

use std::net::IpAddr;

use bus::Revocation;
use contract::users::UserRef;
use model::second_factor::{SecondFactorDemand, SecondFactorReset};
use model::tenant::Tenant;
use model::user::User;
use model::{Actor, LoginId, SecretString, TenantId, Timestamp, UserId};
use policy::Action;
use serde_json::json;
use store::tenants::TenantCounts;

use self::offers::Fresh;
pub use self::offers::{Offer, RecoveryCodes};
pub use self::proofs::Proof;
use crate::authorise::{acting_tenant, acting_user, authorise_tenant};
use crate::users::{account_to_change, me};
use crate::{ControlPlane, Error, credentials, passwords, tenants};

/// The error's word for an account that has no second factor.
pub(crate) const OFF: &str = "second_factor_off";

/// How somebody's second factor stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Since when codes are asked for; `None` where none are.
    pub since: Option<Timestamp>,
    /// How many passkeys there are.
    pub passkeys: u64,
    /// How many recovery codes are left.
    pub recovery_codes_left: u64,
    /// Whether the tenant demands one.
    pub demand: SecondFactorDemand,
    /// That an administrator has switched it off, while there is no new one.
    pub reset: Option<SecondFactorReset>,
}

/// How the acting user's second factor stands.
pub async fn second_factor(plane: &ControlPlane, actor: &Actor) -> Result<Standing, Error> {
    let user = acting_user(actor)?;
    let authenticator = plane.store.authenticator(user).await?;
    Ok(Standing {
        since: authenticator.map(|it| it.created_at),
        passkeys: plane.store.passkeys(user).await?.len() as u64,
        recovery_codes_left: plane.store.recovery_codes_left(user).await?,
        demand: plane.store.second_factor_demanded(acting_tenant(actor)?).await?,
        reset: plane.store.second_factor_reset(user).await?,
    })
}

/// Whether somebody has a second factor of any kind.
pub(crate) async fn has_one(plane: &ControlPlane, user: UserId) -> Result<bool, Error> {
    Ok(plane.store.authenticator(user).await?.is_some()
        || !plane.store.passkeys(user).await?.is_empty())
}

/// Offers the acting user a new secret for their authenticator. It does not count before a code of it
/// was given. Who could change it could lock its owner out, so the password is asked for, and a second
/// factor where there is one.
pub async fn second_factor_begin(
    plane: &ControlPlane,
    actor: &Actor,
    password: Option<SecretString>,
    proof: Option<Proof>,
    source: IpAddr,
) -> Result<Offer, Error> {
    let (user, login) = owner_in_browser(plane, actor).await?;
    prove_owner(plane, &user, login, password, proof, source).await?;
    Ok(plane.offers.make(plane, login, &user))
}

/// Checks that it is its owner who changes a second factor: by the password of an account that has
/// one, and by a second factor that is there.
pub(crate) async fn prove_owner(
    plane: &ControlPlane,
    user: &User,
    login: LoginId,
    password: Option<SecretString>,
    proof: Option<Proof>,
    source: IpAddr,
) -> Result<(), Error> {
    if plane.store.user_by_name(&user.username).await?.is_some_and(|(_, hash)| hash.is_some()) {
        let password = password.ok_or_else(|| {
            Error::invalid("password_needed", "the current password is needed for this")
        })?;
        passwords::verify_current(plane, &user.username, password).await?;
    }
    if !has_one(plane, user.id).await? {
        return Ok(());
    }
    let proof = Proof::needed(proof)?;
    let given = proofs::recognise(plane, user, login, &proof, source).await?;
    let (id, now) = (user.id, plane.now());
    let counted = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move { given.use_up(tx, id, now, source).await })
        })
        .await;
    proofs::counted(plane, user, given.how(), source, counted).await
}

/// Switches the acting user's second factor on: the code proves that their authenticator has the
/// secret that was offered. Answers the recovery codes, the only time that they are shown.
pub async fn second_factor_confirm(
    plane: &ControlPlane,
    actor: &Actor,
    code: &SecretString,
    source: IpAddr,
) -> Result<RecoveryCodes, Error> {
    let (user, login) = owner_in_browser(plane, actor).await?;
    let secret = plane.offers.of(plane, login).ok_or_else(offers::over)?;
    let (fresh, texts) = Fresh::make(plane, &user, &secret, code, source)?;
    let record =
        plane.audit(actor, "second_factor.enable", format_args!("user:{}", user.id), &json!({}));
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                fresh.store(tx).await?;
                Ok(tx.audit_append(record).await?)
            })
        })
        .await?;
    plane.offers.forget(plane, login);
    Ok(texts)
}

/// Makes new recovery codes in the place of those that there are.
pub async fn recovery_codes_renew(
    plane: &ControlPlane,
    actor: &Actor,
    proof: &Proof,
    source: IpAddr,
) -> Result<RecoveryCodes, Error> {
    let (user, login) = owner_in_browser(plane, actor).await?;
    let (digests, texts) = offers::recovery_codes(plane, user.id);
    let object = format!("user:{}", user.id);
    let record = plane.audit(actor, "second_factor.recovery_codes", object, &json!({}));
    let (id, now) = (user.id, plane.now());
    let given = proofs::recognise(plane, &user, login, proof, source).await?;
    let done = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                given.use_up(tx, id, now, source).await?;
                tx.recovery_codes_put(id, &digests).await?;
                Ok(tx.audit_append(record).await?)
            })
        })
        .await;
    proofs::counted(plane, &user, given.how(), source, done).await?;
    Ok(texts)
}

/// Switches the acting user's authenticator off. Where everybody must have a second factor, whoever has
/// a passkey still has one.
pub async fn second_factor_remove(
    plane: &ControlPlane,
    actor: &Actor,
    proof: &Proof,
    source: IpAddr,
) -> Result<(), Error> {
    let (user, login) = owner_in_browser(plane, actor).await?;
    let is_last = plane.store.passkeys(user.id).await?.is_empty();
    let demand = plane.store.second_factor_demanded(user.tenant).await?;
    if is_last && demand == SecondFactorDemand::Required {
        return Err(demanded());
    }
    if plane.store.authenticator(user.id).await?.is_none() {
        return Err(off());
    }
    let record =
        plane.audit(actor, "second_factor.disable", format_args!("user:{}", user.id), &json!({}));
    let (id, now) = (user.id, plane.now());
    let given = proofs::recognise(plane, &user, login, proof, source).await?;
    let done = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                given.use_up(tx, id, now, source).await?;
                tx.authenticator_delete(id).await?;
                if demand == SecondFactorDemand::Required && tx.passkeys_left(id).await? == 0 {
                    return Err(demanded());
                }
                Ok(tx.audit_append(record).await?)
            })
        })
        .await;
    proofs::counted(plane, &user, given.how(), source, done).await
}

/// Switches somebody's second factor off who has lost it, and signs them out everywhere. They are
/// told until they have a new one. Doing it again changes nothing.
pub async fn second_factor_reset(
    plane: &ControlPlane,
    actor: &Actor,
    user: UserRef,
) -> Result<(), Error> {
    let user = account_to_change(plane, actor, user).await?;
    let by = acting_user(actor)?;
    if user.id == by {
        let message = "nobody resets their own second factor";
        return Err(Error::conflict("own_account", message)
            .with_hint("switch it off with a code, or ask another administrator"));
    }
    let object = format!("user:{}", user.id);
    let record = plane.audit_about(actor, user.tenant, "second_factor.reset", object, &json!({}));
    let (id, now) = (user.id, plane.now());
    let logins = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let had_codes = tx.authenticator_delete(id).await?;
                let had_passkeys = tx.passkeys_delete(id).await?;
                if !had_codes && !had_passkeys {
                    return Ok(Vec::new());
                }
                tx.second_factor_reset_put(id, now, by).await?;
                tx.audit_append(record).await?;
                Ok(tx.logins_delete(id).await?)
            })
        })
        .await?;
    credentials::revoked(plane, Revocation::Logins { user: id, logins });
    Ok(())
}

/// Says whether a tenant's people must have a second factor. When they must, whoever has none is
/// signed out, and led to setting one up when they come back. Doing it again changes nothing.
pub async fn second_factor_demand(
    plane: &ControlPlane,
    actor: &Actor,
    tenant: TenantId,
    demand: SecondFactorDemand,
) -> Result<(Tenant, TenantCounts), Error> {
    let by = authorise_tenant(actor, Action::UserManage, tenant, "tenant")?;
    if demand == SecondFactorDemand::Required {
        check_goes_ahead(plane, by, tenant).await?;
    }
    let facts = json!({ "second_factor": demand });
    let object = format!("tenant:{tenant}");
    let record = plane.audit_about(actor, tenant, "tenant.second_factor", object, &facts);
    let ended = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if !tx.second_factor_demand(tenant, demand).await? {
                    return Ok(Vec::new());
                }
                tx.audit_append(record).await?;
                match demand {
                    SecondFactorDemand::Optional => Ok(Vec::new()),
                    SecondFactorDemand::Required => {
                        Ok(tx.logins_delete_without_second_factor(tenant).await?)
                    }
                }
            })
        })
        .await?;
    for (user, login) in ended {
        credentials::revoked(plane, Revocation::Logins { user, logins: vec![login] });
    }
    let known = tenants::tenants(plane, actor).await?;
    known.into_iter().find(|(known, _)| known.id == tenant).ok_or(Error::not_found("tenant"))
}

/// Whoever demands it of their own tenant has one: they would be signed out by their own word.
async fn check_goes_ahead(plane: &ControlPlane, by: UserId, tenant: TenantId) -> Result<(), Error> {
    let user = plane.store.user(by).await?.ok_or(Error::not_found("user"))?;
    let is_concerned = user.tenant == tenant && user.kind == model::user::UserKind::Person;
    if is_concerned && !has_one(plane, by).await? {
        let message = "you have no second factor yourself";
        return Err(Error::conflict("second_factor_first", message)
            .with_hint("switch yours on first, then demand it of everybody"));
    }
    Ok(())
}

/// There is no second factor of which something could be shown.
pub(crate) fn off() -> Error {
    Error::conflict(OFF, "this account has no second factor")
}

/// The last second factor stays where everybody must have one.
pub(crate) fn demanded() -> Error {
    Error::conflict("second_factor_demanded", "everybody here must have a second factor")
        .with_hint("set up another one in its place")
}

/// The acting user and their login: a token that leaks must not change what signs its owner in.
pub(crate) async fn owner_in_browser(
    plane: &ControlPlane,
    actor: &Actor,
) -> Result<(User, LoginId), Error> {
    let user = me(plane, actor).await?;
    let login = credentials::current_login(actor).ok_or_else(|| {
        let message = "a second factor can only be changed from a browser that is signed in";
        Error::denied("not_a_login", message)
    })?;
    Ok((user, login))
}

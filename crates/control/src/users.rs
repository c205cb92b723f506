//! People and service accounts.
//!
//! - [`removal`]: what is deleted with one, and what stays

pub mod removal;

use std::collections::HashMap;

use bus::Revocation;
use contract::users::UserRef;
use model::user::{Login, User, UserKind, UserState};
use model::{Actor, LoginId, Role, TenantId, Timestamp, UserId};
use policy::{Action, accounts};
use serde_json::json;
use store::Tx;
use store::users::NewUser;

use crate::authorise::{acting_tenant, acting_user, authorise_in, authorise_tenant};
use crate::password_links::{Ready, Usable};
use crate::sessions::sessions_stop_of;
use crate::tenants::tenant_meant;
use crate::{ControlPlane, Error, credentials, second_factors, text};

/// The acting user.
pub async fn me(plane: &ControlPlane, actor: &Actor) -> Result<User, Error> {
    let user = plane.store.user(acting_user(actor)?).await?;
    user.ok_or(Error::not_found("user"))
}

/// An account, with the end of the link by which its password can be chosen, if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The account.
    pub user: User,
    /// Until when the link works, or when it ended.
    pub link_expires_at: Option<Timestamp>,
    /// Whether it has a second factor.
    pub has_second_factor: bool,
}

/// The accounts of a tenant, by number.
pub async fn users(
    plane: &ControlPlane,
    actor: &Actor,
    tenant: Option<i64>,
) -> Result<Vec<Account>, Error> {
    let tenant = tenant_meant(plane, actor, tenant).await?;
    authorise_in(actor, Action::UserManage, tenant)?;
    let links: HashMap<UserId, Timestamp> =
        plane.store.password_links(tenant).await?.into_iter().collect();
    let users = plane.store.users(tenant).await?;
    let with_one = plane.store.users_with_second_factor(tenant).await?;
    let account = |user: User| Account {
        link_expires_at: links.get(&user.id).copied(),
        has_second_factor: with_one.contains(&user.id),
        user,
    };
    Ok(users.into_iter().map(account).collect())
}

/// One account.
pub async fn user(plane: &ControlPlane, actor: &Actor, user: UserRef) -> Result<Account, Error> {
    let user = account(plane, actor, user).await?;
    let links = plane.store.password_links(user.tenant).await?;
    let link_expires_at = links.iter().find(|(id, _)| *id == user.id).map(|(_, at)| *at);
    let has_second_factor = second_factors::has_one(plane, user.id).await?;
    Ok(Account { user, link_expires_at, has_second_factor })
}

/// An account that is to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The number of its tenant; the actor's own if there is none.
    pub tenant: Option<i64>,
    /// The name used to sign in.
    pub username: String,
    /// The name shown to others; the username if there is none.
    pub display_name: Option<String>,
    /// Person or service account.
    pub kind: UserKind,
    /// What it may do.
    pub role: Role,
    /// For how many hours the person's invitation works.
    pub hours: Option<u16>,
}

/// Makes an account. A person is invited by a link with which they choose their password; a service
/// account gets tokens and has no link.
pub async fn user_create(
    plane: &ControlPlane,
    actor: &Actor,
    new: NewAccount,
) -> Result<(User, Option<Usable>), Error> {
    let tenant = tenant_meant(plane, actor, new.tenant).await?;
    authorise_in(actor, Action::UserManage, tenant)?;
    check_rank(actor, new.role)?;
    let row = new_row(plane, tenant, &new)?;
    let id = row.id;
    let link = (new.kind == UserKind::Person).then(|| Ready::make(plane, id, new.hours));
    let (ready, usable) = link.transpose()?.unzip();
    let facts = json!({ "kind": new.kind, "role": new.role });
    let record = plane.audit_about(actor, tenant, "user.create", format_args!("user:{id}"), &facts);
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if let Err(error) = tx.user_insert(&row).await {
                    let taken = error.is_duplicate();
                    return Err(if taken { name_taken(&row.username) } else { error.into() });
                }
                if let Some(ready) = ready {
                    ready.store(tx).await?;
                }
                Ok(tx.audit_append(record).await?)
            })
        })
        .await?;
    let user = plane.store.user(id).await?.ok_or(Error::not_found("user"))?;
    Ok((user, usable))
}

/// What is to be changed of an account. What is left out stays as it is.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    /// The name shown to others.
    pub display_name: Option<String>,
    /// What it may do.
    pub role: Option<Role>,
    /// Whether it may act.
    pub enabled: Option<bool>,
}

/// Changes an account. With its role, or when it is disabled, whatever its user could act with ends
/// within seconds; a disabled account's sessions end too.
pub async fn user_change(
    plane: &ControlPlane,
    actor: &Actor,
    user: UserRef,
    change: UserChange,
) -> Result<Account, Error> {
    let known = account_to_change(plane, actor, user).await?;
    let is_about_rights = change.role.is_some() || change.enabled.is_some();
    if is_about_rights && known.id == acting_user(actor)? {
        let message = "nobody changes the role of their own account, or disables it";
        return Err(Error::conflict("own_account", message).with_hint("another administrator can"));
    }
    if let Some(role) = change.role {
        check_rank(actor, role)?;
    }
    let name = change.display_name.as_deref().map(|name| text::name("the name", name, 100));
    let name = name.transpose()?;
    let facts = json!({ "role": change.role, "enabled": change.enabled, "name": name.is_some() });
    let object = format!("user:{}", known.id);
    let record = plane.audit_about(actor, known.tenant, "user.change", object, &facts);
    let (id, now) = (known.id, plane.now());
    let ends = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let ends = apply(tx, id, name.as_deref(), change.role, change.enabled).await?;
                if ends {
                    credentials::end_all(tx, id, now).await?;
                }
                tx.audit_append(record).await?;
                Ok(ends)
            })
        })
        .await?;
    if ends {
        credentials::revoked(plane, Revocation::User(id));
    }
    if ends && change.enabled == Some(false) {
        sessions_stop_of(plane, actor, id, None, "the account was disabled").await?;
    }
    self::user(plane, actor, UserRef::Id(id)).await
}

/// Writes a change; answers whether whatever the user could act with must end.
pub(crate) async fn apply(
    tx: &mut Tx,
    id: UserId,
    name: Option<&str>,
    role: Option<Role>,
    enabled: Option<bool>,
) -> Result<bool, Error> {
    let found = tx.user(id).await?.filter(|(user, _)| user.state != UserState::Deleted);
    let (user, password) = found.ok_or(Error::not_found("user"))?;
    if let Some(name) = name {
        tx.user_set_name(id, name).await?;
    }
    let role = role.filter(|role| *role != user.role);
    if let Some(role) = role {
        tx.user_set_role(id, role).await?;
    }
    let can_sign_in = password.is_some() || user.kind == UserKind::Service;
    let state = match enabled {
        Some(false) => Some(UserState::Disabled),
        // Whoever never chose a password is invited still.
        Some(true) if can_sign_in => Some(UserState::Active),
        Some(true) => Some(UserState::Invited),
        None => None,
    };
    let state = state.filter(|state| *state != user.state);
    if let Some(state) = state {
        tx.user_set_state(id, state).await?;
    }
    let ends = role.is_some() || state == Some(UserState::Disabled);
    if ends {
        check_administrator_left(tx, &user).await?;
    }
    Ok(ends)
}

/// Refuses what has been written if nobody administers the installation any more.
async fn check_administrator_left(tx: &mut Tx, changed: &User) -> Result<(), Error> {
    if changed.role != Role::SystemAdmin || tx.administrator().await?.is_some() {
        return Ok(());
    }
    let message = "the installation would be left without an administrator";
    Err(Error::conflict("last_administrator", message)
        .with_hint("make somebody else a system administrator first"))
}

/// The browsers in which somebody is signed in, the last used first.
pub async fn logins_of(
    plane: &ControlPlane,
    actor: &Actor,
    user: UserRef,
) -> Result<Vec<Login>, Error> {
    let user = account(plane, actor, user).await?;
    let mut logins = plane.store.logins(user.id).await?;
    logins.retain(|login| credentials::is_alive(login, plane.now()));
    Ok(logins)
}

/// Ends one login of somebody, or all; what is open with it ends within seconds.
pub async fn logins_end_of(
    plane: &ControlPlane,
    actor: &Actor,
    user: UserRef,
    login: Option<LoginId>,
) -> Result<(), Error> {
    let user = account_to_change(plane, actor, user).await?;
    let facts = json!({ "login": login.map(|login| login.to_string()) });
    let object = format!("user:{}", user.id);
    let record = plane.audit_about(actor, user.tenant, "login.end", object, &facts);
    let id = user.id;
    let ended = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let ended = match login {
                    None => tx.logins_delete(id).await?,
                    Some(login) if tx.login_delete(login, id).await? => vec![login],
                    Some(_) => return Err(Error::not_found("login")),
                };
                tx.audit_append(record).await?;
                Ok(ended)
            })
        })
        .await?;
    credentials::revoked(plane, Revocation::Logins { user: id, logins: ended });
    Ok(())
}

/// The account that is meant, for whoever may know of it.
pub(crate) async fn account(
    plane: &ControlPlane,
    actor: &Actor,
    user: UserRef,
) -> Result<User, Error> {
    authorise_in(actor, Action::UserManage, acting_tenant(actor)?)?;
    let user = plane.user_meant(user).await?.ok_or(Error::not_found("user"))?;
    authorise_tenant(actor, Action::UserManage, user.tenant, "user")?;
    Ok(user)
}

/// The account that is meant, for whoever may change it: nobody reaches above themselves.
pub(crate) async fn account_to_change(
    plane: &ControlPlane,
    actor: &Actor,
    user: UserRef,
) -> Result<User, Error> {
    let user = account(plane, actor, user).await?;
    check_rank(actor, user.role)?;
    Ok(user)
}

fn check_rank(actor: &Actor, role: Role) -> Result<(), Error> {
    match actor {
        Actor::User { role: own, .. } if !accounts::may_give(*own, role) => {
            let message = format!("an account with the role {role} is above your own");
            Err(Error::denied("role_above_own", message))
        }
        _ => Ok(()),
    }
}

fn new_row(plane: &ControlPlane, tenant: TenantId, new: &NewAccount) -> Result<NewUser, Error> {
    let username = text::username(&new.username)?;
    let display_name = match &new.display_name {
        Some(name) => text::name("the display name", name, 100)?,
        None => username.clone(),
    };
    let now = plane.now();
    let state = match new.kind {
        UserKind::Person => UserState::Invited,
        UserKind::Service => UserState::Active,
    };
    Ok(NewUser {
        id: UserId::new(now, &**plane.rng()),
        tenant,
        username,
        display_name,
        kind: new.kind,
        role: new.role,
        state,
        password_hash: None,
        created_at: now,
    })
}

fn name_taken(username: &str) -> Error {
    Error::conflict("username_taken", format!("there is an account called {username} already"))
        .with_hint("names are compared without case")
}

impl ControlPlane {
    /// The account that is meant. Whether somebody may know of it is another question.
    pub(crate) async fn user_meant(&self, user: UserRef) -> Result<Option<User>, Error> {
        let user = match user {
            UserRef::Id(id) => self.store.user(id).await?,
            UserRef::Number(number) => self.store.user_by_number(number).await?,
        };
        Ok(user.filter(|user| user.state != UserState::Deleted))
    }
}

use model::actor::Credential;
use model::rng::CountingRng;
use model::{ApiTokenId, MachineId, Timestamp, TokenScopes};

use super::*;

struct Cast {
    tenant: TenantId,
    other_tenant: TenantId,
    alice: UserId,
    bob: UserId,
}

fn cast() -> Cast {
    let rng = CountingRng::default();
    let now = Timestamp::from_millis(1);
    Cast {
        tenant: TenantId::new(now, &rng),
        other_tenant: TenantId::new(now, &rng),
        alice: UserId::new(now, &rng),
        bob: UserId::new(now, &rng),
    }
}

impl Cast {
    fn alice_as(&self, role: Role) -> Actor {
        let credential = Credential::SharedToken;
        Actor::User { user: self.alice, tenant: self.tenant, role, credential }
    }
}

use AssignmentLevel::Admin;
use Verdict::{Allowed, Denied, Hidden};

#[test]
fn a_machine_administrator_watches_but_does_not_type_into_other_peoples_sessions() {
    let cast = cast();
    let scope = Scope::owned(cast.tenant, cast.bob, Some(Admin));
    let alice = cast.alice_as(Role::User);
    assert_eq!(check(&alice, Action::SessionView, &scope), Allowed);
    assert_eq!(check(&alice, Action::SessionDrive, &scope), Denied);
    assert_eq!(check(&alice, Action::PermissionAnswer, &scope), Denied);
}

#[test]
fn an_administrator_stops_and_answers_but_does_not_type_in_anothers_name() {
    let cast = cast();
    let scope = Scope::owned(cast.tenant, cast.bob, None);
    for role in [Role::SystemAdmin, Role::TenantAdmin] {
        let admin = cast.alice_as(role);
        assert_eq!(check(&admin, Action::SessionDrive, &scope), Denied);
        assert_eq!(check(&admin, Action::SessionStop, &scope), Allowed);
        assert_eq!(check(&admin, Action::PermissionAnswer, &scope), Allowed);
    }
}

/// S37, S45: what belongs to another tenant does not exist, whatever the action.
#[test]
fn another_tenants_object_is_hidden_from_all_but_the_system_administrator() {
    let cast = cast();
    let scope = Scope::owned(cast.other_tenant, cast.bob, Some(Admin));
    for action in Action::ALL {
        for role in [Role::TenantAdmin, Role::User, Role::ReadOnly] {
            assert_eq!(check(&cast.alice_as(role), *action, &scope), Hidden, "{action} by {role}");
        }
        assert_ne!(check(&cast.alice_as(Role::SystemAdmin), *action, &scope), Hidden);
    }
}

/// S46: the keys that seal everybody's secrets and the list of tenants are not one tenant's to change,
/// and numbers about everybody are not one tenant's to see.
#[test]
fn what_is_about_all_tenants_is_for_the_system_administrator() {
    let cast = cast();
    let scope = Scope::tenant(cast.tenant);
    let of_everybody =
        [Action::KeyRingRotate, Action::TenantManage, Action::MetricsView, Action::ServerAuditView];
    for action in of_everybody {
        assert_eq!(check(&cast.alice_as(Role::SystemAdmin), action, &scope), Allowed);
        for role in [Role::TenantAdmin, Role::User, Role::ReadOnly] {
            assert_eq!(check(&cast.alice_as(role), action, &scope), Denied, "{action} {role}");
        }
    }
}

/// S36: what a session's owner has lent opens what belongs to that, and nothing more: to drive is
/// also to work on the machine, and a reader changes nothing.
#[test]
fn what_is_lent_opens_what_belongs_to_it() {
    let cast = cast();
    let lent =
        |assignment, level| Scope::owned(cast.tenant, cast.bob, assignment).lent(Some(level));
    let watching = vec![Action::SessionView];
    let driving = vec![
        Action::MachineFiles,
        Action::SessionView,
        Action::SessionDrive,
        Action::PermissionAnswer,
    ];
    let user = Some(AssignmentLevel::User);
    for (role, assignment, level, expected) in [
        (Role::User, None, ShareLevel::Watch, &watching),
        (Role::User, user, ShareLevel::Watch, &watching),
        (Role::User, None, ShareLevel::Drive, &watching),
        (Role::User, user, ShareLevel::Drive, &driving),
        (Role::ReadOnly, user, ShareLevel::Drive, &watching),
    ] {
        let (alice, scope) = (cast.alice_as(role), lent(assignment, level));
        let allowed = |action: &Action| check(&alice, *action, &scope) == Allowed;
        let opened: Vec<_> = Action::ALL.iter().copied().filter(|it| allowed(it)).collect();
        assert_eq!(opened, *expected, "{role} {assignment:?} {level}");
        let hidden = Action::ALL.iter().any(|it| check(&alice, *it, &scope) == Hidden);
        assert!(!hidden, "who holds a share knows of the session");
    }
    // An administrator sees it anyway, and types into it where that was lent.
    let admin = cast.alice_as(Role::TenantAdmin);
    assert_eq!(check(&admin, Action::SessionDrive, &lent(None, ShareLevel::Watch)), Denied);
    assert_eq!(check(&admin, Action::SessionDrive, &lent(None, ShareLevel::Drive)), Allowed);
    let elsewhere = Scope { tenant: cast.other_tenant, ..lent(user, ShareLevel::Drive) };
    assert_eq!(check(&cast.alice_as(Role::User), Action::SessionView, &elsewhere), Hidden);
}

#[test]
fn without_an_assignment_a_machine_does_not_exist() {
    let cast = cast();
    let scope = Scope::machine(cast.tenant, None);
    for action in Action::ALL {
        assert_eq!(check(&cast.alice_as(Role::User), *action, &scope), Hidden, "{action}");
    }
}

#[test]
fn a_reader_changes_nothing_even_of_their_own() {
    let cast = cast();
    let scope = Scope::owned(cast.tenant, cast.alice, Some(Admin));
    let reader = cast.alice_as(Role::ReadOnly);
    let allowed: Vec<_> =
        Action::ALL.iter().filter(|action| check(&reader, **action, &scope) == Allowed).collect();
    let expected = [
        Action::MachineView,
        Action::MachineFiles,
        Action::SessionView,
        Action::UsageViewOwn,
        Action::CredentialManageOwn,
    ];
    assert_eq!(allowed, expected.iter().collect::<Vec<_>>());
}

#[test]
fn a_machine_has_no_rights_of_a_user() {
    let cast = cast();
    let machine = MachineId::new(Timestamp::from_millis(1), &CountingRng::new(7));
    let actor = Actor::Machine { machine, tenant: cast.tenant };
    for action in Action::ALL {
        assert_eq!(check(&actor, *action, &Scope::tenant(cast.tenant)), Hidden, "{action}");
    }
}

fn with_token(actor: Actor, scopes: &[TokenScope]) -> Actor {
    let Actor::User { user, tenant, role, .. } = actor else { panic!("{actor:?}") };
    let token = ApiTokenId::new(Timestamp::from_millis(1), &CountingRng::new(9));
    let scopes = TokenScopes::of(scopes).unwrap();
    Actor::User { user, tenant, role, credential: Credential::ApiToken { token, scopes } }
}

/// S12, S41, S47: a token does what its scopes say, of what its owner may do, and never more.
#[test]
fn a_token_does_less_than_its_owner_and_never_more() {
    let cast = cast();
    let scopes = [Scope::owned(cast.tenant, cast.alice, Some(Admin)), Scope::tenant(cast.tenant)];
    for action in Action::ALL {
        for role in Role::ALL {
            for scope in &scopes {
                let owner = cast.alice_as(*role);
                let may = check(&owner, *action, scope);
                assert_eq!(check(&with_token(owner, &[TokenScope::Full]), *action, scope), may);
                for token in TokenScope::ALL {
                    let with = check(&with_token(owner, &[*token]), *action, scope);
                    assert!(with == may || (may, with) == (Allowed, Denied), "{action} {token}");
                }
            }
        }
    }
}

#[test]
fn a_token_for_looking_changes_nothing_and_makes_no_token() {
    let cast = cast();
    let scope = Scope::owned(cast.tenant, cast.alice, None);
    let reader = with_token(cast.alice_as(Role::SystemAdmin), &[TokenScope::Read]);
    let allowed: Vec<_> =
        Action::ALL.iter().filter(|action| check(&reader, **action, &scope) == Allowed).collect();
    let expected = [
        Action::MachineView,
        Action::SessionView,
        Action::UsageViewOwn,
        Action::UsageViewAll,
        Action::AuditView,
        Action::ServerAuditView,
        Action::MetricsView,
    ];
    assert_eq!(allowed, expected.iter().collect::<Vec<_>>());
}

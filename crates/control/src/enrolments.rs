//! The one-time act that makes a machine.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bus::Event;
use model::actor::AssignmentLevel;
use model::enrolment::Enrolment;
use model::freeze::Freezes;
use model::machine::{KeyAge, Machine, MachineFacts};
use model::{Actor, EnrolmentId, MachineId, SecretString};
use policy::Action;
use serde_json::json;
use vault::{EnrolmentToken, TokenDigest};

use crate::authorise::{acting_tenant, authorise_in};
use crate::tenants::tenant_meant;
use crate::throttle::Subject;
use crate::{ControlPlane, Error, text};

/// For how many minutes a registration token works if nothing is said.
const DEFAULT_MINUTES: u16 = 60;

/// What a machine says when it registers.
#[derive(Debug)]
pub struct EnrolmentRequest {
    /// The registration token.
    pub token: String,
    /// Its Ed25519 public key.
    pub public_key: [u8; 32],
    /// What it wants to be called.
    pub name: String,
    /// What it says of itself.
    pub facts: MachineFacts,
}

/// Makes a registration token. Its text is never shown again.
pub async fn enrolment_create(
    plane: &ControlPlane,
    actor: &Actor,
    tenant_number: Option<i64>,
    minutes: Option<u16>,
) -> Result<(Enrolment, SecretString), Error> {
    let tenant = tenant_meant(plane, actor, tenant_number).await?;
    let created_by = authorise_in(actor, Action::MachineEnrol, tenant)?;
    let minutes = minutes.unwrap_or(DEFAULT_MINUTES);
    if !(1..=24 * 60).contains(&minutes) {
        let message = format!("a registration token works for 1 to 1440 minutes, not {minutes}");
        return Err(Error::invalid("invalid_lifetime", message));
    }
    let now = plane.now();
    let id = EnrolmentId::new(now, &**plane.rng());
    let token = EnrolmentToken::mint(&**plane.rng(), id, plane.identity.fingerprint());
    let enrolment = Enrolment {
        id,
        tenant,
        created_by,
        created_at: now,
        expires_at: now + Duration::from_secs(u64::from(minutes) * 60),
        revoked_at: None,
        consumed_by: None,
    };
    let object = format!("enrolment:{id}");
    let facts = json!({ "minutes": minutes });
    let record = plane.audit_about(actor, tenant, "enrolment.create", object, &facts);
    let (stored, digest) = (enrolment.clone(), *token.digest().as_bytes());
    plane
        .store
        .write(move |tx| {
            Box::pin(async move {
                tx.enrolment_insert(&stored, &digest).await?;
                tx.audit_append(record).await
            })
        })
        .await?;
    Ok((enrolment, token.text()))
}

/// The registration tokens of the actor's tenant.
pub async fn enrolments(plane: &ControlPlane, actor: &Actor) -> Result<Vec<Enrolment>, Error> {
    let tenant = acting_tenant(actor)?;
    authorise_in(actor, Action::MachineEnrol, tenant)?;
    Ok(plane.store.enrolments(tenant).await?)
}

/// Revokes a registration token that was not used.
pub async fn enrolment_revoke(
    plane: &ControlPlane,
    actor: &Actor,
    id: EnrolmentId,
) -> Result<(), Error> {
    let tenant = acting_tenant(actor)?;
    authorise_in(actor, Action::MachineEnrol, tenant)?;
    let now = plane.now();
    let record = plane.audit(actor, "enrolment.revoke", format_args!("enrolment:{id}"), &json!({}));
    let revoked = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let revoked = tx.enrolment_revoke(id, tenant, now).await?;
                if revoked {
                    tx.audit_append(record).await?;
                }
                Ok(revoked)
            })
        })
        .await?;
    if revoked { Ok(()) } else { Err(Error::not_found("registration token")) }
}

/// Makes a machine of a registration token: the token is used up and the machine is made in one
/// transaction, or neither is. Whoever made the token may work on the machine.
pub async fn machine_register(
    plane: &ControlPlane,
    registration: EnrolmentRequest,
    source: IpAddr,
) -> Result<Machine, Error> {
    let subjects = [Subject::Source(source)];
    plane.throttle_check(&subjects).await?;
    let enrolment = match usable_enrolment(plane, &registration.token).await {
        Ok(enrolment) => enrolment,
        Err(error) => {
            plane.throttle_count(&subjects).await?;
            return Err(error);
        }
    };
    let now = plane.now();
    let machine = Machine {
        id: MachineId::new(now, &**plane.rng()),
        tenant: enrolment.tenant,
        name: text::name("the machine's name", &registration.name, 100)?,
        public_key: registration.public_key,
        key_age: KeyAge::default(),
        epoch: 0,
        facts: registration.facts,
        labels: Vec::new(),
        enrolled_at: now,
        last_seen_at: None,
        freezes: Freezes::default(),
    };
    let object = format!("machine:{}", machine.id);
    let facts = json!({ "enrolment": enrolment.id.to_string(), "source": source.to_string() });
    let who = format!("enrolment:{}", enrolment.id);
    let record = plane.audit_in(Some(enrolment.tenant), who, "machine.enrol", object, "ok", &facts);
    let machine = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if !tx.enrolment_consume(enrolment.id, machine.id, now).await? {
                    return Err(token_unusable());
                }
                tx.machine_insert(&machine).await?;
                let level = AssignmentLevel::Admin;
                let user = enrolment.created_by;
                tx.assignment_put(machine.id, user, level, user, now).await?;
                tx.audit_append(record).await?;
                // As it is kept: all machines of the tenant may be frozen.
                tx.machine(machine.id).await?.ok_or(Error::not_found("machine"))
            })
        })
        .await?;
    plane.bus.tell(Event::MachineChanged(Arc::new(machine.clone())));
    Ok(machine)
}

async fn usable_enrolment(plane: &ControlPlane, token: &str) -> Result<Enrolment, Error> {
    let token = EnrolmentToken::parse(token.trim())
        .map_err(|error| Error::unauthenticated("token_malformed", error.to_string()))?;
    let known = plane.store.enrolment(token.id()).await?;
    let (enrolment, digest) = known.ok_or_else(token_unusable)?;
    let open = enrolment.consumed_by.is_none()
        && enrolment.revoked_at.is_none()
        && enrolment.expires_at >= plane.now();
    if !TokenDigest::from_bytes(digest).matches(token.token()) || !open {
        return Err(token_unusable());
    }
    Ok(enrolment)
}

/// The same for an unknown, a used, a revoked and an expired token.
fn token_unusable() -> Error {
    Error::unauthenticated("token_unusable", "Invalid or expired registration token")
        .with_hint("a registration token works once and for a limited time; make a new one")
}

//! Changing the keys that seal secrets, while the server runs.
//!
//! 1. A new key is added to the ring; it seals from now on, and the older ones still open.
//! 2. Everything that is sealed is opened and sealed anew.
//! 3. What the database remembers of the ring is made with the new key.
//! 4. Later, when nothing that was sealed before can still be on its way to the database, everything
//!    is looked at once more, and the older keys that nothing needs are taken out of the file.
//!
//! Each step may be interrupted by anything: what is left is done at the next start and once an
//! hour, and doing it twice is doing it once.

mod sealed_rows;

use std::collections::HashSet;
use std::sync::{PoisonError, RwLockReadGuard};
use std::time::Duration;

use model::Actor;
use policy::Action;
use serde_json::json;
use vault::{KeyRing, RingKeyId};

use self::sealed_rows::{Place, SealedRow};
use crate::authorise::{acting_tenant, authorise_in};
use crate::plane::KEY_RING_SETTING;
use crate::{ControlPlane, Error};

/// How long an older key stays in the ring: longer than anything takes between being sealed and
/// being stored.
const RETIRES_AFTER: Duration = Duration::from_mins(10);

/// What became of the ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// The key that seals from now on.
    pub key: String,
    /// How many secrets were sealed anew.
    pub resealed: u64,
    /// How many older keys are in the ring still.
    pub older_keys: u64,
}

/// When older keys are taken out of the ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retirement {
    /// At once: the server has not begun to serve, so nothing is on its way.
    AtStart,
    /// When it is long enough ago that the newest was added.
    WhileServing,
}

/// Adds a key to the ring and seals everything anew with it.
pub async fn key_ring_rotate(plane: &ControlPlane, actor: &Actor) -> Result<Rotation, Error> {
    let tenant = acting_tenant(actor)?;
    authorise_in(actor, Action::KeyRingRotate, tenant)?;
    let key = add_key(plane).await?;
    plane.note_rotation(plane.clock().tick());
    let facts = json!({ "key": key.to_string() });
    let record = plane.audit(actor, "key_ring.rotate", "key_ring", &facts);
    plane
        .store
        .write::<_, Error, _>(move |tx| Box::pin(async move { Ok(tx.audit_append(record).await?) }))
        .await?;
    key_ring_settle(plane, Retirement::WhileServing).await
}

/// Does what is left of a rotation, if anything is.
pub async fn key_ring_settle(
    plane: &ControlPlane,
    retirement: Retirement,
) -> Result<Rotation, Error> {
    let mut resealed = 0;
    if ring(plane).older_keys().next().is_some() {
        resealed = reseal_all(plane).await?;
        remember(plane).await?;
        if plane.may_retire(retirement, RETIRES_AFTER) {
            retire(plane).await?;
        }
    }
    let ring = ring(plane);
    let older_keys = ring.older_keys().count() as u64;
    Ok(Rotation { key: ring.newest_key().to_string(), resealed, older_keys })
}

/// The file is written before the key is used, on a thread that may wait for the disk.
async fn add_key(plane: &ControlPlane) -> Result<RingKeyId, Error> {
    let (ring, rng) = (plane.key_ring.clone(), plane.rng().clone());
    let added = tokio::task::spawn_blocking(move || {
        ring.write().unwrap_or_else(PoisonError::into_inner).add_key(&*rng)
    });
    added.await.map_err(Error::internal)?.map_err(Error::internal)
}

async fn reseal_all(plane: &ControlPlane) -> Result<u64, Error> {
    let (mut place, mut resealed) = (Some(Place::START), 0);
    while let Some(at) = place {
        let (rows, next) = sealed_rows::read(&plane.store, at).await?;
        let anew = sealed_anew(plane, rows);
        resealed += anew.len() as u64;
        plane
            .store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    for (row, sealed) in &anew {
                        row.reseal(tx, sealed).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        place = next;
    }
    Ok(resealed)
}

/// Those that an older key has sealed, each with what it is sealed as now. One that does not open
/// is left as it is, with the key it names: it is no worse afterwards, and its owner may store it
/// again.
fn sealed_anew(plane: &ControlPlane, rows: Vec<SealedRow>) -> Vec<(SealedRow, Vec<u8>)> {
    let ring = ring(plane);
    let old = rows.into_iter().filter(|row| ring.needs_resealing(row.sealed()));
    let anew = old.filter_map(|row| {
        let identity = row.identity();
        let sealed = ring.open(&identity, row.sealed()).map_err(|error| error.to_string());
        let sealed = sealed.and_then(|secret| {
            ring.seal(&**plane.rng(), &identity, &secret).map_err(|error| error.to_string())
        });
        match sealed {
            Ok(sealed) => Some((row, sealed)),
            Err(problem) => {
                tracing::error!(%row, problem, "cannot seal a secret anew");
                None
            }
        }
    });
    anew.collect()
}

/// Makes what the database remembers of the ring with its newest key.
async fn remember(plane: &ControlPlane) -> Result<(), Error> {
    let remembered = plane.store.setting(KEY_RING_SETTING).await?;
    let check_value = {
        let ring = ring(plane);
        let is_old = remembered.is_none_or(|value| ring.needs_resealing(&value));
        is_old.then(|| ring.check_value(&**plane.rng()))
    };
    let Some(check_value) = check_value else { return Ok(()) };
    let written = plane.store.write::<_, Error, _>(move |tx| {
        Box::pin(async move { Ok(tx.setting_put(KEY_RING_SETTING, &check_value).await?) })
    });
    written.await
}

/// Takes out the older keys that seal nothing any more.
async fn retire(plane: &ControlPlane) -> Result<(), Error> {
    let (mut place, mut in_use) = (Some(Place::START), HashSet::new());
    while let Some(at) = place {
        let (rows, next) = sealed_rows::read(&plane.store, at).await?;
        in_use.extend(rows.iter().filter_map(|row| KeyRing::sealed_with(row.sealed())));
        place = next;
    }
    let in_use: Vec<_> = in_use.into_iter().collect();
    let ring = plane.key_ring.clone();
    let retired = tokio::task::spawn_blocking(move || {
        ring.write().unwrap_or_else(PoisonError::into_inner).retire_older_keys(&in_use)
    });
    let retired = retired.await.map_err(Error::internal)?.map_err(Error::internal)?;
    for key in retired {
        tracing::info!(%key, "a key of the key ring seals nothing any more and was taken out");
    }
    Ok(())
}

fn ring(plane: &ControlPlane) -> RwLockReadGuard<'_, KeyRing> {
    // A ring is changed as a whole, after its file was written.
    plane.key_ring.read().unwrap_or_else(PoisonError::into_inner)
}

//! Organisations.

use crate::freeze::Freeze;
use crate::second_factor::SecondFactorDemand;
use crate::session_limits::SessionLimits;
use crate::{TenantId, Timestamp};

/// An organisation: the wall between its users, machines and keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Identifier.
    pub id: TenantId,
    /// The small number by which documents and scripts name it; the first tenant is 1.
    pub number: i64,
    /// Display name.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether its people must have a second factor.
    pub second_factor: SecondFactorDemand,
    /// What it allows its sessions.
    pub limits: SessionLimits,
    /// For how many days it keeps the transcripts of its sessions on the server, if it does.
    pub transcripts_kept_days: Option<u32>,
    /// That none of its machines takes new work.
    pub frozen: Option<Freeze>,
}

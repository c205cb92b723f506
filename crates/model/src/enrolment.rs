//! The one-time act that makes a machine.

use crate::{EnrolmentId, MachineId, TenantId, Timestamp, UserId};

/// A registration token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Identifier, the public half of the token.
    pub id: EnrolmentId,
    /// The tenant the machine will belong to.
    pub tenant: TenantId,
    /// Who made the token.
    pub created_by: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
    /// The machine it made, once used.
    pub consumed_by: Option<MachineId>,
}

//! Who acts.

use crate::{
    ApiTokenId, JobId, LoginId, MachineId, NoticeId, TenantId, TokenScopes, UserId, words,
};

words! {
    /// What a user may do, before assignments to machines are looked at.
    pub enum Role as "role" {
        /// Runs the installation: every tenant, every setting.
        SystemAdmin = "system_admin",
        /// Runs one tenant: its users, machines, keys, quotas.
        TenantAdmin = "tenant_admin",
        /// Works on the machines assigned to them.
        User = "user",
        /// Looks, never changes.
        ReadOnly = "read_only",
    }
}

impl Role {
    /// Whether the role administers its whole tenant.
    pub const fn administers_tenant(self) -> bool {
        matches!(self, Self::SystemAdmin | Self::TenantAdmin)
    }
}

words! {
    /// What a user may do on one machine.
    pub enum AssignmentLevel as "permission" {
        /// Starts sessions.
        User = "user",
        /// Also looks after the machine's users and sessions.
        Admin = "admin",
    }
}

/// How a user proved who they are for this one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// A browser's login cookie.
    Login(LoginId),
    /// A lasting API token.
    ApiToken {
        /// Which one.
        token: ApiTokenId,
        /// What it may be used for.
        scopes: TokenScopes,
    },
    /// The token given to the server on its command line (`--token`).
    SharedToken,
    /// None: the server carries out a job that they have submitted before.
    Job(JobId),
    /// None: the server looks whether they may be told something that they want to be told.
    Notice(NoticeId),
}

impl Credential {
    /// What it may be used for. All but tokens are for everything that their owner may do.
    pub const fn scopes(&self) -> TokenScopes {
        match self {
            Self::ApiToken { scopes, .. } => *scopes,
            Self::Login(_) | Self::SharedToken | Self::Job(_) | Self::Notice(_) => {
                TokenScopes::FULL
            }
        }
    }
}

/// Who acts. Every use case starts with one of these and a permission check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A person or a service account.
    User {
        /// Who.
        user: UserId,
        /// The tenant they belong to.
        tenant: TenantId,
        /// Their role at the moment of the request.
        role: Role,
        /// How they proved it.
        credential: Credential,
    },
    /// An enrolled machine, over its link.
    Machine {
        /// Which one.
        machine: MachineId,
        /// The tenant it belongs to.
        tenant: TenantId,
    },
    /// The server itself: start-up, timers.
    System,
}

impl Actor {
    /// The user who acts, if it is one.
    pub const fn user(&self) -> Option<UserId> {
        match self {
            Self::User { user, .. } => Some(*user),
            Self::Machine { .. } | Self::System => None,
        }
    }

    /// The tenant inside which the actor acts; `System` has none.
    pub const fn tenant(&self) -> Option<TenantId> {
        match self {
            Self::User { tenant, .. } | Self::Machine { tenant, .. } => Some(*tenant),
            Self::System => None,
        }
    }
}

//! What goes with an account that is deleted. Its row stays, with the name and nothing else, because
//! usage, decisions and other people's sessions refer to it.

use model::job::Job;
use model::session::Session;
use model::{SessionId, Timestamp, UserId};

use crate::columns::{failed, integer, statements};
use crate::jobs::job;
use crate::sessions::session;
use crate::{Store, StoreError, Tx};

statements! {
    // The name that it is found by is given back: nobody can sign in with one that has a NUL.
    MARK = "UPDATE users SET state = 'deleted', password_hash = NULL, display_name = username,
            username_folded = 'deleted' || char(0) || hex(id)
        WHERE id = $1 AND state <> 'deleted'";
    JOBS = "DELETE FROM jobs WHERE owner = $1 RETURNING *";
    RULES = "DELETE FROM policy_rules WHERE owner = $1";
    CHANNELS = "DELETE FROM notification_channels WHERE user = $1";
    WEBHOOK_SECRETS = "DELETE FROM webhook_secrets WHERE user = $1";
    IDENTITIES = "DELETE FROM identities WHERE user = $1";
    PASSKEYS = "DELETE FROM passkeys WHERE user = $1";
    RECOVERY_CODES = "DELETE FROM recovery_codes WHERE user = $1";
    AUTHENTICATORS = "DELETE FROM authenticators WHERE user = $1";
    RESETS = "DELETE FROM second_factor_resets WHERE user = $1";
    ASSIGNMENTS = "DELETE FROM assignments WHERE user = $1";
    SHARES = "DELETE FROM session_shares WHERE user = $1";
    ANSWERS = "DELETE FROM idempotent_answers WHERE user = $1";
    RAISES = "DELETE FROM quota_raises WHERE account = $1";
    QUOTAS = "DELETE FROM quotas WHERE subject = 'user' AND account = $1";
    ENROLMENTS = "UPDATE enrolments SET revoked_at = $2
        WHERE created_by = $1 AND consumed_by IS NULL AND revoked_at IS NULL";
    SESSIONS_LEFT = "SELECT sessions.* FROM sessions JOIN users ON users.id = sessions.owner
        WHERE users.state = 'deleted' LIMIT $1";
    REPLACE_ORDERS = "UPDATE commands SET body = $2
        WHERE session = $1 AND state = 'queued' AND body IS NOT NULL";
}

/// What belongs to nobody but the account.
const OWN: [&str; 11] = [
    RULES,
    CHANNELS,
    WEBHOOK_SECRETS,
    IDENTITIES,
    PASSKEYS,
    RECOVERY_CODES,
    AUTHENTICATORS,
    RESETS,
    ASSIGNMENTS,
    SHARES,
    ANSWERS,
];

impl Tx {
    /// Leaves nothing of an account but its name, and gives that back to whoever wants it; answers
    /// its jobs, which are gone. Logins and tokens are ended apart, and sessions deleted one by one.
    pub async fn user_forget(
        &mut self,
        id: UserId,
        now: Timestamp,
    ) -> Result<Vec<Job>, StoreError> {
        let rows = sqlx::query(JOBS).bind(id.as_uuid()).fetch_all(&mut self.connection).await;
        let rows = rows.map_err(failed("delete an account's jobs"))?;
        let jobs = rows.iter().map(job).collect::<Result<_, _>>()?;
        for statement in OWN {
            let done =
                sqlx::query(statement).bind(id.as_uuid()).execute(&mut self.connection).await;
            done.map_err(failed("delete what belongs to an account"))?;
        }
        for statement in [RAISES, QUOTAS] {
            let done = sqlx::query(statement).bind(id.to_string());
            let done = done.execute(&mut self.connection).await;
            done.map_err(failed("delete the quotas of an account"))?;
        }
        let revoked = sqlx::query(ENROLMENTS).bind(id.as_uuid()).bind(now.as_millis());
        let revoked = revoked.execute(&mut self.connection).await;
        revoked.map_err(failed("revoke an account's registration tokens"))?;
        let marked = sqlx::query(MARK).bind(id.as_uuid()).execute(&mut self.connection).await;
        marked.map_err(failed("delete an account"))?;
        Ok(jobs)
    }

    /// Puts another order in the place of all that a session's machine has not taken yet, so that
    /// nothing of what was said in them is left.
    pub async fn session_orders_replace(
        &mut self,
        session: SessionId,
        body: &[u8],
    ) -> Result<(), StoreError> {
        let done = sqlx::query(REPLACE_ORDERS).bind(session.as_uuid()).bind(body);
        let done = done.execute(&mut self.connection).await;
        done.map(drop).map_err(failed("replace the orders of a session"))
    }
}

impl Store {
    /// Sessions of accounts that were deleted.
    pub async fn sessions_of_deleted(&self, limit: u32) -> Result<Vec<Session>, StoreError> {
        let rows = sqlx::query(SESSIONS_LEFT).bind(integer(limit.into()));
        let rows = rows.fetch_all(&self.readers).await;
        rows.map_err(failed("list the sessions of deleted accounts"))?.iter().map(session).collect()
    }
}

//! What is answered without asking, as people have said it.

use model::policy_rule::PolicyRule;
use model::{MachineId, PermissionRequestId, PolicyRuleId, SessionId, TenantId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO policy_rules (id, tenant, effect, tool, matches, title, owner, machine,
            workspace, session, request, created_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    BY_ID = "SELECT * FROM policy_rules WHERE id = $1";
    LISTED = "SELECT * FROM policy_rules
        WHERE tenant = $1
            AND ($2 IS NULL OR owner = $2 OR owner IS NULL)
            AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)
            AND (session IS NULL OR session IN
                (SELECT id FROM sessions WHERE state NOT IN ('stopped', 'failed')))
        ORDER BY created_at DESC, id DESC LIMIT 1000";
    FOR_SESSION = "SELECT policy_rules.* FROM policy_rules
            JOIN sessions ON sessions.id = $1 AND sessions.tenant = policy_rules.tenant
        WHERE (policy_rules.owner IS NULL OR policy_rules.owner = sessions.owner)
            AND (policy_rules.machine IS NULL OR policy_rules.machine = sessions.machine)
            AND (policy_rules.workspace IS NULL OR policy_rules.workspace
                IN (sessions.workspace, sessions.worktree_source))
            AND (policy_rules.session IS NULL OR policy_rules.session = sessions.id)
            AND policy_rules.revoked_at IS NULL
            AND (policy_rules.expires_at IS NULL OR policy_rules.expires_at > $2)
        ORDER BY policy_rules.owner IS NOT NULL, policy_rules.created_at DESC,
            policy_rules.id DESC LIMIT 1000";
    SESSIONS_OF = "SELECT sessions.id, sessions.machine FROM sessions
            JOIN policy_rules ON policy_rules.id = $1 AND policy_rules.tenant = sessions.tenant
        WHERE sessions.kind = 'chat' AND sessions.state NOT IN ('stopped', 'failed')
            AND (policy_rules.owner IS NULL OR policy_rules.owner = sessions.owner)
            AND (policy_rules.machine IS NULL OR policy_rules.machine = sessions.machine)
            AND (policy_rules.workspace IS NULL OR policy_rules.workspace
                IN (sessions.workspace, sessions.worktree_source))
            AND (policy_rules.session IS NULL OR policy_rules.session = sessions.id)";
    COUNT = "SELECT COUNT(*) AS rules FROM policy_rules
        WHERE tenant = $1 AND owner IS $2 AND session IS NULL
            AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)";
    REVOKE = "UPDATE policy_rules SET revoked_at = $3, revoked_by = $2
        WHERE id = $1 AND revoked_at IS NULL";
    TOUCH = "UPDATE policy_rules SET last_used_at = $3, uses = uses + 1
        WHERE id = $1 AND tenant = $2";
}

impl Tx {
    /// Adds a rule.
    pub async fn policy_rule_insert(&mut self, rule: &PolicyRule) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(rule.id.as_uuid())
            .bind(rule.tenant.as_uuid())
            .bind(&rule.effect)
            .bind(&rule.tool)
            .bind(&rule.matches)
            .bind(&rule.title)
            .bind(rule.owner.map(|owner| owner.as_uuid()))
            .bind(rule.machine.map(|machine| machine.as_uuid()))
            .bind(&rule.workspace)
            .bind(rule.session.map(|session| session.as_uuid()))
            .bind(rule.request.map(|request| request.as_uuid()))
            .bind(rule.created_by.as_uuid())
            .bind(rule.created_at.as_millis())
            .bind(rule.expires_at.map(Timestamp::as_millis))
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("add a rule"))
    }

    /// The rules that hold in a session, those for everybody first, read inside the transaction.
    pub async fn policy_rules_for(
        &mut self,
        session: SessionId,
        now: Timestamp,
    ) -> Result<Vec<PolicyRule>, StoreError> {
        let rows = sqlx::query(FOR_SESSION)
            .bind(session.as_uuid())
            .bind(now.as_millis())
            .fetch_all(&mut self.connection)
            .await;
        rows.map_err(failed("find the rules of a session"))?.iter().map(policy_rule).collect()
    }

    /// The open chats in which a rule holds or held, with their machines, read inside the
    /// transaction.
    pub async fn policy_rule_sessions(
        &mut self,
        rule: PolicyRuleId,
    ) -> Result<Vec<(SessionId, MachineId)>, StoreError> {
        let rows =
            sqlx::query(SESSIONS_OF).bind(rule.as_uuid()).fetch_all(&mut self.connection).await;
        let rows = rows.map_err(failed("find the sessions of a rule"))?;
        let session = |row: &SqliteRow| {
            let session = SessionId::from_uuid(row.uuid("id")?);
            Ok((session, MachineId::from_uuid(row.uuid("machine")?)))
        };
        rows.iter().map(session).collect()
    }

    /// How many rules a person has in force beyond a session; without a person, how many are for everybody.
    pub async fn policy_rules_count(
        &mut self,
        tenant: TenantId,
        owner: Option<UserId>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let row = sqlx::query(COUNT)
            .bind(tenant.as_uuid())
            .bind(owner.map(|owner| owner.as_uuid()))
            .bind(now.as_millis())
            .fetch_one(&mut self.connection)
            .await;
        row.map_err(failed("count rules"))?.count("rules")
    }

    /// Takes a rule back; answers whether it was in force.
    pub async fn policy_rule_revoke(
        &mut self,
        rule: PolicyRuleId,
        by: UserId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(REVOKE)
            .bind(rule.as_uuid())
            .bind(by.as_uuid())
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map_err(failed("take back a rule"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes that a rule has decided.
    pub async fn policy_rule_touch(
        &mut self,
        rule: PolicyRuleId,
        tenant: TenantId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(TOUCH)
            .bind(rule.as_uuid())
            .bind(tenant.as_uuid())
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("note the use of a rule"))
    }
}

impl Store {
    /// One rule, whether it is in force or not.
    pub async fn policy_rule(&self, id: PolicyRuleId) -> Result<Option<PolicyRule>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        row.map_err(failed("find a rule"))?.as_ref().map(policy_rule).transpose()
    }

    /// The rules that hold in a session, those for everybody first.
    pub async fn policy_rules_for(
        &self,
        session: SessionId,
        now: Timestamp,
    ) -> Result<Vec<PolicyRule>, StoreError> {
        let rows = sqlx::query(FOR_SESSION)
            .bind(session.as_uuid())
            .bind(now.as_millis())
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("find the rules of a session"))?.iter().map(policy_rule).collect()
    }

    /// Rules in force, the newest first: a person's and those for everybody, or all of the
    /// tenant's.
    pub async fn policy_rules(
        &self,
        tenant: TenantId,
        visible_to: Option<UserId>,
        now: Timestamp,
    ) -> Result<Vec<PolicyRule>, StoreError> {
        let rows = sqlx::query(LISTED)
            .bind(tenant.as_uuid())
            .bind(visible_to.map(|user| user.as_uuid()))
            .bind(now.as_millis())
            .fetch_all(&self.readers)
            .await;
        rows.map_err(failed("list rules"))?.iter().map(policy_rule).collect()
    }
}

fn policy_rule(row: &SqliteRow) -> Result<PolicyRule, StoreError> {
    Ok(PolicyRule {
        id: PolicyRuleId::from_uuid(row.uuid("id")?),
        tenant: TenantId::from_uuid(row.uuid("tenant")?),
        effect: row.text("effect")?,
        tool: row.text("tool")?,
        matches: row.text("matches")?,
        title: row.text("title")?,
        owner: row.maybe_uuid("owner")?.map(UserId::from_uuid),
        machine: row.maybe_uuid("machine")?.map(MachineId::from_uuid),
        workspace: row.maybe_text("workspace")?,
        session: row.maybe_uuid("session")?.map(SessionId::from_uuid),
        request: row.maybe_uuid("request")?.map(PermissionRequestId::from_uuid),
        created_by: UserId::from_uuid(row.uuid("created_by")?),
        created_at: row.time("created_at")?,
        expires_at: row.maybe_time("expires_at")?,
        last_used_at: row.maybe_time("last_used_at")?,
        uses: row.count("uses")?,
    })
}

//! What ends with the life that a backup was taken of: every credential, and what was under way.

use model::command::CommandState;
use model::job::{JobFailure, JobState};
use model::permission::PermissionState;
use model::session::SessionState;
use model::turn::TurnState;
use model::{JobId, Timestamp};

use crate::columns::{Columns, failed, statements};
use crate::{StoreError, Tx};

statements! {
    END_LOGINS = "DELETE FROM logins";
    END_API_TOKENS = "DELETE FROM api_tokens";
    END_LINKS = "DELETE FROM sign_in_links";
    END_REGISTRATION_TOKENS = "UPDATE enrolments SET revoked_at = $1
        WHERE revoked_at IS NULL AND consumed_at IS NULL AND expires_at > $1";
    END_PROXY_TOKENS = "UPDATE proxy_tokens SET revoked_at = $1 WHERE revoked_at IS NULL";
    END_ANSWERS = "DELETE FROM idempotent_answers";
    END_TURNS = "UPDATE turns SET state = $2, outcome = $3, finished_at = $1
        WHERE finished_at IS NULL";
    END_QUESTIONS = "UPDATE permission_requests SET state = $1
        WHERE state IN ('pending', 'answered', 'delivered')";
    END_QUEUED_ORDERS = "UPDATE commands SET state = $2, body = NULL, finished_at = $1,
            code = 'server_restored' WHERE finished_at IS NULL AND state = 'queued'";
    END_ACCEPTED_ORDERS = "UPDATE commands SET state = $2, body = NULL, finished_at = $1,
            code = 'server_restored' WHERE finished_at IS NULL";
    CALM_CHATS = "UPDATE sessions SET state = $1
        WHERE kind = 'chat' AND state IN ('running', 'waiting')";
    END_JOBS = "UPDATE jobs SET state = $2, failure = $3, error = $4, finished_at = $1
        WHERE state IN ('queued', 'running') RETURNING id";
    END_ATTEMPTS = "UPDATE job_attempts SET state = $2, error = $3, finished_at = $1
        WHERE finished_at IS NULL";
}

/// How many credentials were ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EndedCredentials {
    /// Browsers that were signed in.
    pub logins: u64,
    /// API tokens.
    pub api_tokens: u64,
    /// Registration tokens that could still be used.
    pub registration_tokens: u64,
    /// Sign-in links and invitations.
    pub links: u64,
    /// Tokens with which agents call models.
    pub proxy_tokens: u64,
}

/// How much was given up that was under way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EndedWork {
    /// Prompts that agents worked on or that waited for them.
    pub turns: u64,
    /// Questions that nobody had answered.
    pub questions: u64,
    /// Jobs that waited or ran.
    pub jobs: Vec<JobId>,
}

impl Tx {
    /// Ends every credential that lets somebody in: what was taken back after the backup must not
    /// count again. Passwords, second factors and the keys of machines stay.
    pub async fn credentials_end(
        &mut self,
        now: Timestamp,
    ) -> Result<EndedCredentials, StoreError> {
        self.end_all(END_ANSWERS, None).await?;
        Ok(EndedCredentials {
            logins: self.end_all(END_LOGINS, None).await?,
            api_tokens: self.end_all(END_API_TOKENS, None).await?,
            registration_tokens: self.end_all(END_REGISTRATION_TOKENS, Some(now)).await?,
            links: self.end_all(END_LINKS, None).await?,
            proxy_tokens: self.end_all(END_PROXY_TOKENS, Some(now)).await?,
        })
    }

    /// Gives up what was under way, because nobody knows what has become of it since: nothing of it may
    /// happen a second time. `why` is for people.
    pub async fn work_end(&mut self, now: Timestamp, why: &str) -> Result<EndedWork, StoreError> {
        let turns = sqlx::query(END_TURNS)
            .bind(now.as_millis())
            .bind(TurnState::Unknown.as_str())
            .bind(why)
            .execute(&mut self.connection)
            .await
            .map_err(failed("give up turns"))?;
        let questions = sqlx::query(END_QUESTIONS)
            .bind(PermissionState::Withdrawn.as_str())
            .execute(&mut self.connection)
            .await
            .map_err(failed("withdraw questions"))?;
        for (orders, state) in [
            (END_QUEUED_ORDERS, CommandState::Expired),
            (END_ACCEPTED_ORDERS, CommandState::Unknown),
        ] {
            let ended = sqlx::query(orders).bind(now.as_millis()).bind(state.as_str());
            ended.execute(&mut self.connection).await.map_err(failed("give up orders"))?;
        }
        let calm = sqlx::query(CALM_CHATS).bind(SessionState::Idle.as_str());
        calm.execute(&mut self.connection).await.map_err(failed("give up what chats do"))?;
        let jobs = self.jobs_end(now, why).await?;
        Ok(EndedWork { turns: turns.rows_affected(), questions: questions.rows_affected(), jobs })
    }

    async fn jobs_end(&mut self, now: Timestamp, why: &str) -> Result<Vec<JobId>, StoreError> {
        let rows = sqlx::query(END_JOBS)
            .bind(now.as_millis())
            .bind(JobState::Failed.as_str())
            .bind(JobFailure::TurnUnknown.as_str())
            .bind(why)
            .fetch_all(&mut self.connection)
            .await
            .map_err(failed("give up jobs"))?;
        let attempts = sqlx::query(END_ATTEMPTS)
            .bind(now.as_millis())
            .bind(JobState::Failed.as_str())
            .bind(why);
        attempts.execute(&mut self.connection).await.map_err(failed("give up attempts of jobs"))?;
        rows.iter().map(|row| Ok(JobId::from_uuid(row.uuid("id")?))).collect()
    }

    async fn end_all(
        &mut self,
        statement: &'static str,
        now: Option<Timestamp>,
    ) -> Result<u64, StoreError> {
        let mut query = sqlx::query(statement);
        if let Some(now) = now {
            query = query.bind(now.as_millis());
        }
        let done = query.execute(&mut self.connection).await.map_err(failed("end credentials"))?;
        Ok(done.rows_affected())
    }
}

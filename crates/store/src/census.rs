//! How many there are of what is under way, in the whole installation. Asked every few seconds, so
//! each count is one of an index that holds nothing else.

use metrics::{Exposition, Kind};
use model::permission::PermissionState;
use model::session::{SessionKind, SessionState};

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError};

statements! {
    SESSIONS = "SELECT kind, state, COUNT(*) AS count FROM sessions
        WHERE state NOT IN ('stopped', 'failed') GROUP BY kind, state";
    QUESTIONS = "SELECT state, COUNT(*) AS count FROM permission_requests
        WHERE state IN ('pending', 'answered', 'delivered') GROUP BY state";
    COUNTS = "SELECT
        (SELECT COUNT(*) FROM machines WHERE removed_at IS NULL) AS machines,
        (SELECT COUNT(*) FROM jobs WHERE state = 'queued') AS jobs_queued,
        (SELECT COUNT(*) FROM jobs WHERE state = 'running') AS jobs_running,
        (SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'pending') AS webhooks,
        (SELECT COUNT(*) FROM notices WHERE state IN ('gathering', 'pending')) AS notices,
        (SELECT COUNT(*) FROM commands WHERE finished_at IS NULL) AS commands,
        (SELECT COUNT(*) FROM quotas) AS quotas";
}

/// What was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Census {
    /// Machines that are enrolled.
    pub machines: u64,
    /// Sessions that are not over.
    sessions: Vec<(SessionKind, SessionState, u64)>,
    /// Questions that are not settled.
    questions: Vec<(PermissionState, u64)>,
    jobs_queued: u64,
    jobs_running: u64,
    webhooks: u64,
    notices: u64,
    commands: u64,
    quotas: u64,
}

impl Store {
    /// Counts.
    pub async fn census(&self) -> Result<Census, StoreError> {
        let sessions = sqlx::query(SESSIONS).fetch_all(&self.readers).await;
        let sessions = sessions.map_err(failed("count sessions"))?;
        let sessions = sessions.iter().map(|row| {
            Ok::<_, StoreError>((row.word("kind")?, row.word("state")?, row.count("count")?))
        });
        let questions = sqlx::query(QUESTIONS).fetch_all(&self.readers).await;
        let questions = questions.map_err(failed("count permission requests"))?;
        let questions = questions
            .iter()
            .map(|row| Ok::<_, StoreError>((row.word("state")?, row.count("count")?)));
        let counts = sqlx::query(COUNTS).fetch_one(&self.readers).await;
        let counts = counts.map_err(failed("count what is under way"))?;
        Ok(Census {
            machines: counts.count("machines")?,
            sessions: sessions.collect::<Result<_, _>>()?,
            questions: questions.collect::<Result<_, _>>()?,
            jobs_queued: counts.count("jobs_queued")?,
            jobs_running: counts.count("jobs_running")?,
            webhooks: counts.count("webhooks")?,
            notices: counts.count("notices")?,
            commands: counts.count("commands")?,
            quotas: counts.count("quotas")?,
        })
    }
}

impl Census {
    /// Writes it down. What there is none of is written, too: a series that comes and goes cannot
    /// be told from one that is missing.
    pub fn write_metrics(&self, into: &mut Exposition) {
        let mut sessions = into.family(
            Kind::Gauge,
            "gantline_sessions",
            "Sessions that are not over, by kind and state.",
        );
        for kind in SessionKind::ALL {
            for state in SessionState::ALL.iter().filter(|state| !state.is_final()) {
                let counted = self.sessions.iter().find(|it| (it.0, it.1) == (*kind, *state));
                let labels = [("kind", kind.as_str()), ("state", state.as_str())];
                sessions.count(&labels, counted.map_or(0, |(_, _, count)| *count));
            }
        }
        let mut questions = into.family(
            Kind::Gauge,
            "gantline_permission_requests",
            "Questions of agents that are not settled, by state.",
        );
        for state in PermissionState::ALL.iter().filter(|state| !state.is_final()) {
            let counted = self.questions.iter().find(|(counted, _)| counted == state);
            let count = counted.map_or(0, |(_, count)| *count);
            questions.count(&[("state", state.as_str())], count);
        }
        into.family(Kind::Gauge, "gantline_jobs", "Jobs that are not over, by state.")
            .count(&[("state", "queued")], self.jobs_queued)
            .count(&[("state", "running")], self.jobs_running);
        into.gauge(
            "gantline_webhook_queue_length",
            "Deliveries of webhooks that are to be sent, for the first time or again.",
            self.webhooks,
        );
        into.gauge(
            "gantline_notice_queue_length",
            "What channels are to be told and have not been yet.",
            self.notices,
        );
        into.gauge(
            "gantline_command_queue_length",
            "Orders to machines whose outcome is not known yet.",
            self.commands,
        );
        into.gauge("gantline_quotas", "Quotas that are set.", self.quotas);
    }
}

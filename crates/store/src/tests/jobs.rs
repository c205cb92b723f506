//! Jobs: their order, their ends, their logs.

use std::time::Duration;

use model::JobId;
use model::job::{Job, JobState, LogLevel};
use model::session_limits::SessionLimits;

use super::*;
use crate::jobs::log::MAX_LINES;
use crate::jobs::{JobFilter, JobResult, JobText};

const DAY: Duration = Duration::from_hours(24);

impl House {
    pub(super) fn job(&self) -> Job {
        Job {
            id: JobId::new(NOW, &self.rng),
            tenant: self.tenant,
            owner: self.user,
            machine: self.machine,
            agent: "demo".parse().unwrap(),
            workspace: None,
            model: None,
            prompt_head: "do it".to_owned(),
            prompt_is_longer: false,
            priority: 0,
            timeout: None,
            machine_wait: Duration::from_mins(1),
            interactive: false,
            state: JobState::Queued,
            attempt: 1,
            session: None,
            turn: None,
            failure: None,
            error: None,
            created_at: NOW,
            queued_at: NOW,
            started_at: None,
            finished_at: None,
        }
    }

    pub(super) async fn add_job(&self, job: &Job) {
        let (inserted, now) = (job.clone(), job.clone());
        let text = JobText {
            policy: "{}".to_owned(),
            prompt: "do it".to_owned(),
            content: None,
            worktree: None,
            result: None,
        };
        self.store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move {
                    tx.job_insert(&inserted, &text).await?;
                    tx.job_put(&now).await
                })
            })
            .await
            .unwrap();
    }

    async fn next(&self, per_owner: u32) -> Vec<JobId> {
        let next = self.store.jobs_next(self.machine, per_owner, 10).await.unwrap();
        next.iter().map(|job| job.id).collect()
    }

    async fn ended(&self, now: Timestamp, since: Timestamp) -> Vec<JobId> {
        let ended = self.store.jobs_ended(now, DAY, since).await.unwrap();
        ended.iter().map(|job| job.id).collect()
    }
}

#[tokio::test]
async fn a_job_comes_back_as_it_went_in() {
    let house = House::build().await;
    let job = Job {
        workspace: Some("/srv".to_owned()),
        priority: -3,
        timeout: Some(Duration::from_secs(5)),
        ..house.job()
    };
    house.add_job(&job).await;
    assert_eq!(house.store.job(job.id).await.unwrap(), Some(job.clone()));
    let result = JobResult { text: "done".to_owned(), is_longer: true };
    let (id, kept) = (job.id, result.clone());
    house
        .store
        .write(move |tx| Box::pin(async move { tx.job_set_result(id, Some(&kept)).await }))
        .await
        .unwrap();
    let text = house.store.job_text(id).await.unwrap().unwrap();
    assert_eq!(text.result, Some(result));
    let filter = JobFilter { tenant: Some(house.tenant), limit: 10, ..JobFilter::default() };
    assert_eq!(house.store.jobs(filter).await.unwrap(), [job]);
    let none = JobFilter { state: Some(JobState::Failed), ..filter };
    assert_eq!(house.store.jobs(none).await.unwrap(), []);
}

#[tokio::test]
async fn the_next_job_has_the_highest_priority_and_has_waited_longest() {
    let house = House::build().await;
    let (late, early) = (Job { queued_at: LATER, ..house.job() }, house.job());
    let high = Job { priority: 1, queued_at: LATER, ..house.job() };
    let running = Job { state: JobState::Running, ..house.job() };
    for job in [&late, &early, &high, &running] {
        house.add_job(job).await;
    }
    assert_eq!(house.next(2).await, [high.id, early.id, late.id]);
    assert_eq!(house.next(1).await, [], "the owner has one running");
    assert_eq!(house.store.jobs_running_on(house.machine).await.unwrap(), 1);
    assert_eq!(house.store.jobs_wait_for().await.unwrap(), [house.machine]);
}

#[tokio::test]
async fn a_running_job_has_ended_when_its_turn_or_its_time_is_over() {
    let house = House::build().await;
    let turn = Turn {
        id: TurnId::new(NOW, &house.rng),
        session: house.session,
        author: house.user,
        state: TurnState::Sent,
        stop_reason: None,
        outcome: None,
        created_at: NOW,
        finished_at: None,
    };
    let running = || Job {
        state: JobState::Running,
        session: Some(house.session),
        turn: Some(turn.id),
        started_at: Some(NOW),
        ..house.job()
    };
    let (plain, short) = (running(), Job { timeout: Some(DAY / 24), ..running() });
    let lost_session = Job { turn: Some(TurnId::new(NOW, &house.rng)), ..running() };
    for job in [&plain, &short, &lost_session] {
        house.add_job(job).await;
    }
    let command = house.command();
    let (stored, id) = (turn.clone(), turn.id);
    house
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { tx.turn_insert(&stored, command.id).await })
        })
        .await
        .unwrap();
    assert_eq!(house.ended(NOW, NOW).await, [lost_session.id]);
    let in_an_hour = NOW + DAY / 24;
    assert_eq!(house.store.jobs_next_timeout().await.unwrap(), Some(in_an_hour));
    assert_eq!(house.ended(in_an_hour, NOW).await, [short.id, lost_session.id]);
    assert_eq!(house.ended(NOW + DAY, NOW).await.len(), 3, "the machine was not heard of");
    assert_eq!(house.ended(NOW + DAY, LATER).await.len(), 2, "nobody could have heard of it");
    house
        .store
        .write(move |tx| {
            Box::pin(async move { tx.turn_set_state(id, TurnState::Done, None, None, LATER).await })
        })
        .await
        .unwrap();
    assert_eq!(house.ended(NOW, NOW).await.len(), 3);
}

#[tokio::test]
async fn a_waiting_job_is_overdue_when_its_machine_was_away_for_too_long() {
    let house = House::build().await;
    let job = house.job();
    house.add_job(&job).await;
    let overdue = async |now: Timestamp, since: Timestamp| {
        house.store.jobs_overdue(house.machine, now, since, 10).await.unwrap().len()
    };
    let minute = Duration::from_mins(1);
    assert_eq!(overdue(NOW, NOW).await, 0);
    assert_eq!(overdue(NOW + minute, NOW).await, 1);
    assert_eq!(overdue(NOW + minute, LATER).await, 0, "the server was down as well");
    let next = house.store.jobs_next_overdue(house.machine, NOW).await.unwrap();
    assert_eq!(next, Some(NOW + minute));
}

#[tokio::test]
async fn a_log_is_bounded_and_says_so() {
    let house = House::build().await;
    let job = house.job();
    house.add_job(&job).await;
    let id = job.id;
    house
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                for number in 0..MAX_LINES + 5 {
                    tx.job_log(id, NOW, LogLevel::Info, &number.to_string()).await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
    let all = house.store.job_log(id, 0, u32::MAX).await.unwrap();
    assert_eq!(all.len() as u64, MAX_LINES);
    assert_eq!((all[0].seq, all[0].message.as_str()), (6, "5"));
    assert_eq!(house.store.job_log_last(id).await.unwrap(), MAX_LINES + 5);
    let page = house.store.job_log(id, 1_000, 2).await.unwrap();
    assert_eq!(page.iter().map(|line| line.seq).collect::<Vec<_>>(), [1_001, 1_002]);
}

#[tokio::test]
async fn what_ended_long_ago_is_found_and_deleted_with_everything_that_is_kept_of_it() {
    let house = House::build().await;
    let ended = |at| Job {
        state: JobState::Completed,
        started_at: Some(NOW),
        finished_at: Some(at),
        ..house.job()
    };
    let (old, fresh, waiting) = (ended(NOW), ended(LATER), house.job());
    for job in [&old, &fresh, &waiting] {
        house.add_job(job).await;
    }
    let found = house.store.jobs_finished_before(LATER, 10).await.unwrap();
    assert_eq!(found.iter().map(|job| job.id).collect::<Vec<_>>(), [old.id]);
    let all = [old.id, fresh.id, waiting.id];
    let gone = house
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                let mut gone = Vec::new();
                for id in all {
                    gone.push(tx.job_delete_finished(id, LATER).await?);
                }
                Ok(gone)
            })
        })
        .await
        .unwrap();
    assert_eq!(gone, [true, false, false]);
    assert_eq!(house.store.job(old.id).await.unwrap(), None);
    assert_eq!(house.store.job_text(old.id).await.unwrap(), None);
    assert!(house.store.job(fresh.id).await.unwrap().is_some());
}

/// A job whose session would be one too many is not next, and keeps no other from being so.
#[tokio::test]
async fn a_job_waits_where_as_many_sessions_are_open_as_may_be() {
    let house = House::build().await;
    let job = house.job();
    house.add_job(&job).await;
    let limit = async |limits| {
        let tenant = house.tenant;
        let put = house
            .store
            .write(move |tx| Box::pin(async move { tx.session_limits_put(tenant, limits).await }));
        put.await.unwrap();
    };
    let none = SessionLimits::default();
    // One session is open, that of the house.
    limit(SessionLimits { per_machine: Some(1), ..none }).await;
    assert_eq!(house.next(10).await, []);
    limit(SessionLimits { per_user: Some(1), ..none }).await;
    assert_eq!(house.next(10).await, []);
    limit(SessionLimits { per_machine: Some(2), per_user: Some(2), ..none }).await;
    assert_eq!(house.next(10).await, [job.id]);
    limit(SessionLimits { per_machine: Some(1), per_user: Some(1), ..none }).await;
    let session = house.session;
    let end = house.store.write(move |tx| {
        Box::pin(
            async move { tx.session_set_state(session, SessionState::Stopped, None, LATER).await },
        )
    });
    end.await.unwrap();
    assert_eq!(house.next(10).await, [job.id]);
}

mod alone;
mod audit;
mod idle;
mod jobs;
mod kept_transcripts;
mod migrations;
mod notifications;
mod pauses;
mod power_cut;
mod restoring;
mod webhooks;

use std::path::Path;
use std::time::Duration;

use model::actor::Role;
use model::enrolment::Enrolment;
use model::label::Labels;
use model::machine::{KeyAge, Machine, MachineFacts};
use model::permission::{PermissionAnswer, PermissionRequest, PermissionState};
use model::rng::CountingRng;
use model::session::{Session, SessionKind, SessionState};
use model::turn::{Turn, TurnState};
use model::user::{UserKind, UserState};
use model::{
    CommandId, EnrolmentId, MachineId, PermissionRequestId, SessionId, TenantId, Timestamp, TurnId,
    UserId,
};

use crate::commands::NewCommand;
use crate::users::NewUser;
use crate::{Store, StoreError};

struct House {
    directory: tempfile::TempDir,
    store: Store,
    rng: CountingRng,
    tenant: TenantId,
    user: UserId,
    machine: MachineId,
    session: SessionId,
}

const NOW: Timestamp = Timestamp::from_millis(1_000_000);
const LATER: Timestamp = Timestamp::from_millis(2_000_000);

impl House {
    async fn build() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = open(directory.path()).await;
        let rng = CountingRng::default();
        let tenant = TenantId::new(NOW, &rng);
        let user = UserId::new(NOW, &rng);
        let machine = MachineId::new(NOW, &rng);
        let session = SessionId::new(NOW, &rng);
        let house = Self { directory, store, rng, tenant, user, machine, session };
        house.furnish().await;
        house
    }

    async fn furnish(&self) {
        let (tenant, user) = (self.tenant, self.new_user("ana"));
        let (machine, session) = (self.machine(), self.session());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.tenant_insert(tenant, "Home", NOW).await?;
                    tx.user_insert(&user).await?;
                    tx.machine_insert(&machine).await?;
                    tx.session_insert(&session).await
                })
            })
            .await
            .unwrap();
    }

    fn new_user(&self, username: &str) -> NewUser {
        NewUser {
            id: self.user,
            tenant: self.tenant,
            username: username.to_owned(),
            display_name: username.to_owned(),
            kind: UserKind::Person,
            role: Role::SystemAdmin,
            state: UserState::Active,
            password_hash: None,
            created_at: NOW,
        }
    }

    fn machine(&self) -> Machine {
        Machine {
            id: self.machine,
            tenant: self.tenant,
            name: "build-01".to_owned(),
            public_key: [7; 32],
            key_age: KeyAge::default(),
            epoch: 0,
            facts: MachineFacts::default(),
            labels: Vec::new(),
            enrolled_at: NOW,
            last_seen_at: None,
            freezes: model::freeze::Freezes::default(),
        }
    }

    fn session(&self) -> Session {
        Session {
            id: self.session,
            tenant: self.tenant,
            owner: self.user,
            machine: self.machine,
            kind: SessionKind::Chat,
            agent: Some("demo".parse().unwrap()),
            workspace: "/srv/project".to_owned(),
            model: None,
            preset: "ask".to_owned(),
            policy: None,
            title: "Hello".to_owned(),
            labels: Labels::default(),
            state: SessionState::Starting,
            detail: None,
            containment: None,
            containment_detail: None,
            worktree: None,
            idle_limit: None,
            pause: None,
            paused_for: std::time::Duration::ZERO,
            created_at: NOW,
            last_active_at: NOW,
            imported_at: None,
        }
    }

    fn command(&self) -> NewCommand {
        NewCommand {
            id: CommandId::new(NOW, &self.rng),
            machine: self.machine,
            session: self.session,
            actor: "system".to_owned(),
            body: b"order".to_vec(),
            not_after: None,
            created_at: NOW,
        }
    }

    fn question(&self) -> PermissionRequest {
        PermissionRequest {
            id: PermissionRequestId::new(NOW, &self.rng),
            tenant: self.tenant,
            machine: self.machine,
            session: self.session,
            turn: None,
            title: "Write notes.txt".to_owned(),
            details: "{}".to_owned(),
            digest: [1; 32],
            state: PermissionState::Pending,
            answer: None,
            note: None,
            answered_by: None,
            asked_at: NOW,
            answered_at: None,
        }
    }
}

async fn open(directory: &Path) -> Store {
    Store::open(&directory.join("gantline.db")).await.unwrap()
}

#[tokio::test]
async fn every_statement_fits_the_layout() {
    let house = House::build().await;
    let entities: &[&[(&str, &str)]] = &[
        crate::api_tokens::STATEMENTS,
        crate::assignments::STATEMENTS,
        crate::audit::STATEMENTS,
        crate::audit::chain::STATEMENTS,
        crate::audit::retention::STATEMENTS,
        crate::budget_requests::STATEMENTS,
        crate::census::STATEMENTS,
        crate::commands::STATEMENTS,
        crate::doubt::STATEMENTS,
        crate::enrolments::STATEMENTS,
        crate::idempotency::STATEMENTS,
        crate::identities::STATEMENTS,
        crate::imports::STATEMENTS,
        crate::jobs::STATEMENTS,
        crate::jobs::attempts::STATEMENTS,
        crate::jobs::log::STATEMENTS,
        crate::jobs::queue::STATEMENTS,
        crate::kept_transcripts::STATEMENTS,
        crate::transcript_keeping::STATEMENTS,
        crate::logins::STATEMENTS,
        crate::freezes::STATEMENTS,
        crate::machine_keys::STATEMENTS,
        crate::machines::STATEMENTS,
        crate::notifications::STATEMENTS,
        crate::notifications::attempts::STATEMENTS,
        crate::notifications::notices::STATEMENTS,
        crate::passkeys::STATEMENTS,
        crate::permissions::STATEMENTS,
        crate::policy_presets::STATEMENTS,
        crate::policy_rules::STATEMENTS,
        crate::prices::STATEMENTS,
        crate::provider_keys::STATEMENTS,
        crate::proxy_tokens::STATEMENTS,
        crate::quotas::STATEMENTS,
        crate::restoring::STATEMENTS,
        crate::second_factors::STATEMENTS,
        crate::session_limits::STATEMENTS,
        crate::session_shares::STATEMENTS,
        crate::sessions::STATEMENTS,
        crate::sessions::idle::STATEMENTS,
        crate::sessions::pauses::STATEMENTS,
        crate::sessions::worktrees::STATEMENTS,
        crate::settings::STATEMENTS,
        crate::sign_in_links::STATEMENTS,
        crate::tenants::STATEMENTS,
        crate::throttles::STATEMENTS,
        crate::turns::STATEMENTS,
        crate::usage::STATEMENTS,
        crate::usage::summary::STATEMENTS,
        crate::user_removal::STATEMENTS,
        crate::users::STATEMENTS,
        crate::webhook_secrets::STATEMENTS,
        crate::webhooks::STATEMENTS,
        crate::webhooks::attempts::STATEMENTS,
        crate::webhooks::lanes::STATEMENTS,
    ];
    let mut connection = house.store.readers.acquire().await.unwrap();
    for (name, sql) in entities.iter().copied().flatten() {
        use sqlx::{Executor, SqlSafeStr};
        let prepared = connection.prepare((*sql).into_sql_str()).await;
        assert!(prepared.is_ok(), "{name}: {:?}\n{sql}", prepared.err());
    }
}

#[tokio::test]
async fn work_that_fails_is_undone_alone() {
    let house = House::build().await;
    let good = house.command();
    let writes = (0..20).map(|n| {
        let command = NewCommand { id: CommandId::new(NOW, &house.rng), ..good.clone() };
        house.store.write(move |tx| {
            Box::pin(async move {
                tx.command_append(&command).await?;
                if n % 2 == 0 { Ok(()) } else { Err(StoreError::Undone("on purpose".to_owned())) }
            })
        })
    });
    let results = futures_util::future::join_all(writes).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 10);
    let pending = house.store.commands_pending(house.machine, 0, 100).await.unwrap();
    let numbers: Vec<u64> = pending.iter().map(|command| command.seq).collect();
    assert_eq!(numbers, (1..=10).collect::<Vec<_>>(), "numbers have no holes");
}

#[tokio::test]
async fn what_was_written_is_there_after_opening_again() {
    let house = House::build().await;
    house.store.close().await;
    let store = open(house.directory.path()).await;
    let session = store.session(house.session).await.unwrap().unwrap();
    assert_eq!(session, house.session());
    let error = house
        .store
        .write(|tx| Box::pin(async move { tx.throttle_clear("x").await }))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Stopped(_)), "{error:?}");
}

#[tokio::test]
async fn a_database_of_a_newer_release_is_refused() {
    let house = House::build().await;
    house
        .store
        .write::<_, StoreError, _>(|tx| {
            Box::pin(async move {
                let newer = "INSERT INTO _sqlx_migrations
                    (version, description, success, checksum, execution_time)
                    VALUES (9999, 'from the future', TRUE, x'00', 0)";
                sqlx::query(newer).execute(&mut tx.connection).await.unwrap();
                Ok(())
            })
        })
        .await
        .unwrap();
    house.store.close().await;
    let error = Store::open(&house.directory.path().join("gantline.db")).await.unwrap_err();
    assert!(matches!(error, StoreError::Newer { .. }), "{error:?}");
}

/// S52: of fifty redemptions at once one succeeds.
#[tokio::test]
async fn a_registration_token_makes_one_machine() {
    let house = House::build().await;
    let enrolment = Enrolment {
        id: EnrolmentId::new(NOW, &house.rng),
        tenant: house.tenant,
        created_by: house.user,
        created_at: NOW,
        expires_at: LATER,
        revoked_at: None,
        consumed_by: None,
    };
    let id = enrolment.id;
    house
        .store
        .write(move |tx| Box::pin(async move { tx.enrolment_insert(&enrolment, &[3; 32]).await }))
        .await
        .unwrap();
    let attempts = (0..50).map(|_| {
        let machine = MachineId::new(NOW, &house.rng);
        house
            .store
            .write(move |tx| Box::pin(async move { tx.enrolment_consume(id, machine, NOW).await }))
    });
    let results: Vec<bool> =
        futures_util::future::join_all(attempts).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(results.iter().filter(|consumed| **consumed).count(), 1);
}

#[tokio::test]
async fn reports_are_taken_in_order_and_once() {
    let house = House::build().await;
    let machine = house.machine;
    let taken = house
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                let mut taken = Vec::new();
                for seq in [1, 1, 3, 2, 3, 2] {
                    taken.push(tx.machine_take_report(machine, seq).await?);
                }
                Ok(taken)
            })
        })
        .await
        .unwrap();
    assert_eq!(taken, [true, false, false, true, true, false]);
}

#[tokio::test]
async fn a_prompt_is_forgotten_once_the_machine_has_it() {
    let house = House::build().await;
    let (command, machine) = (house.command(), house.machine);
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
    let turn_id = turn.id;
    let accepted = house
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                let seq = tx.command_append(&command).await?.unwrap();
                tx.turn_insert(&turn, command.id).await?;
                let accepted = tx.commands_accept(machine, seq, LATER).await?;
                let again = tx.commands_accept(machine, seq, LATER).await?;
                assert!(again.is_empty(), "accepted twice");
                for (id, _) in &accepted {
                    assert_eq!(tx.turn_arrived(*id).await?, Some(turn_id));
                }
                Ok(accepted)
            })
        })
        .await
        .unwrap();
    assert_eq!(accepted.len(), 1);
    assert_eq!(house.store.commands_pending(machine, 0, 10).await.unwrap(), []);
    assert_eq!(house.store.turn(turn_id).await.unwrap().unwrap().state, TurnState::OnMachine);
}

#[tokio::test]
async fn a_question_is_answered_once_and_closed_once() {
    let house = House::build().await;
    let (question, command) = (house.question(), house.command());
    let (id, user, machine) = (question.id, house.user, house.machine);
    house
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                tx.permission_insert(&question).await?;
                tx.permission_insert(&question).await?;
                let answer = PermissionAnswer::AllowOnce;
                assert!(tx.permission_answer(id, answer, None, user, command.id, NOW).await?);
                let deny = PermissionAnswer::Deny;
                assert!(!tx.permission_answer(id, deny, None, user, command.id, NOW).await?);
                assert!(tx.permission_arrived(command.id).await?.is_some());
                let closed = PermissionState::Resolved;
                assert!(tx.permission_close(id, machine, closed).await?.is_some());
                let withdrawn = PermissionState::Withdrawn;
                assert!(tx.permission_close(id, machine, withdrawn).await?.is_none());
                Ok(())
            })
        })
        .await
        .unwrap();
    let request = house.store.permission(id).await.unwrap().unwrap();
    assert_eq!(request.state, PermissionState::Resolved);
    assert_eq!(request.answer, Some(PermissionAnswer::AllowOnce));
    assert_eq!(house.store.permissions_open(None, None, None).await.unwrap(), []);
}

#[tokio::test]
async fn usernames_are_taken_in_any_case() {
    let house = House::build().await;
    let again = NewUser { id: UserId::new(NOW, &house.rng), ..house.new_user("ANA") };
    let error = house
        .store
        .write(move |tx| Box::pin(async move { tx.user_insert(&again).await }))
        .await
        .unwrap_err();
    assert!(error.is_duplicate(), "{error:?}");
    assert!(house.store.user_by_name(" Ana ").await.unwrap().is_some());
}

#[tokio::test]
async fn sessions_are_listed_page_by_page_for_those_who_may_see_them() {
    use crate::sessions::SessionFilter;
    let house = House::build().await;
    let others: Vec<Session> = (0..5)
        .map(|_| Session { id: SessionId::new(NOW, &house.rng), ..house.session() })
        .collect();
    house
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                for session in &others {
                    tx.session_insert(session).await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
    let mut seen = Vec::new();
    let mut filter =
        SessionFilter { visible_to: Some((house.user, NOW)), limit: 2, ..Default::default() };
    loop {
        let page = house.store.sessions(filter.clone()).await.unwrap();
        let Some(last) = page.last() else { break };
        filter.after = Some((last.last_active_at, last.id));
        seen.extend(page.iter().map(|session| session.id));
    }
    seen.dedup();
    assert_eq!(seen.len(), 6);
    let stranger = Some((UserId::new(NOW, &house.rng), NOW));
    let filter = SessionFilter { visible_to: stranger, limit: 10, ..Default::default() };
    assert_eq!(house.store.sessions(filter).await.unwrap(), []);
}

/// What a prompt says is nobody's business once its machine has it: not in the database, and not in
/// what the database keeps beside it.
#[tokio::test]
async fn what_a_machine_has_is_not_left_behind_in_the_files() {
    const PROMPT: &[u8] = b"nobody else is to read this prompt";
    let house = House::build().await;
    let machine = house.machine;
    let command = NewCommand { body: PROMPT.repeat(400), ..house.command() };
    let append = house.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { tx.command_append(&command).await })
    });
    let seq = append.await.unwrap().unwrap();
    assert!(holds(house.directory.path(), PROMPT), "it waits for its machine");
    let accept = house.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { tx.commands_accept(machine, seq, LATER).await.map(drop) })
    });
    accept.await.unwrap();
    let gone = async {
        while holds(house.directory.path(), PROMPT) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), gone).await.expect("it is gone soon");
}

fn holds(directory: &Path, text: &[u8]) -> bool {
    std::fs::read_dir(directory).unwrap().any(|file| {
        let content = std::fs::read(file.unwrap().path()).unwrap_or_default();
        content.windows(text.len()).any(|part| part == text)
    })
}

/// Sessions with these labels, made one after the other.
async fn labelled(house: &House, labels: &[(&str, &[&str], bool)]) {
    for (index, (name, tags, archived)) in labels.iter().enumerate() {
        let time = Timestamp::from_millis(i64::try_from(index).unwrap());
        let session = Session {
            id: SessionId::new(time, &house.rng),
            labels: Labels {
                name: Some((*name).to_owned()),
                tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
                archived_at: archived.then_some(NOW),
            },
            last_active_at: time,
            ..house.session()
        };
        let stored = house.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { tx.session_insert(&session).await })
        });
        stored.await.unwrap();
    }
}

#[tokio::test]
async fn sessions_are_found_by_what_people_say_about_them() {
    use crate::sessions::SessionFilter;
    let house = House::build().await;
    labelled(
        &house,
        &[
            ("Fix 100%", &["bug", "ui"][..], false),
            ("fix_it", &["bug"], true),
            ("Écrire", &["文档"], false),
        ],
    )
    .await;
    let all = SessionFilter { limit: 10, ..SessionFilter::default() };
    let filter = |tag: Option<&str>, archived, words: Option<&str>| SessionFilter {
        tag: tag.map(str::to_owned),
        archived,
        words: words.iter().flat_map(|words| words.split('+')).map(str::to_owned).collect(),
        ..all.clone()
    };
    for (filter, expect) in [
        (filter(Some("bug"), None, None), &["fix_it", "Fix 100%"][..]),
        (filter(Some("bug"), Some(false), None), &["Fix 100%"]),
        (filter(None, Some(true), None), &["fix_it"]),
        (filter(Some("文档"), None, None), &["Écrire"]),
        (filter(Some("bu"), None, None), &[]),
        (filter(None, None, Some("FIX")), &["fix_it", "Fix 100%"]),
        (filter(None, None, Some("100%")), &["Fix 100%"]),
        (filter(None, None, Some("x_i")), &["fix_it"]),
        (filter(None, None, Some("x i")), &[]),
        (filter(None, None, Some("档")), &["Écrire"]),
        (filter(None, None, Some("文档+crire+PROJ")), &["Écrire"]),
        (filter(None, None, Some("文+bug")), &[]),
        (filter(None, None, Some("fix+bug")), &["fix_it", "Fix 100%"]),
        (filter(None, None, Some("ui+fix+%")), &["Fix 100%"]),
        (filter(None, None, Some("/srv/PROJ")), &["Hello", "Écrire", "fix_it", "Fix 100%"]),
        (filter(None, None, Some("demo")), &["Hello", "Écrire", "fix_it", "Fix 100%"]),
        (filter(None, None, Some("\\")), &[]),
    ] {
        let found = house.store.sessions(filter.clone()).await.unwrap();
        let names: Vec<&str> = found.iter().map(Session::name).collect();
        assert_eq!(names, expect, "{filter:?}");
    }
    let found = house.store.sessions_named(house.user, "Écrire").await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].labels.tags, ["文档"]);
    let archived = house.store.sessions_named(house.user, "fix_it").await.unwrap();
    assert!(archived.is_empty(), "what was put away is not meant");
}

#[tokio::test]
async fn an_import_is_ended_by_the_first_who_takes_it() {
    let house = House::build().await;
    let (session, machine) = (house.session, house.machine);
    let take = || {
        house.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { tx.import_take(session).await })
        })
    };
    let begin = house.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { tx.import_begin(session, machine, NOW).await })
    });
    begin.await.unwrap();
    let later = NOW + std::time::Duration::from_millis(1);
    assert_eq!(house.store.imports_begun_before(NOW).await.unwrap(), []);
    assert_eq!(house.store.imports_begun_before(later).await.unwrap(), [(session, machine)]);
    assert!(take().await.unwrap());
    assert!(!take().await.unwrap(), "only one decides");
    assert_eq!(house.store.imports_begun_before(later).await.unwrap(), []);
}

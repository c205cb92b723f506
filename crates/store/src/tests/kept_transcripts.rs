//! Transcripts that a tenant keeps: which are missing, how they grow, and when they go.

use super::*;
use model::kept_transcript::{TranscriptKeeping, WorkspaceKeeping};
use model::session::{Worktree, WorktreeState};

use crate::kept_transcripts::KeptPart;

const DAY: Duration = Duration::from_hours(24);

impl House {
    async fn add_chat(&self) -> SessionId {
        let id = SessionId::new(NOW, &self.rng);
        let session = Session { id, kind: SessionKind::Chat, ..self.session() };
        let inserted =
            self.store.write(move |tx| Box::pin(async move { tx.session_insert(&session).await }));
        inserted.await.unwrap();
        id
    }

    async fn keep(&self, days: Option<u32>) {
        self.keep_as(TranscriptKeeping { days, workspaces: Vec::new() }).await;
    }

    /// Says it, and takes the keys of what is not to be kept any more, as one does.
    async fn keep_as(&self, keeping: TranscriptKeeping) {
        let tenant = self.tenant;
        assert_ne!(self.store.transcript_keeping(tenant).await.unwrap(), keeping);
        let (put, expected) = (keeping.clone(), keeping);
        let said = self.store.write(move |tx| {
            Box::pin(async move {
                tx.transcript_keeping_put(tenant, &put).await?;
                tx.kept_transcripts_delete_unwanted(tenant).await
            })
        });
        said.await.unwrap();
        assert_eq!(self.store.transcript_keeping(tenant).await.unwrap(), expected);
    }

    fn own(&self, workspace: &str, days: Option<u32>) -> WorkspaceKeeping {
        WorkspaceKeeping { machine: self.machine, workspace: workspace.to_owned(), days }
    }

    async fn begin_to_keep(&self, session: SessionId) {
        let tenant = self.tenant;
        let begun = self.store.write(move |tx| {
            Box::pin(async move { tx.kept_transcript_begin(session, tenant, b"sealed key").await })
        });
        begun.await.unwrap();
    }

    async fn add_part(&self, session: SessionId, after: u64, last: u64) -> bool {
        let part = KeptPart { last, sealed: vec![7; 100] };
        let added = self.store.write(move |tx| {
            Box::pin(async move { tx.kept_transcript_add(session, after, &part).await })
        });
        added.await.unwrap()
    }

    async fn clear_kept(&self, session: SessionId, parts: u32) -> bool {
        let cleared = self.store.write(move |tx| {
            Box::pin(async move { tx.kept_transcript_clear(session, parts).await })
        });
        cleared.await.unwrap()
    }

    async fn to_clear(&self) -> Vec<SessionId> {
        self.store.kept_transcripts_to_clear(10).await.unwrap()
    }

    async fn missing(&self, now: Timestamp) -> Vec<SessionId> {
        let due = self.store.kept_transcripts_due(self.machine, now, Duration::ZERO, 10).await;
        let due = due.unwrap().into_iter().map(|session| session.id);
        // The house has one that nobody speaks of here.
        due.filter(|id| *id != self.session).collect()
    }

    async fn old(&self, now: Timestamp) -> Vec<SessionId> {
        let old = self.store.kept_transcripts_old(now, 10).await.unwrap();
        old.into_iter().map(|(session, _)| session).collect()
    }
}

#[tokio::test]
async fn a_transcript_is_missing_while_its_tenant_keeps_it_and_it_is_not_whole() {
    let house = House::build().await;
    let chat = house.add_chat().await;
    assert_eq!(house.missing(NOW).await, [], "nobody wants it kept");
    house.begin_to_keep(chat).await;
    assert_eq!(house.store.kept_transcript(chat).await.unwrap(), None, "nobody wants it kept");
    house.keep(Some(2)).await;
    assert_eq!(house.missing(NOW).await, [chat]);
    assert_eq!(house.missing(NOW + DAY * 2).await, [], "it is too old to be kept");
    house.begin_to_keep(chat).await;
    assert!(house.add_part(chat, 0, 5).await);
    assert!(!house.add_part(chat, 0, 7).await, "another was faster");
    assert!(house.add_part(chat, 5, 9).await);
    let kept = house.store.kept_transcript(chat).await.unwrap().unwrap();
    assert_eq!((kept.last, kept.bytes), (9, 200));
    let parts = house.store.kept_parts(chat, 6, 10).await.unwrap();
    assert_eq!(parts.iter().map(|part| part.last).collect::<Vec<_>>(), [9]);
    assert_eq!(house.missing(NOW).await, [chat], "nobody has said that it is whole");
    let later = NOW + Duration::from_secs(1);
    let looked = house.store.write(move |tx| {
        Box::pin(async move { tx.kept_transcript_looked(chat, later, false).await })
    });
    looked.await.unwrap();
    assert_eq!(house.missing(later).await, []);
    house.keep(None).await;
    assert!(!house.add_part(chat, 9, 12).await, "it is kept no longer");
}

/// What is kept is deleted when its time is over, and not before; what was deleted is not kept
/// again.
#[tokio::test]
async fn what_is_kept_goes_when_its_days_are_over_or_somebody_says_so() {
    let house = House::build().await;
    let (old, deleted) = (house.add_chat().await, house.add_chat().await);
    house.keep(Some(2)).await;
    for chat in [old, deleted] {
        house.begin_to_keep(chat).await;
        assert!(house.add_part(chat, 0, 5).await);
    }
    let delete = async || {
        let deleted = house
            .store
            .write(move |tx| Box::pin(async move { tx.kept_transcript_delete(deleted).await }));
        deleted.await.unwrap()
    };
    assert!(delete().await);
    assert!(!delete().await, "there is nothing any more");
    assert_eq!(house.store.kept_transcript(deleted).await.unwrap(), None);
    assert_eq!(house.to_clear().await, [deleted]);
    assert!(house.clear_kept(deleted, 10).await);
    assert_eq!(house.to_clear().await, []);
    assert_eq!(house.store.kept_parts(deleted, 0, 10).await.unwrap(), []);
    assert_eq!(house.missing(NOW).await, [old]);
    assert!(!house.add_part(deleted, 5, 9).await);
    assert!(house.clear_kept(old, 10).await);
    assert!(house.add_part(old, 5, 9).await, "nothing is cleared away that has its key");

    let end = NOW + DAY * 2;
    let just_before = Timestamp::from_millis(end.as_millis() - 1);
    assert_eq!(house.old(just_before).await, []);
    assert_eq!(house.old(end).await, [old]);
    let drop_old = async |now| {
        let dropped = house.store.write(move |tx| {
            Box::pin(async move { tx.kept_transcript_delete_old(old, now).await })
        });
        dropped.await.unwrap()
    };
    assert!(!drop_old(just_before).await);
    assert!(drop_old(end).await);
    assert_eq!(house.store.kept_transcript(old).await.unwrap(), None);
    assert!(!house.clear_kept(old, 1).await, "there are more parts than one");
    assert_eq!(house.store.kept_parts(old, 0, 10).await.unwrap().len(), 1);
    assert!(!house.clear_kept(old, 1).await);
    assert!(house.clear_kept(old, 1).await);
    assert_eq!(house.store.kept_parts(old, 0, 10).await.unwrap(), [], "the parts go with it");
    assert_eq!(house.to_clear().await, []);

    // It is kept again once it is active again; what somebody has deleted is not, ever.
    assert_eq!(house.missing(NOW).await, [old]);
    house.begin_to_keep(old).await;
    assert!(house.add_part(old, 0, 5).await);
    house.keep(None).await;
    assert_eq!(house.store.kept_transcript(old).await.unwrap(), None);
    assert_eq!(house.to_clear().await, [old]);
    assert!(house.clear_kept(old, 10).await);
    house.keep(Some(2)).await;
    house.begin_to_keep(deleted).await;
    assert_eq!(house.store.kept_transcript(deleted).await.unwrap(), None);
    assert_eq!(house.missing(NOW).await, [old]);
}

/// What is said of a workspace counts for its sessions, and for those in worktrees that were made of
/// it, whatever their tenant says.
#[tokio::test]
async fn what_is_said_of_a_workspace_counts_instead_of_what_its_tenant_says() {
    let house = House::build().await;
    let plain = house.add_chat().await;
    let workspace = house.store.session(plain).await.unwrap().unwrap().workspace;
    let worktree = SessionId::new(NOW, &house.rng);
    let made = Worktree {
        source: workspace.clone(),
        branch: "gantline/a".to_owned(),
        base: "main".to_owned(),
        state: WorktreeState::InUse,
        files: 0,
        commits: 0,
        detail: None,
    };
    let session = Session {
        id: worktree,
        kind: SessionKind::Chat,
        workspace: "/somewhere/else".to_owned(),
        worktree: Some(made),
        ..house.session()
    };
    let inserted =
        house.store.write(move |tx| Box::pin(async move { tx.session_insert(&session).await }));
    inserted.await.unwrap();
    let both = [plain, worktree];
    let days = async || house.store.transcript_days(&both).await.unwrap();
    let machines = async || house.store.transcript_keeping_machines().await.unwrap();
    assert!(days().await.is_empty());
    assert_eq!(machines().await, []);

    // Kept there, and nowhere else.
    let only_here = [house.own(&workspace, Some(3))];
    house.keep_as(TranscriptKeeping { days: None, workspaces: only_here.to_vec() }).await;
    assert_eq!(days().await, both.map(|id| (id, 3)).into());
    assert_eq!(machines().await, [house.machine]);
    for id in both {
        house.begin_to_keep(id).await;
        assert!(house.add_part(id, 0, 5).await);
    }
    assert_eq!(house.old(NOW + DAY * 2).await, []);
    assert_eq!(house.old(NOW + DAY * 3).await.len(), 2);

    // One further in is not meant, and none whose name begins alike.
    let (begin, deeper) = (&workspace[..workspace.len() - 1], format!("{workspace}/deeper"));
    let alike = [house.own(begin, Some(3)), house.own(&deeper, Some(3))];
    house.keep_as(TranscriptKeeping { days: None, workspaces: alike.to_vec() }).await;
    assert!(days().await.is_empty());
    for id in both {
        assert_eq!(house.store.kept_transcript(id).await.unwrap(), None, "it goes at once");
        assert!(!house.add_part(id, 5, 6).await);
        assert!(house.clear_kept(id, 10).await);
    }

    // What is around it is meant, the innermost of it.
    for (around, days_there) in [("/", 4), ("/srv", 5), (workspace.as_str(), 6)] {
        let mut said = house.store.transcript_keeping(house.tenant).await.unwrap();
        said.workspaces.push(house.own(around, Some(days_there)));
        said.workspaces.sort_by(|one, other| one.workspace.cmp(&other.workspace));
        house.keep_as(said).await;
        assert_eq!(days().await, both.map(|id| (id, days_there)).into());
    }

    // Kept everywhere, and not there.
    let not_here = [house.own(&workspace, None)];
    house.keep_as(TranscriptKeeping { days: Some(9), workspaces: not_here.to_vec() }).await;
    assert!(days().await.is_empty());
    assert_eq!(house.missing(NOW).await, []);
    house.begin_to_keep(plain).await;
    assert_eq!(house.store.kept_transcript(plain).await.unwrap(), None);
    house.keep(Some(9)).await;
    assert_eq!(days().await, both.map(|id| (id, 9)).into());
}

//! What people say about a session, so that they find it again: its name, its tags, and that it is
//! put away. None of it reaches the machine.

use std::sync::Arc;

use bus::Event;
use model::label::{Labels, MAX_TAGS};
use model::session::Session;
use model::{Actor, SessionId, Timestamp};
use policy::Action;

use crate::{ControlPlane, Error, text};

/// What is to be different. What is absent stays as it is.
#[derive(Debug, Clone, Default)]
pub struct LabelChange {
    /// What to call it.
    pub name: Option<String>,
    /// All its tags.
    pub tags: Option<Vec<String>>,
    /// Further tags.
    pub add_tags: Vec<String>,
    /// Tags that it no longer has.
    pub remove_tags: Vec<String>,
    /// Whether it is put away.
    pub archived: Option<bool>,
}

/// Changes what people say about a session.
pub async fn session_label(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    change: LabelChange,
) -> Result<Session, Error> {
    plane.authorise_session(actor, Action::SessionDrive, id).await?;
    let change = checked(change)?;
    let now = plane.now();
    let session = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let mut session = tx.session(id).await?.ok_or(Error::not_found("session"))?;
                let labels = applied(session.labels, change, now)?;
                tx.session_set_labels(id, &labels).await?;
                session.labels = labels;
                Ok(session)
            })
        })
        .await?;
    plane.bus.tell(Event::SessionChanged(Arc::new(session.clone())));
    Ok(session)
}

fn checked(change: LabelChange) -> Result<LabelChange, Error> {
    let tags = |tags: Vec<String>| checked_tags("a tag", &tags);
    let name = change.name.as_deref().map(|name| text::name("the name", name, 200));
    Ok(LabelChange {
        name: name.transpose()?,
        tags: change.tags.map(tags).transpose()?,
        add_tags: tags(change.add_tags)?,
        remove_tags: tags(change.remove_tags)?,
        archived: change.archived,
    })
}

fn applied(labels: Labels, change: LabelChange, now: Timestamp) -> Result<Labels, Error> {
    let all = change.tags.unwrap_or(labels.tags);
    let tags = merged_tags(all, change.add_tags, &change.remove_tags)?;
    Ok(Labels {
        name: change.name.or(labels.name),
        tags,
        archived_at: match change.archived {
            Some(true) => labels.archived_at.or(Some(now)),
            Some(false) => None,
            None => labels.archived_at,
        },
    })
}

/// Tags as somebody gives them, each 1 to 50 characters.
pub(crate) fn checked_tags(what: &'static str, tags: &[String]) -> Result<Vec<String>, Error> {
    tags.iter().map(|tag| text::name(what, tag, 50)).collect()
}

/// All tags that there are after some were added and some taken away.
pub(crate) fn merged_tags(
    mut tags: Vec<String>,
    added: Vec<String>,
    removed: &[String],
) -> Result<Vec<String>, Error> {
    tags.extend(added);
    tags.retain(|tag| !removed.contains(tag));
    tags.sort_unstable();
    tags.dedup();
    if tags.len() > MAX_TAGS {
        let message = format!("there may be at most {MAX_TAGS}, not {}", tags.len());
        return Err(Error::invalid("too_many_tags", message));
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(tags: &[&str]) -> Vec<String> {
        tags.iter().map(|tag| (*tag).to_owned()).collect()
    }

    const NOW: Timestamp = Timestamp::from_millis(7);

    #[test]
    fn tags_are_added_and_taken_away_and_stay_sorted() {
        let labels = Labels { tags: tags(&["b", "c"]), ..Labels::default() };
        let change = LabelChange {
            add_tags: tags(&["a", "b", "d"]),
            remove_tags: tags(&["c", "d", "never"]),
            ..LabelChange::default()
        };
        assert_eq!(applied(labels.clone(), change, NOW).unwrap().tags, tags(&["a", "b"]));
        let change = LabelChange { tags: Some(tags(&["z", "y"])), ..LabelChange::default() };
        assert_eq!(applied(labels, change, NOW).unwrap().tags, tags(&["y", "z"]));
    }

    #[test]
    fn what_is_not_said_stays() {
        let labels = Labels {
            name: Some("x".to_owned()),
            tags: tags(&["a"]),
            archived_at: Some(Timestamp::from_millis(1)),
        };
        let same = applied(labels.clone(), LabelChange::default(), NOW).unwrap();
        assert_eq!(same, labels);
        let again = LabelChange { archived: Some(true), ..LabelChange::default() };
        let again = applied(labels.clone(), again, NOW).unwrap();
        assert_eq!(again.archived_at, labels.archived_at, "it was put away when it was");
        let back = LabelChange { archived: Some(false), ..LabelChange::default() };
        assert_eq!(applied(labels, back, NOW).unwrap().archived_at, None);
    }

    #[test]
    fn tags_are_bounded_and_have_no_control_characters() {
        let many: Vec<String> = (0..=MAX_TAGS).map(|n| n.to_string()).collect();
        let change = LabelChange { tags: Some(many), ..LabelChange::default() };
        assert_eq!(applied(Labels::default(), change, NOW).unwrap_err().code, "too_many_tags");
        for bad in ["", "  ", "a\nb"] {
            let change = LabelChange { add_tags: tags(&[bad]), ..LabelChange::default() };
            assert!(checked(change).is_err(), "{bad:?}");
        }
    }
}

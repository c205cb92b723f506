//! Copies of workspaces that are on the server because their machine's owner wants them there.
//!
//! Whoever may work on the machine looks at them, also while the machine is offline; whoever looks
//! after it has them removed. Nothing on the server can have one made.

use std::sync::Arc;

use contract::files::FileContent;
pub use mirror::Settings;
use mirror::copy::Owner;
pub use mirror::copy::{Copy, CopyId, Item, Page};
use mirror::{Archive, MirrorError, Mirrors, Reading};
use model::machine::Machine;
use model::{Actor, MachineId, Timestamp};
use policy::Action;
use serde_json::json;
use wire::limits::{MAX_ENTRIES, MAX_FILE_PART_BYTES};
use wire::mirror::path_problem;

use crate::files::sniff;
use crate::{ControlPlane, Error};

/// The largest page of a directory if nobody says how much.
const PAGE: u32 = 500;

/// A file that is to be looked at.
#[derive(Debug, Clone)]
pub struct Shown {
    /// How large it is.
    pub size_bytes: u64,
    /// When it was last changed, on its machine.
    pub modified_at: Timestamp,
    /// What there is to be seen.
    pub content: FileContent,
}

/// The copies of a machine's workspaces, and whether the actor may have them removed.
pub async fn copies(
    plane: &ControlPlane,
    actor: &Actor,
    machine: MachineId,
) -> Result<(Vec<Copy>, bool), Error> {
    let of = owner(plane, actor, machine).await?;
    let copies = on_disk(plane, move |mirrors| mirrors.copies(of)).await?;
    let may_remove = plane.authorise_machine(actor, Action::MachineManage, machine).await.is_ok();
    Ok((copies, may_remove))
}

/// What is in a directory of a copy behind a name.
pub async fn page(
    plane: &ControlPlane,
    actor: &Actor,
    machine: MachineId,
    copy: CopyId,
    path: &str,
    after: String,
    most: Option<u32>,
) -> Result<Page, Error> {
    let of = owner(plane, actor, machine).await?;
    let names = names(path)?;
    let most = most.unwrap_or(PAGE).clamp(1, MAX_ENTRIES) as usize;
    on_disk(plane, move |mirrors| {
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        mirrors.page(of, &copy, &names, &after, most)
    })
    .await
}

/// What there is to be seen of a file.
pub async fn file_show(
    plane: &ControlPlane,
    actor: &Actor,
    machine: MachineId,
    copy: CopyId,
    path: &str,
) -> Result<Shown, Error> {
    let of = owner(plane, actor, machine).await?;
    let names = names(path)?;
    let (reading, data) = on_disk(plane, move |mirrors| {
        let mut reading = open(mirrors, of, &copy, &names)?;
        let data = reading.read(0, MAX_FILE_PART_BYTES)?;
        Ok((reading, data))
    })
    .await?;
    let entry = reading.entry;
    let content = sniff::content(&data, data.len() as u64 >= entry.size_bytes);
    Ok(Shown { size_bytes: entry.size_bytes, modified_at: entry.modified_at, content })
}

/// Has a copy removed. None of the workspace comes back until the machine's owner asks for it.
pub async fn remove(
    plane: &ControlPlane,
    actor: &Actor,
    machine: MachineId,
    copy: CopyId,
) -> Result<(), Error> {
    let found = plane.authorise_machine(actor, Action::MachineManage, machine).await?;
    let of = owner_of(&found);
    let known = copy.clone();
    let known = on_disk(plane, move |mirrors| mirrors.copy(of, &known)).await?;
    note(plane, actor, &found, "copy.remove", &known, None).await?;
    on_disk(plane, move |mirrors| mirrors.remove(of, &copy)).await?;
    Ok(())
}

/// A part of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// From here to there, both included; to the end if there is no there.
    From(u64, Option<u64>),
    /// So many bytes at the end.
    Last(u64),
}

/// A file of a copy on its way to somebody.
pub struct Download {
    plane: Arc<ControlPlane>,
    actor: Actor,
    machine: MachineId,
    reading: Option<Reading>,
    size_bytes: u64,
    offset: u64,
    end: u64,
}

impl Download {
    /// Opens it. Answers an error where the part that is wanted is none of it.
    pub async fn begin(
        plane: &Arc<ControlPlane>,
        actor: &Actor,
        machine: MachineId,
        copy: CopyId,
        path: &str,
        range: Option<Range>,
    ) -> Result<Self, Error> {
        let found = plane.authorise_machine(actor, Action::MachineCopies, machine).await?;
        let (of, names) = (owner_of(&found), names(path)?);
        let (copy, reading) = on_disk(plane, move |mirrors| {
            Ok((mirrors.copy(of, &copy)?, open(mirrors, of, &copy, &names)?))
        })
        .await?;
        let size_bytes = reading.entry.size_bytes;
        let (offset, end) = part(range, size_bytes)?;
        note(plane, actor, &found, "copy.download", &copy, Some(path)).await?;
        let reading = Some(reading);
        let (plane, actor) = (plane.clone(), *actor);
        Ok(Self { plane, actor, machine, reading, size_bytes, offset, end })
    }

    /// How large the whole file is.
    pub const fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Where it begins, and where it ends, not included.
    pub const fn part(&self) -> (u64, u64) {
        (self.offset, self.end)
    }

    /// The next part; `None` when all of it was given. Whoever may not look any more gets no more.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let Some(mut reading) = self.reading.take().filter(|_| self.offset < self.end) else {
            return Ok(None);
        };
        owner(&self.plane, &self.actor, self.machine).await?;
        let rest = usize::try_from(self.end - self.offset).unwrap_or(usize::MAX);
        let (offset, most) = (self.offset, rest.min(MAX_FILE_PART_BYTES));
        let (reading, data) = on_disk(&self.plane, move |_| {
            let data = reading.read(offset, most)?;
            Ok((reading, data))
        })
        .await?;
        if data.is_empty() {
            return Err(Error::internal("a content is shorter than it was"));
        }
        self.offset += data.len() as u64;
        self.reading = Some(reading);
        Ok(Some(data))
    }
}

/// All files of a copy on their way to somebody, as a tar archive.
pub struct ArchiveDownload {
    plane: Arc<ControlPlane>,
    actor: Actor,
    machine: MachineId,
    archive: Option<Archive>,
    name: String,
}

impl ArchiveDownload {
    /// Opens it.
    pub async fn begin(
        plane: &Arc<ControlPlane>,
        actor: &Actor,
        machine: MachineId,
        copy: CopyId,
    ) -> Result<Self, Error> {
        let found = plane.authorise_machine(actor, Action::MachineCopies, machine).await?;
        let of = owner_of(&found);
        let archive = on_disk(plane, move |mirrors| mirrors.archive(of, &copy)).await?;
        note(plane, actor, &found, "copy.archive", &archive.copy, None).await?;
        let name = format!("{}.tar", archive.name());
        let (plane, actor, archive) = (plane.clone(), *actor, Some(archive));
        Ok(Self { plane, actor, machine, archive, name })
    }

    /// What a file with it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The next part; `None` at the end. Whoever may not look any more gets no more.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let Some(mut archive) = self.archive.take() else { return Ok(None) };
        owner(&self.plane, &self.actor, self.machine).await?;
        let (archive, part) = on_disk(&self.plane, move |_| {
            let part = archive.next_part()?;
            Ok((archive, part))
        })
        .await?;
        self.archive = Some(archive);
        Ok(part)
    }
}

/// Takes away what nobody names any more, and everything of machines that are none.
pub(crate) async fn tidy_up(plane: &ControlPlane) -> Result<(), Error> {
    for of in on_disk(plane, Mirrors::owners).await? {
        let is_machine = plane.store.machine(of.machine).await?.is_some();
        let now = plane.now();
        on_disk(
            plane,
            move |mirrors| {
                if is_machine { mirrors.tidy(of, now) } else { mirrors.forget(of) }
            },
        )
        .await?;
    }
    Ok(())
}

/// A machine was removed, and so are its copies. What is left if that fails is taken away later on.
pub(crate) async fn forget(plane: &ControlPlane, machine: &Machine) {
    let of = owner_of(machine);
    if let Err(error) = on_disk(plane, move |mirrors| mirrors.forget(of)).await {
        tracing::error!(machine.id = %of.machine, %error, "copies of a removed machine are left");
    }
}

async fn owner(plane: &ControlPlane, actor: &Actor, machine: MachineId) -> Result<Owner, Error> {
    let machine = plane.authorise_machine(actor, Action::MachineCopies, machine).await?;
    Ok(owner_of(&machine))
}

const fn owner_of(machine: &Machine) -> Owner {
    Owner { tenant: machine.tenant, machine: machine.id }
}

/// The names of a path from the workspace down; none for the workspace itself.
fn names(path: &str) -> Result<Vec<String>, Error> {
    if path.is_empty() {
        return Ok(Vec::new());
    }
    match path_problem(path.split('/')) {
        Some(problem) => Err(Error::invalid("path_invalid", problem)),
        None => Ok(path.split('/').map(str::to_owned).collect()),
    }
}

fn open(
    mirrors: &Mirrors,
    of: Owner,
    copy: &CopyId,
    names: &[String],
) -> Result<Reading, MirrorError> {
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    mirrors.open(of, copy, &names)
}

/// Where a part begins, and where it ends, not included (RFC 9110 §14.1.2).
fn part(range: Option<Range>, size_bytes: u64) -> Result<(u64, u64), Error> {
    let (from, end) = match range {
        None => return Ok((0, size_bytes)),
        Some(Range::Last(count)) => (size_bytes.saturating_sub(count), size_bytes),
        Some(Range::From(from, to)) => {
            (from, to.map_or(size_bytes, |to| to.saturating_add(1)).min(size_bytes))
        }
    };
    if from < end {
        return Ok((from, end));
    }
    let message = format!("the file has {size_bytes} bytes");
    Err(Error::invalid("range_not_satisfiable", message))
}

/// Writes down what was done with which copy, durably. Nothing is done that cannot be written down.
async fn note(
    plane: &ControlPlane,
    actor: &Actor,
    machine: &Machine,
    action: &str,
    copy: &Copy,
    path: Option<&str>,
) -> Result<(), Error> {
    let facts = json!({
        "workspace": copy.workspace,
        "files": copy.files,
        "bytes": copy.size_bytes,
        "path": path,
    });
    let object = format!("machine:{}", machine.id);
    let record = plane.audit_about(actor, machine.tenant, action, object, &facts);
    plane.audit_only(vec![record]).await
}

/// Does something that waits for the disk, on a thread that may.
async fn on_disk<T: Send + 'static>(
    plane: &ControlPlane,
    work: impl FnOnce(&Mirrors) -> Result<T, MirrorError> + Send + 'static,
) -> Result<T, Error> {
    let mirrors = plane.mirrors.clone();
    let worked = tokio::task::spawn_blocking(move || work(&mirrors)).await;
    Ok(worked.map_err(Error::internal)??)
}

impl From<MirrorError> for Error {
    fn from(error: MirrorError) -> Self {
        match error {
            MirrorError::NotFound => Self::not_found("copy or file"),
            MirrorError::NotAFile => Self::conflict("not_a_file", error.to_string()),
            MirrorError::NoRoom => Self::unavailable("disk_full", error.to_string()),
            MirrorError::Io(error) => Self::internal(error),
            refused => Self::conflict(refused.code(), refused.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_file_lies_in_it() {
        let check = |range, expected: Option<(u64, u64)>| {
            assert_eq!(part(range, 10).ok(), expected, "{range:?}");
        };
        check(None, Some((0, 10)));
        check(Some(Range::From(0, Some(0))), Some((0, 1)));
        check(Some(Range::From(3, None)), Some((3, 10)));
        check(Some(Range::From(3, Some(u64::MAX))), Some((3, 10)));
        check(Some(Range::Last(4)), Some((6, 10)));
        check(Some(Range::Last(40)), Some((0, 10)));
        check(Some(Range::Last(0)), None);
        check(Some(Range::From(10, None)), None);
        check(Some(Range::From(5, Some(4))), None);
        assert_eq!(part(None, 0).ok(), Some((0, 0)));
    }

    /// S71: what is asked for is a way from the workspace down, or nothing.
    #[test]
    fn no_path_leads_elsewhere() {
        assert_eq!(names("").unwrap(), Vec::<String>::new());
        assert_eq!(names("src/main.rs").unwrap(), ["src", "main.rs"]);
        for path in ["/", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", "a\\b", "a\0b"] {
            assert_eq!(names(path).unwrap_err().code, "path_invalid", "{path:?}");
        }
    }
}

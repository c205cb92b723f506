//! What holds sessions that may only read: the kernel, where it can (S75).

use std::path::{Path, PathBuf};

use agents::{Adapter, Launch};
use bytes::Bytes;
use model::SessionId;
use model::session::Containment as Word;
use policy::Preset;
use processes::{Containment, Program, Strength, containment};
use wire::report::{Fact, SessionContained};

use crate::context::Context;
use crate::spec::Spec;

/// What can hold sessions here.
pub(crate) struct Holder {
    program: PathBuf,
    strength: Option<Strength>,
}

impl Holder {
    /// Looks what the kernel can do. `program` is our own.
    pub(crate) fn new(program: PathBuf) -> Self {
        Self { program, strength: containment::strength() }
    }

    /// Has the kernel hold a program to its own directory, if the session may only read and the
    /// kernel can. The directories that come back must be there before it is started.
    pub(crate) fn hold(
        &self,
        spec: &Spec,
        own: &Path,
        program: Program,
    ) -> (Program, Vec<PathBuf>) {
        if !self.holds(spec) {
            return (program, Vec::new());
        }
        let containment = Containment { by: &self.program, own };
        (containment.around(program), containment.directories().collect())
    }

    /// The same for an agent, which finds in its own directory what it otherwise keeps elsewhere.
    pub(crate) fn hold_agent(&self, spec: &Spec, adapter: &dyn Adapter, launch: Launch) -> Launch {
        if !self.holds(spec) {
            return launch;
        }
        let mut launch = launch.kept_together(adapter);
        let (program, directories) = self.hold(spec, &launch.state_directory, launch.program);
        launch.program = program;
        launch.directories.extend(directories);
        launch
    }

    fn holds(&self, spec: &Spec) -> bool {
        is_wanted(spec) && self.strength.is_some()
    }

    /// Who holds a session to reading; `None` if it may do more.
    fn word(&self, spec: &Spec) -> Option<(Word, String)> {
        is_wanted(spec).then(|| match self.strength {
            Some(strength) => (word(strength), detail(strength)),
            None => (Word::Policy, "this machine's kernel offers no Landlock".to_owned()),
        })
    }
}

/// Says who holds a session to reading.
pub(crate) fn fact(context: &Context, session: SessionId, spec: &Spec) -> Option<Fact> {
    let (containment, detail) = context.holder.word(spec)?;
    Some(Fact::SessionContained(SessionContained {
        session_id: Bytes::copy_from_slice(session.as_bytes()),
        containment: containment.to_string(),
        detail,
    }))
}

fn is_wanted(spec: &Spec) -> bool {
    spec.policy.reach() == Preset::SafeReadonly
}

const fn word(strength: Strength) -> Word {
    if strength.holds_every_write() { Word::Kernel } else { Word::Partly }
}

fn detail(strength: Strength) -> String {
    let held = format!("Landlock {}", strength.version());
    match strength.gaps() {
        gaps if gaps.is_empty() => held,
        gaps => format!("{held}, which does not hold {}", gaps.join(", ")),
    }
}

//! The size of the program: server, machine, command line, console and database in one file.

use anyhow::Result;

use crate::row::{Row, Unit};
use crate::subjects::Subjects;

/// Looks.
#[expect(clippy::cast_precision_loss, reason = "no program is so large")]
pub(super) fn measure(subjects: &Subjects) -> Result<Vec<Row>> {
    let bytes = subjects.gantline.metadata()?.len();
    Ok(vec![Row::alone("size of the program", Unit::Megabytes.of(bytes as f64 / 1e6))])
}

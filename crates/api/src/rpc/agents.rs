//! `agents.list`, as `/api/agents` has it.

use control::machines;

use super::call::{Call, Method, Outcome, answer};
use crate::views;

pub(super) const METHODS: &[Method] = &[Method::new("agents.list", |call| Box::pin(list(call)))];

/// Lists the agents of the machines that one may see, and where each is installed.
async fn list(call: Call) -> Outcome {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    let Nothing {} = call.params()?;
    let machines = machines::machines(&call.app.plane, &call.actor).await?;
    answer(&views::agents(&call.app.plane, &machines))
}

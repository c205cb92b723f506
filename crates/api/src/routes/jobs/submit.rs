use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use contract::jobs::{JobView, SubmitJob};
use contract::sessions::{ContentBlock, PromptContent};
use control::Error;
use control::jobs::{self, JobRequest};
use control::placing::agent_name;
use control::webhooks::WebhookRequest;

use crate::body::LargeBody;
use crate::caller::Caller;
use crate::params::IdempotencyKey;
use crate::problem::Answer;
use crate::wanted::wanted_worktree;
use crate::{App, views};

/// Submits a job. Once this has answered, the job is stored and will end in one of its final
/// states. With the header `Idempotency-Key` the same submission sent again makes no second job.
#[utoipa::path(post, path = "/api/jobs", tag = "jobs",
    params(("idempotency-key" = Option<String>, Header)),
    request_body = SubmitJob, responses((status = 201, body = JobView)))]
pub(super) async fn submit(
    State(app): State<App>,
    Caller(actor): Caller,
    IdempotencyKey(key): IdempotencyKey,
    LargeBody(mut body): LargeBody<SubmitJob>,
) -> Answer<(StatusCode, Json<JobView>)> {
    body.idempotency_key = key.or(body.idempotency_key);
    let submitted = jobs::job_submit(&app.plane, &actor, request(body)?).await?;
    let job = views::jobs::whole(&app.plane, submitted.job).await?;
    Ok((StatusCode::CREATED, Json(job)))
}

/// A submission, as the use case wants it.
pub(crate) fn request(body: SubmitJob) -> Result<JobRequest, Error> {
    let canonical = serde_json::to_string(&body).map_err(Error::internal)?;
    let agent = body.agent_name.as_deref().filter(|name| !name.is_empty()).map(agent_name);
    let (prompt, content) = prompt(body.prompt)?;
    Ok(JobRequest {
        prompt,
        content,
        agent: agent.transpose()?,
        machine: body.machine_id,
        workspace: body.project_path.filter(|path| !path.is_empty()),
        worktree: body.worktree.map(wanted_worktree),
        model: body.model.filter(|model| !model.is_empty()),
        timeout: body.timeout.map(Duration::from_secs),
        priority: body.priority.unwrap_or(0),
        machine_wait: body.machine_wait.map(Duration::from_secs),
        policy: body.policy,
        interactive: body.interactive,
        webhook: body
            .webhook
            .map(|webhook| WebhookRequest { url: webhook.url, include: webhook.include }),
        idempotency_key: body.idempotency_key,
        canonical,
    })
}

/// The prompt as text, and as ACP content blocks where it is more than that.
fn prompt(prompt: Option<PromptContent>) -> Result<(String, Option<String>), Error> {
    let blocks = match prompt {
        None => return Ok((String::new(), None)),
        Some(PromptContent::Text(text)) => return Ok((text, None)),
        Some(PromptContent::Blocks(blocks)) => blocks,
    };
    let says = |block: &ContentBlock| match block {
        ContentBlock::Text { text } => !text.trim().is_empty(),
        _ => true,
    };
    if !blocks.iter().any(says) {
        return Ok((String::new(), None));
    }
    let texts = blocks.iter().filter_map(|block| match block {
        ContentBlock::Text { text } => Some(text.as_str()),
        _ => None,
    });
    let text = texts.collect::<Vec<_>>().join("\n\n");
    Ok((text, Some(serde_json::to_string(&blocks).map_err(Error::internal)?)))
}

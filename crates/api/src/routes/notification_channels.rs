//! Where one is told of what waits for one.

mod browser;
mod change;
mod create;
mod list;
mod remove;
mod test;

use contract::notifications::{ChannelAttemptView, ChannelView};
use model::notification::{Channel, ChannelAttempt};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(change::change, remove::remove))
        .routes(routes!(test::test))
        .routes(routes!(browser::put))
}

fn view(channel: Channel, attempts: Vec<ChannelAttempt>) -> ChannelView {
    ChannelView {
        id: channel.id,
        name: channel.name,
        kind: channel.kind,
        host: channel.host,
        events: channel.events,
        shortest_turn_s: channel.shortest_turn.as_secs(),
        language: channel.language,
        state: channel.state,
        put_off_because: channel.put_off_because,
        created_at: channel.created_at.into(),
        attempts: attempts.into_iter().map(attempt).collect(),
    }
}

fn attempt(attempt: ChannelAttempt) -> ChannelAttemptView {
    ChannelAttemptView {
        event: attempt.event,
        at: attempt.at.into(),
        took_ms: u64::try_from(attempt.took.as_millis()).unwrap_or(u64::MAX),
        status: attempt.status,
        error: attempt.error,
    }
}

use axum::Json;
use axum::extract::State;
use contract::notifications::{BrowserFacts, ChannelList};
use control::notifications;
use control::notifications::browsers::browser_facts;
use model::notification::{MAX_BROWSERS, MAX_CHANNELS};

use super::view;
use crate::App;
use crate::caller::Caller;
use crate::problem::Answer;

/// Lists one's channels, with what each has answered last.
#[utoipa::path(get, path = "/api/notification-channels", tag = "notifications",
    responses((status = 200, body = ChannelList)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Answer<Json<ChannelList>> {
    let channels = notifications::channels(&app.plane, &actor).await?;
    let browsers = browser_facts(&app.plane, &actor).await?;
    let browsers = BrowserFacts {
        application_server_key: browsers.application_server_key,
        this_one: browsers.channel,
        at_most: MAX_BROWSERS,
    };
    let channels = channels.into_iter().map(|(channel, attempts)| view(channel, attempts));
    Ok(Json(ChannelList { channels: channels.collect(), at_most: MAX_CHANNELS, browsers }))
}

//! Notifications: telling people elsewhere what waits for them.
//!
//! What is to be told is written together with what makes it true, waits a moment for more of the
//! same, and is sent at least once by the deliverer of webhooks. None of it is the only way to know:
//! what waits is in the inbox all the same.
//!
//! - `sealing`: the address of a channel, which is a secret
//! - [`changing`]: making, changing and deleting channels
//! - [`browsers`]: browsers that are told
//! - [`trial`]: a test, on somebody's word
//! - `matter`: what is told, as it is now and as its reader may know it
//! - `wording`: in which words
//! - `shapes`: in which form each kind of receiver understands them
//! - `push`: in which form a push service passes them on to a browser
//! - `push_key`: by what it knows that we tell
//! - `posting`: one attempt, and what the receiver makes of it
//! - `sending`: what comes of that

pub mod browsers;
pub mod changing;
pub mod trial;

pub(crate) mod push_key;
pub(crate) mod sending;

mod matter;
mod posting;
mod push;
mod sealing;
mod shapes;
mod wording;

use model::Actor;
use model::notification::{Channel, ChannelAttempt};

use crate::authorise::acting_user;
use crate::{ControlPlane, Error};

/// The acting user's channels, the oldest first, each with what was tried last, the newest first.
pub async fn channels(
    plane: &ControlPlane,
    actor: &Actor,
) -> Result<Vec<(Channel, Vec<ChannelAttempt>)>, Error> {
    let mut all = Vec::new();
    for channel in plane.store.channels(acting_user(actor)?).await? {
        let attempts = plane.store.channel_attempts(channel.id).await?;
        all.push((channel, attempts));
    }
    Ok(all)
}

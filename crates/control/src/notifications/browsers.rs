//! Browsers that are told. One belongs to the login of its console, and ends with it: whoever signs
//! out, is signed out or loses their account is told nothing in it any more.

use aws_lc_rs::digest::{SHA256, digest};
use model::notification::{
    Browser, Channel, ChannelAttempt, ChannelKind, ChannelState, MAX_BROWSERS, NoticeEvent,
    NoticeLanguage,
};
use model::{Actor, ChannelId};
use policy::Action;
use serde_json::json;
use store::{StoreError, Tx};
use vault::{BrowserKeys, RowIdentity};

use super::changing::{DEFAULT_SHORTEST_TURN, channel_name, hidden, leads_to};
use super::sealing::{Address, PushKeys, seal_with};
use crate::authorise::{acting_tenant, authorise_in};
use crate::credentials::current_login;
use crate::webhooks::address;
use crate::{ControlPlane, Error};

/// What is told in a browser until its owner says otherwise.
const FIRST_EVENTS: [NoticeEvent; 2] = [NoticeEvent::Question, NoticeEvent::Budget];

/// What a browser says of its subscription.
pub struct BrowserRequest {
    /// The address at its push service.
    pub endpoint: String,
    /// Its public key, in base64url.
    pub p256dh: String,
    /// What it shares with whoever may write to it, in base64url.
    pub auth: String,
    /// What to call it; a browser that is known already keeps its name.
    pub name: Option<String>,
    /// In which language; one that is known already keeps it.
    pub language: Option<NoticeLanguage>,
}

/// What a console has to know about the browser in which it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserFacts {
    /// With what it subscribes.
    pub application_server_key: String,
    /// Which channel it is, if it is one.
    pub channel: Option<ChannelId>,
}

/// What the acting browser has to know to be told.
pub async fn browser_facts(plane: &ControlPlane, actor: &Actor) -> Result<BrowserFacts, Error> {
    let channel = match current_login(actor) {
        Some(login) => plane.store.channel_of_login(login).await?,
        None => None,
    };
    Ok(BrowserFacts {
        application_server_key: plane.push_key.public_text(),
        channel: channel.map(|channel| channel.id),
    })
}

/// Tells the acting user in the acting browser from now on, or at its new address if it is told
/// already. `console` is the address under which it reaches this server.
pub async fn browser_put(
    plane: &ControlPlane,
    actor: &Actor,
    request: BrowserRequest,
    console: String,
) -> Result<(Channel, Vec<ChannelAttempt>), Error> {
    let tenant = acting_tenant(actor)?;
    let user = authorise_in(actor, Action::CredentialManageOwn, tenant)?;
    let login = current_login(actor).ok_or_else(|| {
        let message = "only a browser that is signed in can ask to be told";
        Error::denied("not_a_login", message)
    })?;
    let name = request.name.as_deref().map(channel_name).transpose()?;
    let url = address::checked(plane, &request.endpoint).await?;
    BrowserKeys::parse(&request.p256dh, &request.auth)
        .map_err(|error| Error::invalid("invalid_subscription", error.to_string()))?;
    let (host, destination) = leads_to(&url)?;
    let browser = Browser { login, address_hash: address_hash(&url) };
    let push = PushKeys { p256dh: request.p256dh, auth: request.auth };
    let address = Address { url, secret: None, push: Some(push) };
    let now = plane.now();
    let fresh = Channel {
        id: ChannelId::new(now, &**plane.rng()),
        tenant,
        user,
        name: name.clone().unwrap_or_default(),
        kind: ChannelKind::Browser,
        host,
        destination,
        sealed: Vec::new(),
        events: FIRST_EVENTS.to_vec(),
        shortest_turn: DEFAULT_SHORTEST_TURN,
        language: request.language.unwrap_or(NoticeLanguage::En),
        console,
        state: ChannelState::On,
        put_off_because: None,
        given_up: 0,
        created_at: now,
        tested_at: None,
        browser: Some(browser),
    };
    let facts = json!({ "kind": fresh.kind, "host": fresh.host });
    let object = format!("login:{login}");
    let record = plane.audit(actor, "notification_channel.browser", object, &facts);
    let (ring, rng) = (plane.key_ring.clone(), plane.rng().clone());
    let channel = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let known = known(tx, &fresh, &browser).await?;
                let mut channel = match known {
                    Some(known) => Channel {
                        id: known.id,
                        name: name.unwrap_or(known.name),
                        events: known.events,
                        shortest_turn: known.shortest_turn,
                        language: request.language.unwrap_or(known.language),
                        created_at: known.created_at,
                        tested_at: known.tested_at,
                        ..fresh
                    },
                    // One that changes its address by itself does not come back when it was removed.
                    None if name.is_none() => return Err(hidden()),
                    None => {
                        refuse_too_many(tx, &fresh).await?;
                        fresh
                    }
                };
                channel.sealed = seal_with(&ring, &*rng, &RowIdentity::from(&channel), &address)?;
                tx.channel_put(&channel).await?;
                tx.audit_append(record).await?;
                Ok(channel)
            })
        })
        .await?;
    let attempts = plane.store.channel_attempts(channel.id).await?;
    Ok((channel, attempts))
}

/// The channel that is this browser already. Afterwards no other one is: neither of whoever was signed
/// in before, nor of an earlier login.
async fn known(
    tx: &mut Tx,
    fresh: &Channel,
    browser: &Browser,
) -> Result<Option<Channel>, StoreError> {
    tx.browser_clear(browser, fresh.user).await?;
    let mut all = tx.channels_of_browser(fresh.user, browser).await?.into_iter();
    let first = all.next();
    for other in all {
        tx.channel_delete(other.id, other.user).await?;
    }
    Ok(first)
}

async fn refuse_too_many(tx: &mut Tx, fresh: &Channel) -> Result<(), Error> {
    if tx.browsers_count(fresh.user).await? < MAX_BROWSERS as u64 {
        return Ok(());
    }
    let message = format!("you are told in {MAX_BROWSERS} browsers already, the most");
    let error = Error::conflict("too_many_browsers", message);
    Err(error.with_hint("remove one first, or sign out there"))
}

fn address_hash(url: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, url.as_bytes()).as_ref());
    hash
}

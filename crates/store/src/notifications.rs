//! Channels: where people are told of what waits for them.
//!
//! - [`notices`]: what they are to be told
//! - [`attempts`]: what they have answered

pub mod attempts;
pub mod notices;

use std::time::Duration;

use model::notification::{Browser, Channel, NoticeEvent};
use model::{ChannelId, LoginId, TenantId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, integer, millis, statements};
use crate::jobs::small;
use crate::{Store, StoreError, Tx};

statements! {
    COUNT = "SELECT COUNT(*) AS channels FROM notification_channels
        WHERE user = $1 AND kind <> 'browser'";
    COUNT_BROWSERS = "SELECT COUNT(*) AS channels FROM notification_channels
        WHERE user = $1 AND kind = 'browser'";
    PUT = "INSERT INTO notification_channels (id, tenant, user, name, kind, host, destination, sealed,
            events, shortest_turn_ms, language, console, state, put_off_because, given_up, created_at,
            tested_at, login, address_hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
        ON CONFLICT (id) DO UPDATE SET name = $4, kind = $5, host = $6, destination = $7, sealed = $8,
            events = $9, shortest_turn_ms = $10, language = $11, console = $12, state = $13,
            put_off_because = $14, given_up = $15, tested_at = $17, login = $18, address_hash = $19";
    CLEAR = "DELETE FROM notification_channels WHERE address_hash = $1 AND user <> $2";
    OF_BROWSER = "SELECT * FROM notification_channels
        WHERE user = $1 AND (login = $2 OR address_hash = $3) ORDER BY login = $2 DESC";
    BY_LOGIN = "SELECT * FROM notification_channels WHERE login = $1";
    MOVE = "UPDATE notices SET destination = $2
        WHERE channel = $1 AND state IN ('gathering', 'pending')";
    DELETE = "DELETE FROM notification_channels WHERE id = $1 AND user = $2";
    BY_ID = "SELECT * FROM notification_channels WHERE id = $1";
    BY_USER = "SELECT * FROM notification_channels WHERE user = $1 ORDER BY id";
    SEALED = "SELECT * FROM notification_channels WHERE id > $1 ORDER BY id LIMIT $2";
    RESEAL = "UPDATE notification_channels SET sealed = $3 WHERE id = $1 AND sealed = $2";
}

impl Tx {
    /// How many channels a person has beside browsers, read inside the transaction.
    pub async fn channels_count(&mut self, user: UserId) -> Result<u64, StoreError> {
        let row = sqlx::query(COUNT).bind(user.as_uuid()).fetch_one(&mut self.connection).await;
        row.map_err(failed("count channels"))?.count("channels")
    }

    /// In how many browsers a person is told, read inside the transaction.
    pub async fn browsers_count(&mut self, user: UserId) -> Result<u64, StoreError> {
        let counting = sqlx::query(COUNT_BROWSERS).bind(user.as_uuid());
        let row = counting.fetch_one(&mut self.connection).await;
        row.map_err(failed("count browsers"))?.count("channels")
    }

    /// The channels of a person that are this browser: that of the login first, then one of an earlier
    /// login that leads to the same address.
    pub async fn channels_of_browser(
        &mut self,
        user: UserId,
        browser: &Browser,
    ) -> Result<Vec<Channel>, StoreError> {
        let rows = sqlx::query(OF_BROWSER)
            .bind(user.as_uuid())
            .bind(browser.login.as_uuid())
            .bind(&browser.address_hash[..])
            .fetch_all(&mut self.connection)
            .await;
        rows.map_err(failed("find a browser"))?.iter().map(channel).collect()
    }

    /// Nobody but this person is told in a browser any more, whoever was signed in before.
    pub async fn browser_clear(
        &mut self,
        browser: &Browser,
        user: UserId,
    ) -> Result<(), StoreError> {
        sqlx::query(CLEAR)
            .bind(&browser.address_hash[..])
            .bind(user.as_uuid())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("clear a browser"))
    }

    /// Writes a channel, the first time or again. What waits for it goes where it leads now.
    pub async fn channel_put(&mut self, channel: &Channel) -> Result<(), StoreError> {
        let events: Vec<_> = channel.events.iter().map(|event| event.as_str()).collect();
        sqlx::query(PUT)
            .bind(channel.id.as_uuid())
            .bind(channel.tenant.as_uuid())
            .bind(channel.user.as_uuid())
            .bind(&channel.name)
            .bind(channel.kind.as_str())
            .bind(&channel.host)
            .bind(&channel.destination)
            .bind(&channel.sealed)
            .bind(events.join(" "))
            .bind(millis(channel.shortest_turn))
            .bind(channel.language.as_str())
            .bind(&channel.console)
            .bind(channel.state.as_str())
            .bind(&channel.put_off_because)
            .bind(integer(channel.given_up.into()))
            .bind(channel.created_at.as_millis())
            .bind(channel.tested_at.map(Timestamp::as_millis))
            .bind(channel.browser.map(|browser| browser.login.as_uuid()))
            .bind(channel.browser.as_ref().map(|browser| &browser.address_hash[..]))
            .execute(&mut self.connection)
            .await
            .map_err(failed("write a channel"))?;
        sqlx::query(MOVE)
            .bind(channel.id.as_uuid())
            .bind(&channel.destination)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("move what waits for a channel"))
    }

    /// Deletes a channel of a person, with everything that waits for it; answers whether there was
    /// one.
    pub async fn channel_delete(
        &mut self,
        id: ChannelId,
        user: UserId,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(DELETE)
            .bind(id.as_uuid())
            .bind(user.as_uuid())
            .execute(&mut self.connection)
            .await;
        Ok(done.map_err(failed("delete a channel"))?.rows_affected() > 0)
    }

    /// One channel, read inside the transaction.
    pub async fn channel(&mut self, id: ChannelId) -> Result<Option<Channel>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&mut self.connection).await;
        row.map_err(failed("find a channel"))?.as_ref().map(channel).transpose()
    }

    /// Puts the same address, sealed anew, in the place of what was sealed before.
    pub async fn channel_reseal(
        &mut self,
        id: ChannelId,
        before: &[u8],
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query(RESEAL)
            .bind(id.as_uuid())
            .bind(before)
            .bind(sealed)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("seal a channel anew"))
    }
}

impl Store {
    /// One channel.
    pub async fn channel(&self, id: ChannelId) -> Result<Option<Channel>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        row.map_err(failed("find a channel"))?.as_ref().map(channel).transpose()
    }

    /// The channel that is the browser of a login.
    pub async fn channel_of_login(&self, login: LoginId) -> Result<Option<Channel>, StoreError> {
        let row = sqlx::query(BY_LOGIN).bind(login.as_uuid()).fetch_optional(&self.readers).await;
        row.map_err(failed("find a browser"))?.as_ref().map(channel).transpose()
    }

    /// The channels of a person, the oldest first.
    pub async fn channels(&self, user: UserId) -> Result<Vec<Channel>, StoreError> {
        let rows = sqlx::query(BY_USER).bind(user.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list channels"))?.iter().map(channel).collect()
    }

    /// The channels of everybody, by identifier, after one of them; for who seals them anew.
    pub async fn channels_after(
        &self,
        after: Option<ChannelId>,
        limit: u32,
    ) -> Result<Vec<Channel>, StoreError> {
        let after = after.map_or(uuid::Uuid::nil(), |id| id.as_uuid());
        let rows = sqlx::query(SEALED).bind(after).bind(limit).fetch_all(&self.readers).await;
        rows.map_err(failed("read what is sealed"))?.iter().map(channel).collect()
    }
}

fn channel(row: &SqliteRow) -> Result<Channel, StoreError> {
    let browser = match row.maybe_uuid("login")? {
        Some(login) => Some(Browser {
            login: LoginId::from_uuid(login),
            address_hash: row.key("address_hash")?,
        }),
        None => None,
    };
    let events = row.text("events")?;
    let events = events.split_whitespace().map(str::parse::<NoticeEvent>);
    let events = events
        .collect::<Result<_, _>>()
        .map_err(|error| StoreError::Column { column: "events", problem: error.to_string() })?;
    Ok(Channel {
        id: ChannelId::from_uuid(row.uuid("id")?),
        tenant: TenantId::from_uuid(row.uuid("tenant")?),
        user: UserId::from_uuid(row.uuid("user")?),
        name: row.text("name")?,
        kind: row.word("kind")?,
        host: row.text("host")?,
        destination: row.text("destination")?,
        sealed: row.bytes("sealed")?,
        events,
        shortest_turn: Duration::from_millis(row.count("shortest_turn_ms")?),
        language: row.word("language")?,
        console: row.text("console")?,
        state: row.word("state")?,
        put_off_because: row.maybe_text("put_off_because")?,
        given_up: small(row.count("given_up")?),
        created_at: row.time("created_at")?,
        tested_at: row.maybe_time("tested_at")?,
        browser,
    })
}

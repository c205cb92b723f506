//! Every row of the database whose secret the key ring has sealed, whatever it is a row of. What is
//! not read here does not survive a rotation.

use std::fmt;

use model::kept_transcript::KeptTranscript;
use model::notification::Channel;
use model::provider::ProviderKey;
use model::second_factor::Authenticator;
use model::webhook::WebhookSecret;
use model::{ChannelId, ProviderKeyId, SessionId, UserId, WebhookSecretId};
use store::{Store, StoreError, Tx};
use vault::RowIdentity;

use crate::notifications::push_key::PUSH_KEY_SETTING;

/// How many rows are read at a time, and written in one transaction.
const BATCH: u32 = 100;

/// A row with a sealed secret.
pub(super) enum SealedRow {
    /// The key of an LLM provider.
    Provider(ProviderKey),
    /// What signs somebody's webhooks.
    Webhook(WebhookSecret),
    /// What somebody's authenticator makes codes of.
    Authenticator(Authenticator),
    /// Where somebody is told of what waits for them.
    Channel(Channel),
    /// The key of a kept transcript.
    Transcript(KeptTranscript),
    /// By what push services know this server.
    PushKey(Vec<u8>),
}

impl SealedRow {
    /// What it was sealed for.
    pub(super) fn identity(&self) -> RowIdentity<'_> {
        match self {
            Self::Provider(key) => key.into(),
            Self::Webhook(secret) => secret.into(),
            Self::Authenticator(authenticator) => authenticator.into(),
            Self::Channel(channel) => channel.into(),
            Self::Transcript(kept) => kept.into(),
            Self::PushKey(_) => RowIdentity::PushKey,
        }
    }

    /// What the ring made of its secret.
    pub(super) fn sealed(&self) -> &[u8] {
        match self {
            Self::Provider(key) => &key.sealed,
            Self::Webhook(secret) => &secret.sealed,
            Self::Authenticator(authenticator) => &authenticator.sealed,
            Self::Channel(channel) => &channel.sealed,
            Self::Transcript(kept) => &kept.sealed,
            Self::PushKey(before) => before,
        }
    }

    /// Puts the same secret, sealed anew, in the place of what was read.
    pub(super) async fn reseal(&self, tx: &mut Tx, sealed: &[u8]) -> Result<(), StoreError> {
        match self {
            Self::Provider(key) => tx.provider_key_reseal(key.id, &key.sealed, sealed).await,
            Self::Webhook(secret) => {
                tx.webhook_secret_reseal(secret.id, &secret.sealed, sealed).await
            }
            Self::Authenticator(it) => tx.authenticator_reseal(it.user, &it.sealed, sealed).await,
            Self::Channel(channel) => tx.channel_reseal(channel.id, &channel.sealed, sealed).await,
            Self::Transcript(kept) => {
                tx.kept_transcript_reseal(kept.session, &kept.sealed, sealed).await
            }
            Self::PushKey(before) => tx.setting_reseal(PUSH_KEY_SETTING, before, sealed).await,
        }
    }
}

/// Kind and identifier, nothing of the secret.
impl fmt::Display for SealedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Provider(key) => write!(f, "provider_key:{}", key.id),
            Self::Webhook(secret) => write!(f, "webhook_secret:{}", secret.id),
            Self::Authenticator(authenticator) => write!(f, "authenticator:{}", authenticator.user),
            Self::Channel(channel) => write!(f, "notification_channel:{}", channel.id),
            Self::Transcript(kept) => write!(f, "transcript:{}", kept.session),
            Self::PushKey(_) => f.write_str("push_key"),
        }
    }
}

/// How far the rows were read: one kind after the other, each by identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// After this provider key.
    ProviderKeys(Option<ProviderKeyId>),
    /// After this secret, and every provider key.
    WebhookSecrets(Option<WebhookSecretId>),
    /// After this user's authenticator, and every secret that signs webhooks.
    Authenticators(Option<UserId>),
    /// After this channel, and every authenticator.
    Channels(Option<ChannelId>),
    /// After this session's transcript, and every channel.
    Transcripts(Option<SessionId>),
    /// After every transcript.
    PushKey,
}

impl Place {
    /// Before every row.
    pub(super) const START: Self = Self::ProviderKeys(None);
}

/// The next rows, and where to go on; nowhere if there are no more.
pub(super) async fn read(
    store: &Store,
    place: Place,
) -> Result<(Vec<SealedRow>, Option<Place>), StoreError> {
    match place {
        Place::ProviderKeys(after) => {
            let keys = store.provider_keys_after(after, BATCH).await?;
            let next = match keys.last() {
                Some(last) => Place::ProviderKeys(Some(last.id)),
                None => Place::WebhookSecrets(None),
            };
            Ok((keys.into_iter().map(SealedRow::Provider).collect(), Some(next)))
        }
        Place::WebhookSecrets(after) => {
            let secrets = store.webhook_secrets_after(after, BATCH).await?;
            let next = match secrets.last() {
                Some(last) => Place::WebhookSecrets(Some(last.id)),
                None => Place::Authenticators(None),
            };
            Ok((secrets.into_iter().map(SealedRow::Webhook).collect(), Some(next)))
        }
        Place::Authenticators(after) => {
            let all = store.authenticators_after(after, BATCH).await?;
            let next = match all.last() {
                Some(last) => Place::Authenticators(Some(last.user)),
                None => Place::Channels(None),
            };
            Ok((all.into_iter().map(SealedRow::Authenticator).collect(), Some(next)))
        }
        Place::Channels(after) => {
            let all = store.channels_after(after, BATCH).await?;
            let next = match all.last() {
                Some(last) => Place::Channels(Some(last.id)),
                None => Place::Transcripts(None),
            };
            Ok((all.into_iter().map(SealedRow::Channel).collect(), Some(next)))
        }
        Place::Transcripts(after) => {
            let all = store.kept_transcripts_after(after, BATCH).await?;
            let next = match all.last() {
                Some(last) => Place::Transcripts(Some(last.session)),
                None => Place::PushKey,
            };
            Ok((all.into_iter().map(SealedRow::Transcript).collect(), Some(next)))
        }
        Place::PushKey => {
            let sealed = store.setting(PUSH_KEY_SETTING).await?;
            Ok((sealed.into_iter().map(SealedRow::PushKey).collect(), None))
        }
    }
}

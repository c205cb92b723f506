use contract::machines::Done;
use contract::notifications::{
    ChangeChannel, ChannelList, ChannelTested, ChannelView, CreateChannel,
};
use http::Method;
use model::ChannelId;

use crate::http::Call;
use crate::{Client, Error};

const PATH: &str = "/api/notification-channels";

impl Client {
    /// Where one is told of what waits for one.
    pub async fn channels(&self) -> Result<ChannelList, Error> {
        self.get(PATH.to_owned()).await
    }

    /// Makes a channel.
    pub async fn channel_create(&self, body: &CreateChannel) -> Result<ChannelView, Error> {
        self.send(Method::POST, PATH.to_owned(), body).await
    }

    /// Changes a channel.
    pub async fn channel_change(
        &self,
        id: ChannelId,
        body: &ChangeChannel,
    ) -> Result<ChannelView, Error> {
        self.send(Method::PATCH, format!("{PATH}/{id}"), body).await
    }

    /// Sends a test to a channel.
    pub async fn channel_test(&self, id: ChannelId) -> Result<ChannelTested, Error> {
        self.call(Call::new(Method::POST, format!("{PATH}/{id}/test"))).await
    }

    /// Deletes a channel.
    pub async fn channel_delete(&self, id: ChannelId) -> Result<Done, Error> {
        self.call(Call::new(Method::DELETE, format!("{PATH}/{id}"))).await
    }
}

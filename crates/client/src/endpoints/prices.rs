use contract::machines::Done;
use contract::prices::{OnePrice, PriceView, Prices, PutPrice};
use http::Method;
use model::PriceId;

use crate::http::Call;
use crate::{Client, Error};

impl Client {
    /// What models cost, and which have no price.
    pub async fn prices(&self) -> Result<Prices, Error> {
        self.get("/api/prices".to_owned()).await
    }

    /// Says what a model costs, or changes that.
    pub async fn price_put(&self, body: &PutPrice) -> Result<PriceView, Error> {
        let answer: OnePrice = self.send(Method::PUT, "/api/prices".to_owned(), body).await?;
        Ok(answer.price)
    }

    /// Takes a price back.
    pub async fn price_remove(&self, price: PriceId) -> Result<(), Error> {
        let _: Done = self.call(Call::new(Method::DELETE, format!("/api/prices/{price}"))).await?;
        Ok(())
    }
}

use contract::auth::{
    ApiTokens, AuthCheck, CreateApiToken, CreatedApiToken, RotateApiToken, RotatedApiToken,
    UserView,
};
use contract::machines::Done;
use http::Method;
use model::ApiTokenId;

use crate::http::Call;
use crate::{Client, Error};

impl Client {
    /// Who is signed in.
    pub async fn me(&self) -> Result<UserView, Error> {
        self.get("/api/auth/me".to_owned()).await
    }

    /// Whether the first administrator is still to be made. Open to everybody.
    pub async fn auth_check(&self) -> Result<AuthCheck, Error> {
        self.get("/api/auth/check".to_owned()).await
    }

    /// One's own API tokens.
    pub async fn api_tokens(&self) -> Result<ApiTokens, Error> {
        self.get("/api/auth/tokens".to_owned()).await
    }

    /// Makes an API token.
    pub async fn api_token_create(&self, body: &CreateApiToken) -> Result<CreatedApiToken, Error> {
        self.send(Method::POST, "/api/auth/tokens".to_owned(), body).await
    }

    /// Makes an API token in the place of one of one's own.
    pub async fn api_token_rotate(
        &self,
        token: ApiTokenId,
        body: &RotateApiToken,
    ) -> Result<RotatedApiToken, Error> {
        self.send(Method::POST, format!("/api/auth/tokens/{token}/rotate"), body).await
    }

    /// Revokes one of one's own API tokens.
    pub async fn api_token_revoke(&self, token: ApiTokenId) -> Result<Done, Error> {
        self.call(Call::new(Method::DELETE, format!("/api/auth/tokens/{token}"))).await
    }
}

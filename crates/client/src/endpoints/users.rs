use contract::auth::{
    ApiTokens, CreateApiToken, CreatedApiToken, Logins, RotateApiToken, RotatedApiToken,
};
use contract::machines::Done;
use contract::session_limits::ChangeSessionLimits;
use contract::transcript_keeping::TranscriptKeeping;
use contract::users::{
    AccountView, ChangeTenant, ChangeUser, CreatePasswordLink, CreateTenant, CreateUser, OneTenant,
    OneUser, TenantView, Tenants, UserRef, UserWithLink, Users,
};
use http::Method;
use model::{ApiTokenId, TenantId};

use crate::http::Call;
use crate::{Client, Error};

impl Client {
    /// The accounts of a tenant; of one's own if none is given.
    pub async fn users(&self, tenant: Option<i64>) -> Result<Users, Error> {
        let query = tenant.map(|tenant| format!("?tenant_id={tenant}")).unwrap_or_default();
        self.get(format!("/api/users{query}")).await
    }

    /// Makes an account.
    pub async fn user_create(&self, body: &CreateUser) -> Result<UserWithLink, Error> {
        self.send(Method::POST, "/api/users".to_owned(), body).await
    }

    /// Changes an account.
    pub async fn user_change(
        &self,
        user: UserRef,
        body: &ChangeUser,
    ) -> Result<AccountView, Error> {
        let answer: OneUser = self.send(Method::PATCH, format!("/api/users/{user}"), body).await?;
        Ok(answer.user)
    }

    /// Deletes an account for good, with what belongs to it.
    pub async fn user_delete(&self, user: UserRef) -> Result<Done, Error> {
        self.call(Call::new(Method::DELETE, format!("/api/users/{user}"))).await
    }

    /// Makes a link with which somebody chooses a password.
    pub async fn user_password_link(
        &self,
        user: UserRef,
        body: &CreatePasswordLink,
    ) -> Result<UserWithLink, Error> {
        self.send(Method::POST, format!("/api/users/{user}/password-link"), body).await
    }

    /// The browsers in which somebody is signed in.
    pub async fn user_logins(&self, user: UserRef) -> Result<Logins, Error> {
        self.get(format!("/api/users/{user}/logins")).await
    }

    /// Signs somebody out of every browser.
    pub async fn user_sign_out(&self, user: UserRef) -> Result<Done, Error> {
        self.call(Call::new(Method::DELETE, format!("/api/users/{user}/logins"))).await
    }

    /// Somebody's API tokens.
    pub async fn user_tokens(&self, user: UserRef) -> Result<ApiTokens, Error> {
        self.get(format!("/api/users/{user}/tokens")).await
    }

    /// Makes an API token for a service account.
    pub async fn user_token_create(
        &self,
        user: UserRef,
        body: &CreateApiToken,
    ) -> Result<CreatedApiToken, Error> {
        self.send(Method::POST, format!("/api/users/{user}/tokens"), body).await
    }

    /// Makes an API token in the place of one of a service account.
    pub async fn user_token_rotate(
        &self,
        user: UserRef,
        token: ApiTokenId,
        body: &RotateApiToken,
    ) -> Result<RotatedApiToken, Error> {
        self.send(Method::POST, format!("/api/users/{user}/tokens/{token}/rotate"), body).await
    }

    /// Revokes somebody's API token.
    pub async fn user_token_revoke(&self, user: UserRef, token: ApiTokenId) -> Result<Done, Error> {
        self.call(Call::new(Method::DELETE, format!("/api/users/{user}/tokens/{token}"))).await
    }

    /// The tenants that one may know of.
    pub async fn tenants(&self) -> Result<Tenants, Error> {
        self.get("/api/tenants".to_owned()).await
    }

    /// Makes a tenant.
    pub async fn tenant_create(&self, body: &CreateTenant) -> Result<TenantView, Error> {
        let answer: OneTenant = self.send(Method::POST, "/api/tenants".to_owned(), body).await?;
        Ok(answer.tenant)
    }

    /// Changes what a tenant is called.
    pub async fn tenant_change(
        &self,
        tenant: TenantId,
        body: &ChangeTenant,
    ) -> Result<TenantView, Error> {
        let path = format!("/api/tenants/{tenant}");
        let answer: OneTenant = self.send(Method::PATCH, path, body).await?;
        Ok(answer.tenant)
    }

    /// For how long a tenant keeps transcripts on the server.
    pub async fn transcript_keeping(&self, tenant: TenantId) -> Result<TranscriptKeeping, Error> {
        self.get(format!("/api/tenants/{tenant}/transcripts")).await
    }

    /// Says for how long a tenant keeps transcripts on the server, in place of what was said before.
    pub async fn transcripts_keep(
        &self,
        tenant: TenantId,
        body: &TranscriptKeeping,
    ) -> Result<TranscriptKeeping, Error> {
        self.send(Method::PUT, format!("/api/tenants/{tenant}/transcripts"), body).await
    }

    /// Changes what a tenant allows its sessions.
    pub async fn tenant_limits_change(
        &self,
        tenant: TenantId,
        body: &ChangeSessionLimits,
    ) -> Result<TenantView, Error> {
        let path = format!("/api/tenants/{tenant}/limits");
        let answer: OneTenant = self.send(Method::PATCH, path, body).await?;
        Ok(answer.tenant)
    }
}

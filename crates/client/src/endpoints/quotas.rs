use contract::machines::Done;
use contract::quotas::{OneQuota, PutQuota, QuotaStatuses, QuotaView, Quotas, RaiseQuota};
use http::Method;
use model::{QuotaId, SessionId};

use crate::http::Call;
use crate::path::Path;
use crate::{Client, Error};

impl Client {
    /// The quotas of the tenant.
    pub async fn quotas(&self) -> Result<Vec<QuotaView>, Error> {
        let answer: Quotas = self.get("/api/quotas".to_owned()).await?;
        Ok(answer.quotas)
    }

    /// Sets a quota, or changes its limit.
    pub async fn quota_put(&self, body: &PutQuota) -> Result<QuotaView, Error> {
        let answer: OneQuota = self.send(Method::PUT, "/api/quotas".to_owned(), body).await?;
        Ok(answer.quota)
    }

    /// Removes a quota.
    pub async fn quota_remove(&self, quota: QuotaId) -> Result<(), Error> {
        let _: Done = self.call(Call::new(Method::DELETE, format!("/api/quotas/{quota}"))).await?;
        Ok(())
    }

    /// Grants more than a quota allows.
    pub async fn quota_raise(&self, quota: QuotaId, body: &RaiseQuota) -> Result<(), Error> {
        let path = format!("/api/quotas/{quota}/raise");
        let _: Done = self.send(Method::POST, path, body).await?;
        Ok(())
    }

    /// How far quotas are used up.
    pub async fn quota_status(&self, session: Option<SessionId>) -> Result<QuotaStatuses, Error> {
        let path = Path::new("/api/quota/status").with("session_id", session);
        self.get(path.into_text()).await
    }
}

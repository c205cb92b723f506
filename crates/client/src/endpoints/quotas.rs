use contract::machines::Done;
use contract::quotas::{
    AnswerBudget, BudgetRequestView, BudgetRequests, OneBudgetRequest, OneQuota, PutQuota,
    QuotaStatuses, QuotaView, Quotas, RaiseQuota,
};
use http::Method;
use model::{BudgetRequestId, QuotaId, SessionId};

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

    /// Sessions that wait for a larger budget, or whether one does.
    pub async fn budget_requests(
        &self,
        session: Option<SessionId>,
    ) -> Result<Vec<BudgetRequestView>, Error> {
        let path = Path::new("/api/quota/requests").with("session_id", session);
        let answer: BudgetRequests = self.get(path.into_text()).await?;
        Ok(answer.requests)
    }

    /// Answers a session that asks for more.
    pub async fn budget_request_answer(
        &self,
        request: BudgetRequestId,
        body: &AnswerBudget,
    ) -> Result<BudgetRequestView, Error> {
        let path = format!("/api/quota/requests/{request}/answer");
        let answer: OneBudgetRequest = self.send(Method::POST, path, body).await?;
        Ok(answer.request)
    }

    /// How far quotas are used up.
    pub async fn quota_status(&self, session: Option<SessionId>) -> Result<QuotaStatuses, Error> {
        let path = Path::new("/api/quota/status").with("session_id", session);
        self.get(path.into_text()).await
    }
}

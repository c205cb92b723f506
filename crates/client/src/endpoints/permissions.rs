use contract::permissions::{AnswerPermission, OnePermission, PermissionView, Permissions};
use http::Method;
use model::{PermissionRequestId, SessionId};

use crate::path::Path;
use crate::{Client, Error};

impl Client {
    /// The open questions that one may answer, the oldest first.
    pub async fn permissions(
        &self,
        session: Option<SessionId>,
    ) -> Result<Vec<PermissionView>, Error> {
        let path = Path::new("/api/permissions").with("session_id", session);
        let answer: Permissions = self.get(path.into_text()).await?;
        Ok(answer.permissions)
    }

    /// Answers a question. The first answer counts.
    pub async fn permission_answer(
        &self,
        request: PermissionRequestId,
        body: &AnswerPermission,
    ) -> Result<PermissionView, Error> {
        let path = format!("/api/permissions/{request}/answer");
        let answer: OnePermission = self.send(Method::POST, path, body).await?;
        Ok(answer.permission)
    }
}

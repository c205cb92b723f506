use contract::machines::Done;
use contract::policy::{
    CreateRule, ExplainPolicy, OnePreset, OneRule, PolicyExplained, PresetView, Presets, PutPreset,
    RuleView, Rules,
};
use http::Method;
use model::{PolicyRuleId, SessionId};

use crate::http::Call;
use crate::path::Path;
use crate::{Client, Error};

impl Client {
    /// Says what a policy would do.
    pub async fn policy_explain(&self, body: &ExplainPolicy) -> Result<PolicyExplained, Error> {
        self.send(Method::POST, "/api/policy/explain".to_owned(), body).await
    }

    /// Rules in force that one may see; those that hold in a session, if one is named.
    pub async fn policy_rules(&self, session: Option<SessionId>) -> Result<Vec<RuleView>, Error> {
        let path = Path::new("/api/policy/rules").with("session_id", session);
        let answer: Rules = self.get(path.into_text()).await?;
        Ok(answer.rules)
    }

    /// Gives a rule.
    pub async fn policy_rule_create(&self, body: &CreateRule) -> Result<RuleView, Error> {
        let answer: OneRule = self.send(Method::POST, "/api/policy/rules".to_owned(), body).await?;
        Ok(answer.rule)
    }

    /// Takes a rule back.
    pub async fn policy_rule_revoke(&self, rule: PolicyRuleId) -> Result<(), Error> {
        let path = format!("/api/policy/rules/{rule}");
        let _: Done = self.call(Call::new(Method::DELETE, path)).await?;
        Ok(())
    }

    /// The presets that there are.
    pub async fn policy_presets(&self) -> Result<Vec<PresetView>, Error> {
        let answer: Presets = self.get("/api/policy/presets".to_owned()).await?;
        Ok(answer.presets)
    }

    /// Makes a preset, or replaces the one of that name.
    pub async fn policy_preset_put(
        &self,
        name: &str,
        body: &PutPreset,
    ) -> Result<PresetView, Error> {
        let path = format!("/api/policy/presets/{name}");
        let answer: OnePreset = self.send(Method::PUT, path, body).await?;
        Ok(answer.preset)
    }

    /// Removes a preset.
    pub async fn policy_preset_remove(&self, name: &str) -> Result<(), Error> {
        let path = format!("/api/policy/presets/{name}");
        let _: Done = self.call(Call::new(Method::DELETE, path)).await?;
        Ok(())
    }
}

use contract::Time;
use contract::build::{Build, Health};
use contract::usage::{Usage, UsageSummary};
use model::usage::UsageGrouping;

use crate::path::Path;
use crate::{Client, Error};

impl Client {
    /// Whether the server lives, and what time it has. Open to everybody.
    pub async fn health(&self) -> Result<Health, Error> {
        self.get("/health".to_owned()).await
    }

    /// Which build of the server it is. Open to everybody.
    pub async fn build(&self) -> Result<Build, Error> {
        self.get("/api/build".to_owned()).await
    }

    /// The last LLM calls of 30 days, and what they used by day: everybody's for administrators,
    /// else one's own.
    pub async fn usage(&self, limit: Option<u32>) -> Result<Usage, Error> {
        self.get(Path::new("/api/usage").with("limit", limit).into_text()).await
    }

    /// What was used, added up: everybody's for administrators, else one's own.
    pub async fn usage_summary(
        &self,
        by: UsageGrouping,
        since: Option<Time>,
    ) -> Result<UsageSummary, Error> {
        let path = Path::new("/api/usage").with("by", Some(by)).with("since", since);
        let path = path.with("limit", Some(0));
        self.get(path.into_text()).await
    }
}

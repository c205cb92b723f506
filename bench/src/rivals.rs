//! Other LLM gateways, each started as its documentation says, with nothing switched on that can
//! be left out: no database, no metering, no budget, no log of requests.
//!
//! - [`litellm`]: Python; [`portkey`]: JavaScript; [`tensorzero`]: Rust, in a Python wheel

mod litellm;
mod portkey;
mod tensorzero;

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;

use crate::house::Place;
use crate::http::call::{Caller, Exchange, Target};
use crate::process::{LOOK_EVERY, Process, within};

/// A gateway that runs.
pub(crate) struct Rival {
    /// Its name.
    pub(crate) name: &'static str,
    /// Where it is called.
    pub(crate) target: Target,
    process: Process,
    _place: Place,
}

impl Rival {
    /// Starts those that are installed below a folder.
    pub(crate) async fn start_all(installed: &Path, upstream: SocketAddr) -> Result<Vec<Self>> {
        Ok(vec![
            tensorzero::start(installed, upstream).await?,
            portkey::start(installed, upstream).await?,
            litellm::start(installed, upstream).await?,
        ])
    }

    /// Waits until it answers; some listen before they can.
    async fn ready(
        name: &'static str,
        mut process: Process,
        target: Target,
        place: Place,
    ) -> Result<Self> {
        process.listens(target.authority.parse()?).await?;
        within(&format!("wait for {name}"), async {
            while answer(&target).await.is_err() {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            Ok(())
        })
        .await?;
        Ok(Self { name, target, process, _place: place })
    }

    /// Its process.
    pub(crate) fn pid(&self) -> Result<u32> {
        self.process.pid()
    }
}

async fn answer(target: &Target) -> Result<()> {
    Caller::connect(target, Exchange::Whole).await?.call().await
}

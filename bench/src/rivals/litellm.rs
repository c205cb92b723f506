//! LiteLLM's proxy with one worker, as it is started from its wheel.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;

use super::Rival;
use crate::house::Place;
use crate::http::call::{Fidelity, MODEL, Target};
use crate::process::{Process, free_address};

/// It takes only long ones.
const MASTER_KEY: &str = "sk-measured-0123456789abcdef0123456789abcdef";

pub(super) async fn start(installed: &Path, upstream: SocketAddr) -> Result<Rival> {
    let (place, at) = (Place::new()?, free_address()?);
    let configuration = format!(
        "model_list:\n\
         - model_name: {MODEL}\n  \
           litellm_params:\n    \
             model: openai/{MODEL}\n    \
             api_base: http://{upstream}/v1\n    \
             api_key: of-the-provider\n\
         general_settings:\n  \
           master_key: {MASTER_KEY}\n\
         litellm_settings:\n  \
           drop_params: true\n  \
           set_verbose: false\n"
    );
    fs::write(place.at("litellm.yaml"), configuration)?;
    let mut command = place.command(&installed.join("python/bin/litellm"));
    command.args(["--host", "127.0.0.1", "--port", &at.port().to_string(), "--num_workers", "1"]);
    command.arg("--config").arg(place.at("litellm.yaml"));
    command.env("LITELLM_LOCAL_MODEL_COST_MAP", "True").env("LITELLM_LOG", "ERROR");
    let target = Target {
        authority: at.to_string(),
        path: "/v1/chat/completions".to_owned(),
        token: MASTER_KEY.to_owned(),
        model: MODEL,
        headers: Vec::new(),
        fidelity: Fidelity::Rewritten,
    };
    Rival::ready("LiteLLM", Process::start(command)?, target, place).await
}

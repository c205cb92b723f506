//! Portkey's gateway, as it is started from its package.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;

use super::Rival;
use crate::house::Place;
use crate::http::call::{Fidelity, MODEL, Target};
use crate::process::{Process, free_address};

pub(super) async fn start(installed: &Path, upstream: SocketAddr) -> Result<Rival> {
    let (place, at) = (Place::new()?, free_address()?);
    let program = installed.join("node/node_modules/@portkey-ai/gateway/build/start-server.js");
    let mut command = place.command(Path::new("node"));
    command.arg(program).arg("--headless").arg(format!("--port={}", at.port()));
    command.env("TRUSTED_CUSTOM_HOSTS", upstream.ip().to_string());
    let target = Target {
        authority: at.to_string(),
        path: "/v1/chat/completions".to_owned(),
        token: "of-the-provider".to_owned(),
        model: MODEL,
        headers: vec![
            ("x-portkey-provider", "openai".to_owned()),
            ("x-portkey-custom-host", format!("http://{upstream}/v1")),
        ],
        fidelity: Fidelity::Rewritten,
    };
    Rival::ready("Portkey", Process::start(command)?, target, place).await
}

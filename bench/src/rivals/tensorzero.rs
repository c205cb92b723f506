//! TensorZero's gateway. Its wheel holds the server, which is started inside of Python and does not
//! come back to it; it chooses its port itself.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result};
use http::Uri;

use super::Rival;
use crate::house::Place;
use crate::http::call::{Fidelity, MODEL, Target};
use crate::process::Process;

/// Starts the server and says where it is called.
const STARTER: &str = "\
import signal, sys, tensorzero
gateway = tensorzero._start_http_gateway(
    config_file=sys.argv[1], clickhouse_url=None, postgres_url=None, valkey_url=None,
    async_setup=False)
print(gateway.base_url, flush=True)
signal.pause()
";

/// The model as its interface in the shape of OpenAI names it.
const NAMED: &str = "tensorzero::model_name::gpt-5.5";

pub(super) async fn start(installed: &Path, upstream: SocketAddr) -> Result<Rival> {
    let place = Place::new()?;
    let configuration = format!(
        "[gateway]\nobservability.enabled = false\n\
         [models.\"{MODEL}\"]\nrouting = [\"upstream\"]\n\
         [models.\"{MODEL}\".providers.upstream]\ntype = \"openai\"\nmodel_name = \"{MODEL}\"\n\
         api_base = \"http://{upstream}/v1/\"\napi_key_location = \"none\"\n"
    );
    fs::write(place.at("tensorzero.toml"), configuration)?;
    let mut command = place.command(&installed.join("python/bin/python"));
    command.arg("-c").arg(STARTER).arg(place.at("tensorzero.toml"));
    command.env("RUST_LOG", "off");
    let (process, said) = Process::start_and_hear(command).await?;
    let base_url: Uri = said.parse().with_context(|| format!("it said {said:?}"))?;
    let target = Target {
        authority: base_url.authority().context("it has an address")?.to_string(),
        path: format!("{}/chat/completions", base_url.path()),
        token: "of-the-caller".to_owned(),
        model: NAMED,
        headers: Vec::new(),
        fidelity: Fidelity::Rewritten,
    };
    Rival::ready("TensorZero", process, target, place).await
}

//! All agents that are known, one file each.
//!
//! They have three things in common. The agent's settings live in a directory of the session's
//! own, so that nothing the user has set for themselves sends calls elsewhere. The workspace is
//! not trusted, so that a file of a project can neither move an endpoint, nor run a command, nor
//! give consent in a person's place (S74). And the agent is put into the mode in which it asks a
//! person, however it comes out of the box.

pub mod claude;
pub mod cline;
pub mod codex;
pub mod copilot;
pub mod custom;
pub mod demo;
pub mod droid;
pub mod gemini;
pub mod kilo;
pub mod kimi;
pub mod opencode;
pub mod pi;
pub mod qwen;
pub mod vibe;

use std::sync::Arc;

use crate::Adapter;

/// Every agent that is known without a configuration, in the order in which people are shown them.
pub fn all() -> Vec<Arc<dyn Adapter>> {
    vec![
        Arc::new(claude::Claude),
        Arc::new(codex::Codex),
        Arc::new(gemini::Gemini),
        Arc::new(qwen::Qwen),
        Arc::new(opencode::OpenCode),
        Arc::new(copilot::Copilot),
        Arc::new(kimi::Kimi),
        Arc::new(kilo::Kilo),
        Arc::new(cline::Cline),
        Arc::new(droid::Droid),
        Arc::new(vibe::Vibe),
        Arc::new(pi::Pi),
    ]
}

/// The variable in which agents are told the proxy token where they let us name it.
pub(crate) const TOKEN: &str = "GANTLINE_PROXY_TOKEN";

/// What our gateway is called in the settings of agents.
pub(crate) const PROVIDER: &str = "gantline";

#[cfg(test)]
mod tests;

//! A scripted agent: a real ACP agent that does what a coding agent does, without a real mind.
//!
//! It streams Markdown, thinks aloud, plans, reads and writes files, runs commands, asks before it
//! acts, heeds cancelling, remembers its sessions, and has modes, options and slash commands. With
//! `OPENAI_BASE_URL` and `OPENAI_API_KEY` it asks a model (chat completions, streaming, with
//! tools), so that the whole chain is exercised; without them it answers by itself.
//!
//! To somebody who just says something it gives a short tour, in the language of the prompt
//! (English or Chinese). Every line of a prompt that begins with one of these words is carried
//! out instead, in order, without asking any model:
//!
//! | line | what happens |
//! |---|---|
//! | `/write notes.txt hello` | asks, then writes the file; `\n` is a new line |
//! | `/append log.txt line` | appends exactly one line, without asking |
//! | `/read notes.txt` | reads the file |
//! | `/run ls -l` | asks, then runs the command |
//! | `/sneak rm -r .` | runs the command without asking, as no agent should |
//! | `/ask-twice` | asks two questions at once |
//! | `/say text`, `/think text` | says it, thinks it |
//! | `/plan one; two` | shows a plan |
//! | `/slow 20 50ms` | says twenty pieces, fifty milliseconds apart |
//! | `/big 1MB` | says that much |
//! | `/flood 1000` | says that many pieces at once |
//! | `/model text` | asks the model |
//! | `/silent` | says nothing |
//! | `/title text`, `/usage 100 1000` | names the session, says how full the context is |
//! | `/mode auto` | leaves its mode by itself |
//! | `/unknown` | says things that no version of the protocol knows |
//! | `/junk` | writes what is no message |
//! | `/env` | names the variables of its environment |
//! | `/stop max_tokens` | ends the turn with that stop reason |
//! | `/error -32603 text` | answers the prompt with that error |
//! | `/crash 3` | ends the process with that status, at once |
//! | `/hang` | never ends, and does not heed cancelling |
//!
//! - `serve`: the methods of the protocol
//! - `client`: speaking with whoever started it
//! - `session`, `history`, `offer`: what a session is, remembers and offers
//! - `turn`: what can be done in a turn
//! - `directive`, `script`: the lines above
//! - `tools`: files and commands
//! - `model`, `converse`: with a model
//! - `tour`: without one

mod client;
mod converse;
mod directive;
mod history;
mod model;
mod offer;
mod script;
mod serve;
mod session;
mod tools;
mod tour;
mod turn;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use ::model::SecretString;
use tokio::io::{AsyncRead, AsyncWrite};

/// The variable that names the directory in which sessions are remembered.
pub const STATE_VARIABLE: &str = "GANTLINE_DEMO_STATE";

/// The variable that says how long the pause between two pieces is, in milliseconds.
pub const PACE_VARIABLE: &str = "GANTLINE_DEMO_PACE_MS";

/// The pause between two pieces of what it says by itself, unless told otherwise: some, so that
/// people see it stream.
const PACE: Duration = Duration::from_millis(12);

/// What the agent knows of its surroundings.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// Where its model is, with the version and without a slash at the end, and the key for it.
    pub model_access: Option<ModelAccess>,
    /// The model that is asked for.
    pub model: String,
    /// Where it remembers its sessions; without one it cannot take them up again.
    pub state_directory: Option<PathBuf>,
    /// The pause between two pieces.
    pub pace: Duration,
    /// The names of all variables, for `/env`.
    pub names: Vec<String>,
}

/// Where a model is, and the key for it.
#[derive(Debug, Clone)]
pub struct ModelAccess {
    /// For example `http://127.0.0.1:8080/v1`. Only plain HTTP is spoken.
    pub base_url: String,
    /// The key.
    pub key: SecretString,
}

impl Environment {
    /// Reads the variables of a process.
    pub fn from_variables(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let texts = variables.into_iter().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        let texts: Vec<(String, String)> = texts.collect();
        let value = |name: &str| {
            let found = texts.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
        };
        let access = |base_url: String| {
            let base_url = base_url.trim_end_matches('/').to_owned();
            Some(ModelAccess { base_url, key: value("OPENAI_API_KEY")?.into() })
        };
        let pace = value(PACE_VARIABLE).and_then(|text| text.parse().ok());
        Self {
            model_access: value("OPENAI_BASE_URL").and_then(access),
            model: value("OPENAI_MODEL").unwrap_or_else(|| "scripted".to_owned()),
            state_directory: value(STATE_VARIABLE).map(PathBuf::from),
            pace: pace.map_or(PACE, Duration::from_millis),
            names: texts.into_iter().map(|(name, _)| name).collect(),
        }
    }
}

/// How the agent has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Whoever started it has closed its input.
    InputClosed,
    /// It was told to crash, with this exit status.
    Crash(u8),
}

/// Speaks ACP until the input is closed or somebody sends `/crash`. All its tasks have ended when
/// it returns. A process whose input is `tokio::io::stdin` must then shut its runtime down in the
/// background, because the thread that reads it waits for one more line.
pub async fn run(
    input: impl AsyncRead + Send + Unpin + 'static,
    output: impl AsyncWrite + Send + Unpin + 'static,
    environment: Environment,
) -> Ending {
    serve::serve(input, output, environment).await
}

#[cfg(test)]
mod tests;

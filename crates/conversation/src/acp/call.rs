//! What is asked of agents.

use serde_json::{Value, json};

use crate::update::OptionValue;

/// A question to an agent.
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    /// Who are you and what can you do?
    Initialize {
        /// Our own version.
        version: String,
    },
    /// Log in with this method.
    Authenticate {
        /// One of the methods that the agent offers.
        method_id: String,
    },
    /// Begin a session.
    New {
        /// Absolute directory.
        cwd: String,
        /// What the adapter adds.
        meta: Option<Value>,
    },
    /// Take a session up again and tell its history once more.
    Load {
        /// The agent's own name for it.
        session: String,
        /// Absolute directory.
        cwd: String,
        /// What the adapter adds.
        meta: Option<Value>,
    },
    /// Take a session up again silently.
    Resume {
        /// The agent's own name for it.
        session: String,
        /// Absolute directory.
        cwd: String,
        /// What the adapter adds.
        meta: Option<Value>,
    },
    /// Which sessions do you know? The answer is a page.
    List {
        /// Where the page before it ended; absent for the first.
        cursor: Option<String>,
    },
    /// A prompt. The answer comes when the turn is over.
    Prompt {
        /// The agent's own name for the session.
        session: String,
        /// Content blocks.
        content: Vec<Value>,
    },
    /// Change the mode.
    SetMode {
        /// The agent's own name for the session.
        session: String,
        /// The mode.
        mode: String,
    },
    /// Change the model, of agents that have no option for it.
    SetModel {
        /// The agent's own name for the session.
        session: String,
        /// The model.
        model: String,
    },
    /// Change an option.
    SetOption {
        /// The agent's own name for the session.
        session: String,
        /// The option.
        option: String,
        /// Its value.
        value: OptionValue,
    },
}

impl Call {
    /// The method's name.
    pub const fn method(&self) -> &'static str {
        match self {
            Self::Initialize { .. } => "initialize",
            Self::Authenticate { .. } => "authenticate",
            Self::New { .. } => "session/new",
            Self::Load { .. } => "session/load",
            Self::Resume { .. } => "session/resume",
            Self::List { .. } => "session/list",
            Self::Prompt { .. } => "session/prompt",
            Self::SetMode { .. } => "session/set_mode",
            Self::SetModel { .. } => "session/set_model",
            Self::SetOption { .. } => "session/set_config_option",
        }
    }

    /// The parameters.
    pub fn into_params(self) -> Value {
        match self {
            Self::Initialize { version } => initialize(&version),
            Self::Authenticate { method_id } => json!({ "methodId": method_id }),
            Self::New { cwd, meta } => open(None, cwd, meta),
            Self::Load { session, cwd, meta } | Self::Resume { session, cwd, meta } => {
                open(Some(session), cwd, meta)
            }
            Self::List { cursor: Some(cursor) } => json!({ "cursor": cursor }),
            Self::List { cursor: None } => json!({}),
            Self::Prompt { session, content } => {
                json!({ "sessionId": session, "prompt": content })
            }
            Self::SetMode { session, mode } => json!({ "sessionId": session, "modeId": mode }),
            Self::SetModel { session, model } => json!({ "sessionId": session, "modelId": model }),
            Self::SetOption { session, option, value } => set_option(&session, &option, &value),
        }
    }
}

/// The member names of both versions, so that an agent finds the ones it knows. Files and
/// terminals are not offered: hardly any agent uses them, and those that do fail on it.
fn initialize(version: &str) -> Value {
    let capabilities = json!({
        "fs": { "readTextFile": false, "writeTextFile": false },
        "terminal": false,
        "auth": { "terminal": true },
        "session": { "configOptions": { "boolean": {} }, "notices": {}, "compaction": {} },
        // What the terminals of agents show is drawn, though none is offered to them.
        "_meta": { "terminal_output": true },
    });
    let info = json!({ "name": "gantline", "title": "Gantline", "version": version });
    json!({
        "protocolVersion": 1,
        "clientCapabilities": capabilities,
        "clientInfo": info,
        "capabilities": capabilities,
        "info": info,
    })
}

fn open(session: Option<String>, cwd: String, meta: Option<Value>) -> Value {
    let mut params = serde_json::Map::new();
    if let Some(session) = session {
        params.insert("sessionId".to_owned(), Value::String(session));
    }
    params.insert("cwd".to_owned(), Value::String(cwd));
    params.insert("mcpServers".to_owned(), json!([]));
    if let Some(meta) = meta {
        params.insert("_meta".to_owned(), meta);
    }
    Value::Object(params)
}

fn set_option(session: &str, option: &str, value: &OptionValue) -> Value {
    match value {
        OptionValue::Switch(on) => {
            json!({ "sessionId": session, "configId": option, "type": "boolean", "value": on })
        }
        OptionValue::Choice(choice) => {
            json!({ "sessionId": session, "configId": option, "value": choice })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use agent_client_protocol_schema::v1;

    /// What is sent is what the protocol's own types read.
    #[test]
    fn every_call_is_understood_by_the_types_of_the_protocol() {
        fn check<T: serde::de::DeserializeOwned>(call: Call) {
            serde_json::from_value::<T>(call.into_params()).unwrap();
        }
        let text = str::to_owned;
        let (session, cwd) = (text("s"), text("/w"));
        let meta = Some(json!({ "x": 1 }));
        let content = vec![json!({ "type": "text", "text": "hi" })];
        check::<v1::InitializeRequest>(Call::Initialize { version: text("1") });
        check::<v1::AuthenticateRequest>(Call::Authenticate { method_id: text("m") });
        check::<v1::NewSessionRequest>(Call::New { cwd: cwd.clone(), meta: meta.clone() });
        check::<v1::LoadSessionRequest>(Call::Load {
            session: session.clone(),
            cwd: cwd.clone(),
            meta,
        });
        let resume = Call::Resume { session: session.clone(), cwd, meta: None };
        check::<v1::ResumeSessionRequest>(resume);
        check::<v1::ListSessionsRequest>(Call::List { cursor: None });
        check::<v1::ListSessionsRequest>(Call::List { cursor: Some(text("c")) });
        check::<v1::PromptRequest>(Call::Prompt { session: session.clone(), content });
        let mode = Call::SetMode { session: session.clone(), mode: text("ask") };
        check::<v1::SetSessionModeRequest>(mode);
        for value in [OptionValue::Switch(true), OptionValue::Choice(text("m"))] {
            let call = Call::SetOption { session: session.clone(), option: text("model"), value };
            check::<v1::SetSessionConfigOptionRequest>(call);
        }
    }

    #[test]
    fn neither_files_nor_terminals_are_offered() {
        let params = Call::Initialize { version: "1".to_owned() }.into_params();
        let request: v1::InitializeRequest = serde_json::from_value(params).unwrap();
        assert!(!request.client_capabilities.terminal);
        assert!(!request.client_capabilities.fs.read_text_file);
        assert!(!request.client_capabilities.fs.write_text_file);
    }
}

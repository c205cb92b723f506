//! What the editor asks for.

use contract::sessions::ChangeOption;
use model::SessionId;
use serde_json::{Value, json};

use super::rpc::RpcError;
use super::{Editor, Outcome};

/// The version of the protocol that is spoken, whatever the editor offers.
const PROTOCOL_VERSION: u16 = 1;

/// The one way of signing in: outside of the editor.
const LOGIN: &str = "gantline-login";

type Answer = Result<Value, RpcError>;

impl Editor {
    /// Takes a request; `None` where its answer takes time.
    pub(super) fn request(&mut self, id: Value, method: &str, params: &Value) -> Option<Answer> {
        let taken = match method {
            "initialize" => return Some(Ok(abilities())),
            "authenticate" => self.authenticate(id),
            "session/new" => self.open_new(id, params),
            "session/load" => self.open_old(id, params, super::opening::How::Load),
            "session/resume" => self.open_old(id, params, super::opening::How::Resume),
            "session/list" => {
                self.list(id, params);
                Ok(())
            }
            "session/close" => self.close(id, params),
            "session/prompt" => self.prompt(id, params),
            "session/set_mode" => self.set_mode(id, params),
            "session/set_model" => self.set_model(id, params),
            "session/set_config_option" => self.set_option(id, params),
            _ => Err(RpcError::new(-32601, format!("there is no method {method}"))),
        };
        taken.err().map(Err)
    }

    /// Takes a notification. One that nobody knows is passed over, as the protocol wants it.
    pub(super) fn notified(&mut self, method: &str, params: &Value) {
        match method {
            "session/cancel" => {
                if let Ok(session) = session_of(params) {
                    self.cancel(session);
                }
            }
            "$/cancel_request" => {
                let request = &params["requestId"];
                let asked = self.chats.iter().find(|(_, chat)| chat.turns.is_of(request));
                if let Some(session) = asked.map(|(session, _)| *session) {
                    self.cancel(session);
                }
            }
            _ => {}
        }
    }

    /// Somebody says that they have signed in by now.
    fn authenticate(&mut self, id: Value) -> Result<(), RpcError> {
        let words = self.words;
        let client = (self.make_client)().map_err(|error| RpcError::of(&error, words))?;
        if self.chats.is_empty() {
            self.live = client.live();
        }
        self.client = client.clone();
        self.beside.spawn(async move {
            let signed_in = client.me().await.map(|_| json!({}));
            Outcome::Answer(id, signed_in.map_err(|error| RpcError::of(&error.into(), words)))
        });
        Ok(())
    }

    /// Stops what runs for the editor, and follows the session no longer. It stays where it is, and
    /// can be loaded again.
    fn close(&mut self, id: Value, params: &Value) -> Result<(), RpcError> {
        let session = session_of(params)?;
        self.cancel(session);
        self.chats.remove(&session);
        self.live.unfollow(session);
        self.beside.spawn(async move { Outcome::Answer(id, Ok(json!({}))) });
        Ok(())
    }

    fn set_mode(&mut self, id: Value, params: &Value) -> Result<(), RpcError> {
        let session = self.known(params)?;
        let mode = text_of(params, "modeId")?;
        let (client, words) = (self.client.clone(), self.words);
        self.beside.spawn(async move {
            let done = client.mode_change(session, &mode).await.map(|_| json!({}));
            Outcome::Answer(id, done.map_err(|error| RpcError::of(&error.into(), words)))
        });
        Ok(())
    }

    fn set_model(&mut self, id: Value, params: &Value) -> Result<(), RpcError> {
        let session = self.known(params)?;
        let model = text_of(params, "modelId")?;
        let (client, words) = (self.client.clone(), self.words);
        self.beside.spawn(async move {
            let done = client.model_change(session, &model).await.map(|_| json!({}));
            Outcome::Answer(id, done.map_err(|error| RpcError::of(&error.into(), words)))
        });
        Ok(())
    }

    /// Sets an option; the answer holds all options as they are then.
    fn set_option(&mut self, id: Value, params: &Value) -> Result<(), RpcError> {
        let session = self.known(params)?;
        let option = text_of(params, "configId")?;
        let value = params["value"].clone();
        let chat = self.chats.get(&session).ok_or_else(|| unknown(session))?;
        let after = chat.controls.with_option(&option, &value);
        let is_model = chat.controls.is_model_of_ours(&option);
        let (client, words) = (self.client.clone(), self.words);
        self.beside.spawn(async move {
            let done = if is_model {
                client.model_change(session, value.as_str().unwrap_or_default()).await
            } else {
                client.option_change(session, &ChangeOption { option, value }).await
            };
            let done = done.map(|_| json!({ "configOptions": after }));
            Outcome::Answer(id, done.map_err(|error| RpcError::of(&error.into(), words)))
        });
        Ok(())
    }

    /// The session of a request, if it is open here.
    pub(super) fn known(&self, params: &Value) -> Result<SessionId, RpcError> {
        let session = session_of(params)?;
        if self.chats.contains_key(&session) { Ok(session) } else { Err(unknown(session)) }
    }
}

/// What this agent can do. What a certain agent on a machine cannot, the server refuses.
pub(super) fn abilities() -> Value {
    json!({
        "protocolVersion": PROTOCOL_VERSION,
        "agentInfo": { "name": "gantline", "title": "Gantline", "version": contract::VERSION },
        "agentCapabilities": {
            "loadSession": true,
            "promptCapabilities": { "image": true, "audio": false, "embeddedContext": true },
            "mcpCapabilities": { "http": false, "sse": false },
            "sessionCapabilities": { "list": {}, "resume": {}, "close": {} },
        },
        "authMethods": [{
            "id": LOGIN,
            "name": "gantline login",
            "description": "Run `gantline login` in a terminal, then try again.",
        }],
    })
}

pub(super) fn session_of(params: &Value) -> Result<SessionId, RpcError> {
    let text = text_of(params, "sessionId")?;
    text.parse().map_err(|_| RpcError::gone(format!("there is no session {text}")))
}

pub(super) fn text_of(params: &Value, name: &str) -> Result<String, RpcError> {
    let text = params.get(name).and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| RpcError::invalid(format!("{name} is missing")))
}

fn unknown(session: SessionId) -> RpcError {
    RpcError::gone(format!("the session {session} is not open; load it first"))
}

//! Reading answers: what an agent is, and what a session of it offers.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::text;
use crate::update::{
    ChoiceOption, OptionValue, PromptAbilities, Selectable, Selection, SessionOption,
};

/// The one version of the protocol that is spoken.
pub const PROTOCOL_VERSION: u64 = 1;

/// What an agent says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AgentFacts {
    /// The version of the protocol it chose.
    pub protocol_version: u64,
    /// What it calls itself.
    pub name: Option<String>,
    /// Its own version.
    pub version: Option<String>,
    /// What a prompt may contain besides text and links.
    pub prompt: PromptAbilities,
    /// Whether it can take a session up again by telling its history once more.
    pub loads: bool,
    /// Whether it can take a session up again silently.
    pub resumes: bool,
    /// Whether it can say which sessions it knows.
    pub lists: bool,
    /// How one can log in.
    pub logins: Vec<Login>,
}

/// A way to log in to an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// What to ask the agent for.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What it means.
    pub description: Option<String>,
}

/// What a session offers when it is opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionFacts {
    /// The agent's own name for it; absent in the answers to load and resume.
    pub session_id: Option<String>,
    /// Its modes.
    pub modes: Option<Selection>,
    /// Its models, of agents that have no option for them.
    pub models: Option<Selection>,
    /// Its options.
    pub options: Option<Vec<SessionOption>>,
}

/// A session that an agent knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSession {
    /// The agent's own name for it.
    pub id: String,
    /// The directory it belongs to.
    pub cwd: String,
    /// What the agent calls it.
    pub title: Option<String>,
    /// When it was last used, as RFC 3339 has it.
    pub updated_at: Option<String>,
}

/// Reads the answer to `session/list`: a page, and where the next one begins.
pub fn known_sessions(answer: &Value) -> (Vec<KnownSession>, Option<String>) {
    let known = |item: &Value| {
        Some(KnownSession {
            id: string(item, "sessionId")?,
            cwd: string(item, "cwd").unwrap_or_default(),
            title: string(item, "title").map(|title| text::line(&title)),
            updated_at: string(item, "updatedAt"),
        })
    };
    let sessions = items(&answer["sessions"]).filter_map(known).collect();
    (sessions, string(answer, "nextCursor"))
}

/// Reads the answer to `initialize`, with the member names of either version.
pub fn agent_facts(answer: &Value) -> AgentFacts {
    let info = first(answer, &["agentInfo", "info"]);
    let capabilities = first(answer, &["agentCapabilities", "capabilities"]);
    let prompt = &capabilities["promptCapabilities"];
    AgentFacts {
        protocol_version: answer["protocolVersion"].as_u64().unwrap_or(PROTOCOL_VERSION),
        name: string(info, "title").or_else(|| string(info, "name")),
        version: string(info, "version"),
        prompt: PromptAbilities {
            image: is_offered(&prompt["image"]),
            audio: is_offered(&prompt["audio"]),
            embedded_context: is_offered(&prompt["embeddedContext"]),
        },
        loads: is_offered(&capabilities["loadSession"]),
        resumes: is_offered(&capabilities["sessionCapabilities"]["resume"]),
        lists: is_offered(&capabilities["sessionCapabilities"]["list"]),
        logins: items(&answer["authMethods"]).filter_map(login).collect(),
    }
}

/// Reads the answer to `session/new`, `session/load` or `session/resume`; it may be `null`.
pub fn session_facts(answer: &Value) -> SessionFacts {
    SessionFacts {
        session_id: string(answer, "sessionId"),
        modes: selection(&answer["modes"], "availableModes", "currentModeId", "id"),
        models: selection(&answer["models"], "availableModels", "currentModelId", "modelId"),
        options: answer["configOptions"].is_array().then(|| options(&answer["configOptions"])),
    }
}

/// Reads a list of options; those that cannot be understood are left out.
pub fn options(list: &Value) -> Vec<SessionOption> {
    items(list).filter_map(session_option).collect()
}

/// A member that is a text.
pub fn string(value: &Value, member: &str) -> Option<String> {
    value.get(member)?.as_str().map(str::to_owned)
}

/// The items of a list; none where it is no list.
pub fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn first<'a>(value: &'a Value, members: &[&str]) -> &'a Value {
    const NOTHING: &Value = &Value::Null;
    members.iter().find_map(|member| value.get(member)).unwrap_or(NOTHING)
}

/// Version 1 says `true`, version 2 an object.
fn is_offered(value: &Value) -> bool {
    value.is_object() || value.as_bool() == Some(true)
}

fn login(method: &Value) -> Option<Login> {
    let id = string(method, "id").or_else(|| string(method, "methodId"))?;
    let name = string(method, "name").map_or_else(|| id.clone(), |name| text::line(&name));
    let description = string(method, "description").map(|text| text::line(&text));
    Some(Login { id, name, description })
}

fn selection(value: &Value, list: &str, current: &str, id: &str) -> Option<Selection> {
    let available = items(value.get(list)?).filter_map(|item| {
        let id = string(item, id).or_else(|| string(item, "id"))?;
        let name = string(item, "name").unwrap_or_else(|| id.clone());
        Some(Selectable { id, name, description: string(item, "description") })
    });
    Some(Selection { current: string(value, current), available: available.collect() })
}

fn session_option(option: &Value) -> Option<SessionOption> {
    let id = string(option, "id").or_else(|| string(option, "configId"))?;
    let current = match first(option, &["currentValue"]) {
        Value::Bool(on) => OptionValue::Switch(*on),
        Value::String(choice) => OptionValue::Choice(choice.clone()),
        _ => return None,
    };
    Some(SessionOption {
        name: string(option, "name").unwrap_or_else(|| id.clone()),
        id,
        description: string(option, "description"),
        category: string(option, "category"),
        current,
        choices: items(&option["options"]).flat_map(choices).collect(),
    })
}

/// A choice, or a group of choices.
fn choices(item: &Value) -> Vec<ChoiceOption> {
    let Some(group) = item.get("options") else { return choice(item, None).into_iter().collect() };
    let name = string(item, "name").or_else(|| string(item, "group"));
    items(group).filter_map(|item| choice(item, name.clone())).collect()
}

fn choice(item: &Value, group: Option<String>) -> Option<ChoiceOption> {
    let value = string(item, "value")?;
    let name = string(item, "name").unwrap_or_else(|| value.clone());
    Some(ChoiceOption { value, name, description: string(item, "description"), group })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_versions_of_the_answer_to_initialize_are_read() {
        let first = json!({
            "protocolVersion": 1,
            "agentInfo": { "name": "a", "title": "Agent", "version": "1.2" },
            "agentCapabilities": {
                "loadSession": true,
                "promptCapabilities": { "image": true },
                "sessionCapabilities": { "resume": {} },
            },
            "authMethods": [{ "id": "key", "name": "Key", "type": "env_var", "vars": [] }],
        });
        let facts = agent_facts(&first);
        assert_eq!(facts.name.as_deref(), Some("Agent"));
        assert!(facts.loads && facts.resumes && facts.prompt.image && !facts.prompt.audio);
        assert_eq!(facts.logins[0].id, "key");
        let second = json!({
            "protocolVersion": 2,
            "info": { "name": "a", "version": "1.2" },
            "capabilities": { "promptCapabilities": { "audio": {} } },
        });
        let facts = agent_facts(&second);
        assert_eq!((facts.protocol_version, facts.name.as_deref()), (2, Some("a")));
        assert!(facts.prompt.audio && !facts.loads);
    }

    #[test]
    fn what_a_session_offers_is_read_in_every_form_of_the_field() {
        let facts = session_facts(&json!({
            "sessionId": "s",
            "modes": { "currentModeId": "ask", "availableModes": [{ "id": "ask", "name": "Ask" }] },
            "models": { "currentModelId": "m", "availableModels": [{ "modelId": "m", "name": "M" }] },
            "configOptions": [
                { "id": "model", "name": "Model", "category": "model", "type": "select",
                  "currentValue": "m", "options": [
                    { "group": "g", "name": "Group", "options": [{ "value": "m", "name": "M" }] },
                    { "value": "n", "name": "N" } ] },
                { "id": "fast", "name": "Fast", "type": "boolean", "currentValue": true },
                { "id": "broken" },
            ],
        }));
        assert_eq!(facts.modes.unwrap().available[0].id, "ask");
        assert_eq!(facts.models.unwrap().current.as_deref(), Some("m"));
        let options = facts.options.unwrap();
        assert_eq!(options.len(), 2);
        assert_eq!(options[0].choices[0].group.as_deref(), Some("Group"));
        assert!(options[0].accepts(&OptionValue::Choice("n".to_owned())));
        assert!(!options[0].accepts(&OptionValue::Choice("x".to_owned())));
        assert!(options[1].accepts(&OptionValue::Switch(false)));
    }

    #[test]
    fn a_page_of_sessions_is_read_without_the_broken_ones() {
        let answer = json!({ "nextCursor": "c", "sessions": [
            { "sessionId": "s", "cwd": "/w", "title": "Fix\nit", "updatedAt": "2026-01-01T00:00:00Z" },
            { "cwd": "/w" } ] });
        let (sessions, next) = known_sessions(&answer);
        assert_eq!((sessions.len(), next.as_deref()), (1, Some("c")));
        assert_eq!(sessions[0].title.as_deref(), Some("Fix\\nit"));
        assert_eq!(known_sessions(&Value::Null), (vec![], None));
    }

    #[test]
    fn an_empty_answer_offers_nothing() {
        assert_eq!(session_facts(&Value::Null), SessionFacts::default());
    }
}

//! Qwen Code.

use conversation::Profile;
use model::provider::Dialect;
use serde_json::{Value, json};

use crate::history::{self, ANY, Told};
use crate::{Adapter, ChatLaunch, Facts, History, Launch, LaunchRequest};

/// Qwen Code.
pub struct Qwen;

const SPOKEN: &[Dialect] = &[Dialect::OpenAi, Dialect::Anthropic, Dialect::Gemini];

impl Adapter for Qwen {
    fn facts(&self) -> Facts {
        let install = "npm install -g @qwen-code/qwen-code";
        Facts::new("qwen", "Qwen Code", "qwen", install).with_terminal("qwen")
    }

    fn chat(&self, request: &LaunchRequest<'_>) -> ChatLaunch {
        // In its own first mode a model decides in the person's place.
        let profile = Profile {
            title: "Qwen Code".to_owned(),
            asking_mode: Some("default".to_owned()),
            asking_modes: vec!["default".to_owned(), "plan".to_owned()],
            ..Profile::default()
        };
        with_gateway(Launch::new(request).arguments(["--acp"]), request).chat(profile)
    }

    fn history(&self) -> Option<History> {
        Some(History {
            variable: "QWEN_HOME",
            in_home: ".qwen",
            below_state: "qwen",
            layout: &["projects", ANY, "chats"],
            session_of: |name| history::is_identifier(name).then_some(name),
            tell,
            adapt: None,
        })
    }

    fn terminal(&self, request: &LaunchRequest<'_>) -> Option<Launch> {
        Some(with_gateway(Launch::new(request), request))
    }
}

/// Takes in what a line of a session's file tells.
fn tell(line: &Value, told: &mut Told) {
    told.works_in(line["cwd"].as_str());
    if line["subtype"] == "custom_title" {
        let title = line["systemPayload"]["customTitle"].as_str();
        told.title = title.map(str::to_owned).or(told.title.take());
    }
    let is_of_a_person = line["provenance"].as_str().is_none_or(|whose| whose == "real_user");
    if line["type"] != "user" || !is_of_a_person {
        return;
    }
    let mut parts = line["message"]["parts"].as_array().into_iter().flatten();
    // Results of tools have no text.
    if let Some(text) = parts.find_map(|part| part["text"].as_str()) {
        told.asked(text);
    }
}

fn with_gateway(launch: Launch, request: &LaunchRequest<'_>) -> Launch {
    let gateway = request.gateway;
    let dialect = gateway.dialect(SPOKEN);
    let model = gateway.model_for(dialect);
    let (kind, prefix, base_url) = match dialect {
        Dialect::OpenAi => ("openai", "OPENAI", gateway.v1()),
        Dialect::Anthropic => ("anthropic", "ANTHROPIC", gateway.base_url.clone()),
        Dialect::Gemini => ("gemini", "GEMINI", gateway.base_url.clone()),
    };
    let base_url_name = match dialect {
        Dialect::Gemini => "GOOGLE_GEMINI_BASE_URL".to_owned(),
        Dialect::OpenAi | Dialect::Anthropic => format!("{prefix}_BASE_URL"),
    };
    untrusted(launch, request)
        .arguments(["--approval-mode", "default", "--auth-type", kind])
        .home("QWEN_HOME", "qwen")
        .variable(&format!("{prefix}_API_KEY"), gateway.token())
        .variable(&base_url_name, base_url)
        .variable(&format!("{prefix}_MODEL"), model)
}

/// Settings of the system win over those of the project.
fn untrusted(launch: Launch, request: &LaunchRequest<'_>) -> Launch {
    let workspace = request.workspace.display().to_string();
    let settings = json!({
        "security": { "folderTrust": { "enabled": true } },
        "privacy": { "usageStatisticsEnabled": false },
        "general": { "disableAutoUpdate": true, "enableAutoUpdate": false },
    });
    let trust = json!({ workspace: "DO_NOT_TRUST" });
    launch
        .named_file("QWEN_CODE_SYSTEM_SETTINGS_PATH", "qwen/system.json", settings.to_string())
        .named_file("QWEN_CODE_TRUSTED_FOLDERS_PATH", "qwen/trusted.json", trust.to_string())
}

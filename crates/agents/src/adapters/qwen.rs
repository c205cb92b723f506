//! Qwen Code.

use conversation::Profile;
use model::provider::Dialect;
use serde_json::json;

use crate::{Adapter, ChatLaunch, Facts, Launch, LaunchRequest};

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

    fn terminal(&self, request: &LaunchRequest<'_>) -> Option<Launch> {
        Some(with_gateway(Launch::new(request), request))
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

//! Claude Code, by the adapter of the ACP project or the older ones of Zed.

use conversation::Profile;
use serde_json::{Value, json};

use crate::adapter::is_of;
use crate::history::{self, ANY, Told};
use crate::{Adapter, ChatLaunch, Facts, History, Launch, LaunchRequest};

/// Claude Code.
pub struct Claude;

/// The adapter that ends when its input is closed; the older ones do not.
const CURRENT: &str = "@agentclientprotocol/claude-agent-acp";

/// Settings of the project are not read, and with them not its `CLAUDE.md`; the model is told to
/// read that as what it is, a file.
const INSTRUCTIONS: &str = "If the workspace has a file CLAUDE.md or AGENTS.md at its root, read \
                            it before anything else and follow what it says about the project.";

impl Adapter for Claude {
    fn facts(&self) -> Facts {
        let install = "npm install -g @agentclientprotocol/claude-agent-acp";
        Facts::new("claude", "Claude Code", "claude-agent-acp", install)
            .or("claude-code-acp")
            .with_terminal("claude")
    }

    fn chat(&self, request: &LaunchRequest<'_>) -> ChatLaunch {
        let profile = Profile {
            title: "Claude Code".to_owned(),
            asking_mode: Some("default".to_owned()),
            asking_modes: vec!["default".to_owned(), "plan".to_owned()],
            session_meta: Some(json!({
                "claudeCode": { "options": {
                    "settingSources": ["user"],
                    "allowDangerouslySkipPermissions": false,
                } },
                "systemPrompt": { "append": INSTRUCTIONS },
            })),
            ..Profile::default()
        };
        let launch = with_gateway(Launch::new(request), request).chat(profile);
        if is_of(request.found, CURRENT) { launch } else { launch.ignores_eof() }
    }

    fn history(&self) -> Option<History> {
        Some(History {
            variable: "CLAUDE_CONFIG_DIR",
            in_home: ".claude",
            below_state: "claude",
            layout: &["projects", ANY],
            session_of: |name| history::is_identifier(name).then_some(name),
            tell,
            adapt: None,
        })
    }

    fn terminal(&self, request: &LaunchRequest<'_>) -> Option<Launch> {
        let workspace = request.workspace.display().to_string();
        // Without the first it asks for a login, without the second Enter means "No, exit".
        let seen = json!({
            "hasCompletedOnboarding": true,
            "projects": { workspace: { "hasTrustDialogAccepted": true } },
        });
        let launch = Launch::new(request)
            .arguments(["--setting-sources", "user", "--permission-mode", "default"])
            .file("claude/.claude.json", seen.to_string());
        Some(with_gateway(launch, request))
    }
}

/// Takes in what a line of a session's file tells.
fn tell(line: &Value, told: &mut Told) {
    match line["type"].as_str() {
        Some("user") => {}
        Some("custom-title") => return entitle(&line["customTitle"], told),
        Some("ai-title") => return entitle(&line["aiTitle"], told),
        Some("summary") => return entitle(&line["summary"], told),
        _ => return,
    }
    told.works_in(line["cwd"].as_str());
    // What its helpers were asked, and what is put beside a prompt, was not asked by a person.
    if line["isSidechain"] == true || line["isMeta"] == true {
        return;
    }
    let content = &line["message"]["content"];
    let blocks = content.as_array().into_iter().flatten();
    let texts = blocks.filter(|block| block["type"] == "text").map(|block| &block["text"]);
    let mut texts = std::iter::once(content).chain(texts).filter_map(Value::as_str);
    // Results of tools have no text, and slash commands are told in tags.
    if let Some(text) = texts.find(|text| !text.starts_with('<')) {
        told.asked(text);
    }
}

fn entitle(title: &Value, told: &mut Told) {
    told.title = title.as_str().map(str::to_owned).or(told.title.take());
}

/// `IS_SANDBOX` is not among the inherited variables: with a value other than 1 Claude refuses to
/// start as root.
fn with_gateway(launch: Launch, request: &LaunchRequest<'_>) -> Launch {
    let gateway = request.gateway;
    let launch = launch
        .home("CLAUDE_CONFIG_DIR", "claude")
        .variable("ANTHROPIC_BASE_URL", &gateway.base_url)
        .variable("ANTHROPIC_AUTH_TOKEN", gateway.token())
        .variable("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    let Some(model) = &gateway.model else { return launch };
    // The small model writes titles, the others serve subagents that ask for them by name.
    let hidden = [
        "ANTHROPIC_MODEL",
        "ANTHROPIC_DEFAULT_HAIKU_MODEL",
        "ANTHROPIC_DEFAULT_SONNET_MODEL",
        "ANTHROPIC_DEFAULT_OPUS_MODEL",
        "CLAUDE_CODE_SUBAGENT_MODEL",
    ];
    hidden.iter().fold(launch, |launch, name| launch.variable(name, model))
}

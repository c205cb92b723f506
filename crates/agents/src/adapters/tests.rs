use super::*;
use crate::{ChatLaunch, Found, Gateway, Launch, LaunchRequest, Package, SearchPath};
use std::ffi::OsString;
use std::fmt::Write;
use std::path::Path;

fn gateway(model: Option<&str>, providers: &[&str]) -> Gateway {
    Gateway {
        base_url: "http://127.0.0.1:8080/api/remote/llm-proxy".to_owned(),
        token: "glpt_fake".to_owned().into(),
        providers: providers.iter().map(|name| name.parse().unwrap()).collect(),
        model: model.map(str::to_owned),
    }
}

fn found(program: &str, package: Option<&str>) -> Found {
    let package =
        package.map(|name| Package { name: name.to_owned(), version: "1.0.0".to_owned() });
    Found { path: Path::new("/opt/agents/bin").join(program), package }
}

/// Everything that a launch would do, with the token in the open.
fn show(launch: &Launch) -> String {
    let mut text = String::new();
    writeln!(text, "{}", launch.program.path.display()).unwrap();
    for argument in &launch.program.arguments {
        writeln!(text, "    {}", argument.to_str().unwrap()).unwrap();
    }
    writeln!(text, "in {}", launch.program.directory.display()).unwrap();
    for (name, value) in &launch.program.environment {
        writeln!(text, "{}={}", name.to_str().unwrap(), value.to_str().unwrap()).unwrap();
    }
    for file in &launch.files {
        writeln!(text, "--- {}\n{}", file.path.display(), file.contents).unwrap();
    }
    for directory in &launch.directories {
        writeln!(text, "--- {}/", directory.display()).unwrap();
    }
    text
}

fn request<'a>(
    found: &'a Found,
    gateway: &'a Gateway,
    variables: &'a [(OsString, OsString)],
    search: &'a SearchPath,
) -> LaunchRequest<'a> {
    LaunchRequest {
        found,
        search,
        workspace: Path::new("/home/ana/project"),
        state_directory: Path::new("/home/ana/.local/share/gantline/sessions/s1"),
        gateway,
        variables,
    }
}

fn launches(
    adapter: &dyn Adapter,
    package: Option<&str>,
    gateway: &Gateway,
) -> (ChatLaunch, Option<Launch>) {
    let variables: Vec<(OsString, OsString)> = vec![
        ("HOME".into(), "/home/ana".into()),
        ("PATH".into(), "/usr/bin:relative".into()),
        ("LANG".into(), "de_DE.UTF-8".into()),
        ("ANTHROPIC_API_KEY".into(), "sk-of-the-user".into()),
        ("ANTHROPIC_BASE_URL".into(), "http://of-the-user".into()),
        ("OPENAI_API_KEY".into(), "sk-of-the-user".into()),
        ("IS_SANDBOX".into(), "yes".into()),
        ("GANTLINE_TOKEN".into(), "of the daemon".into()),
    ];
    let search = SearchPath::new(&variables, None);
    let facts = adapter.facts();
    let chat = found(&facts.chat[0], package);
    let terminal = found(facts.terminal.as_deref().unwrap_or_default(), None);
    (
        adapter.chat(&request(&chat, gateway, &variables, &search)),
        adapter.terminal(&request(&terminal, gateway, &variables, &search)),
    )
}

#[cfg(unix)]
#[track_caller]
fn check(name: &str, adapter: &dyn Adapter, package: Option<&str>, gateway: &Gateway) {
    let (chat, terminal) = launches(adapter, package, gateway);
    let terminal = terminal.map_or_else(|| "none\n".to_owned(), |launch| show(&launch));
    let ChatLaunch { launch, profile, ends_on_eof } = chat;
    let text = format!(
        "===== chat\n{}{profile:#?}\nends on end of input: {ends_on_eof}\n\n\
         ===== terminal\n{terminal}",
        show(&launch)
    );
    insta::assert_snapshot!(name, text);
}

// What is compared shows paths as Unix writes them.
#[cfg(unix)]
#[test]
fn every_agent_is_launched_like_this() {
    let chosen = gateway(Some("gpt-5.4"), &["openai"]);
    let left_open = gateway(None, &["anthropic"]);
    let package = |name: &'static str| Some(name);
    check(
        "claude",
        &claude::Claude,
        package("@agentclientprotocol/claude-agent-acp"),
        &gateway(Some("claude-opus-5"), &["anthropic"]),
    );
    check("claude_without_a_model", &claude::Claude, package("@zed-industries/x"), &left_open);
    check("codex", &codex::Codex, package("@agentclientprotocol/codex-acp"), &chosen);
    check("codex_of_zed", &codex::Codex, package("@zed-industries/codex-acp"), &left_open);
    check("gemini", &gemini::Gemini, None, &left_open);
    check("qwen", &qwen::Qwen, None, &chosen);
    check("qwen_on_anthropic", &qwen::Qwen, None, &left_open);
    check("qwen_on_gemini", &qwen::Qwen, None, &gateway(None, &["google"]));
    check("opencode", &opencode::OpenCode, None, &chosen);
    check("opencode_on_anthropic", &opencode::OpenCode, None, &left_open);
    check("kilo", &kilo::Kilo, None, &left_open);
    check("copilot", &copilot::Copilot, None, &chosen);
    check("kimi", &kimi::Kimi, None, &chosen);
    check("cline", &cline::Cline, None, &chosen);
    check("droid", &droid::Droid, None, &chosen);
    check("vibe", &vibe::Vibe, None, &chosen);
    check("pi", &pi::Pi, None, &chosen);
}

#[cfg(unix)]
#[test]
fn agents_of_the_machines_own_are_launched_like_this() {
    let custom = custom::Custom {
        name: "mine".parse().unwrap(),
        title: "My agent".to_owned(),
        program: "/home/ana/bin/my-agent".into(),
        arguments: vec!["--acp".to_owned()],
        variables: vec![("OPENAI_BASE_URL".to_owned(), "http://localhost:11434/v1".to_owned())],
        asking_mode: None,
    };
    check("custom", &custom, None, &gateway(Some("llama"), &[]));
    let program = "/opt/gantline".into();
    let demo = demo::Demo { program, arguments: vec!["demo-agent".to_owned()] };
    check("demo", &demo, None, &gateway(None, &[]));
}

/// S73, S74: whatever the user or the daemon has in the environment, every agent gets our gateway
/// and nothing of theirs.
#[test]
fn no_launch_hands_on_what_is_not_ours() {
    let gateway = gateway(Some("m"), &["openai"]);
    for adapter in all() {
        let (chat, terminal) = launches(adapter.as_ref(), None, &gateway);
        for launch in [Some(chat.launch), terminal].into_iter().flatten() {
            let shown = show(&launch);
            let name = adapter.facts().name;
            for foreign in ["of-the-user", "of the daemon", "IS_SANDBOX", "relative"] {
                assert!(!shown.contains(foreign), "{name}: {foreign} in\n{shown}");
            }
            assert!(shown.contains("http://127.0.0.1:8080/api/remote/llm-proxy"), "{name}");
            assert!(shown.contains("glpt_fake"), "{name}");
        }
    }
}

/// The arguments of a process can be read by everybody on the machine.
#[test]
fn no_token_stands_in_an_argument() {
    let gateway = gateway(Some("m"), &["openai"]);
    for adapter in all() {
        let (chat, terminal) = launches(adapter.as_ref(), None, &gateway);
        for launch in [Some(chat.launch), terminal].into_iter().flatten() {
            let mut arguments = launch.program.arguments.iter();
            let has_token = arguments.any(|argument| argument.to_str().unwrap().contains("glpt_"));
            assert!(!has_token, "{}", adapter.facts().name);
        }
    }
}

/// Where the modes in which an agent asks are known, the one it is put back into is among them.
#[test]
fn profiles_agree_with_themselves() {
    let gateway = gateway(None, &[]);
    for adapter in all() {
        let profile = launches(adapter.as_ref(), None, &gateway).0.profile;
        let name = adapter.facts().name;
        assert_eq!(profile.title, adapter.facts().title);
        assert!(adapter.facts().asks || profile.does_not_ask.is_some(), "{name}");
        match &profile.asking_mode {
            Some(mode) => assert!(profile.asking_modes.contains(mode), "{name}"),
            None => assert!(profile.asking_modes.is_empty(), "{name}"),
        }
    }
}

#[test]
fn names_are_different() {
    let mut names: Vec<_> = all().iter().map(|adapter| adapter.facts().name).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all().len());
}

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::json;

use super::*;
use crate::Adapter;
use crate::adapters::{claude::Claude, codex::Codex, qwen::Qwen};

const ID: &str = "4da3e473-e6a4-4d36-9b27-6bd84ff0193a";

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn variables(&self) -> Vec<(OsString, OsString)> {
        vec![("HOME".into(), self.0.path().into())]
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn look(&self, adapter: &dyn Adapter) -> Looked {
        look(&adapter.history().unwrap(), &self.variables(), &|| true)
    }

    fn one(&self, adapter: &dyn Adapter) -> OutsideSession {
        let looked = self.look(adapter);
        assert_eq!((looked.unreadable, looked.is_cut), (0, false));
        let [one] = &looked.sessions[..] else { panic!("{looked:?}") };
        one.clone()
    }
}

fn lines(values: &[serde_json::Value]) -> String {
    let lines: Vec<String> = values.iter().map(ToString::to_string).collect();
    lines.join("\n") + "\n"
}

fn claude(prompt: &str) -> String {
    let asked = json!({ "type": "user", "isSidechain": false, "cwd": "/srv/code",
        "message": { "role": "user", "content": prompt } });
    lines(&[json!({ "type": "queue-operation", "operation": "enqueue", "content": prompt }), asked])
}

fn claude_file(id: &str) -> String {
    format!(".claude/projects/-srv-code/{id}.jsonl")
}

#[test]
fn a_session_of_claude_code_is_told() {
    let home = Home::new();
    let more = lines(&[
        json!({ "type": "user", "cwd": "/srv/code", "isMeta": true,
            "message": { "content": "what nobody typed" } }),
        json!({ "type": "user", "cwd": "/srv/code", "isSidechain": true,
            "message": { "content": "what a helper was asked" } }),
        json!({ "type": "user", "cwd": "/srv/code",
            "message": { "content": [{ "type": "tool_result", "content": "x" }] } }),
        json!({ "type": "user", "cwd": "/srv/code",
            "message": { "content": [{ "type": "text", "text": "and then?" }] } }),
    ]);
    home.write(&claude_file(ID), claude("mend the\n login") + &more);
    home.write(".claude/projects/-srv-code/agent-a1.jsonl", claude("of a helper"));
    let one = home.one(&Claude);
    assert_eq!((one.id.as_str(), one.directory.as_str()), (ID, "/srv/code"));
    assert_eq!((one.title.as_str(), one.prompts), ("mend the login", Some(2)));

    let entitled = lines(&[json!({ "type": "custom-title", "customTitle": "Login" })]);
    home.write(&claude_file(ID), claude("mend the login") + &entitled);
    assert_eq!(home.one(&Claude).title, "Login");
}

#[test]
fn a_session_of_codex_is_told() {
    let home = Home::new();
    let file =
        |name: &str| format!(".codex/sessions/2026/11/22/rollout-2026-11-22T18-00-11-{name}.jsonl");
    let meta = |source: serde_json::Value| {
        json!({ "type": "session_meta",
            "payload": { "id": ID, "cwd": "/srv/code", "source": source, "model_provider": "own" } })
    };
    let old = json!({ "type": "event_msg",
        "payload": { "type": "user_message", "message": "of an older release" } });
    let asked = json!({ "type": "event_msg", "payload": { "type": "item_completed",
        "item": { "type": "UserMessage", "content": [{ "type": "text", "text": "mend it" }] } } });
    home.write(&file(ID), lines(&[meta(json!("cli")), asked.clone(), old]));
    let helper = ID.replace('4', "5");
    home.write(&file(&helper), lines(&[meta(json!({ "subagent": "review" })), asked]));
    home.write(".codex/sessions/2026/11/22/rollout-x.jsonl", "");
    let one = home.one(&Codex);
    assert_eq!((one.id.as_str(), one.directory.as_str()), (ID, "/srv/code"));
    assert_eq!((one.title.as_str(), one.prompts), ("mend it", Some(2)));
}

#[test]
fn a_session_of_qwen_code_is_told() {
    let home = Home::new();
    let line = |kind: &str, whose: &str, text: &str| {
        json!({ "type": kind, "provenance": whose, "cwd": "/srv/code",
            "message": { "parts": [{ "text": text }] } })
    };
    let all = [
        line("user", "goal_runtime", "go on"),
        line("user", "real_user", "mend it"),
        line("assistant", "assistant_output", "done"),
    ];
    home.write(&format!(".qwen/projects/-srv-code/chats/{ID}.jsonl"), lines(&all));
    home.write(".qwen/projects/-srv-code/meta.json", "{}");
    let one = home.one(&Qwen);
    assert_eq!((one.title.as_str(), one.prompts), ("mend it", Some(1)));
}

/// S28: whatever is in the files of others is one short line, or is counted.
#[test]
fn hostile_files_are_counted_or_shown_as_text() {
    let home = Home::new();
    let id = |number: u32| format!("{number:08}{}", &ID[8..]);
    home.write(&claude_file(&id(1)), "{\"type\":\"user\",\"cwd\":");
    home.write(&claude_file(&id(2)), [0xff, 0xfe, b'\n', 0]);
    home.write(&claude_file(&id(3)), vec![b'['; 3 * 1024 * 1024]);
    home.write(&claude_file(&id(4)), "");
    home.write(&claude_file(&id(5)), lines(&[json!([]), json!(null), json!({ "type": 7 })]));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    home.write(&claude_file(&id(6)), deep);
    home.write(
        &claude_file("../../etc/passwd").replace("../../etc/", "x"),
        claude("no identifier"),
    );
    let prompt = format!("\u{1b}]0;x\u{7}\u{202e}<img src=x>{}", "汉".repeat(5_000));
    home.write(&claude_file(&id(7)), claude(&prompt));
    let looked = home.look(&Claude);
    assert_eq!((looked.sessions.len(), looked.unreadable), (1, 4), "{looked:?}");
    let title = &looked.sessions[0].title;
    assert!(title.starts_with("\\u{1b}]0;x\\u{7}\\u{202e}<img src=x>"), "{title}");
    assert!(title.len() < 210 && title.ends_with('…'), "{title}");
}

/// S70: a link in an agent's directory leads nowhere, neither a file's nor a directory's.
#[test]
fn links_are_not_followed() {
    let home = Home::new();
    let elsewhere = Home::new();
    let file = elsewhere.write(&claude_file(ID), claude("elsewhere"));
    fs::create_dir_all(home.0.path().join(".claude/projects/-srv-code")).unwrap();
    symlink(&file, home.0.path().join(claude_file(ID))).unwrap();
    let directory = elsewhere.0.path().join(".claude/projects/-srv-code");
    symlink(directory, home.0.path().join(".claude/projects/-other")).unwrap();
    assert_eq!(home.look(&Claude), Looked::default());
    symlink(elsewhere.0.path().join(".claude"), home.0.path().join(".codex")).unwrap();
    fs::remove_dir_all(home.0.path().join(".claude")).unwrap();
    fs::create_dir(home.0.path().join(".claude")).unwrap();
    let projects = elsewhere.0.path().join(".claude/projects");
    symlink(projects, home.0.path().join(".claude/projects")).unwrap();
    assert_eq!(home.look(&Claude), Looked::default());
    let missing = find(&Claude.history().unwrap(), &home.variables(), ID);
    assert!(matches!(missing, Err(TakeError::Unknown)), "{missing:?}");
}

/// A look ends when it is told to, and says that it has not seen everything.
#[test]
fn a_look_is_bounded() {
    let home = Home::new();
    home.write(&claude_file(ID), claude("x"));
    home.write(&claude_file(ID).replace("-srv", "-other"), claude("x"));
    assert_eq!(home.look(&Claude).sessions.len(), 1, "it is told once");
    let looked = look(&Claude.history().unwrap(), &home.variables(), &|| false);
    assert_eq!((looked.sessions.len(), looked.is_cut), (0, true));
}

/// What is longer than is read at once has the title that was given last, and no count.
#[test]
fn a_long_session_is_told_by_its_beginning_and_its_end() {
    let home = Home::new();
    let filler = json!({ "type": "assistant", "text": "x".repeat(60_000) });
    let filler = lines(&vec![filler; 20]);
    let title = lines(&[json!({ "type": "ai-title", "aiTitle": "Long work" })]);
    home.write(&claude_file(ID), claude("begin") + &filler + &title);
    let one = home.one(&Claude);
    assert_eq!((one.title.as_str(), one.prompts), ("Long work", None));
}

/// The variable wins over the home, and the copy holds whole lines, closed to others.
#[test]
fn a_copy_is_where_the_agent_looks_for_it() {
    let home = Home::new();
    let state = tempfile::tempdir().unwrap();
    fs::set_permissions(state.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let meta = json!({ "type": "session_meta",
        "payload": { "cwd": "/srv/code", "source": "cli", "model_provider": "own" } });
    let asked = json!({ "type": "event_msg",
        "payload": { "type": "user_message", "message": "mend it" } });
    let name = format!("sessions/2026/11/22/rollout-2026-11-22T18-00-11-{ID}.jsonl");
    let text = lines(&[meta, asked.clone()]) + "{\"type\":\"event_msg\",\"pay";
    let path = home.write(&format!("own/{name}"), &text);
    let variables =
        [home.variables(), vec![("CODEX_HOME".into(), home.0.path().join("own").into())]];
    let taken = take(&Codex.history().unwrap(), &variables.concat(), ID, state.path()).unwrap();
    assert_eq!(taken.title, "mend it");
    let copy = state.path().join("codex").join(name);
    let mode = fs::metadata(&copy).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let copied = fs::read_to_string(&copy).unwrap();
    assert!(copied.contains("\"model_provider\":\"gantline\""), "{copied}");
    assert!(copied.ends_with(&format!("{asked}\n")), "{copied}");
    assert_eq!(fs::read_to_string(path).unwrap(), text);
}

//! The walkthrough that the remote workspace document prints, run as it is printed but for the
//! server's address and the identifiers that it leaves open. The account `admin` is the one that
//! set-up makes; there is none before that.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use e2e::program::Program;
use e2e::{House, Setup};
use model::TurnId;
use model::session::SessionState;
use serde_json::{Value, json};

/// What the document prints for the server, for a machine, and for a user.
const SERVER: &str = "<server>:5000";
const MACHINE: &str = "<machine_id>";
const USER: &str = "<user_id>";

/// Somebody at a window beside the server, whose curl keeps cookies.
struct Walk {
    house: House,
    machine: String,
    user: String,
}

impl Walk {
    async fn begin() -> Result<Self> {
        let house = House::up(Setup::demo()).await?;
        let machine = house.person()?.machine().await?.machine_id.to_string();
        Ok(Self { house, machine, user: String::new() })
    }

    /// Runs a printed command; answers what the server said.
    async fn printed(&self, name: &str) -> Result<Value> {
        let file = format!("tests/it/snippets/remote/{name}.sh");
        let file: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let printed = std::fs::read_to_string(&file)?;
        ensure!(printed.contains(SERVER), "{name} does not say where");
        let line = printed
            .replace(SERVER, &self.house.address().to_string())
            .replace(MACHINE, &self.machine)
            .replace(USER, &self.user);
        self.shell(name, &line).await
    }

    /// Runs a command of the user's, whose cookies are kept apart.
    async fn as_user(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let address = self.house.address();
        let given = match body {
            Value::Null => String::new(),
            body => format!("-H 'Content-Type: application/json' -d '{body}'"),
        };
        let line =
            format!("curl -b user.txt -c user.txt -X {method} http://{address}{path} {given}");
        self.shell(path, &line).await
    }

    async fn shell(&self, name: &str, line: &str) -> Result<Value> {
        let place = self.house.place();
        std::fs::write(place.at("home/.curlrc"), "no-progress-meter\n")?;
        let command = place.command(Path::new("sh"), &["-c", line], &[])?;
        let ended = Program::start(name, command)?.ended().await?;
        ensure!(ended.status.success(), "{name}: {}", ended.text());
        let said = ended.said.join("\n");
        serde_json::from_str(&said).with_context(|| format!("read what {name} said: {said}"))
    }

    /// The link that the server printed at its start makes the account `admin`.
    async fn set_up(&self) -> Result<()> {
        let said = self.house.said();
        let secret = said.iter().find_map(|line| line.split_once("/#/welcome/"));
        let secret = secret.context("a link")?.1.trim();
        let body = json!({ "secret": secret, "username": "admin", "password": "admin123" });
        let made = self.as_user("POST", "/api/setup", &body).await?;
        ensure!(made["user"]["role"] == "system_admin", "{made}");
        Ok(())
    }

    /// The user of the document, who has chosen a password by now; its number, which is what the
    /// printed command takes.
    async fn invite(&self) -> Result<String> {
        let new = json!({ "username": "ana" });
        let invited = self.as_user("POST", "/api/users", &new).await?;
        let link = invited["invitation"]["link"].as_str().context("a link")?;
        let secret = link.split_once("/#/welcome/").context("a secret")?.1;
        let body = json!({ "secret": secret, "password": "a password of her own" });
        let signed_in = self.as_user("POST", "/api/auth/link/password", &body).await?;
        ensure!(signed_in["user"]["username"] == "ana", "{signed_in}");
        Ok(signed_in["user"]["number"].to_string())
    }
}

/// S36, S54: the administrator's half and the user's half of the document, one after the other.
#[tokio::test]
async fn the_documents_walkthrough_works_as_printed() -> Result<()> {
    let mut walk = Walk::begin().await?;
    let refused = walk.printed("login").await?;
    ensure!(refused["error"].is_string(), "there is no account before set-up: {refused}");
    walk.set_up().await?;
    let login = walk.printed("login").await?;
    ensure!(login["success"] == true && login["user"]["username"] == "admin", "{login}");

    let key = walk.printed("key").await?;
    ensure!(!key.to_string().contains("sk-xxx"), "the key is not shown again: {key}");
    let listed = walk.printed("machines").await?;
    let machine = &listed["machines"][0];
    for (field, expected) in [("status", json!("online")), ("connected", json!(true))] {
        ensure!(machine[field] == expected, "{field} of {machine}");
    }
    for field in ["machine_id", "machine_name", "hostname", "os_type", "agent_version"] {
        ensure!(machine[field].is_string(), "{field} of {machine}");
    }
    ensure!(machine["capabilities"]["cpu_cores"].as_u64() > Some(0), "{machine}");

    walk.user = walk.invite().await?;
    let before = walk.as_user("GET", "/api/remote/machines/available", &Value::Null).await?;
    ensure!(before["machines"] == json!([]), "{before}");
    let assigned = walk.printed("assign").await?;
    ensure!(assigned["success"] == true && assigned["permission"] == "user", "{assigned}");
    work(&walk).await?;

    let revoked = walk.printed("revoke").await?;
    ensure!(revoked["success"] == true, "{revoked}");
    let after = walk.as_user("GET", "/api/remote/machines/available", &Value::Null).await?;
    ensure!(after["machines"] == json!([]), "{after}");
    register(&mut walk).await
}

/// What the user does: a session on the machine, a prompt, its end.
async fn work(walk: &Walk) -> Result<()> {
    let available = walk.as_user("GET", "/api/remote/machines/available", &Value::Null).await?;
    ensure!(available["machines"][0]["machine_id"] == walk.machine.as_str(), "{available}");
    let path = walk.house.workspace().display().to_string();
    let new = json!({
        "machine_id": walk.machine, "project_path": path, "cli_tool": "demo", "title": "Try",
    });
    let made = walk.as_user("POST", "/api/remote/sessions", &new).await?;
    ensure!(made["success"] == true && made["session"]["status"] == "active", "{made}");
    let session = made["session"]["session_id"].as_str().context("a session")?;
    let at = |verb: &str| format!("/api/remote/sessions/{session}{verb}");
    let prompt = json!({ "content": "/say hello" });
    let chatted = walk.as_user("POST", &at("/chat"), &prompt).await?;
    ensure!(chatted["success"] == true, "{chatted}");
    let aborted = walk.as_user("POST", &at("/abort"), &json!({ "reason": "enough" })).await?;
    ensure!(aborted["success"] == true, "{aborted}");
    let turn: TurnId = chatted["turn"]["turn_id"].as_str().context("a turn")?.parse()?;
    walk.house.person()?.follow(session.parse()?).await?.ended(turn).await?;
    let shown = walk.as_user("GET", &at(""), &Value::Null).await?;
    check_shown(&shown["session"], &walk.machine)?;

    let paused = walk.as_user("POST", &at("/pause"), &json!({})).await?;
    ensure!(paused["session"]["status"] == "paused", "{paused}");
    let refused = walk.as_user("POST", &at("/chat"), &prompt).await?;
    ensure!(refused["success"] == false && refused["session_status"] == "paused", "{refused}");
    ensure!(refused["error"] == "Session is paused, please resume first", "{refused}");
    let resumed = walk.as_user("POST", &at("/resume"), &json!({})).await?;
    ensure!(resumed["success"] == true, "{resumed}");
    walk.house.person()?.session_is(session.parse()?, SessionState::Idle).await?;
    let shown = walk.as_user("GET", &at(""), &Value::Null).await?;
    ensure!(shown["session"]["status"] == "active", "{shown}");
    let stopped = walk.as_user("POST", &at("/stop"), &json!({})).await?;
    ensure!(stopped["success"] == true, "{stopped}");
    Ok(())
}

/// All that the document prints of a session.
fn check_shown(session: &Value, machine: &str) -> Result<()> {
    ensure!(session["machine_id"] == machine && session["cli_tool"] == "demo", "{session}");
    ensure!(session["status"] == "active", "{session}");
    ensure!(session["message_count"] == 2 && session["total_tokens"].is_u64(), "{session}");
    let line = session["output"].as_array().and_then(|lines| lines.last()).context("output")?;
    for field in ["data", "stream", "timestamp"] {
        ensure!(line[field].is_string(), "{field} of {line}");
    }
    Ok(())
}

/// A second computer is registered with the printed token, and deregistered.
async fn register(walk: &mut Walk) -> Result<()> {
    let made = walk.printed("register").await?;
    let token = made["registration_token"].as_str().context("a token")?.to_owned();
    let place = walk.house.place();
    let (server, directory) =
        (format!("http://{}", walk.house.address()), place.at("second").display().to_string());
    let line = ["machine", "enroll", "--server", &server, "--data-dir", &directory];
    let enroll = |name| -> Result<Program> {
        let mut command = place.gantline(&line, &[])?;
        command.env("GANTLINE_ENROLMENT_TOKEN", &token);
        Program::start(name, command)
    };
    let ended = enroll("enroll")?.ended().await?;
    ensure!(ended.status.success(), "{}", ended.text());
    let person = walk.house.person()?;
    let known = person.client.machines().await?;
    let second = known.iter().find(|one| one.machine_id.to_string() != walk.machine);
    walk.machine = second.context("the second machine")?.machine_id.to_string();
    let gone = walk.printed("deregister").await?;
    ensure!(gone["success"] == true, "{gone}");
    let again = walk.printed("deregister").await?;
    ensure!(again["error"] == "machine not found", "{again}");
    "1".clone_into(&mut walk.machine);
    let refused = walk.printed("deregister").await?;
    ensure!(refused["error"] == "machine_id must be a valid UUID string", "{refused}");
    ensure!(refused["hint"].is_string() && refused["status"] == 400, "{refused}");
    Ok(())
}

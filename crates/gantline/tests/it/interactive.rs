use std::fs;

use pty::Exit;

use super::support::{House, check_code, json, stdout, wait_until};
use super::window::Window;

/// S30: the question shows what would be written, and the answer decides.
#[tokio::test]
async fn a_chat_asks_before_a_file_is_written() {
    let house = House::start();
    let mut window = Window::open(&house, &["chat", "--agent", "demo"]);
    window.until("the first prompt", |shown| shown.ends_with('›')).await;
    window.type_in("/write notes.txt hello\r");
    window.shows("+ hello").await;
    window.shows("Allow?").await;
    assert!(!house.work().join("notes.txt").exists());
    window.type_in("n");
    window.shows("denied by").await;
    assert!(!house.work().join("notes.txt").exists());
    window.shows("demo›").await;
    window.type_in("/write other.txt hello\r");
    window.until("a second question", |shown| shown.contains("other.txt +1")).await;
    window.shows("Allow?").await;
    window.type_in("y");
    window.shows("allowed once by").await;
    wait_until("the file", || fs::read_to_string(house.work().join("other.txt")).ok());
    window.until("the next prompt", |shown| shown.ends_with("demo›")).await;
    window.type_in("/quit\r");
    window.shows("gantline chat --session").await;
    assert_eq!(window.ends().await, Exit::Code(0));
}

/// An answer once and for all makes a rule, is heard from the next call on, and can be taken back.
#[tokio::test]
async fn a_question_is_answered_once_and_for_all() {
    let house = House::start();
    let mut window = Window::open(&house, &["chat", "--agent", "demo"]);
    window.until("the first prompt", |shown| shown.ends_with('›')).await;
    window.type_in("/run ls -l notes\r");
    window.shows("[a] always").await;
    window.type_in("a");
    window.shows("`ls -l …`").await;
    window.type_in("-m");
    window.shows("`ls …`").await;
    window.shows("on this machine").await;
    window.type_in("\x1b");
    window.shows("Allow?").await;
    window.type_in("n");
    window.shows("denied by").await;
    window.until("the next prompt", |shown| shown.ends_with("demo›")).await;

    window.type_in("/write one.txt one\r");
    window.until("the second question", |shown| shown.contains("one.txt +1")).await;
    window.shows("[a] always").await;
    window.type_in("a");
    window.shows("[3] every Write").await;
    window.type_in("3");
    window.shows("gantline policy revoke").await;
    window.until("the third prompt", |shown| shown.ends_with("demo›")).await;
    window.type_in("/write two.txt two\r");
    let is_done = |shown: &str| shown.contains("two.txt") && shown.ends_with("demo›");
    window.until("the end of a turn without a question", is_done).await;
    assert_eq!(fs::read_to_string(house.work().join("two.txt")).unwrap().trim_end(), "two");
    window.close().await;

    let rules = json(&house.run(&["policy", "rules", "--format", "json"]));
    let rule = &rules["rules"][0];
    assert_eq!(
        (&rule["tool"], &rule["matches"]["kind"]),
        (&"Write".into(), &"tool".into()),
        "{rules}"
    );
    let id = rule["rule_id"].as_str().unwrap();
    check_code(&house.run(&["policy", "revoke", id]), 0);
    let rules = json(&house.run(&["policy", "rules", "--format", "json"]));
    assert_eq!(rules["rules"].as_array().map(Vec::len), Some(0), "{rules}");
}

/// A chat in which the first call of a model waits for a larger budget.
async fn chat_without_a_budget(house: &House) -> Window {
    let none = ["quota", "set", "session", "0", "--measure", "requests", "--period", "total"];
    check_code(&house.run(&none), 0);
    let mut window = Window::open(house, &["chat", "--agent", "demo"]);
    window.until("the first prompt", |shown| shown.ends_with('›')).await;
    window.type_in("hello\r");
    window.shows("The budget of this session in all does not allow the next call").await;
    window.shows("Grant more?").await;
    window
}

#[tokio::test]
async fn a_call_that_a_quota_stops_goes_on_when_more_is_granted_in_the_chat() {
    let house = House::start();
    let mut window = chat_without_a_budget(&house).await;
    window.type_in("1");
    window.shows("More was granted; the agent goes on").await;
    window.shows("You said: hello").await;
    window.shows("Allow?").await;
    window.type_in("n");
    window.until("the next prompt", |shown| shown.ends_with("demo›")).await;
    window.close().await;
}

#[tokio::test]
async fn an_agent_without_a_budget_is_stopped_in_the_chat() {
    let house = House::start();
    let mut window = chat_without_a_budget(&house).await;
    window.type_in("?x");
    window.shows("Nothing was granted; the agent is told to stop").await;
    window.until("the next prompt", |shown| shown.ends_with("demo›")).await;
    window.close().await;
}

/// A key that is typed at the window is shown nowhere, from the moment in which it is asked for.
#[tokio::test]
async fn a_provider_key_is_typed_unseen() {
    let house = House::start();
    let mut window = Window::open(&house, &["key", "add", "openai", "mine"]);
    window.shows("never shown again").await;
    window.shows("Key:").await;
    window.type_in("sk-canary-0123456789abcdef\r");
    assert_eq!(window.ends().await, Exit::Code(0));
    let shown = window.text();
    assert!(!shown.contains("sk-") && !shown.contains("canary"), "{shown}");
    let listed = stdout(&house.run(&["key", "list"]));
    assert!(listed.contains("mine") && listed.contains("…cdef"), "{listed}");

    let mut given_up = Window::open(&house, &["key", "add", "openai", "other"]);
    given_up.shows("Key:").await;
    given_up.type_in("sk-half\x03");
    assert_ne!(given_up.ends().await, Exit::Code(0));
    assert!(!given_up.text().contains("sk-half"), "{}", given_up.text());
    assert!(!stdout(&house.run(&["key", "list"])).contains("other"));
}

#[tokio::test]
async fn a_turn_is_stopped_with_a_key_and_the_chat_goes_on() {
    let house = House::start();
    let mut window = Window::open(&house, &["chat", "--agent", "demo"]);
    window.until("the first prompt", |shown| shown.ends_with('›')).await;
    window.type_in("/slow 100 100ms\r");
    window.shows("1 2 3").await;
    window.type_in("\x03");
    window.shows("interrupted").await;
    window.until("the prompt", |shown| shown.ends_with("demo›")).await;
    window.type_in("/say still here\r");
    window.until("the answer", |shown| shown.matches("still here").count() > 1).await;
    window.close().await;
    let list = json(&house.run(&["session", "list", "--format", "json"]));
    assert_eq!(list["count"], 1, "{list}");
    let mut again = Window::open(&house, &["chat", "--continue"]);
    again.shows("Going on with").await;
    again.shows("still here").await;
    again.until("the prompt", |shown| shown.ends_with("demo›")).await;
    again.type_in("\x04");
    assert_eq!(again.ends().await, Exit::Code(0));
}

/// Options without a prompt begin a chat, and where it is for programs the answers are.
#[tokio::test]
async fn options_without_a_prompt_begin_a_chat() {
    let house = House::start();
    let mut window = Window::open(&house, &["--agent", "demo", "-S", "mine", "--format", "json"]);
    window.until("the first prompt", |shown| shown.ends_with("demo›")).await;
    window.type_in("/say hi\r");
    window.shows(r#""type":"result""#).await;
    window.until("the next prompt", |shown| shown.ends_with("demo›")).await;
    window.type_in("/quit\r");
    assert_eq!(window.ends().await, Exit::Code(0));
    check_code(&house.run(&["session", "show", "mine"]), 0);
}

/// Whoever has begun to type sees what others do in the session, may answer its questions, and goes
/// on typing where they were.
#[tokio::test]
async fn what_others_do_shows_while_a_line_is_typed() {
    let house = House::start();
    let mut window = Window::open(&house, &["--agent", "demo", "-S", "shared"]);
    window.until("the first prompt", |shown| shown.ends_with("demo›")).await;
    window.type_in("/say hello\r");
    window.until("the answer", |shown| shown.matches("hello").count() > 1).await;
    window.until("the next prompt", |shown| shown.ends_with("demo›")).await;
    window.type_in("half a line");
    window.until("the line", |shown| shown.ends_with("demo› half a line")).await;
    let other = house
        .command(&["-S", "shared", "-p", "/write theirs.txt two", "--format", "quiet"])
        .args(["--non-interactive-permissions", "wait"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    window.shows("/write theirs.txt two").await;
    window.shows("Allow?").await;
    assert!(!window.text().contains("demo› half"), "{}", window.text());
    window.type_in("y");
    window.shows("allowed once by").await;
    check_code(&other.wait_with_output().unwrap(), 0);
    assert!(house.work().join("theirs.txt").exists());
    window.until("the line again", |shown| shown.ends_with("demo› half a line")).await;
    window.type_in("\x15/say mine\r");
    window.until("the answer", |shown| shown.matches("mine").count() > 1).await;
    window.close().await;
}

#[tokio::test]
async fn what_is_long_is_folded_and_shown_on_request() {
    let house = House::start();
    let arguments = ["--agent", "demo", "--permission-preset", "full-auto"];
    let mut window = Window::open(&house, &arguments);
    window.until("the first prompt", |shown| shown.ends_with("demo›")).await;
    window.type_in("/run seq 101 109\r");
    window.shows("more lines, /show").await;
    window.until("the next prompt", |shown| shown.ends_with("demo›")).await;
    // The agent repeats it all in its answer.
    let last = |shown: &str| shown.lines().filter(|line| line.trim() == "109").count();
    assert_eq!(last(&window.text()), 1, "{}", window.text());
    window.type_in("/show\r");
    window.until("all of it", |shown| last(shown) == 2).await;
    window.until("the next prompt", |shown| shown.ends_with("demo›")).await;
    window.close().await;
}

#[tokio::test]
async fn commands_and_agents_are_completed() {
    let house = House::start();
    std::fs::write(house.work().join("unmistakable.txt"), "").unwrap();
    let mut window = Window::open(&house, &["chat", "--agent", "demo"]);
    window.until("the first prompt", |shown| shown.ends_with("demo›")).await;
    window.type_in("/sess\t");
    window.until("the command", |shown| shown.contains("demo› /session")).await;
    window.type_in("\x15/agent de\t");
    window.until("the agent", |shown| shown.contains("demo› /agent demo")).await;
    window.type_in("\x15/say hi\r");
    window.until("the answer", |shown| shown.matches("hi").count() > 1).await;
    window.until("the next prompt", |shown| shown.ends_with("demo›")).await;
    window.type_in("look at @unm\t");
    window.shows("look at @unmistakable.txt").await;
    window.type_in("\x15/agent nobody\r");
    window.shows("no agent `nobody`").await;
    window.close().await;
}

/// What was shown before the server went away is not shown twice, and nothing is missing.
#[tokio::test]
async fn a_chat_outlives_its_server() {
    let mut house = House::start();
    let mut window = Window::open(&house, &["chat", "--agent", "demo"]);
    window.until("the first prompt", |shown| shown.ends_with('›')).await;
    window.type_in("/say before\r");
    window.until("the answer", |shown| shown.matches("before").count() > 1).await;
    window.until("the prompt", |shown| shown.ends_with("demo›")).await;
    house.up.take().unwrap().terminate();
    house.restart();
    window.type_in("/say after\r");
    window.until("the answer", |shown| shown.matches("after").count() > 1).await;
    let shown = window.text();
    assert_eq!(shown.matches("before").count(), 2, "{shown}");
    window.close().await;
}

#[tokio::test]
async fn a_terminal_is_left_and_come_back_to() {
    let house = House::start();
    let mut window = Window::open(&house, &["terminal", "--title", "work"]);
    window.shows("Attaching to work").await;
    window.type_in("echo one-$((40+2)); stty size\r");
    window.shows("one-42").await;
    window.shows("40 100").await;
    window.type_in("\x1d?");
    window.shows("take the keyboard").await;
    window.type_in("\x1dd");
    window.shows("Detached").await;
    assert_eq!(window.ends().await, Exit::Code(0));

    let mut again = Window::open(&house, &["attach", "work"]);
    again.shows("one-42").await;
    again.type_in("exit 3\r");
    again.shows("has ended").await;
    assert_eq!(again.ends().await, Exit::Code(0));
}

/// S107: who only watches types nothing.
#[tokio::test]
async fn a_watcher_sees_and_types_nothing() {
    let house = House::start();
    let mut window = Window::open(&house, &["terminal", "--title", "work"]);
    window.type_in("echo one-$((40+2))\r");
    window.shows("one-42").await;
    let mut watcher = Window::open(&house, &["attach", "work", "--watch"]);
    watcher.shows("one-42").await;
    // The remark that is there from the start goes, so that the next is the answer to typing.
    watcher.until("the remark's end", |shown| !shown.contains("You are watching")).await;
    watcher.type_in("echo forged\r");
    watcher.shows("You are watching").await;
    window.type_in("echo two-$((40+2))\r");
    window.shows("two-42").await;
    watcher.shows("two-42").await;
    assert!(!window.text().contains("forged"), "{}", window.text());
    window.type_in("exit\r");
    assert_eq!(window.ends().await, Exit::Code(0));
    assert_eq!(watcher.ends().await, Exit::Code(0));
}

#[test]
fn what_needs_a_window_says_so_without_one() {
    let house = House::start();
    check_code(&house.run(&["chat"]), 2);
    let started = house.run(&["terminal", "--detached", "--title", "work", "--format", "quiet"]);
    check_code(&started, 0);
    check_code(&house.run(&["attach", "work"]), 2);
    check_code(&house.run(&["chat", "--session", stdout(&started).trim()]), 2);
}

#[test]
fn the_doctor_says_what_works_and_what_to_do() {
    let house = House::start();
    let well = house.run(&["doctor", "--format", "json"]);
    check_code(&well, 0);
    let findings = json(&well)["findings"].as_array().unwrap().clone();
    let level = |check: &str| {
        let found = findings.iter().find(|finding| finding["check"] == check);
        found.unwrap_or_else(|| panic!("{check}: {findings:?}"))["level"].clone()
    };
    for check in ["server", "version", "encryption", "clock", "signed in", "machine"] {
        assert_eq!(level(check), "ok", "{check}");
    }
    let signed_out = house.command(&["doctor"]).env("GANTLINE_TOKEN", "").output().unwrap();
    check_code(&signed_out, 7);
    assert!(stdout(&signed_out).contains("gantline login"), "{}", stdout(&signed_out));
    let away = house.run(&["doctor", "-s", "http://127.0.0.1:1"]);
    check_code(&away, 6);
}

use super::*;
use crate::update::OptionValue;

fn modes(current: &str) -> Value {
    json!({ "currentModeId": current, "availableModes": [
        { "id": "default", "name": "Ask" }, { "id": "plan", "name": "Plan" },
        { "id": "bypass", "name": "Bypass" } ] })
}

fn careful(preset: Preset) -> Setup {
    let mut setup = setup(preset);
    setup.profile.asking_mode = Some("default".to_owned());
    setup.profile.asking_modes = vec!["default".to_owned(), "plan".to_owned()];
    setup
}

fn opening(setup: Setup, opened: &Value) -> Stage {
    let mut stage = Stage::new(setup);
    stage.plain(Conversation::start);
    stage.started();
    stage.reply("initialize", &json!({}));
    stage.forget();
    let id = *stage.chat.asked.keys().next_back().unwrap();
    stage.agent(&json!({ "id": id, "result": opened }));
    stage
}

#[test]
fn the_asking_mode_is_set_before_the_first_prompt() {
    let opened = json!({ "sessionId": "s1", "modes": modes("bypass") });
    let mut stage = opening(careful(Preset::Ask), &opened);
    stage.prompt(1);
    assert_eq!(stage.sent.last().unwrap()["params"]["modeId"], "default");
    assert_eq!(stage.chat.running_turn(), None);
    stage.reply("session/set_mode", &json!({}));
    assert_eq!(stage.chat.running_turn(), Some(turn(1)));
}

#[test]
fn the_asking_mode_is_not_set_where_it_holds_already() {
    let opened = json!({ "sessionId": "s1", "modes": modes("default") });
    let stage = opening(careful(Preset::Ask), &opened);
    assert_eq!(stage.chat.state(), ChatState::Idle);
    assert!(stage.sent.is_empty());
}

/// S74: an agent that cannot be made to ask is not used where somebody must be asked.
#[test]
fn a_session_whose_agent_cannot_be_made_to_ask_does_not_begin() {
    let offered = json!({ "sessionId": "s1", "modes": { "currentModeId": "yolo",
        "availableModes": [{ "id": "yolo", "name": "Yolo" }] } });
    let mut stage = opening(careful(Preset::Ask), &offered);
    assert_eq!((stage.kills, stage.notices()), (1, vec![NoticeCode::ModeNotSet]));
    stage.exits();
    assert_eq!(stage.chat.state(), ChatState::Failed);

    let refusing = json!({ "sessionId": "s1", "modes": modes("bypass") });
    let mut stage = opening(careful(Preset::Ask), &refusing);
    stage.reply_error("session/set_mode", -32603, "no");
    assert_eq!(stage.kills, 1);

    let stage = opening(careful(Preset::FullAuto), &offered);
    assert_eq!((stage.kills, stage.chat.state()), (0, ChatState::Idle));
}

#[test]
fn a_policy_that_allows_everything_may_use_the_free_mode() {
    let mut setup = careful(Preset::FullAuto);
    setup.profile.free_mode = Some("bypass".to_owned());
    let opened = json!({ "sessionId": "s1", "modes": modes("default") });
    let stage = opening(setup, &opened);
    assert_eq!(stage.sent.last().unwrap()["params"]["modeId"], "bypass");
}

#[test]
fn an_agent_that_leaves_the_asking_mode_is_put_back() {
    let opened = json!({ "sessionId": "s1", "modes": modes("default") });
    let mut stage = opening(careful(Preset::Ask), &opened);
    stage.update(&json!({ "sessionUpdate": "current_mode_update", "currentModeId": "plan" }));
    assert!(stage.sent.is_empty());
    stage.update(&json!({ "sessionUpdate": "current_mode_update", "currentModeId": "bypass" }));
    assert_eq!(stage.notices(), [NoticeCode::ModeReset]);
    assert_eq!(stage.sent.last().unwrap()["params"]["modeId"], "default");
}

#[test]
fn people_choose_among_the_modes_that_ask() {
    let opened = json!({ "sessionId": "s1", "modes": modes("default") });
    let mut stage = opening(careful(Preset::Ask), &opened);
    let refused = stage.plain(|chat| chat.set_mode("bypass"));
    assert_eq!(refused, Err(Refusal::DoesNotAsk("bypass".to_owned())));
    stage.plain(|chat| chat.set_mode("plan")).unwrap();
    stage.reply("session/set_mode", &json!({}));
    let shown = stage.transcript.iter().rev().find_map(|update| match update {
        Update::Modes(modes) => modes.current.clone(),
        _ => None,
    });
    assert_eq!(shown.as_deref(), Some("plan"));
}

#[test]
fn what_is_not_offered_is_refused_with_what_is() {
    let opened = json!({ "sessionId": "s1", "modes": modes("default") });
    let mut stage = opening(setup(Preset::Ask), &opened);
    let refused = stage.plain(|chat| chat.set_mode("x")).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the agent does not offer the mode \"x\"; it offers: default, plan, bypass"
    );
    let refused = stage.plain(|chat| chat.set_model("x")).unwrap_err();
    assert_eq!(refused.code(), "not_offered");
}

fn with_options() -> Value {
    json!({ "sessionId": "s1",
        "models": { "currentModelId": "old", "availableModels": [{ "modelId": "old", "name": "O" }] },
        "configOptions": [
            { "id": "m", "name": "Model", "category": "model", "type": "select", "currentValue": "a",
              "options": [{ "value": "a", "name": "A" }, { "value": "b", "name": "B" }] },
            { "id": "mode", "name": "Mode", "category": "mode", "type": "select",
              "currentValue": "default", "options": [{ "value": "default", "name": "D" },
              { "value": "bypass", "name": "B" }] },
            { "id": "fast", "name": "Fast", "type": "boolean", "currentValue": false } ] })
}

#[test]
fn a_model_is_set_as_an_option_where_there_is_one() {
    let mut setup = setup(Preset::Ask);
    setup.model = Some("b".to_owned());
    let mut stage = opening(setup, &with_options());
    let sent = stage.sent.last().unwrap();
    assert_eq!(sent["method"], "session/set_config_option");
    assert_eq!((&sent["params"]["configId"], &sent["params"]["value"]), (&json!("m"), &json!("b")));
    stage.reply_error("session/set_config_option", -32602, "no such model");
    assert_eq!(stage.notices(), [NoticeCode::ModelNotSet]);
    assert_eq!(stage.chat.state(), ChatState::Idle);
}

#[test]
fn a_model_is_set_the_old_way_where_there_is_no_option() {
    let mut stage = opening(
        setup(Preset::Ask),
        &json!({ "sessionId": "s1", "models": { "currentModelId": "a", "availableModels": [
            { "modelId": "a", "name": "A" }, { "modelId": "b", "name": "B" } ] } }),
    );
    stage.plain(|chat| chat.set_model("b")).unwrap();
    assert_eq!(stage.sent.last().unwrap()["method"], "session/set_model");
    assert_eq!(stage.sent.last().unwrap()["params"]["modelId"], "b");
}

#[test]
fn a_mode_in_disguise_of_an_option_is_still_a_mode() {
    let mut stage = opening(careful(Preset::Ask), &with_options());
    let bypass = OptionValue::Choice("bypass".to_owned());
    let refused = stage.plain(|chat| chat.set_option("mode", bypass));
    assert_eq!(refused, Err(Refusal::DoesNotAsk("mode=bypass".to_owned())));
}

/// Copilot and Cline have options that make them stop asking.
#[test]
fn an_option_that_stops_the_asking_is_kept_off() {
    let allow_all = |value: &str| {
        json!({ "id": "allow_all", "name": "Allow all", "category": "permissions",
            "type": "select", "currentValue": value,
            "options": [{ "value": "on", "name": "On" }, { "value": "off", "name": "Off" }] })
    };
    let asking = || {
        let mut setup = setup(Preset::Ask);
        let off = OptionValue::Choice("off".to_owned());
        setup.profile.asking_options = vec![
            ("allow_all".to_owned(), off),
            ("auto_approve".to_owned(), OptionValue::Switch(false)),
        ];
        setup
    };
    let opened = json!({ "sessionId": "s1", "configOptions": [allow_all("on")] });
    let mut stage = opening(asking(), &opened);
    assert_eq!(stage.sent.last().unwrap()["params"]["value"], "off");
    stage.reply("session/set_config_option", &json!({ "configOptions": [allow_all("off")] }));
    assert_eq!(stage.chat.state(), ChatState::Idle);
    let on = OptionValue::Choice("on".to_owned());
    let refused = stage.plain(|chat| chat.set_option("allow_all", on.clone()));
    assert_eq!(refused, Err(Refusal::DoesNotAsk("allow_all=on".to_owned())));
    stage.forget();
    stage.update(&json!({ "sessionUpdate": "config_option_update",
        "configOptions": [allow_all("on")] }));
    assert_eq!(stage.notices(), [NoticeCode::ModeReset]);
    assert_eq!(stage.sent.last().unwrap()["params"]["value"], "off");

    let mut free = asking();
    free.policy = SessionPolicy::of_preset(Preset::FullAuto);
    let mut stage = opening(free, &opened);
    assert_eq!((stage.chat.state(), stage.sent.len()), (ChatState::Idle, 0));
    stage.plain(|chat| chat.set_option("allow_all", on)).unwrap();
}

/// S74: an agent that says it will ask and does not change is not used either.
#[test]
fn an_agent_that_only_pretends_to_obey_is_not_used() {
    let opened = json!({ "sessionId": "s1", "modes": modes("bypass") });
    let mut stage = opening(careful(Preset::Ask), &opened);
    stage.update(&json!({ "sessionUpdate": "current_mode_update", "currentModeId": "bypass" }));
    let id = stage.asked("session/set_mode");
    stage.agent(&json!({ "id": id, "result": {} }));
    assert_eq!((stage.kills, stage.chat.state()), (0, ChatState::Idle));
    stage.update(&json!({ "sessionUpdate": "current_mode_update", "currentModeId": "bypass" }));
    stage.reply_error("session/set_mode", -32603, "no");
    assert_eq!(stage.kills, 1);
}

/// Cline has an option for its provider in the category of models.
#[test]
fn of_several_options_of_a_category_the_one_named_after_it_counts() {
    let mut setup = setup(Preset::Ask);
    setup.model = Some("b".to_owned());
    let stage = opening(
        setup,
        &json!({ "sessionId": "s1", "configOptions": [
        { "id": "provider", "name": "P", "category": "model", "currentValue": "x",
          "options": [{ "value": "b", "name": "B" }] },
        { "id": "model", "name": "M", "category": "model", "currentValue": "a",
          "options": [{ "value": "a", "name": "A" }, { "value": "b", "name": "B" }] } ] }),
    );
    assert_eq!(stage.sent.last().unwrap()["params"]["configId"], "model");
}

#[test]
fn what_people_have_set_is_set_again_in_a_fresh_process() {
    let mut stage = opening(setup(Preset::Ask), &with_options());
    stage.plain(|chat| chat.set_option("fast", OptionValue::Switch(true))).unwrap();
    assert_eq!(stage.sent.last().unwrap()["params"]["value"], true);
    stage.reply("session/set_config_option", &json!({}));
    stage.exits();
    stage.prompt(1);
    stage.started();
    stage.reply("initialize", &json!({}));
    stage.reply("session/new", &with_options());
    let sent = stage.sent.last().unwrap();
    assert_eq!(
        (&sent["params"]["configId"], &sent["params"]["value"]),
        (&json!("fast"), &json!(true))
    );
    assert_eq!(stage.chat.running_turn(), None);
    stage.reply("session/set_config_option", &json!({}));
    assert_eq!(stage.chat.running_turn(), Some(turn(1)));
}

#[test]
fn an_agent_that_does_not_answer_settings_cannot_be_flooded() {
    let mut stage = opening(setup(Preset::Ask), &with_options());
    for _ in 0..crate::setup::MAX_ASKED {
        stage.plain(|chat| chat.set_model("b")).unwrap();
    }
    assert_eq!(stage.plain(|chat| chat.set_model("b")), Err(Refusal::AgentBusy));
}

#[test]
fn an_agent_that_never_asks_is_announced_as_one() {
    let mut setup = setup(Preset::Ask);
    setup.profile.does_not_ask = Some("it never asks".to_owned());
    let stage = opening(setup, &json!({ "sessionId": "s1" }));
    assert_eq!(stage.notices(), [NoticeCode::AgentDoesNotAsk]);
}

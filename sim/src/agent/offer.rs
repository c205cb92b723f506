//! What a session offers: modes, options, slash commands.

use agent_client_protocol_schema::v1::{
    AvailableCommand, AvailableCommandInput, AvailableCommandsUpdate, SessionConfigOption,
    SessionConfigOptionCategory, SessionConfigSelectOption, SessionMode, SessionModeState,
    SessionUpdate, UnstructuredCommandInput,
};

use super::session::{Mode, Settings};

/// The option that chooses the model.
pub(super) const MODEL: &str = "model";

/// The option that leaves out the pauses.
pub(super) const FAST: &str = "fast";

pub(super) fn modes(settings: &Settings) -> SessionModeState {
    let offered = [
        (Mode::Ask, "Ask", "Asks before it changes anything"),
        (Mode::Plan, "Plan", "Changes nothing"),
        (Mode::Auto, "Auto", "Changes files and runs commands without asking"),
    ];
    let modes = offered.map(|(mode, name, description)| {
        SessionMode::new(mode.id(), name).description(description.to_owned())
    });
    SessionModeState::new(settings.mode.id(), modes.to_vec())
}

pub(super) fn options(settings: &Settings, own_model: &str) -> Vec<SessionConfigOption> {
    let mut models: Vec<&str> = vec![own_model, "scripted"];
    models.dedup();
    let choices: Vec<_> = models
        .into_iter()
        .map(|model| SessionConfigSelectOption::new(model.to_owned(), model))
        .collect();
    vec![
        SessionConfigOption::select(MODEL, "Model", settings.model.clone(), choices)
            .category(SessionConfigOptionCategory::Model),
        SessionConfigOption::boolean(FAST, "Fast", settings.fast)
            .description("Speaks without pauses".to_owned()),
    ]
}

pub(super) fn commands() -> SessionUpdate {
    let command = |name: &str, description: &str, hint: &str| {
        let input = UnstructuredCommandInput::new(hint);
        AvailableCommand::new(name, description).input(AvailableCommandInput::Unstructured(input))
    };
    let commands = vec![
        command("write", "Asks, then writes a file", "notes.txt hello"),
        command("read", "Reads a file", "notes.txt"),
        command("run", "Asks, then runs a command", "ls -l"),
        command("append", "Appends one line without asking", "log.txt line"),
        command("slow", "Speaks slowly, to try stopping it", "100 200ms"),
        command("crash", "Ends the agent's process", "1"),
    ];
    SessionUpdate::AvailableCommandsUpdate(AvailableCommandsUpdate::new(commands))
}

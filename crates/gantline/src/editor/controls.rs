//! Modes, models, options and slash commands of an agent, in the words of ACP.

use conversation::update::{Commands, OptionValue, Selectable, Selection, SessionOption};
use serde_json::{Value, json};

/// The option under which models are offered where the agent itself offers them as such.
const MODEL: &str = "model";

/// What can be set on the agent of a session.
#[derive(Debug, Default)]
pub(super) struct Controls {
    pub(super) modes: Option<Selection>,
    pub(super) models: Option<Selection>,
    pub(super) options: Vec<SessionOption>,
    pub(super) commands: Option<Commands>,
}

impl Controls {
    /// As the answer to a request that opens a session has them.
    pub(super) fn in_answer(&self) -> Value {
        let mut answer = json!({ "configOptions": self.options() });
        if let Some(modes) = &self.modes {
            answer["modes"] = json!({
                "currentModeId": current(modes),
                "availableModes": modes.available.iter().map(|m| named(m, "id")).collect::<Vec<_>>(),
            });
        }
        // Clients of before models became options look here.
        if let Some(models) = &self.models {
            let available: Vec<Value> =
                models.available.iter().map(|model| named(model, "modelId")).collect();
            answer["models"] =
                json!({ "currentModelId": current(models), "availableModels": available });
        }
        answer
    }

    /// The slash commands, as an update; `None` where the agent has named none.
    pub(super) fn commands_update(&self) -> Option<Value> {
        let commands: Vec<Value> = self
            .commands
            .as_ref()?
            .commands
            .iter()
            .map(|command| {
                let mut told = json!({ "name": command.name, "description": command.description });
                if let Some(hint) = &command.hint {
                    told["input"] = json!({ "hint": hint });
                }
                told
            })
            .collect();
        Some(json!({
            "sessionUpdate": "available_commands_update",
            "availableCommands": commands,
        }))
    }

    /// The options, as an update.
    pub(super) fn options_update(&self) -> Value {
        json!({ "sessionUpdate": "config_option_update", "configOptions": self.options() })
    }

    /// Whether this option stands for the agent's models, which are set in their own way.
    pub(super) fn is_model_of_ours(&self, option: &str) -> bool {
        option == MODEL && self.offers_models_as_option()
    }

    /// All options as they are once one of them is set.
    pub(super) fn with_option(&self, option: &str, value: &Value) -> Value {
        let mut options = self.options();
        for known in options.as_array_mut().into_iter().flatten() {
            if known["id"] == option {
                known["currentValue"] = value.clone();
            }
        }
        options
    }

    fn options(&self) -> Value {
        let mut options: Vec<Value> = self.options.iter().map(told_option).collect();
        if let Some(models) = self.models.as_ref().filter(|_| self.offers_models_as_option()) {
            options.push(json!({
                "id": MODEL,
                "name": "Model",
                "category": MODEL,
                "type": "select",
                "currentValue": current(models),
                "options": models.available.iter().map(|m| named(m, "value")).collect::<Vec<_>>(),
            }));
        }
        json!(options)
    }

    fn offers_models_as_option(&self) -> bool {
        let has_own = self
            .options
            .iter()
            .any(|option| option.id == MODEL || option.category.as_deref() == Some(MODEL));
        !has_own && self.models.as_ref().is_some_and(|models| !models.available.is_empty())
    }
}

/// The chosen one; where the agent does not say, the first.
pub(super) fn current(selection: &Selection) -> &str {
    let first = || selection.available.first().map(|first| first.id.as_str());
    selection.current.as_deref().or_else(first).unwrap_or_default()
}

fn named(selectable: &Selectable, id: &str) -> Value {
    let mut told = json!({ "name": selectable.name });
    told[id] = json!(selectable.id);
    if let Some(description) = &selectable.description {
        told["description"] = json!(description);
    }
    told
}

fn told_option(option: &SessionOption) -> Value {
    let mut told = json!({
        "id": option.id,
        "name": option.name,
        "currentValue": option.current,
        "type": match option.current {
            OptionValue::Switch(_) => "boolean",
            OptionValue::Choice(_) => "select",
        },
    });
    if let Some(description) = &option.description {
        told["description"] = json!(description);
    }
    if let Some(category) = &option.category {
        told["category"] = json!(category);
    }
    if matches!(option.current, OptionValue::Choice(_)) {
        let choices = option.choices.iter().map(|choice| {
            let mut told = json!({ "value": choice.value, "name": choice.name });
            if let Some(description) = &choice.description {
                told["description"] = json!(description);
            }
            told
        });
        told["options"] = choices.collect();
    }
    told
}

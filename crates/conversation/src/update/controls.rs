//! What can be set on an agent: modes, models, options, slash commands.

use serde::{Deserialize, Serialize};

/// A choice the agent offers, and what is chosen: its modes, or its models.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Selection {
    /// The chosen one, where the agent says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// What can be chosen.
    pub available: Vec<Selectable>,
}

/// One thing that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Selectable {
    /// What to ask the agent for.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The agent's options.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Options {
    /// All of them.
    pub options: Vec<SessionOption>,
}

/// Something about the agent that can be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SessionOption {
    /// What to ask the agent for.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it is about, such as `mode`, `model` or `thought_level`, as the agent says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// What it is set to.
    pub current: OptionValue,
    /// What a choice can be set to; empty for a switch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<ChoiceOption>,
}

/// One value of an option that is a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChoiceOption {
    /// The value.
    pub value: String,
    /// Name for people.
    pub name: String,
    /// What it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The heading it stands under, where the agent groups its choices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// The value of an option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum OptionValue {
    /// A switch.
    Switch(bool),
    /// One of the choices.
    Choice(String),
}

impl SessionOption {
    /// Whether the value is one that this option can be set to.
    pub fn accepts(&self, value: &OptionValue) -> bool {
        match (value, &self.current) {
            (OptionValue::Switch(_), OptionValue::Switch(_)) => true,
            (OptionValue::Choice(value), OptionValue::Choice(_)) => {
                self.choices.iter().any(|choice| choice.value == *value)
            }
            _ => false,
        }
    }
}

/// The agent's slash commands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Commands {
    /// All of them.
    pub commands: Vec<SlashCommand>,
}

/// A slash command of the agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SlashCommand {
    /// Its name, without the slash.
    pub name: String,
    /// What it does.
    pub description: String,
    /// What to write after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

//! From what was asked for to what holds, part by part, and where each part comes from.

use std::collections::BTreeSet;

use model::words;
use serde::{Deserialize, Serialize};

use crate::options::{PolicyOptions, ToolList};
use crate::preset::PresetName;
use crate::session::{AuthPolicy, NonInteractive, SessionPolicy};
use crate::{Permissions, Preset, Tool};

/// The highest limit of turns that can be set.
pub const MOST_TURNS: u32 = 1_000_000;

/// What a door knows of whoever comes through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// The starting point of those who say nothing about tools.
    pub silent_preset: Preset,
    /// Whether a person can be asked.
    pub interactive: bool,
}

impl Door {
    /// The doors that the documents describe: command line, JSON-RPC, jobs.
    pub const fn documented(interactive: bool) -> Self {
        Self { silent_preset: Preset::DevDefault, interactive }
    }

    /// The interface that the console uses: whoever says nothing is asked before each change.
    pub const fn asking(interactive: bool) -> Self {
        Self { silent_preset: Preset::Ask, interactive }
    }
}

/// A preset that an administrator has made: options under a name, on top of one of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPreset {
    /// Its name, which is none of ours.
    pub name: PresetName,
    /// What it says; its `permission_preset` is one of ours.
    pub options: PolicyOptions,
}

words! {
    /// Where a part of a policy comes from.
    pub enum Origin as "origin" {
        /// It was asked for.
        Asked = "asked",
        /// The preset says so.
        Preset = "preset",
        /// Nobody said anything about it.
        Default = "default",
    }
}

/// Where each part comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Origins {
    /// The preset: `asked` or `default`.
    pub permission_preset: Origin,
    /// The mode: `asked` or `preset`.
    pub permissions: Origin,
    /// The tools, before the denied ones are taken away: `asked` or `preset`.
    pub allowed_tools: Origin,
    /// The denied tools.
    pub denied_tools: Origin,
    /// What happens to logins.
    pub auth_policy: Origin,
    /// What happens to questions that nobody can be asked.
    pub non_interactive_permissions: Origin,
    /// The limit of turns.
    pub max_turns: Origin,
}

words! {
    /// Something that whoever asked should know.
    pub enum Warning as "warning" {
        /// The empty text was taken for `*`.
        EmptyTextIsEveryTool = "empty_text_is_every_tool",
        /// No tool is left.
        NoToolIsLeft = "no_tool_is_left",
    }
}

impl Warning {
    /// For people.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::EmptyTextIsEveryTool => {
                "an empty text allows every tool, as it is documented; write * to say so"
            }
            Self::NoToolIsLeft => "no tool is left that the agent may use",
        }
    }
}

/// A policy with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// What the machine enforces.
    pub policy: SessionPolicy,
    /// How many prompts the session takes; the server counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_turns: Option<u32>,
    /// Where each part comes from.
    pub origins: Origins,
    /// What whoever asked should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// What was asked for makes no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// There is no such preset.
    #[error("unknown permission preset {given:?}; allowed: {allowed}")]
    UnknownPreset {
        /// What was given.
        given: String,
        /// All that there are, separated by commas.
        allowed: String,
    },
    /// An empty list allows nothing, which nobody means.
    #[error("allowed_tools is an empty list; write * for every tool, or leave it out")]
    NoTools,
    /// A limit that allows no prompt, or is no limit.
    #[error("max_turns must be between 1 and {MOST_TURNS}")]
    BadTurnLimit,
    /// A preset of one's own stands on another one of one's own.
    #[error("a preset stands on one of ours: {allowed}; not on {given:?}")]
    PresetOnPreset {
        /// What was given.
        given: String,
        /// Ours, separated by commas.
        allowed: String,
    },
}

impl PolicyError {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownPreset { .. } => "unknown_preset",
            Self::NoTools => "empty_allowed_tools",
            Self::BadTurnLimit => "invalid_max_turns",
            Self::PresetOnPreset { .. } => "preset_on_preset",
        }
    }
}

/// Resolves in the documented order: preset, mode, allowed tools, denied tools; the rest stands
/// for itself.
pub fn resolve(
    options: &PolicyOptions,
    door: Door,
    named: &[NamedPreset],
) -> Result<Resolved, PolicyError> {
    let (base, preset_origin) = match &options.permission_preset {
        Some(given) => (base_of(given, named)?, Origin::Asked),
        None => (Base::of(default_preset(options, door)), Origin::Default),
    };
    let mut layer = base.under(options)?;
    layer.origins.permission_preset = preset_origin;
    Ok(layer.into_resolved(door))
}

/// Checks the options of a preset that is to be made.
pub fn check_named(options: &PolicyOptions) -> Result<(), PolicyError> {
    base_of_named(&NamedPreset { name: Preset::Ask.into(), options: options.clone() }).map(drop)
}

/// The console's own preset steps in only for those who say nothing about tools: completed by it,
/// a mode alone would mean more than the documents say.
const fn default_preset(options: &PolicyOptions, door: Door) -> Preset {
    if options.decides_about_tools() { Preset::DevDefault } else { door.silent_preset }
}

fn base_of(given: &str, named: &[NamedPreset]) -> Result<Base, PolicyError> {
    if let Ok(preset) = given.parse::<Preset>() {
        return Ok(Base::of(preset));
    }
    if let Some(named) = named.iter().find(|named| named.name.as_str() == given) {
        return base_of_named(named);
    }
    let own = named.iter().map(|named| named.name.as_str());
    let allowed: Vec<&str> = Preset::ALL.iter().map(|preset| preset.as_str()).chain(own).collect();
    Err(PolicyError::UnknownPreset { given: given.to_owned(), allowed: allowed.join(", ") })
}

fn base_of_named(named: &NamedPreset) -> Result<Base, PolicyError> {
    let options = &named.options;
    let preset = match options.permission_preset.as_deref() {
        None => Preset::DevDefault,
        Some(given) => given.parse().map_err(|error: model::UnknownWord| {
            PolicyError::PresetOnPreset { given: error.given, allowed: error.allowed }
        })?,
    };
    let base = Base::of(preset).under(options)?;
    Ok(Base { name: named.name.clone(), origins: ALL_OF_PRESET, warnings: Vec::new(), ..base })
}

/// Tools, known and unknown.
#[derive(Debug, Clone)]
struct Tools {
    known: BTreeSet<Tool>,
    others: bool,
}

/// A policy that is being put together.
#[derive(Debug, Clone)]
struct Base {
    name: PresetName,
    permissions: Permissions,
    allowed: Tools,
    denied: BTreeSet<Tool>,
    auth: Option<AuthPolicy>,
    non_interactive: Option<NonInteractive>,
    max_turns: Option<u32>,
    origins: Origins,
    warnings: Vec<Warning>,
}

const ALL_OF_PRESET: Origins = Origins {
    permission_preset: Origin::Default,
    permissions: Origin::Preset,
    allowed_tools: Origin::Preset,
    denied_tools: Origin::Preset,
    auth_policy: Origin::Preset,
    non_interactive_permissions: Origin::Preset,
    max_turns: Origin::Preset,
};

impl Base {
    fn of(preset: Preset) -> Self {
        let known = preset.tools().iter().copied().collect();
        Self {
            name: preset.into(),
            permissions: preset.permissions(),
            allowed: Tools { known, others: preset.other_tools() },
            denied: BTreeSet::new(),
            auth: None,
            non_interactive: None,
            max_turns: None,
            origins: ALL_OF_PRESET,
            warnings: Vec::new(),
        }
    }

    /// Puts what was asked for on top.
    fn under(mut self, options: &PolicyOptions) -> Result<Self, PolicyError> {
        if let Some(permissions) = options.permissions {
            self.permissions = permissions;
            self.origins.permissions = Origin::Asked;
        }
        if let Some(list) = &options.allowed_tools {
            self.allow(list)?;
        }
        if let Some(list) = &options.denied_tools {
            self.deny(list);
        }
        if let Some(auth) = options.auth_policy {
            self.auth = Some(auth);
            self.origins.auth_policy = Origin::Asked;
        }
        if let Some(rule) = options.non_interactive_permissions {
            self.non_interactive = Some(rule);
            self.origins.non_interactive_permissions = Origin::Asked;
        }
        if let Some(turns) = options.max_turns {
            if !(1..=MOST_TURNS).contains(&turns) {
                return Err(PolicyError::BadTurnLimit);
            }
            self.max_turns = Some(turns);
            self.origins.max_turns = Origin::Asked;
        }
        Ok(self)
    }

    /// Replaces the tools, and what the preset denied of its own.
    fn allow(&mut self, list: &ToolList) -> Result<(), PolicyError> {
        self.allowed = match list {
            ToolList::Every => Tools::every(),
            ToolList::EmptyText => {
                self.warnings.push(Warning::EmptyTextIsEveryTool);
                Tools::every()
            }
            ToolList::Only(tools) if tools.is_empty() => return Err(PolicyError::NoTools),
            ToolList::Only(tools) => Tools { known: tools.clone(), others: false },
        };
        self.denied.clear();
        self.origins.allowed_tools = Origin::Asked;
        Ok(())
    }

    fn deny(&mut self, list: &ToolList) {
        match list {
            ToolList::Every => {
                self.denied.extend(Tool::ALL);
                self.allowed.others = false;
            }
            ToolList::EmptyText => {}
            ToolList::Only(tools) => self.denied.extend(tools),
        }
        self.origins.denied_tools = Origin::Asked;
    }

    fn into_resolved(mut self, door: Door) -> Resolved {
        let Tools { mut known, others } = self.allowed;
        known.retain(|tool| !self.denied.contains(tool));
        if known.is_empty() && !others {
            self.warnings.push(Warning::NoToolIsLeft);
        }
        let mut origins = self.origins;
        let unsaid = [
            (self.denied.is_empty(), &mut origins.denied_tools),
            (self.auth.is_none(), &mut origins.auth_policy),
            (self.non_interactive.is_none(), &mut origins.non_interactive_permissions),
            (self.max_turns.is_none(), &mut origins.max_turns),
        ];
        for (is_unsaid, origin) in unsaid {
            if is_unsaid && *origin == Origin::Preset {
                *origin = Origin::Default;
            }
        }
        let policy = SessionPolicy {
            preset: self.name,
            permissions: self.permissions,
            tools: known,
            other_tools: others,
            denied_tools: self.denied,
            auth: self.auth.unwrap_or(AuthPolicy::Fail),
            non_interactive: self.non_interactive.unwrap_or(NonInteractive::Deny),
            interactive: door.interactive,
            rules: Vec::new(),
        };
        Resolved { policy, max_turns: self.max_turns, origins, warnings: self.warnings }
    }
}

impl Tools {
    fn every() -> Self {
        Self { known: Tool::ALL.iter().copied().collect(), others: true }
    }
}

#[cfg(test)]
mod tests;

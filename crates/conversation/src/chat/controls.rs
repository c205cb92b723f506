//! What the agent offers to set: modes, models, options. Some agents offer modes and models as
//! lists of their own, newer ones as options of a category, some both.

use serde::{Deserialize, Serialize};

use crate::acp::Call;
use crate::acp::read::SessionFacts;
use crate::update::{NoticeCode, OptionValue, Selection, SessionOption};

/// What can be set, and what it is set to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Controls {
    pub(super) modes: Option<Selection>,
    pub(super) models: Option<Selection>,
    pub(super) options: Vec<SessionOption>,
}

/// Something to set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Setting {
    Mode(String),
    Model(String),
    Option(String, OptionValue),
}

impl Setting {
    pub(super) const fn what(&self) -> &'static str {
        match self {
            Self::Mode(_) => "mode",
            Self::Model(_) => "model",
            Self::Option(..) => "option",
        }
    }

    /// What a notice says that this could not be set.
    pub(super) const fn failure(&self) -> NoticeCode {
        match self {
            Self::Mode(_) => NoticeCode::ModeNotSet,
            Self::Model(_) => NoticeCode::ModelNotSet,
            Self::Option(..) => NoticeCode::OptionNotSet,
        }
    }

    pub(super) fn value(&self) -> String {
        match self {
            Self::Mode(value) | Self::Model(value) => value.clone(),
            Self::Option(option, OptionValue::Switch(on)) => format!("{option}={on}"),
            Self::Option(option, OptionValue::Choice(choice)) => format!("{option}={choice}"),
        }
    }
}

impl From<SessionFacts> for Controls {
    fn from(facts: SessionFacts) -> Self {
        let options = facts.options.unwrap_or_default();
        Self { modes: facts.modes, models: facts.models, options }
    }
}

impl Controls {
    /// The mode the agent is in, as far as it says.
    pub(super) fn mode(&self) -> Option<&str> {
        let of_modes = self.modes.as_ref().and_then(|modes| modes.current.as_deref());
        of_modes.or_else(|| self.chosen("mode"))
    }

    /// Whether a setting is in force already.
    pub(super) fn holds(&self, setting: &Setting) -> bool {
        match setting {
            Setting::Mode(mode) => self.mode() == Some(mode),
            Setting::Model(model) => self.model() == Some(model),
            Setting::Option(id, value) => {
                self.options.iter().any(|option| option.id == *id && option.current == *value)
            }
        }
    }

    /// The mode that setting an option would lead to.
    pub(super) fn mode_chosen_by<'a>(&self, setting: &'a Setting) -> Option<&'a str> {
        let Setting::Option(id, OptionValue::Choice(choice)) = setting else { return None };
        self.of_category("mode").any(|option| option.id == *id).then_some(choice)
    }

    /// How a setting is asked for; `None` where the agent does not offer it.
    pub(super) fn call(&self, session: &str, setting: &Setting) -> Option<Call> {
        let session = session.to_owned();
        match setting.clone() {
            Setting::Mode(mode) if offers(self.modes.as_ref(), &mode) => {
                Some(Call::SetMode { session, mode })
            }
            Setting::Mode(mode) => self.category_call(session, "mode", mode),
            Setting::Model(model) if self.of_category("model").next().is_some() => {
                self.category_call(session, "model", model)
            }
            Setting::Model(model) => {
                offers(self.models.as_ref(), &model).then_some(Call::SetModel { session, model })
            }
            Setting::Option(id, value) => {
                let option = self.options.iter().find(|option| option.id == id)?;
                let option = option.accepts(&value).then_some(id)?;
                Some(Call::SetOption { session, option, value })
            }
        }
    }

    /// What could be set instead, for people.
    pub(super) fn offered(&self, setting: &Setting) -> String {
        let list = match setting {
            Setting::Mode(_) => {
                self.modes.as_ref().map(ids).or_else(|| self.main("mode").map(choices))
            }
            Setting::Model(_) => {
                self.main("model").map(choices).or_else(|| self.models.as_ref().map(ids))
            }
            Setting::Option(id, _) => match self.options.iter().find(|option| option.id == *id) {
                Some(option) => Some(choices(option)),
                None => Some(self.options.iter().map(|option| option.id.as_str()).collect()),
            },
        };
        match list.unwrap_or_default() {
            list if list.is_empty() => "nothing".to_owned(),
            list => list.join(", "),
        }
    }

    /// Takes note that a setting is in force.
    pub(super) fn apply(&mut self, setting: &Setting) {
        match setting {
            Setting::Mode(mode) => {
                choose(self.modes.as_mut(), mode);
                self.apply_to_category("mode", mode);
            }
            Setting::Model(model) => {
                choose(self.models.as_mut(), model);
                self.apply_to_category("model", model);
            }
            Setting::Option(id, value) => {
                if let Some(option) = self.options.iter_mut().find(|option| option.id == *id) {
                    option.current = value.clone();
                }
            }
        }
    }

    fn model(&self) -> Option<&str> {
        let of_models = self.models.as_ref().and_then(|models| models.current.as_deref());
        self.chosen("model").or(of_models)
    }

    fn of_category(&self, category: &str) -> impl Iterator<Item = &SessionOption> {
        self.options.iter().filter(move |option| option.category.as_deref() == Some(category))
    }

    /// The option that stands for its category. Cline has a second one in the category `model`.
    fn main(&self, category: &str) -> Option<&SessionOption> {
        let named = self.of_category(category).find(|option| option.id == category);
        named.or_else(|| self.of_category(category).next())
    }

    fn chosen(&self, category: &str) -> Option<&str> {
        match &self.main(category)?.current {
            OptionValue::Choice(choice) => Some(choice),
            OptionValue::Switch(_) => None,
        }
    }

    fn category_call(&self, session: String, category: &str, choice: String) -> Option<Call> {
        let option = self.main(category)?;
        let value = OptionValue::Choice(choice);
        let option = option.accepts(&value).then(|| option.id.clone())?;
        Some(Call::SetOption { session, option, value })
    }

    fn apply_to_category(&mut self, category: &str, choice: &str) {
        let value = OptionValue::Choice(choice.to_owned());
        let Some(id) = self.main(category).map(|option| option.id.clone()) else { return };
        let option = self.options.iter_mut().find(|option| option.id == id);
        if let Some(option) = option.filter(|option| option.accepts(&value)) {
            option.current = value;
        }
    }
}

fn choose(selection: Option<&mut Selection>, id: &str) {
    if let Some(selection) = selection {
        selection.current = Some(id.to_owned());
    }
}

fn offers(selection: Option<&Selection>, id: &str) -> bool {
    selection.is_some_and(|selection| selection.available.iter().any(|one| one.id == id))
}

fn ids(selection: &Selection) -> Vec<&str> {
    selection.available.iter().map(|one| one.id.as_str()).collect()
}

fn choices(option: &SessionOption) -> Vec<&str> {
    option.choices.iter().map(|choice| choice.value.as_str()).collect()
}

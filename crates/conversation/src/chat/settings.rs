//! Setting modes, models and options, and keeping the agent in a mode in which it asks.

use std::collections::BTreeMap;

use model::Tick;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Conversation;
use super::agent::{Asked, Importance, Phase};
use super::controls::{Controls, Setting};
use crate::acp::RpcError;
use crate::acp::read::session_facts;
use crate::orders::Refusal;
use crate::update::{NoticeCode, OptionValue, Options, SessionOption, Update};

/// What people have chosen; a fresh process is told again.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Wishes {
    pub(super) mode: Option<String>,
    pub(super) model: Option<String>,
    options: BTreeMap<String, OptionValue>,
}

impl Conversation {
    /// Changes the agent's mode.
    pub fn set_mode(&mut self, mode: &str) -> Result<(), Refusal> {
        if !self.setup.permits_mode(mode) {
            return Err(Refusal::DoesNotAsk(mode.to_owned()));
        }
        self.set(Setting::Mode(mode.to_owned()))
    }

    /// Changes the agent's model.
    pub fn set_model(&mut self, model: &str) -> Result<(), Refusal> {
        self.set(Setting::Model(model.to_owned()))
    }

    /// Changes one of the agent's options.
    pub fn set_option(&mut self, option: &str, value: OptionValue) -> Result<(), Refusal> {
        let permitted = self.setup.permits_option(option, &value);
        let setting = Setting::Option(option.to_owned(), value);
        let mode = self.controls.mode_chosen_by(&setting);
        if !permitted || mode.is_some_and(|mode| !self.setup.permits_mode(mode)) {
            return Err(Refusal::DoesNotAsk(setting.value()));
        }
        self.set(setting)
    }

    /// Asks the agent now, or when there is one again.
    fn set(&mut self, setting: Setting) -> Result<(), Refusal> {
        self.check_open()?;
        self.check_not_overasked()?;
        let session = self.agent_session.clone().unwrap_or_default();
        let call = self.controls.call(&session, &setting);
        // What a process offers that is not ready yet is not known.
        if call.is_none() && self.phase == Phase::Ready {
            return Err(Refusal::NotOffered {
                what: setting.what(),
                given: setting.value(),
                offered: self.controls.offered(&setting),
            });
        }
        if let (Some(call), Phase::Ready) = (call, self.phase) {
            self.ask(call, Asked::Set(setting.clone(), Importance::Wished));
        }
        self.wish(setting);
        self.settle();
        Ok(())
    }

    fn wish(&mut self, setting: Setting) {
        match setting {
            Setting::Mode(mode) => self.wishes.mode = Some(mode),
            Setting::Model(model) => self.wishes.model = Some(model),
            Setting::Option(id, value) => {
                self.wishes.options.insert(id, value);
            }
        }
    }

    /// Tells a fresh process what it must know before it is prompted.
    pub(super) fn adjust(&mut self, now: Tick) {
        for (setting, importance) in self.settings_to_begin_with() {
            self.adjust_one(setting, importance);
        }
        let wanted = self.wishes.model.as_deref().or(self.setup.wanted_model());
        if let Some(model) = wanted.map(str::to_owned) {
            self.adjust_one(Setting::Model(model), Importance::Awaited);
        }
        for (id, value) in self.wishes.options.clone() {
            self.adjust_one(Setting::Option(id, value), Importance::Awaited);
        }
        self.finish_adjusting(now);
    }

    /// What makes the agent ask. Where the policy allows everything, that is no condition.
    fn settings_to_begin_with(&self) -> Vec<(Setting, Importance)> {
        let wished = self.wishes.mode.as_deref();
        let permitted = wished.filter(|mode| self.setup.permits_mode(mode));
        let mode = permitted.or(self.setup.first_mode()).map(|mode| Setting::Mode(mode.to_owned()));
        if self.setup.allows_everything() {
            return mode.into_iter().map(|mode| (mode, Importance::Awaited)).collect();
        }
        let is_vital = self.setup.profile.asking_mode.is_some();
        let importance = if is_vital { Importance::Vital } else { Importance::Awaited };
        let mode = mode.into_iter().map(|mode| (mode, importance));
        let options = self.asking_options().map(|option| (option, Importance::Vital));
        mode.chain(options).collect()
    }

    /// The options that make the agent ask, as far as it has them.
    fn asking_options(&self) -> impl Iterator<Item = Setting> {
        let kept = self.setup.profile.asking_options.iter();
        kept.filter(|(id, _)| self.controls.options.iter().any(|option| option.id == *id))
            .map(|(id, value)| Setting::Option(id.clone(), value.clone()))
    }

    /// The model was told to the agent when it was launched, as far as it takes it there; that it
    /// does not offer to change it is therefore no problem. That it cannot be made to ask is one.
    fn adjust_one(&mut self, setting: Setting, importance: Importance) {
        if self.controls.holds(&setting) || self.phase == Phase::Leaving {
            return;
        }
        let session = self.agent_session.clone().unwrap_or_default();
        match self.controls.call(&session, &setting) {
            Some(call) => {
                self.ask(call, Asked::Set(setting, importance));
            }
            None if importance == Importance::Vital => {
                let offered = self.controls.offered(&setting);
                self.does_not_ask(&setting.value(), &format!("it offers {offered}"));
            }
            None => {}
        }
    }

    pub(super) fn setting_answered(
        &mut self,
        now: Tick,
        setting: &Setting,
        importance: Importance,
        outcome: Result<Value, RpcError>,
    ) {
        match outcome {
            Ok(answer) => self.setting_holds(setting, &answer),
            Err(error) if importance == Importance::Vital => {
                self.does_not_ask(&setting.value(), &error.for_people());
            }
            Err(error) => {
                let (what, value) = (setting.what(), setting.value());
                let text = format!("the {what} {value:?} was not set: {}", error.for_people());
                self.warn(setting.failure(), text);
            }
        }
        self.finish_adjusting(now);
    }

    fn setting_holds(&mut self, setting: &Setting, answer: &Value) {
        let before = self.controls.clone();
        self.controls.apply(setting);
        if let Some(options) = session_facts(answer).options {
            self.controls.options = options;
        }
        self.show_changed_controls(&before);
    }

    pub(super) fn mode_changed(&mut self, mode: String) {
        let before = self.controls.clone();
        self.controls.apply(&Setting::Mode(mode));
        self.show_changed_controls(&before);
        self.keep_in_permitted_mode();
    }

    pub(super) fn options_changed(&mut self, options: Vec<SessionOption>) {
        let before = self.controls.clone();
        self.controls.options = options;
        self.show_changed_controls(&before);
        self.keep_in_permitted_mode();
    }

    /// An agent can stop asking by itself, for example when its plan is approved. Unless the
    /// policy allows everything, it is put back.
    pub(super) fn keep_in_permitted_mode(&mut self) {
        let Some((strayed, back)) = self.strayed() else { return };
        if self.phase != Phase::Ready {
            return;
        }
        let text = format!(
            "{} had gone over to {strayed:?}, with which it does not ask, and is put back",
            self.agent_title()
        );
        self.warn(NoticeCode::ModeReset, text);
        match back {
            Some(back) => self.adjust_one(back, Importance::Vital),
            None => self.does_not_ask(&strayed, "there is no way back"),
        }
    }

    /// The setting with which the agent does not ask although it must, and the way back.
    pub(super) fn strayed(&self) -> Option<(String, Option<Setting>)> {
        if let Some(mode) = self.controls.mode().filter(|mode| !self.setup.permits_mode(mode)) {
            let back = self.setup.profile.asking_mode.clone().map(Setting::Mode);
            return Some((mode.to_owned(), back));
        }
        let options = &self.controls.options;
        let strayed = options
            .iter()
            .find(|option| !self.setup.permits_option(&option.id, &option.current))?;
        let is_value = Setting::Option(strayed.id.clone(), strayed.current.clone()).value();
        let back = self
            .asking_options()
            .find(|setting| matches!(setting, Setting::Option(id, _) if *id == strayed.id));
        Some((is_value, back))
    }

    pub(super) fn does_not_ask(&mut self, setting: &str, why: &str) {
        let message = format!(
            "{} cannot be made to ask before it acts ({setting:?}): {why}",
            self.agent_title()
        );
        self.start_failed(NoticeCode::ModeNotSet, &message, "");
    }

    pub(super) fn show_changed_controls(&mut self, before: &Controls) {
        let Controls { modes, models, options } = self.controls.clone();
        if modes != before.modes {
            self.append(Update::Modes(modes.unwrap_or_default()));
        }
        if models != before.models {
            self.append(Update::Models(models.unwrap_or_default()));
        }
        if options != before.options {
            self.append(Update::Options(Options { options }));
        }
    }
}

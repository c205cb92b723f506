//! Does what was typed for this program.

use std::io;

use super::slash::Slash;
use super::{Chat, Next};
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::json_lines::Line;
use crate::output::{Format, print_line, try_print_json};
use crate::starting;

impl Chat {
    pub(super) async fn obey(&mut self, slash: Slash) -> anyhow::Result<Next> {
        let words = self.words;
        match slash {
            Slash::Quit => return Ok(Next::Leave),
            Slash::Help => self.say(words.chat_help()),
            Slash::New => {
                self.forget().await;
                self.say(words.new_chat());
            }
            Slash::Agents | Slash::Agent(None) => {
                self.machine = self.client.machine(self.machine.machine_id).await?;
                self.list_agents()?;
            }
            Slash::Agent(Some(agent)) => {
                self.check_has_agent(&agent).await?;
                self.forget().await;
                self.say(&words.agent_is_next(&escape::line(&agent)));
                self.options.chat.agent = Some(agent);
            }
            Slash::Session => match &self.session {
                Some(talk) => {
                    let id = talk.view.session_id;
                    crate::commands::session::show::tell(
                        &self.client,
                        id,
                        self.options.format.format,
                        words,
                    )
                    .await?;
                }
                None => self.say(words.no_chat_yet()),
            },
            Slash::Show(which) => self.unfold(which)?,
            Slash::Stop => match self.session.take() {
                Some(talk) => {
                    self.client.session_stop(talk.view.session_id, None).await?;
                    self.forget().await;
                    self.say(words.chat_stopped());
                }
                None => self.say(words.no_chat_yet()),
            },
            Slash::Model(model) => self.change_model(model).await?,
            Slash::Mode(mode) => self.change_mode(mode).await?,
        }
        Ok(Next::Prompt)
    }

    async fn change_model(&mut self, model: Option<String>) -> anyhow::Result<()> {
        let words = self.words;
        match (model, &self.session) {
            (None, _) => {
                let offered = self.audience.view().map(|view| view.models()).unwrap_or_default();
                self.tell_offered("/model", &offered);
            }
            (Some(model), Some(talk)) => {
                self.client.model_change(talk.view.session_id, &model).await?;
                self.say(&words.model_is(&escape::line(&model)));
            }
            (Some(model), None) => {
                self.say(&words.model_is(&escape::line(&model)));
                self.options.chat.model = Some(model);
            }
        }
        Ok(())
    }

    async fn change_mode(&mut self, mode: Option<String>) -> anyhow::Result<()> {
        match (mode, &self.session) {
            (None, _) => {
                let offered = self.audience.view().map(|view| view.modes()).unwrap_or_default();
                self.tell_offered("/mode", &offered);
            }
            (Some(mode), Some(talk)) => {
                self.client.mode_change(talk.view.session_id, &mode).await?;
                self.say(&self.words.mode_is(&escape::line(&mode)));
            }
            (Some(_), None) => self.say(self.words.no_chat_yet()),
        }
        Ok(())
    }

    fn tell_offered(&self, command: &str, offered: &[String]) {
        let text = match offered {
            [] => self.words.command_needs(command, "ID"),
            names => self.words.offered(&escape::line(&names.join(", "))),
        };
        self.say(&text);
    }

    /// An agent that the machine does not have is told at once, and not with the next prompt.
    async fn check_has_agent(&mut self, agent: &str) -> anyhow::Result<()> {
        self.machine = starting::described(&self.client, &self.machine).await?;
        let mut usable = self.machine.agents.iter().filter(|agent| agent.usable() && agent.chat);
        if usable.any(|known| known.name.as_str() == agent) {
            return Ok(());
        }
        let message = self.words.no_such_agent(&escape::line(agent), &self.machine.machine_name);
        let refusal = Refusal::new(Meaning::NotFound, message);
        Err(refusal.with_hint(self.words.hint_list_agents()).into())
    }

    /// Shows something whole that was folded.
    fn unfold(&mut self, which: usize) -> io::Result<()> {
        let shown = match self.audience.view() {
            Some(view) => view.unfold(which)?,
            None => false,
        };
        if !shown {
            self.say(self.words.nothing_folded());
        }
        Ok(())
    }

    fn list_agents(&self) -> io::Result<()> {
        let agents = self.machine.agents.clone();
        match self.options.format.format {
            Format::Text => crate::output::print_agents(agents, self.words),
            Format::Json => try_print_json(&Line::Agents { agents: &agents }),
            Format::Quiet => agents.iter().try_for_each(|agent| print_line(&agent.name)),
        }
    }
}

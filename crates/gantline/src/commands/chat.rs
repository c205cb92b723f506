//! `gantline chat`: a conversation with an agent, at the window.
//!
//! - [`mod@line`]: the line that is typed
//! - [`slash`]: what is typed for this program rather than for the agent

mod line;
mod slash;

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use anstream::{eprintln, println};
use client::Client;
use contract::machines::MachineView;
use contract::sessions::{CreateTurn, PromptContent, SessionView};
use model::turn::WhenBusy;
use owo_colors::OwoColorize;
use serde_json::json;

use self::line::{Line, LineEditor};
use self::slash::Slash;
use crate::audience::Audience;
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::follow::questions::Questions;
use crate::follow::{Because, Ended, Follow, TypedAhead};
use crate::hands::Hands;
use crate::invocation::Invocation;
use crate::keys::new_key;
use crate::lookup::{self, short};
use crate::output::{Format, print_line, try_print_json};
use crate::prompting::PromptOptions;
use crate::starting;
use crate::words::Words;

/// Which chat, and with whom.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub options: PromptOptions,

    #[command(flatten)]
    pub connection: ConnectionOptions,
}

/// Talks until the user leaves.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    check_has_window(&args.options, words)?;
    let client = invocation.client(args.connection.clone())?;
    let session = starting::chat_to_go_on_with(&client, &args.options, words).await?;
    let machine = match &session {
        Some(session) => client.machine(session.machine_id).await?,
        None => lookup::machine(&client, &args.options.chat.machine, words).await?,
    };
    let mut chat = Chat {
        client,
        machine,
        audience: args.options.audience(words),
        options: args.options,
        session: None,
        editor: Some(LineEditor::new()?),
        words,
    };
    if let Some(session) = session {
        chat.show(session).await?;
    }
    chat.say(words.chat_keys());
    let left = chat.talk().await;
    if let Some(talk) = &chat.session {
        eprintln!("{}", words.chat_left(&short(&talk.view.session_id)).dimmed());
    }
    left.map(|()| Meaning::Done.into())
}

/// A person types; where nothing but answers is printed, these may go anywhere.
fn check_has_window(options: &PromptOptions, words: &dyn Words) -> Result<(), Refusal> {
    if options.json_strict {
        let refusal = Refusal::new(Meaning::Usage, words.strict_needs_a_prompt());
        return Err(refusal.with_hint(words.hint_one_prompt()));
    }
    let is_shown = io::stdout().is_terminal() || options.format.format != Format::Text;
    if io::stdin().is_terminal() && io::stderr().is_terminal() && is_shown {
        return Ok(());
    }
    let refusal = Refusal::new(Meaning::Usage, words.chat_needs_a_window());
    Err(refusal.with_hint(words.hint_one_prompt()))
}

/// A conversation.
struct Chat {
    client: Client,
    machine: MachineView,
    options: PromptOptions,
    session: Option<Talk>,
    audience: Audience,
    /// `None` only while a line is being typed.
    editor: Option<LineEditor>,
    words: &'static dyn Words,
}

/// The session, and up to where it was shown.
struct Talk {
    view: SessionView,
    after: u64,
}

/// Whether it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Prompt,
    Leave,
}

impl Chat {
    async fn talk(&mut self) -> anyhow::Result<()> {
        let mut ahead = TypedAhead::default();
        loop {
            let text = if ahead.is_sent {
                std::mem::take(&mut ahead).line
            } else {
                match self.read_line(std::mem::take(&mut ahead).line).await? {
                    Line::Text(text) => text,
                    Line::Nothing => continue,
                    Line::End => return Ok(()),
                }
            };
            let next = match slash::parse(&text) {
                Some(slash) => self.obey(slash).await,
                None => self.prompt(text, &mut ahead).await,
            };
            match next {
                Ok(Next::Prompt) => {}
                Ok(Next::Leave) => return Ok(()),
                // What the server refuses ends no conversation; a lost right to speak does.
                Err(error) if is_survivable(&error) => {
                    self.words_of(&error);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads a line, which blocks, beside everything else.
    async fn read_line(&mut self, begun: String) -> anyhow::Result<Line> {
        let Some(mut editor) = self.editor.take() else { return Ok(Line::End) };
        let name = self.options.chat.agent.clone().unwrap_or_default();
        let reading = tokio::task::spawn_blocking(move || {
            let line = editor.read(&name, &begun);
            (editor, line)
        });
        let (editor, line) = reading.await?;
        self.editor = Some(editor);
        line
    }

    async fn prompt(&mut self, text: String, ahead: &mut TypedAhead) -> anyhow::Result<Next> {
        let (id, after) = match &self.session {
            Some(talk) => (talk.view.session_id, talk.after),
            None => self.begin().await?,
        };
        let body = CreateTurn { content: PromptContent::Text(text), when_busy: WhenBusy::Queue };
        let turn = self.client.prompt(id, &body, &new_key()).await?;
        self.audience.turn(&turn)?;
        let mut live = self.client.live();
        live.follow(id, after);
        let mut hands = Hands::new();
        let screen = self.audience.view().and_then(|view| view.screen.as_mut());
        let has_screen = screen.is_some();
        if let Some(screen) = screen {
            hands.take_keys()?;
            screen.raw(true);
        }
        let follow = Follow {
            client: &self.client,
            live: &mut live,
            hands: &mut hands,
            audience: &mut self.audience,
            words: self.words,
            session: id,
            turn: turn.turn_id,
            questions: Questions::new(self.options.answerer()),
            typed: has_screen.then_some(ahead),
        };
        let ended = follow.until_the_end(self.options.limit()).await;
        if let Some(talk) = &mut self.session {
            talk.after = live.position(id).unwrap_or(talk.after);
        }
        live.close().await;
        hands.give_keys_back();
        if let Some(view) = self.audience.view() {
            view.finish()?;
            if let Some(screen) = view.screen.as_mut() {
                screen.raw(false);
            }
        }
        self.tell_end(&ended?)
    }

    fn tell_end(&mut self, ended: &Ended) -> anyhow::Result<Next> {
        let meaning = ended.meaning();
        self.audience.ended(ended)?;
        if !matches!(meaning, Meaning::Done | Meaning::Denied) {
            let outcome = ended.outcome.as_deref().map(escape::line);
            let text = self.words.turn_ended(meaning, ended.state, outcome.as_deref());
            self.audience.remark(&text)?;
        }
        if let Some(percent) = self.audience.view().and_then(|view| view.context_percent()) {
            self.say(&self.words.context_full(percent));
        }
        Ok(if ended.because == Because::Left { Next::Leave } else { Next::Prompt })
    }

    /// Starts the session, with the first prompt.
    async fn begin(&mut self) -> anyhow::Result<(model::SessionId, u64)> {
        let title = self.options.session.take();
        let session = starting::start_chat(
            &self.client,
            &self.machine,
            &self.options.chat,
            title,
            self.words,
        )
        .await?;
        self.audience.session(&session, true)?;
        self.options.chat.agent.clone_from(&session.agent_name);
        let agent = session.agent_name.clone().unwrap_or_default();
        let place = self.words.chat_begins(
            &escape::line(&agent),
            &escape::line(&self.machine.machine_name),
            &escape::line(&session.project_path),
        );
        self.say(&place);
        let id = session.session_id;
        self.session = Some(Talk { view: session, after: 0 });
        Ok((id, 0))
    }

    /// Goes on with a session: shows what was said in it.
    async fn show(&mut self, session: SessionView) -> anyhow::Result<()> {
        let title = escape::line(&session.title).into_owned();
        self.say(&self.words.chat_goes_on(&title));
        self.audience.session(&session, false)?;
        let after = super::session::updates::print_pages(
            &self.client,
            session.session_id,
            0,
            &mut self.audience,
        )
        .await?;
        if let Some(view) = self.audience.view() {
            view.finish()?;
        }
        self.options.chat.agent.clone_from(&session.agent_name);
        self.options.session = None;
        self.session = Some(Talk { view: session, after });
        Ok(())
    }

    async fn obey(&mut self, slash: Slash) -> anyhow::Result<Next> {
        let words = self.words;
        match slash {
            Slash::Quit => return Ok(Next::Leave),
            Slash::Help => self.say(words.chat_help()),
            Slash::New => {
                self.forget();
                self.say(words.new_chat());
            }
            Slash::Agents | Slash::Agent(None) => {
                self.machine = self.client.machine(self.machine.machine_id).await?;
                self.list_agents()?;
            }
            Slash::Agent(Some(agent)) => {
                self.forget();
                self.say(&words.agent_is_next(&escape::line(&agent)));
                self.options.chat.agent = Some(agent);
            }
            Slash::Session => match &self.session {
                Some(talk) => self.say(&talk.view.session_id.to_string()),
                None => self.say(words.no_chat_yet()),
            },
            Slash::Stop => match self.session.take() {
                Some(talk) => {
                    self.client.session_stop(talk.view.session_id, None).await?;
                    self.forget();
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

    /// Leaves the session open and begins with a clean view.
    fn forget(&mut self) {
        self.session = None;
        self.audience = self.options.audience(self.words);
    }

    fn list_agents(&self) -> io::Result<()> {
        let agents = self.machine.agents.clone();
        match self.options.format.format {
            Format::Text => crate::output::print_agents(agents, self.words),
            Format::Json => try_print_json(&json!({ "type": "agents", "agents": agents })),
            Format::Quiet => agents.iter().try_for_each(|agent| print_line(&agent.name)),
        }
    }

    /// Tells something about the conversation; where answers are for programs, not among them.
    fn say(&self, text: &str) {
        match self.options.format.format {
            Format::Text => println!("{}", text.dimmed()),
            Format::Json | Format::Quiet => eprintln!("{}", text.dimmed()),
        }
    }

    fn words_of(&self, error: &anyhow::Error) {
        // The exit code is for programs that end.
        let _ = crate::exit::report(error, self.options.format.format, self.words);
    }
}

/// Whether the conversation can go on after an error.
fn is_survivable(error: &anyhow::Error) -> bool {
    let is_known = error.downcast_ref::<Refusal>().is_some()
        || error.chain().any(|cause| cause.downcast_ref::<client::Error>().is_some());
    is_known && crate::exit::meaning(error) != Meaning::NotSignedIn
}

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
use model::session::SessionKind;
use model::turn::WhenBusy;
use owo_colors::OwoColorize;

use self::line::{Line, LineEditor};
use self::slash::Slash;
use crate::audience::Audience;
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::follow::questions::{Answerer, Questions};
use crate::follow::{Because, Ended, Follow, TypedAhead};
use crate::hands::Hands;
use crate::invocation::Invocation;
use crate::keys::new_key;
use crate::lookup::{self, short};
use crate::starting::{self, ChatOptions};
use crate::view::{View, ViewOptions};
use crate::words::Words;

/// Which chat, and with whom.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Args {
    /// Go on with this chat, by its identifier, the end of it, or its title.
    #[arg(long, value_name = "SESSION")]
    session: Option<String>,

    /// Go on with the open chat that was active last.
    #[arg(long = "continue", short = 'c', conflicts_with = "session")]
    goes_on: bool,

    /// Show what the agent thinks aloud as well.
    #[arg(long)]
    thoughts: bool,

    #[command(flatten)]
    chat: ChatOptions,

    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Talks until the user leaves.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        let refusal = Refusal::new(Meaning::Usage, words.chat_needs_a_window());
        return Err(refusal.with_hint(words.hint_one_prompt()).into());
    }
    let client = invocation.client(args.connection.clone())?;
    let session = session_to_go_on_with(&client, &args, words).await?;
    let machine = match &session {
        Some(session) => client.machine(session.machine_id).await?,
        None => lookup::machine(&client, &args.chat.machine, words).await?,
    };
    let options = ViewOptions { raw: false, thoughts: args.thoughts, quiet: false };
    let mut chat = Chat {
        client,
        machine,
        options: args.chat,
        session: None,
        audience: Audience::People(Box::new(View::new(words, options))),
        view: options,
        editor: Some(LineEditor::new()?),
        words,
    };
    if let Some(session) = session {
        chat.show(session).await?;
    }
    println!("{}", words.chat_keys().dimmed());
    let left = chat.talk().await;
    if let Some(talk) = &chat.session {
        eprintln!("{}", words.chat_left(&short(&talk.view.session_id)).dimmed());
    }
    left.map(|()| Meaning::Done.into())
}

/// The chat that was asked for; `None` for a new one.
async fn session_to_go_on_with(
    client: &Client,
    args: &Args,
    words: &dyn Words,
) -> anyhow::Result<Option<SessionView>> {
    if let Some(name) = &args.session {
        let Some(session) = starting::running_chat(client, name, words).await? else {
            let refusal = Refusal::new(Meaning::NotFound, words.no_such_chat(name));
            return Err(refusal.with_hint(words.hint_list_sessions()).into());
        };
        if session.kind != SessionKind::Chat {
            let title = escape::line(&session.title).into_owned();
            let refusal = Refusal::new(Meaning::Usage, words.not_a_chat(&title));
            let hint = words.hint_attach(&short(&session.session_id));
            return Err(refusal.with_hint(hint).into());
        }
        return Ok(Some(session));
    }
    if !args.goes_on {
        return Ok(None);
    }
    let is_open =
        |session: &SessionView| session.kind == SessionKind::Chat && !session.status.is_final();
    let found = lookup::sessions(client, None, 200).await?.into_iter().find(is_open);
    match found {
        Some(session) => Ok(Some(session)),
        None => Err(Refusal::new(Meaning::NotFound, words.no_chat_to_continue()).into()),
    }
}

/// A conversation.
struct Chat {
    client: Client,
    machine: MachineView,
    options: ChatOptions,
    session: Option<Talk>,
    audience: Audience,
    view: ViewOptions,
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
        let name = self.options.agent.clone().unwrap_or_default();
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
        hands.take_keys()?;
        if let Some(screen) = self.audience.view().and_then(|view| view.screen.as_mut()) {
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
            questions: Questions::new(Answerer::Person),
            typed: Some(ahead),
        };
        let ended = follow.until_the_end(None).await;
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
        if !matches!(meaning, Meaning::Done | Meaning::Denied) {
            let outcome = ended.outcome.as_deref().map(escape::line);
            let text = self.words.turn_ended(meaning, ended.state, outcome.as_deref());
            self.audience.remark(&text)?;
        }
        if let Some(percent) = self.audience.view().and_then(|view| view.context_percent()) {
            println!("{}", self.words.context_full(percent).dimmed());
        }
        Ok(if ended.because == Because::Left { Next::Leave } else { Next::Prompt })
    }

    /// Starts the session, with the first prompt.
    async fn begin(&mut self) -> anyhow::Result<(model::SessionId, u64)> {
        let session =
            starting::start_chat(&self.client, &self.machine, &self.options, None, self.words)
                .await?;
        self.options.agent.clone_from(&session.agent_name);
        let agent = session.agent_name.clone().unwrap_or_default();
        let place = self.words.chat_begins(
            &escape::line(&agent),
            &escape::line(&self.machine.machine_name),
            &escape::line(&session.project_path),
        );
        println!("{}", place.dimmed());
        let id = session.session_id;
        self.session = Some(Talk { view: session, after: 0 });
        Ok((id, 0))
    }

    /// Goes on with a session: shows what was said in it.
    async fn show(&mut self, session: SessionView) -> anyhow::Result<()> {
        let title = escape::line(&session.title).into_owned();
        println!("{}", self.words.chat_goes_on(&title).dimmed());
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
        self.options.agent.clone_from(&session.agent_name);
        self.session = Some(Talk { view: session, after });
        Ok(())
    }

    async fn obey(&mut self, slash: Slash) -> anyhow::Result<Next> {
        let words = self.words;
        match slash {
            Slash::Quit => return Ok(Next::Leave),
            Slash::Help => println!("{}", words.chat_help()),
            Slash::New => {
                self.forget();
                println!("{}", words.new_chat().dimmed());
            }
            Slash::Agents | Slash::Agent(None) => {
                self.machine = self.client.machine(self.machine.machine_id).await?;
                crate::output::print_agents(self.machine.agents.clone(), words)?;
            }
            Slash::Agent(Some(agent)) => {
                self.forget();
                println!("{}", words.agent_is_next(&escape::line(&agent)).dimmed());
                self.options.agent = Some(agent);
            }
            Slash::Session => match &self.session {
                Some(talk) => println!("{}", talk.view.session_id),
                None => println!("{}", words.no_chat_yet().dimmed()),
            },
            Slash::Stop => match self.session.take() {
                Some(talk) => {
                    self.client.session_stop(talk.view.session_id, None).await?;
                    self.forget();
                    println!("{}", words.chat_stopped().dimmed());
                }
                None => println!("{}", words.no_chat_yet().dimmed()),
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
                println!("{}", words.model_is(&escape::line(&model)).dimmed());
            }
            (Some(model), None) => {
                println!("{}", words.model_is(&escape::line(&model)).dimmed());
                self.options.model = Some(model);
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
                println!("{}", self.words.mode_is(&escape::line(&mode)).dimmed());
            }
            (Some(_), None) => println!("{}", self.words.no_chat_yet().dimmed()),
        }
        Ok(())
    }

    fn tell_offered(&self, command: &str, offered: &[String]) {
        let text = match offered {
            [] => self.words.command_needs(command, "ID"),
            names => self.words.offered(&escape::line(&names.join(", "))),
        };
        println!("{}", text.dimmed());
    }

    /// Leaves the session open and begins with a clean view.
    fn forget(&mut self) {
        self.session = None;
        self.audience = Audience::People(Box::new(View::new(self.words, self.view)));
    }

    fn words_of(&self, error: &anyhow::Error) {
        let format = crate::output::Format::Text;
        // The exit code is for programs that end.
        let _ = crate::exit::report(error, format, self.words);
    }
}

/// Whether the conversation can go on after an error.
fn is_survivable(error: &anyhow::Error) -> bool {
    let is_known = error.downcast_ref::<Refusal>().is_some()
        || error.chain().any(|cause| cause.downcast_ref::<client::Error>().is_some());
    is_known && crate::exit::meaning(error) != Meaning::NotSignedIn
}

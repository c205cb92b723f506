//! `gantline chat`: a conversation with an agent, at the window.
//!
//! - [`mod@line`], [`completing`]: the line that is typed, and what completes it
//! - [`listening`]: what happens while it is typed
//! - [`turns`]: prompts, and what others do
//! - [`slash`], [`obeying`]: what is typed for this program rather than for the agent
//! - [`status`]: where, with whom, and at what cost

mod completing;
mod line;
mod listening;
mod obeying;
mod slash;
mod status;
mod turns;

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use anstream::{eprintln, println};
use client::{Client, Live, LiveEvent};
use contract::machines::MachineView;
use contract::sessions::SessionView;
use owo_colors::OwoColorize;

use self::line::{Line, LineEditor};
use crate::audience::Audience;
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::follow::TypedAhead;
use crate::invocation::Invocation;
use crate::lookup::{self, short};
use crate::output::Format;
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
        None => {
            let machine = lookup::machine(&client, &args.options.chat.machine, words).await?;
            // Its agents are completed in the first line already.
            starting::described(&client, &machine).await?
        }
    };
    let mut chat = Chat {
        client,
        machine,
        audience: args.options.audience(words),
        options: args.options,
        session: None,
        live: None,
        heard: vec![],
        tokens: None,
        editor: Some(LineEditor::new()?),
        words,
    };
    if let Some(session) = session {
        chat.show(session).await?;
    }
    chat.say(words.chat_keys());
    let left = chat.talk().await;
    chat.hang_up().await;
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
    /// What happens on the server, while there is a session.
    live: Option<Live>,
    /// What was heard while a line was typed and is not told yet.
    heard: Vec<LiveEvent>,
    /// Tokens that the session has used, by the ledger.
    tokens: Option<u64>,
    audience: Audience,
    /// `None` only while a line is being typed.
    editor: Option<LineEditor>,
    words: &'static dyn Words,
}

/// The session, and up to where it was shown when nobody listened.
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
            let line = if ahead.is_sent {
                // It was typed where it is wiped away again.
                let line = std::mem::take(&mut ahead).line;
                self.say(&format!("{}{}", self.line_prompt().before_line(), escape::text(&line)));
                Line::Text(line)
            } else {
                self.read_line(std::mem::take(&mut ahead).line).await?
            };
            let next = match line {
                Line::Nothing => Ok(Next::Prompt),
                Line::End => return Ok(()),
                Line::Broken(begun) => {
                    ahead.line = begun;
                    self.watch(&mut ahead).await
                }
                Line::Text(text) => match slash::parse(&text) {
                    Some(slash) => self.obey(slash).await,
                    None => self.prompt(text, &mut ahead).await,
                },
            };
            match next {
                Ok(Next::Prompt) => {}
                Ok(Next::Leave) => return Ok(()),
                // What the server refuses ends no conversation; a lost right to speak does.
                Err(error) if is_survivable(&error) => self.words_of(&error),
                Err(error) => return Err(error),
            }
        }
    }

    /// Listens no longer.
    async fn hang_up(&mut self) {
        let Some(live) = self.live.take() else { return };
        if let Some(talk) = &mut self.session {
            talk.after = live.position(talk.view.session_id).unwrap_or(talk.after);
        }
        live.close().await;
    }

    /// Leaves the session open and begins with a clean view.
    async fn forget(&mut self) {
        self.hang_up().await;
        self.session = None;
        self.tokens = None;
        self.heard.clear();
        self.audience = self.options.audience(self.words);
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

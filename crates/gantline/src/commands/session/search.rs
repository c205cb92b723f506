//! `gantline session search`: where something was said.

use std::process::ExitCode;

use client::Client;
use contract::searches::{
    FoundInSession, FoundInSessions, FoundPlace, NotSearched, SearchSessions,
};
use host::SystemClock;
use model::Clock;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::{self, short};
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::paint::Paint;
use crate::words::Words;

/// The most that is told in one answer.
const PAGE: u32 = 50;

/// What to look for.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What is looked for, as it was said: found in the middle of text, whatever its case. A single
    /// `-` reads it from standard input.
    #[arg(required = true)]
    words: Vec<String>,
    /// Only in this session, by its identifier, the end of it, or its title.
    #[arg(long, value_name = "SESSION")]
    session: Option<String>,
    /// Sessions at the most.
    #[arg(long, default_value_t = 20, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Looks for it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let words = match args.words.as_slice() {
        [only] if only == "-" => std::io::read_to_string(std::io::stdin())?.trim().to_owned(),
        words => words.join(" "),
    };
    let found = match args.session {
        Some(name) => {
            let session = lookup::session(&client, &name, invocation.words).await?.session_id;
            let body =
                SearchSessions { words, session_id: Some(session), ..SearchSessions::default() };
            client.sessions_search(&body).await?
        }
        None => everywhere(&client, words, args.limit).await?,
    };
    match args.format.format {
        Format::Json => try_print_json(&found)?,
        Format::Quiet => {
            for one in found.results {
                print_line(one.session.session_id)?;
            }
        }
        Format::Text => print(&found, invocation.words)?,
    }
    Ok(Meaning::Done.into())
}

/// Page by page, until it is enough.
async fn everywhere(client: &Client, words: String, limit: u32) -> anyhow::Result<FoundInSessions> {
    let body = |cursor, left: u32| SearchSessions {
        words: words.clone(),
        cursor,
        limit: Some(left.min(PAGE)),
        ..SearchSessions::default()
    };
    let mut found = client.sessions_search(&body(None, limit)).await?;
    loop {
        let left = limit.saturating_sub(u32::try_from(found.results.len()).unwrap_or(u32::MAX));
        if left == 0 || found.next_cursor.is_none() {
            return Ok(found);
        }
        let next = client.sessions_search(&body(found.next_cursor.take(), left)).await?;
        found.results.extend(next.results);
        found.searched += next.searched;
        next.not_searched.into_iter().for_each(|not| add(&mut found.not_searched, not));
        found.next_cursor = next.next_cursor;
    }
}

fn add(all: &mut Vec<NotSearched>, not: NotSearched) {
    let same =
        |one: &&mut NotSearched| one.machine_id == not.machine_id && one.reason == not.reason;
    match all.iter_mut().find(same) {
        Some(one) => one.sessions += not.sessions,
        None => all.push(not),
    }
}

fn print(found: &FoundInSessions, words: &dyn Words) -> std::io::Result<()> {
    let paint = Paint::of_stdout();
    for one in &found.results {
        print_session(one, words, paint)?;
    }
    if found.results.is_empty() {
        print_line(words.nothing_found(found.searched))?;
    }
    for not in &found.not_searched {
        let id = short(&not.machine_id);
        let machine = escape::line(not.machine_name.as_deref().unwrap_or(&id)).into_owned();
        print_line(paint.yellow(words.not_searched(&machine, not)))?;
    }
    if found.next_cursor.is_some() {
        print_line(paint.dim(words.more_sessions()))?;
    }
    Ok(())
}

fn print_session(one: &FoundInSession, words: &dyn Words, paint: Paint) -> std::io::Result<()> {
    let title = paint.bold(escape::line(&one.session.title));
    print_line(format!("{title}  {}", paint.dim(short(&one.session.session_id))))?;
    let now = SystemClock::start().now();
    for place in &one.places {
        let what =
            format!("{} {}", words.said(place.said), words.ago(now.since(place.created_at.0)));
        print_line(format!("  {}  {}", paint.dim(what), line(place, paint)))?;
    }
    let more = one.count.saturating_sub(one.places.len() as u64);
    if more > 0 {
        print_line(format!("  {}", paint.dim(words.more_places(more))))?;
    }
    print_line("")
}

fn line(place: &FoundPlace, paint: Paint) -> String {
    let FoundPlace { before, matched, after, .. } = place;
    let matched = paint.yellow(escape::line(matched));
    format!("{}{matched}{}", escape::line(before), escape::line(after))
}

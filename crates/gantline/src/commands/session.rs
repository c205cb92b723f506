//! `gantline session`: the units of work on machines.

mod archive;
mod change;
mod changes;
mod delete;
mod delete_kept;
mod diff;
mod discard;
pub(crate) mod export;
pub(super) mod files;
pub(crate) mod import;
mod list;
mod log;
mod outside;
mod pause;
mod remove_worktree;
mod rename;
mod search;
mod share;
pub(super) mod show;
mod stop;
mod tag;
pub(super) mod updates;

use std::process::ExitCode;

use clap::Subcommand;

use crate::invocation::Invocation;
use crate::output::Format;

/// What to do with sessions.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done with sessions.
#[derive(Debug, Subcommand)]
enum Command {
    /// List the sessions that you may see, the last active first.
    List(list::Args),
    /// Find where something was said: in prompts, answers and the titles of tool calls.
    Search(search::Args),
    /// List the sessions that were begun on a machine with the agents' own programs.
    Outside(outside::ListArgs),
    /// Go on here with a session that was begun with an agent's own program.
    Continue(Box<outside::ContinueArgs>),
    /// Show a session and its last turns.
    #[command(visible_alias = "get")]
    Show(show::Args),
    /// End a session and every process of it.
    Stop(stop::Args),
    /// Have nothing of a session run until it is resumed: every process of it stands still.
    Pause(pause::Args),
    /// Let a session go on that was paused.
    Resume(pause::Args),
    /// List with whom a session is shared.
    Shares(share::ListArgs),
    /// Share your session with somebody: to watch it, or to drive it.
    Share(share::Args),
    /// Take back what you have shared, or give back what was shared with you.
    Unshare(share::UnshareArgs),
    /// Give a session another title.
    Rename(rename::Args),
    /// Give a session tags, words by which it is found again.
    Tag(tag::Args),
    /// Take tags away from a session.
    Untag(tag::Args),
    /// Put a session away: it is not listed unless it is asked for.
    Archive(change::Which),
    /// Take a session out again that was put away.
    Unarchive(change::Which),
    /// List the files that differ from the last commit where a session works.
    Changes(changes::Args),
    /// Print what differs in them, as a patch.
    Diff(diff::Args),
    /// Put a file back as it was committed; what is there is kept on the machine for a week.
    Discard(discard::Args),
    /// List what was committed where a session works.
    Log(log::Args),
    /// Remove the worktree that was made for a session that has ended. One that holds what is nowhere
    /// else stays, unless that is to be discarded.
    RemoveWorktree(remove_worktree::Args),
    /// List a directory where a session works.
    Files(files::ListArgs),
    /// Fetch a file from where a session works.
    Download(files::DownloadArgs),
    /// Put a file where a session works.
    Upload(files::UploadArgs),
    /// Write a chat down as a file.
    Export(export::Args),
    /// Take in a chat that was written down, to be read here.
    Import(import::Args),
    /// End a session and forget it; what stands in its workspace stays.
    Delete(delete::Args),
    /// Delete what the server keeps of a transcript, for good; its machine keeps what it has.
    DeleteKept(delete_kept::Args),
    /// Print what was said in a chat, from its machine.
    Updates(updates::Args),
}

impl Args {
    /// How it prints.
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            Command::List(args) => args.format.format,
            Command::Search(args) => args.format.format,
            Command::Outside(args) => args.format.format,
            Command::Continue(args) => args.format.format,
            Command::Show(args) => args.format.format,
            Command::Stop(args) => args.format.format,
            Command::Pause(args) | Command::Resume(args) => args.format.format,
            Command::Shares(args) => args.format.format,
            Command::Share(args) => args.format.format,
            Command::Unshare(args) => args.format.format,
            Command::Rename(args) => args.format.format,
            Command::Tag(args) | Command::Untag(args) => args.which.format.format,
            Command::Archive(which) | Command::Unarchive(which) => which.format.format,
            Command::Changes(args) => args.format.format,
            Command::Diff(args) => args.format.format,
            Command::Discard(args) => args.format.format,
            Command::Log(args) => args.format.format,
            Command::RemoveWorktree(args) => args.format.format,
            Command::Files(args) => args.format.format,
            Command::Upload(args) => args.format.format,
            // What they print is the file.
            Command::Export(_) | Command::Download(_) => Format::Text,
            Command::Import(args) => args.format.format,
            Command::Delete(args) => args.format.format,
            Command::DeleteKept(args) => args.format.format,
            Command::Updates(args) => args.format.format,
        }
    }
}

/// Does it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list::run(args, invocation).await,
        Command::Search(args) => search::run(args, invocation).await,
        Command::Outside(args) => outside::list(args, invocation).await,
        Command::Continue(args) => outside::go_on(*args, invocation).await,
        Command::Show(args) => show::run(args, invocation).await,
        Command::Stop(args) => stop::run(args, invocation).await,
        Command::Pause(args) => pause::pause(args, invocation).await,
        Command::Resume(args) => pause::resume(args, invocation).await,
        Command::Shares(args) => share::list(args, invocation).await,
        Command::Share(args) => share::share(args, invocation).await,
        Command::Unshare(args) => share::unshare(args, invocation).await,
        Command::Rename(args) => rename::run(args, invocation).await,
        Command::Tag(args) => tag::add(args, invocation).await,
        Command::Untag(args) => tag::remove(args, invocation).await,
        Command::Archive(which) => archive::run(which, true, invocation).await,
        Command::Unarchive(which) => archive::run(which, false, invocation).await,
        Command::Changes(args) => changes::run(args, invocation).await,
        Command::Diff(args) => diff::run(args, invocation).await,
        Command::Discard(args) => discard::run(args, invocation).await,
        Command::Log(args) => log::run(args, invocation).await,
        Command::RemoveWorktree(args) => remove_worktree::run(args, invocation).await,
        Command::Files(args) => files::list(args, invocation).await,
        Command::Download(args) => files::download(args, invocation).await,
        Command::Upload(args) => files::upload(args, invocation).await,
        Command::Export(args) => export::run(args, invocation).await,
        Command::Import(args) => import::run(args, invocation).await,
        Command::Delete(args) => delete::run(args, invocation).await,
        Command::DeleteKept(args) => delete_kept::run(args, invocation).await,
        Command::Updates(args) => updates::run(args, invocation).await,
    }
}

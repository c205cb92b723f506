//! `gantline machine`: the computers on which sessions run.

mod assign;
mod assignments;
mod background;
mod copies;
mod enroll;
mod freeze;
mod halt;
mod install;
mod label;
mod list;
mod logs;
mod mirror;
mod offer_update;
mod options;
mod policy;
mod restart;
mod rotate_key;
mod run;
mod show;
mod status;
mod unenroll;
mod uninstall;
mod update;

use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;
use client::Client;
use contract::machines::MachineView;
use daemon::MachineConfig;
use daemon::config::ConfigError;

use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::lookup::{self, MachineOption};
use crate::output::Format;
use crate::words::Words;

/// What to do with machines.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done with machines.
#[derive(Debug, Subcommand)]
enum Command {
    /// List the machines that you may work on.
    List(list::Args),
    /// Show a machine: its workspaces, its agents, and what is missing.
    Show(show::Args),
    /// List who was given a right on a machine.
    Users(assign::UsersArgs),
    /// List who was given a right on which machine of your tenant, for its administrators.
    Assignments(assignments::Args),
    /// Give somebody a right on a machine: `user` works there, `admin` also looks after it.
    Assign(assign::Args),
    /// Take somebody's right on a machine back; their sessions there end.
    Unassign(assign::UnassignArgs),
    /// Rename a machine.
    Rename(label::RenameArgs),
    /// Add labels to a machine, take some away, or list them.
    Label(label::Args),
    /// Let a machine take no new work, or no machine at all; what runs goes on.
    Freeze(freeze::Args),
    /// Let a machine take new work again.
    Unfreeze(freeze::UnfreezeArgs),
    /// Tell machines that their server has a newer release of its program for them.
    ///
    /// A machine fetches it and verifies that it is ours and newer, unless its owner has switched that
    /// off. Its sessions go on; it goes back to what it runs now if the new one does not work there.
    OfferUpdate(offer_update::Args),
    /// Have a machine replace the key with which it proves who it is.
    ///
    /// It makes the new one itself and comes back with it; then the old one is refused. What runs there
    /// goes on. Where a key was stolen, remove the machine and enrol it again: a thief could answer in
    /// its place.
    RotateKey(rotate_key::Args),
    /// Make this computer a machine of a server that is there whenever it is on.
    ///
    /// Enrols it, links it once, and then has the system run it in the background from boot on, as
    /// its user. An administrator does that, with `sudo`; without, the program is installed for
    /// oneself and nothing runs in the background. What is installed already is brought up to this
    /// release and keeps its key and its settings.
    Install(Box<install::Args>),
    /// Remove everything of the machine but its workspaces. Works without the server, and twice.
    Uninstall(uninstall::Args),
    /// Stop what runs in the background, and start it again.
    Restart,
    /// Show what the machine has said in the background.
    Logs(logs::Args),
    /// Make this computer a machine of a server.
    ///
    /// The registration token is asked for unseen, read from standard input, or taken from
    /// `GANTLINE_ENROLMENT_TOKEN`. It names the server's key, and no other server is trusted.
    Enroll(enroll::Args),
    /// Run this computer as the machine that it is enrolled as, until interrupted.
    Run(run::Args),
    /// Say what this computer is enrolled as, and how it fares.
    ///
    /// Ends with 0 if its link to the server is up, with 6 if it is not, with 4 if this computer is
    /// not enrolled.
    Status(status::Args),
    /// Bring the machine up to a newer release, from its server or from a file.
    ///
    /// Takes what was signed by us, for this computer, and is newer than what runs. The daemon starts
    /// it, and goes back to what ran before if it has no link to the server soon. Sessions go on.
    Update(update::Args),
    /// Show or change what this computer allows its server: workspaces, agents, shell, presets.
    Policy(policy::Args),
    /// Say, begin and end what is copied from this computer to its server.
    ///
    /// Copies of the workspaces are kept on the server only where the owner of this computer wants
    /// them; the server cannot ask for them. What `.gitignore` names, keys, passwords and `.env` files
    /// stay here, and so does what is too much.
    Mirror(mirror::Args),
    /// Look at and fetch the copies of a machine's workspaces that are on the server.
    ///
    /// They are there while the machine is not. There are none unless its owner wants them.
    Copies(copies::Args),
    /// End everything that runs on this computer for its server, and let nothing begin.
    ///
    /// Works without the server, outlives restarts, and is lifted here only, with `gantline machine
    /// resume`. Answers when nothing runs any more.
    Halt(halt::Args),
    /// Let this computer take work again after `gantline machine halt`.
    Resume(halt::ResumeArgs),
    /// Make this computer a machine no longer: its sessions and their transcripts are forgotten.
    Unenroll(unenroll::Args),
}

impl Args {
    /// Whether the daemon is to run.
    pub(crate) const fn is_run(&self) -> bool {
        matches!(self.command, Command::Run(_))
    }

    /// How it prints.
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            Command::List(args) => args.format.format,
            Command::Show(args) => args.format.format,
            Command::Users(args) => args.format.format,
            Command::Assignments(args) => args.format.format,
            Command::Assign(args) => args.format.format,
            Command::Unassign(args) => args.format.format,
            Command::Rename(args) => args.format.format,
            Command::Label(args) => args.format.format,
            Command::Freeze(args) => args.format.format,
            Command::Unfreeze(args) => args.format.format,
            Command::OfferUpdate(args) => args.format.format,
            Command::RotateKey(args) => args.format.format,
            Command::Enroll(args) => args.format.format,
            Command::Install(args) => args.format.format,
            Command::Uninstall(args) => args.format.format,
            Command::Run(_) | Command::Restart | Command::Logs(_) => Format::Text,
            Command::Status(args) => args.format.format,
            Command::Update(args) => args.format.format,
            Command::Policy(args) => args.format(),
            Command::Mirror(args) => args.format(),
            Command::Copies(args) => args.format(),
            Command::Halt(args) => args.format.format,
            Command::Resume(args) => args.format.format,
            Command::Unenroll(args) => args.format.format,
        }
    }
}

/// Does it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list::run(args, invocation).await,
        Command::Show(args) => show::run(args, invocation).await,
        Command::Users(args) => assign::users(args, invocation).await,
        Command::Assignments(args) => assignments::run(args, invocation).await,
        Command::Assign(args) => assign::run(args, invocation).await,
        Command::Unassign(args) => assign::unassign(args, invocation).await,
        Command::Rename(args) => label::rename(args, invocation).await,
        Command::Label(args) => label::run(args, invocation).await,
        Command::Freeze(args) => freeze::run(args, invocation).await,
        Command::Unfreeze(args) => freeze::unfreeze(args, invocation).await,
        Command::OfferUpdate(args) => offer_update::run(args, invocation).await,
        Command::RotateKey(args) => rotate_key::run(args, invocation).await,
        Command::Install(args) => install::run(*args, invocation),
        Command::Uninstall(args) => uninstall::run(&args, invocation),
        Command::Restart => restart::run(invocation),
        Command::Logs(args) => logs::run(&args, invocation),
        Command::Enroll(args) => enroll::run(args, invocation).await,
        Command::Run(args) => run::run(args, invocation).await,
        Command::Status(args) => status::run(args, invocation).await,
        Command::Update(args) => update::run(args, invocation).await,
        Command::Policy(args) => policy::run(args, invocation),
        Command::Mirror(args) => mirror::run(args, invocation).await,
        Command::Copies(args) => copies::run(args, invocation).await,
        Command::Halt(args) => halt::run(args, invocation).await,
        Command::Resume(args) => halt::resume(args, invocation).await,
        Command::Unenroll(args) => unenroll::run(args, invocation).await,
    }
}

/// The machine that is meant by its name, its identifier or the end of it.
async fn named(client: &Client, name: &str, words: &dyn Words) -> anyhow::Result<MachineView> {
    let option = MachineOption { machine: Some(name.to_owned()) };
    lookup::machine(client, &option, words).await
}

/// What this computer is enrolled as.
fn enrolled(directory: &Path, words: &dyn Words) -> anyhow::Result<MachineConfig> {
    match MachineConfig::read(directory) {
        Err(ConfigError::NotEnrolled(_)) => {
            let refusal = Refusal::new(Meaning::NotFound, words.not_enrolled());
            Err(refusal.with_hint(words.hint_enrol()).into())
        }
        read => Ok(read?),
    }
}

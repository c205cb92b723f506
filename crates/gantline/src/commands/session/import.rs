//! `gantline session import`, and `gantline import`: takes in a session that was written down.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use client::Sent;
use contract::exports::{ImportSession, MAX_IMPORT_BYTES};
use tokio::sync::watch;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::keys::new_key;
use crate::lookup::{self, MachineOption, short};
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::progress;
use crate::words::Words;

/// What to take in, and where to keep it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File that `gantline export` or another gateway has written as JSON; `-` is standard input.
    file: PathBuf,
    #[command(flatten)]
    machine: MachineOption,
    /// Directory in which it was held, as it is to be shown [default: that of the export].
    #[arg(long, short = 'C', value_name = "DIR")]
    cwd: Option<String>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Takes it in.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let data = read(&args.file, words)?;
    let client = invocation.client(args.connection)?;
    let machine = lookup::machine(&client, &args.machine, words).await?;
    let body = ImportSession {
        data,
        machine_id: Some(machine.machine_id.to_string()),
        project_path: args.cwd,
        idempotency_key: Some(new_key()),
    };
    let sent = watch::Sender::new(Sent::default());
    let session = {
        let telling = progress::tell(sent.subscribe(), args.format.format, |percent, mib| {
            words.sending(percent, mib)
        });
        tokio::select! {
            session = client.session_import(&body, &sent) => session?,
            never = telling => match never {},
        }
    };
    match args.format.format {
        Format::Json => try_print_json(&session)?,
        Format::Quiet => print_line(session.session_id)?,
        Format::Text => {
            let title = escape::line(&session.title).into_owned();
            print_line(words.session_imported(&title, &short(&session.session_id)))?;
        }
    }
    Ok(Meaning::Done.into())
}

fn read(file: &PathBuf, words: &dyn Words) -> anyhow::Result<String> {
    let mut text = String::new();
    let limit = MAX_IMPORT_BYTES as u64;
    let read = if file.as_os_str() == "-" {
        io::stdin().lock().take(limit + 1).read_to_string(&mut text)
    } else {
        let open = File::open(file).with_context(|| format!("open {}", file.display()))?;
        open.take(limit + 1).read_to_string(&mut text)
    };
    match read {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(Refusal::new(Meaning::Usage, words.import_is_no_text()).into())
        }
        Err(error) => Err(error).with_context(|| format!("read {}", file.display())),
        Ok(_) if text.len() > MAX_IMPORT_BYTES => {
            let refusal = Refusal::new(Meaning::Usage, words.import_is_too_large(limit >> 20));
            Err(refusal.into())
        }
        Ok(_) => Ok(text),
    }
}

//! `gantline policy presets`: the starting points that there are.

use std::process::ExitCode;

use contract::policy::Presets;

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};

/// How to list them.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists them.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let presets = invocation.client(args.connection)?.policy_presets().await?;
    match args.format.format {
        Format::Json => try_print_json(&Presets { presets })?,
        Format::Quiet => {
            for preset in presets {
                print_line(preset.name)?;
            }
        }
        Format::Text => {
            let rows = presets.into_iter().map(|preset| {
                let tools: Vec<&str> =
                    preset.policy.allowed_tools.iter().map(|tool| tool.as_str()).collect();
                let tools = if preset.policy.other_tools && preset.policy.denied_tools.is_empty() {
                    "*".to_owned()
                } else {
                    tools.join(",")
                };
                [preset.name, preset.policy.permissions.to_string(), tools, preset.description]
            });
            print_table(invocation.words.preset_headings(), rows)?;
        }
    }
    Ok(Meaning::Done.into())
}

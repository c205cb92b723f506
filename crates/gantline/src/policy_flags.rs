//! What an agent may do without a person, as the command line says it.

use contract::policy::{AuthPolicy, Permissions, PolicyOptions, ToolList};

/// What is meant where no preset is named.
const DEFAULT_PRESET: &str = "dev-default";

/// What an agent may do without a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Policy")]
pub(crate) struct PolicyFlags {
    /// Where the policy starts from: `safe-readonly` only reads, `dev-default` runs commands and
    /// writes files after a question, `ask` has every tool, `full-auto` asks nothing; or a preset
    /// that an administrator has made [default: `dev-default`].
    #[arg(long, value_name = "PRESET")]
    pub permission_preset: Option<String>,

    /// Approve whatever is not forbidden. Of this and the next two the last one counts.
    #[arg(long, overrides_with_all = ["approve_reads", "deny_all"])]
    pub approve_all: bool,

    /// Approve what only reads, and ask about the rest.
    #[arg(long, overrides_with_all = ["approve_all", "deny_all"])]
    pub approve_reads: bool,

    /// Approve what only reads, and deny the rest.
    #[arg(long, overrides_with_all = ["approve_all", "approve_reads"])]
    pub deny_all: bool,

    /// Tools that may be used at all, with commas between them, such as `Bash,Read,Write`; `*` is
    /// all of them, and so is the empty text [default: those of the preset].
    #[arg(long, value_name = "TOOLS")]
    pub allowed_tools: Option<ToolList>,

    /// Tools that are taken away from those, written in the same way.
    #[arg(long, value_name = "TOOLS")]
    pub denied_tools: Option<ToolList>,

    /// What happens where the agent insists on a login of its own: `fail` ends the turn, `skip`
    /// goes on without [default: `fail`].
    #[arg(long, value_name = "RULE")]
    pub auth_policy: Option<AuthPolicy>,

    /// How many prompts the session takes [default: any number].
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_turns: Option<u32>,
}

impl PolicyFlags {
    /// Whether nothing was said.
    pub(crate) fn is_silent(&self) -> bool {
        *self == Self::default()
    }

    /// The same for the server.
    pub(crate) fn options(&self) -> PolicyOptions {
        let permissions = [
            (self.approve_all, Permissions::ApproveAll),
            (self.approve_reads, Permissions::ApproveReads),
            (self.deny_all, Permissions::DenyAll),
        ];
        let permissions = permissions.into_iter().find(|(is_given, _)| *is_given);
        let preset = self.permission_preset.clone();
        PolicyOptions {
            permission_preset: preset.or_else(|| Some(DEFAULT_PRESET.to_owned())),
            permissions: permissions.map(|(_, permissions)| permissions),
            allowed_tools: self.allowed_tools.clone(),
            denied_tools: self.denied_tools.clone(),
            auth_policy: self.auth_policy,
            non_interactive_permissions: None,
            max_turns: self.max_turns,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    fn flags(line: &str) -> PolicyFlags {
        let arguments = line.split(' ').map(|word| if word == "''" { "" } else { word });
        let cli = Cli::try_parse_from(["gantline"].into_iter().chain(arguments)).unwrap();
        cli.ask.options.chat.policy
    }

    fn json(line: &str) -> serde_json::Value {
        serde_json::to_value(flags(line).options()).unwrap()
    }

    #[test]
    fn the_last_mode_counts() {
        assert_eq!(json("--approve-all --deny-all")["permissions"], "deny-all");
        assert_eq!(json("--deny-all --approve-all")["permissions"], "approve-all");
        assert_eq!(
            json("--deny-all --approve-all --approve-reads")["permissions"],
            "approve-reads"
        );
        assert_eq!(json("-p x")["permissions"], serde_json::Value::Null);
    }

    #[test]
    fn the_default_is_the_documented_one() {
        assert_eq!(json("-p x"), serde_json::json!({ "permission_preset": "dev-default" }));
    }

    #[test]
    fn the_examples_of_the_document_are_understood() {
        let given = json("--permission-preset full-auto --approve-reads --denied-tools Write,Bash");
        let expect = serde_json::json!({
            "permission_preset": "full-auto",
            "permissions": "approve-reads",
            "denied_tools": ["Bash", "Write"],
        });
        assert_eq!(given, expect);
        assert_eq!(json("--allowed-tools ''")["allowed_tools"], "");
        assert_eq!(json("--allowed-tools *")["allowed_tools"], "*");
        assert_eq!(json("--auth-policy skip --max-turns 3")["auth_policy"], "skip");
    }

    #[test]
    fn nonsense_is_refused_with_what_would_make_sense() {
        let refused = |line: &str| {
            let arguments = ["gantline"].into_iter().chain(line.split(' '));
            Cli::try_parse_from(arguments).unwrap_err().to_string()
        };
        assert!(
            refused("--allowed-tools Bsh").contains("MultiEdit"),
            "{}",
            refused("--allowed-tools Bsh")
        );
        assert!(refused("--allowed-tools *,Read").contains("alone"));
        assert!(refused("--auth-policy maybe").contains("skip"));
        assert!(refused("--max-turns 0").contains("1.."));
    }
}

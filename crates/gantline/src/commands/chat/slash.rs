//! What is typed for this program rather than for the agent. Agents have such commands too, so that
//! one that is not known here is theirs.

/// A command for this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Slash {
    Help,
    Quit,
    New,
    Agents,
    Agent(Option<String>),
    Model(Option<String>),
    Mode(Option<String>),
    Session,
    Show(usize),
    Stop,
}

/// The names, for whoever completes them.
pub(super) const NAMES: [&str; 11] = [
    "/agent", "/agents", "/exit", "/help", "/mode", "/model", "/new", "/quit", "/session", "/show",
    "/stop",
];

/// The command that a line is, if it is one.
pub(super) fn parse(line: &str) -> Option<Slash> {
    let (name, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
    let rest = Some(rest.trim()).filter(|rest| !rest.is_empty()).map(str::to_owned);
    match (name, &rest) {
        ("/help" | "/?", None) => Some(Slash::Help),
        ("/quit" | "/exit" | "/q", None) => Some(Slash::Quit),
        ("/new", None) => Some(Slash::New),
        ("/agents", None) => Some(Slash::Agents),
        ("/session", None) => Some(Slash::Session),
        ("/stop", None) => Some(Slash::Stop),
        ("/show", None) => Some(Slash::Show(1)),
        ("/show", Some(which)) => which.parse().ok().map(Slash::Show),
        ("/agent", _) => Some(Slash::Agent(rest)),
        ("/model", _) => Some(Slash::Model(rest)),
        ("/mode", _) => Some(Slash::Mode(rest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_command() {
        for name in NAMES {
            assert!(parse(name).is_some(), "{name}");
        }
    }

    #[test]
    fn what_is_not_known_here_is_the_agents() {
        assert_eq!(parse("/help"), Some(Slash::Help));
        assert_eq!(parse(" /agent  codex "), Some(Slash::Agent(Some("codex".to_owned()))));
        assert_eq!(parse("/model"), Some(Slash::Model(None)));
        assert_eq!(parse("/show"), Some(Slash::Show(1)));
        assert_eq!(parse("/show 3"), Some(Slash::Show(3)));
        assert_eq!(parse("/show me"), None);
        assert_eq!(parse("/write notes.txt hello"), None);
        assert_eq!(parse("/new feature, please"), None);
        assert_eq!(parse("help"), None);
        assert_eq!(parse("/"), None);
    }
}

//! Colours, where they are wanted.

use std::fmt::Display;

use owo_colors::{OwoColorize, Style};

/// Whether text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    /// With escape sequences of ours.
    Coloured,
    /// As it is.
    Plain,
}

impl Paint {
    /// What standard output takes: a window, unless `NO_COLOR` and its kin say otherwise.
    pub(crate) fn of_stdout() -> Self {
        Self::of(anstream::AutoStream::choice(&std::io::stdout()))
    }

    /// What standard error takes.
    pub(crate) fn of_stderr() -> Self {
        Self::of(anstream::AutoStream::choice(&std::io::stderr()))
    }

    fn of(choice: anstream::ColorChoice) -> Self {
        if choice == anstream::ColorChoice::Never { Self::Plain } else { Self::Coloured }
    }

    pub(crate) fn is_coloured(self) -> bool {
        self == Self::Coloured
    }

    pub(crate) fn apply(self, style: Style, text: impl Display) -> String {
        match self {
            Self::Coloured => text.style(style).to_string(),
            Self::Plain => text.to_string(),
        }
    }

    pub(crate) fn bold(self, text: impl Display) -> String {
        self.apply(Style::new().bold(), text)
    }

    pub(crate) fn dim(self, text: impl Display) -> String {
        self.apply(Style::new().dimmed(), text)
    }

    pub(crate) fn red(self, text: impl Display) -> String {
        self.apply(Style::new().red(), text)
    }

    pub(crate) fn green(self, text: impl Display) -> String {
        self.apply(Style::new().green(), text)
    }

    pub(crate) fn yellow(self, text: impl Display) -> String {
        self.apply(Style::new().yellow(), text)
    }

    pub(crate) fn cyan(self, text: impl Display) -> String {
        self.apply(Style::new().cyan(), text)
    }
}

//! What the user does while the program works: keys, one by one, and the wish to interrupt.

use std::future::Future;
use std::io::{self, IsTerminal};
use std::pin::Pin;

use crossterm::event::{Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal;
use futures_util::StreamExt;

/// Something that the user does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Press {
    /// Ctrl-C, or a signal that means it.
    Interrupt,
    Escape,
    Enter,
    Backspace,
    Character(char),
}

/// Reads keys one by one, for as long as it lives.
pub(crate) struct Keys {
    events: EventStream,
    _raw: RawMode,
}

/// The window gives out keys as they are pressed and shows none of them, until this is dropped.
pub(crate) struct RawMode;

impl RawMode {
    /// Until it is dropped.
    pub(crate) fn begin() -> io::Result<Self> {
        terminal::enable_raw_mode()?;
        Ok(Self)
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        // There is nobody left to tell that the window stays as it is.
        let _ = terminal::disable_raw_mode();
    }
}

impl Keys {
    fn begin() -> io::Result<Self> {
        Ok(Self { _raw: RawMode::begin()?, events: EventStream::new() })
    }

    async fn next(&mut self) -> io::Result<Press> {
        loop {
            match self.events.next().await {
                Some(Ok(Event::Key(key))) => {
                    if let Some(press) = press(key) {
                        return Ok(press);
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
    }
}

fn press(key: KeyEvent) -> Option<Press> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('c' | 'C') if is_control => Some(Press::Interrupt),
        KeyCode::Char('h') if is_control => Some(Press::Backspace),
        KeyCode::Char('j' | 'm') if is_control => Some(Press::Enter),
        KeyCode::Char(_) if is_control => None,
        KeyCode::Char(character) => Some(Press::Character(character)),
        KeyCode::Enter => Some(Press::Enter),
        KeyCode::Backspace => Some(Press::Backspace),
        KeyCode::Esc => Some(Press::Escape),
        _ => None,
    }
}

/// The user's hands: on the keyboard, or only able to interrupt.
pub(crate) struct Hands {
    keys: Option<Keys>,
    signal: Pin<Box<dyn Future<Output = io::Result<()>> + Send>>,
}

impl Hands {
    /// Hands that can only interrupt.
    pub(crate) fn new() -> Self {
        Self { keys: None, signal: Box::pin(tokio::signal::ctrl_c()) }
    }

    /// Reads keys from now on.
    pub(crate) fn take_keys(&mut self) -> io::Result<()> {
        if self.keys.is_none() {
            self.keys = Some(Keys::begin()?);
        }
        Ok(())
    }

    /// Reads keys no longer.
    pub(crate) fn give_keys_back(&mut self) {
        self.keys = None;
    }

    /// Whether keys are read.
    pub(crate) const fn has_keys(&self) -> bool {
        self.keys.is_some()
    }

    /// Waits for the next thing that the user does. Safe to drop and call again.
    pub(crate) async fn next(&mut self) -> io::Result<Press> {
        let Self { keys, signal } = self;
        tokio::select! {
            // A key.
            press = next_key(keys) => press,
            // Ctrl-C where keys are not read, or a signal from elsewhere.
            interrupted = signal.as_mut() => {
                *signal = Box::pin(tokio::signal::ctrl_c());
                interrupted.map(|()| Press::Interrupt)
            }
        }
    }
}

async fn next_key(keys: &mut Option<Keys>) -> io::Result<Press> {
    match keys {
        Some(keys) => keys.next().await,
        None => std::future::pending().await,
    }
}

/// Whether somebody sits at the window who can be asked: keys come from it, and what is asked is
/// seen on it.
pub(crate) fn somebody_is_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Option<Press> {
        press(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn keys_mean_what_people_expect() {
        let none = KeyModifiers::NONE;
        assert_eq!(key(KeyCode::Char('c'), KeyModifiers::CONTROL), Some(Press::Interrupt));
        assert_eq!(key(KeyCode::Char('c'), none), Some(Press::Character('c')));
        assert_eq!(key(KeyCode::Char('Y'), KeyModifiers::SHIFT), Some(Press::Character('Y')));
        assert_eq!(key(KeyCode::Char('x'), KeyModifiers::CONTROL), None);
        assert_eq!(key(KeyCode::Esc, none), Some(Press::Escape));
        assert_eq!(key(KeyCode::F(1), none), None);
    }
}

//! What an API token may be used for, of all that its owner may do.

use std::fmt;
use std::str::FromStr;

use crate::{UnknownWord, words};

words! {
    /// One thing that a token may be used for. Every token may look at what its owner may see.
    pub enum TokenScope as "scope" {
        /// Everything that its owner may do, credentials included, and whatever is added later.
        Full = "full",
        /// Nothing but looking.
        Read = "read",
        /// Start, drive and stop sessions and jobs, and answer what agents ask.
        Sessions = "sessions",
        /// Enrol, assign and remove machines.
        Machines = "machines",
        /// Make and change accounts and tenants.
        Users = "users",
        /// Store, change, test and delete provider keys.
        Keys = "keys",
        /// Set prices and quotas.
        Budget = "budget",
        /// Make presets and rules.
        Policy = "policy",
    }
}

/// What one token may be used for: one scope or several, never none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenScopes {
    // A bit for each scope, in the order of declaration.
    bits: u16,
}

impl TokenScopes {
    /// Everything.
    pub const FULL: Self = Self { bits: bit(TokenScope::Full) };

    /// These; `None` for none, which would not be everything.
    pub fn of(scopes: &[TokenScope]) -> Option<Self> {
        let bits = scopes.iter().fold(0, |bits, scope| bits | bit(*scope));
        (bits != 0).then_some(Self { bits })
    }

    /// Whether what needs a scope may be done with them.
    pub const fn covers(self, needed: TokenScope) -> bool {
        let everything = self.bits & bit(TokenScope::Full) != 0;
        everything || matches!(needed, TokenScope::Read) || self.bits & bit(needed) != 0
    }

    /// Each of them, in the order of declaration.
    pub fn iter(self) -> impl Iterator<Item = TokenScope> {
        TokenScope::ALL.iter().copied().filter(move |scope| self.bits & bit(*scope) != 0)
    }
}

const fn bit(scope: TokenScope) -> u16 {
    1 << scope as u16
}

/// As they are stored: their words, with blanks between them.
impl fmt::Display for TokenScopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.iter().map(TokenScope::as_str).collect();
        f.write_str(&words.join(" "))
    }
}

impl FromStr for TokenScopes {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let words = text.split(' ').map(str::parse);
        let scopes: Vec<TokenScope> = words.collect::<Result<_, _>>()?;
        let bits = scopes.iter().fold(0, |bits, scope| bits | bit(*scope));
        Ok(Self { bits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_scope_is_not_every_scope() {
        assert_eq!(TokenScopes::of(&[]), None);
        assert!("".parse::<TokenScopes>().is_err());
    }

    #[test]
    fn every_scope_covers_itself_and_looking() {
        for scope in TokenScope::ALL {
            let scopes = TokenScopes::of(&[*scope]).unwrap();
            for needed in TokenScope::ALL {
                let covers =
                    *scope == TokenScope::Full || scope == needed || *needed == TokenScope::Read;
                assert_eq!(scopes.covers(*needed), covers, "{scope} for {needed}");
            }
        }
    }

    #[test]
    fn scopes_are_read_as_they_were_stored() {
        let scopes = TokenScopes::of(&[TokenScope::Keys, TokenScope::Read]).unwrap();
        assert_eq!(scopes.to_string(), "read keys");
        assert_eq!("read keys".parse(), Ok(scopes));
        assert_eq!(TokenScopes::FULL.to_string(), "full");
    }
}

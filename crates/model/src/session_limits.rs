//! How much of a tenant's machines sessions may take.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a tenant allows its sessions. Each that is not there does not limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SessionLimits {
    /// After how long without anything happening a chat is stopped.
    pub idle: Option<Duration>,
    /// How many prompts one session takes.
    pub turns: Option<u32>,
    /// How many sessions may be open on one machine.
    pub per_machine: Option<u32>,
    /// How many sessions one user may have open.
    pub per_user: Option<u32>,
}

/// What is to become of each limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SessionLimitsChange {
    /// Of [`SessionLimits::idle`].
    pub idle: Change<Duration>,
    /// Of [`SessionLimits::turns`].
    pub turns: Change<u32>,
    /// Of [`SessionLimits::per_machine`].
    pub per_machine: Change<u32>,
    /// Of [`SessionLimits::per_user`].
    pub per_user: Change<u32>,
}

impl SessionLimits {
    /// What they are after a change.
    pub fn with(self, change: SessionLimitsChange) -> Self {
        Self {
            idle: change.idle.of(self.idle),
            turns: change.turns.of(self.turns),
            per_machine: change.per_machine.of(self.per_machine),
            per_user: change.per_user.of(self.per_user),
        }
    }
}

/// What is to become of a limit. As a field of JSON it is left out, `null`, or the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Change<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// There is none any more.
    Lift,
    /// It is this from now on.
    To(T),
}

impl<T> Change<T> {
    /// Whether nothing is to become of it.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// What a limit is after it.
    pub fn of(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Keep => before,
            Self::Lift => None,
            Self::To(limit) => Some(limit),
        }
    }

    /// The same in another unit.
    pub fn map<U>(self, unit: impl FnOnce(T) -> U) -> Change<U> {
        match self {
            Self::Keep => Change::Keep,
            Self::Lift => Change::Lift,
            Self::To(limit) => Change::To(unit(limit)),
        }
    }
}

/// A field that is there; one that is left out is the default.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Lift, Self::To))
    }
}

/// A field that stays as it is has to be left out by whoever writes it.
impl<T: Serialize> Serialize for Change<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Lift => serializer.serialize_none(),
            Self::To(limit) => limit.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_keeps_what_it_does_not_name() {
        let before = SessionLimits { turns: Some(5), per_user: Some(2), ..Default::default() };
        let change = SessionLimitsChange {
            turns: Change::Lift,
            per_machine: Change::To(3),
            ..Default::default()
        };
        let after = SessionLimits { per_machine: Some(3), per_user: Some(2), ..Default::default() };
        assert_eq!(before.with(change), after);
    }

    #[test]
    fn null_lifts_and_a_number_limits() {
        let read = |json: &str| serde_json::from_str::<Change<u32>>(json).unwrap();
        assert_eq!((read("null"), read("7")), (Change::Lift, Change::To(7)));
        assert!(serde_json::from_str::<Change<u32>>("-1").is_err());
        assert_eq!(serde_json::to_string(&Change::To(7)).unwrap(), "7");
        assert_eq!(serde_json::to_string(&Change::<u32>::Lift).unwrap(), "null");
    }
}

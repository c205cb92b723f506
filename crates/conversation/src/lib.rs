//! The state machine of a chat and its events.

//! The state machine of a replayable terminal.

//! The state machine of the one connection between server and machine.

//! The resident program on a machine.

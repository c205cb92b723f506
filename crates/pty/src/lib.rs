//! Programs on pseudo-terminals.

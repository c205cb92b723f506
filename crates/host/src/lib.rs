//! This computer: real clock, real randomness, directories, secret files, facts.

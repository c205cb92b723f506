//! Secrets: sealing provider keys, minting and checking every kind of token, passwords.

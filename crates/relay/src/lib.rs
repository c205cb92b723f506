//! The live switchboard: links, live sessions, their viewers.

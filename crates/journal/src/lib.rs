//! The daemon's durable log: accepted commands, reports, transcripts.

//! Stand-ins that are products: a scripted agent, a scripted model provider, a collector of
//! telemetry, machines with nothing behind their links, a fault proxy.
//!
//! - [`agent`]: an ACP agent that does what it is told
//! - [`collector`]: an OpenTelemetry collector that keeps what it is told
//! - [`fault`]: a network that fails on request
//! - [`machine`]: machines with nothing behind their links, thousands of them
//! - [`provider`]: a model provider in four dialects, which fails on request

pub mod agent;
pub mod collector;
pub mod fault;
pub mod machine;
pub mod provider;

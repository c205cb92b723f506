//! Stand-ins that are products: a scripted agent, a scripted model provider, a fault proxy.
//!
//! - [`fault`]: a network that fails on request
//! - [`provider`]: a model provider in four dialects, which fails on request

pub mod fault;
pub mod provider;

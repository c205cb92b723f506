//! Stand-ins that are products: a scripted agent, a scripted model provider, a fault proxy.
//!
//! - [`provider`]: a model provider in four dialects, which fails on request

pub mod provider;

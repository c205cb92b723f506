//! Stand-ins that are products: a scripted agent, a scripted model provider, a fault proxy.

//! The built console, ready to serve.

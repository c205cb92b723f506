//! Events between the parts of the server.

//! The doors: HTTP, server-sent events, WebSocket; one endpoint per file.

//! Bodies of the public interface: what is asked and answered over HTTP and WebSocket.

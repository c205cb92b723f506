//! Typed client of the public interface.

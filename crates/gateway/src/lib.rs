//! The LLM gateway: authenticate, classify, admit, choose key, prepare, forward, meter, settle.

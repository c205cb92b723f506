//! LLM dialects: recognise a call, set its authentication, read usage, shape errors.

//! Rules: who may do what, and which tool call needs a person.

//! Use cases: one file per noun, each starting with who acts and whether they may.

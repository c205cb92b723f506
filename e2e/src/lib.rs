//! One test per walkthrough: real server, real daemon, real browser.

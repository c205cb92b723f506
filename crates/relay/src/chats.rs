//! The records of a chat, for many viewers.
//!
//! A hub has one stream from the machine and keeps the last records; a viewer is a place among
//! them. One that is further behind reads pages from the machine's journal until it has caught
//! up. Nothing is lost and nothing comes twice, because every record has its number.

mod hub;
mod view;

pub(crate) use hub::ChatHub;
pub use view::{ChatEvent, ChatView};

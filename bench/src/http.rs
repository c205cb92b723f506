//! Model calls: who makes them, who answers them, and the least that can stand in between.
//!
//! - [`call`]: one call as it is made and answered
//! - [`load`]: many of them
//! - [`upstream`]: answers them, and costs next to nothing
//! - [`proxy`]: hands them on, and does nothing else: what no gateway can beat

pub(crate) mod call;
pub(crate) mod load;
pub(crate) mod proxy;
pub(crate) mod upstream;

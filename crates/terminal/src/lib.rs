//! The state machine of a replayable terminal: bytes with offsets, the screen they draw, and who
//! may type.
//!
//! Pure: time is passed in, and nothing here waits. Three parties use it. The machine keeps the
//! bytes and the screen and checks input; the relay on the server hands out the same bytes to many
//! viewers and decides who holds the keyboard; a viewer on the command line draws.
//!
//! - [`size`]: how many cells
//! - [`ring`]: the last bytes, each at its offset
//! - [`screen`]: what the bytes draw, and a snapshot of it
//! - [`Terminal`]: the machine's half, bytes and screen together
//! - [`outflow`]: what of it goes over the link, and when the program has to wait
//! - [`viewer`]: what one viewer gets next
//! - [`upstream`]: what the relay asks of the machine for all of them
//! - [`keyboard`]: who may type, and whose window gives the size
//! - [`typing`]: keystrokes on their way to the machine
//! - [`input_gate`]: keystrokes as the machine lets them in

pub mod input_gate;
pub mod keyboard;
pub mod outflow;
pub mod ring;
pub mod screen;
pub mod size;
mod terminal;
pub mod typing;
pub mod upstream;
pub mod viewer;

pub use input_gate::InputGate;
pub use keyboard::Keyboard;
pub use outflow::Outflow;
pub use ring::{Chunk, Ring};
pub use screen::Screen;
pub use size::{InvalidSize, Size};
pub use terminal::{Exit, Memory, Snapshot, Terminal};
pub use typing::Typing;
pub use upstream::Upstream;
pub use viewer::Viewer;

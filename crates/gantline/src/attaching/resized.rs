//! The wish of the window to have another size.

#[cfg(unix)]
pub(super) use unix::Resized;
#[cfg(windows)]
pub(super) use windows::Resized;

#[cfg(unix)]
mod unix {
    use std::io;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// Tells when the window has another size.
    pub(in super::super) struct Resized(Signal);

    impl Resized {
        pub(in super::super) fn listen() -> io::Result<Self> {
            Ok(Self(signal(SignalKind::window_change())?))
        }

        pub(in super::super) async fn next(&mut self) {
            if self.0.recv().await.is_none() {
                std::future::pending::<()>().await;
            }
        }
    }
}

#[cfg(windows)]
mod windows {
    use std::io;
    use std::time::Duration;

    use super::super::display::window_size;

    /// How often the window is looked at: the system tells only whoever reads its keys one by one.
    const LOOK_EVERY: Duration = Duration::from_millis(200);

    /// Tells when the window has another size.
    pub(in super::super) struct Resized((u16, u16));

    impl Resized {
        #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
        pub(in super::super) fn listen() -> io::Result<Self> {
            Ok(Self(window_size()))
        }

        pub(in super::super) async fn next(&mut self) {
            while self.0 == window_size() {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            self.0 = window_size();
        }
    }
}

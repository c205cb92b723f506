//! The wish that this program ends, from whoever has it.

/// Who wants it to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interrupt {
    /// A person at its window.
    CtrlC,
    /// The service manager, or whoever else sends a signal; on Windows whoever closes its window,
    /// leaves, or turns the computer off.
    Terminated,
}

/// Waits for Ctrl-C, or for the service manager's wish to stop.
pub(crate) async fn wait_for_interrupt() -> Interrupt {
    let terminated = async {
        if let Err(error) = system::terminated().await {
            tracing::warn!(%error, "cannot listen for the wish to terminate");
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => Interrupt::CtrlC,
        () = terminated => Interrupt::Terminated,
    }
}

#[cfg(unix)]
mod system {
    use tokio::signal::unix::{SignalKind, signal};

    pub(super) async fn terminated() -> std::io::Result<()> {
        signal(SignalKind::terminate())?.recv().await;
        Ok(())
    }
}

#[cfg(windows)]
mod system {
    use tokio::signal::windows::{ctrl_break, ctrl_close, ctrl_logoff, ctrl_shutdown};

    pub(super) async fn terminated() -> std::io::Result<()> {
        let (mut key, mut close) = (ctrl_break()?, ctrl_close()?);
        let (mut logoff, mut shutdown) = (ctrl_logoff()?, ctrl_shutdown()?);
        tokio::select! {
            _ = key.recv() => {}
            _ = close.recv() => {}
            _ = logoff.recv() => {}
            _ = shutdown.recv() => {}
        }
        Ok(())
    }
}

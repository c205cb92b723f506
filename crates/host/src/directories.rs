//! Where a user's data belongs on this system.

use std::path::{Path, PathBuf};

use etcetera::app_strategy::choose_native_strategy;
use etcetera::{AppStrategy, AppStrategyArgs};

/// The home directory cannot be determined.
#[derive(Debug, thiserror::Error)]
#[error("the home directory is not known; give the directory explicitly or set HOME")]
pub struct NoHome;

/// The data directory of Gantline for this user: `~/.local/share/gantline` on Linux (or
/// `$XDG_DATA_HOME/gantline`), `~/Library/Application Support/dev.gantline.gantline` on macOS,
/// `%APPDATA%\gantline\gantline\data` on Windows.
pub fn data_directory() -> Result<PathBuf, NoHome> {
    let application = AppStrategyArgs {
        top_level_domain: "dev".to_owned(),
        author: "gantline".to_owned(),
        app_name: "gantline".to_owned(),
    };
    choose_native_strategy(application).map(|strategy| strategy.data_dir()).map_err(|_| NoHome)
}

/// The same for the user with this home directory, whatever this process's variables say.
pub fn data_directory_in(home: &Path) -> PathBuf {
    let below = match std::env::consts::OS {
        "macos" => "Library/Application Support/dev.gantline.gantline",
        "windows" => "AppData/Roaming/gantline/gantline/data",
        _ => ".local/share/gantline",
    };
    home.join(below)
}

/// The user's home directory.
pub fn home_directory() -> Result<PathBuf, NoHome> {
    etcetera::home_dir().map_err(|_| NoHome)
}

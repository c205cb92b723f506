use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use contract::remote::{CommandLines, MachineCommands};
use control::machines;
use model::MachineId;

use super::enrol::Lines;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, public_url};

/// Says what is run on a machine to look after its daemon, for the machine's system. How it is
/// installed and removed is told to those who may add and remove machines.
#[utoipa::path(get, path = "/api/remote/machines/{machine_id}/commands", tag = "machines",
    params(("machine_id" = MachineId, Path)), responses((status = 200, body = MachineCommands)))]
pub(super) async fn commands(
    State(app): State<App>,
    headers: HeaderMap,
    Caller(actor): Caller,
    Path(id): Path<MachineId>,
) -> Answer<Json<MachineCommands>> {
    let machine = machines::machine(&app.plane, &actor, id).await?;
    let may_remove = machines::may_deregister(&app.plane, &actor, id).await;
    let os_type = machine.facts.os;
    let mut commands = lines(&os_type);
    if may_remove {
        let install = Lines::of(&public_url::server(&app, &headers));
        commands.install = Some(if os_type == "windows" { install.windows } else { install.unix });
    } else {
        commands.uninstall = None;
    }
    Ok(Json(MachineCommands { success: true, machine_id: id, os_type, commands }))
}

/// All but how it is installed, which depends on the server.
fn lines(os_type: &str) -> CommandLines {
    let (start, stop) = match os_type {
        "macos" => (
            "sudo launchctl bootstrap system /Library/LaunchDaemons/dev.gantline.machine.plist",
            "sudo launchctl bootout system/dev.gantline.machine",
        ),
        "windows" => ("schtasks /Run /TN GantlineMachine", "schtasks /End /TN GantlineMachine"),
        _ => ("sudo systemctl start gantline-machine", "sudo systemctl stop gantline-machine"),
    };
    // PowerShell as an administrator is what `sudo` is elsewhere.
    let as_administrator = if os_type == "windows" { "" } else { "sudo " };
    CommandLines {
        install: None,
        start: start.to_owned(),
        stop: stop.to_owned(),
        restart: format!("{as_administrator}gantline machine restart"),
        status: "gantline machine status".to_owned(),
        logs: "gantline machine logs -f".to_owned(),
        run: "gantline machine run".to_owned(),
        uninstall: Some(format!("{as_administrator}gantline machine uninstall")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names under which the daemon installs itself in the background.
    #[test]
    fn every_system_has_its_own_lines() {
        assert_eq!(lines("linux").stop, "sudo systemctl stop gantline-machine");
        assert_eq!(lines("macos").stop, "sudo launchctl bootout system/dev.gantline.machine");
        assert_eq!(lines("windows").stop, "schtasks /End /TN GantlineMachine");
        assert_eq!(lines("windows").restart, "gantline machine restart");
        assert_eq!(lines("linux").uninstall.as_deref(), Some("sudo gantline machine uninstall"));
    }
}

use axum::Json;
use axum::extract::State;
use contract::remote::{Heartbeat, HeartbeatMonitor, HeartbeatStatus};
use control::machines::{machine_status, machines, stale_after};
use model::machine::{Machine, MachineStatus};

use crate::App;
use crate::caller::Caller;
use crate::problem::Answer;

/// Says how machines are heard of, for those that one may see.
#[utoipa::path(get, path = "/api/remote/heartbeat-status", tag = "machines",
    responses((status = 200, body = HeartbeatStatus)))]
pub(super) async fn heartbeat(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Answer<Json<HeartbeatStatus>> {
    let machines = machines(&app.plane, &actor).await?;
    let heard = |machine: &Machine| {
        let (status, connected) = machine_status(&app.plane, machine.id);
        Heartbeat {
            machine_id: machine.id,
            machine_name: machine.name.clone(),
            status,
            connected,
            last_heartbeat: machine.last_seen_at.map(Into::into),
        }
    };
    let machines: Vec<Heartbeat> = machines.iter().map(heard).collect();
    let online = machines.iter().filter(|one| one.status == MachineStatus::Online).count();
    let heartbeat_monitor = HeartbeatMonitor {
        running: true,
        timeout_s: stale_after(&app.plane).as_secs(),
        checked_at: app.plane.clock().now().into(),
        online,
        offline: machines.len() - online,
        machines,
    };
    Ok(Json(HeartbeatStatus { success: true, heartbeat_monitor }))
}

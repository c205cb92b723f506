use axum::Json;
use axum::extract::State;
use contract::machines::{OfferedUpdate, TakenUpdate};
use control::{Error, machines, updates};
use model::MachineId;
use model::machine::Machine;
use release::Version;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Which release of its program this server offers to a machine, and which one it runs.
#[utoipa::path(get, path = "/api/remote/machines/{machine_id}/update", tag = "machines",
    params(("machine_id" = MachineId, Path)), responses((status = 200, body = OfferedUpdate)))]
pub(super) async fn offered(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<MachineId>,
) -> Answer<Json<OfferedUpdate>> {
    let machine = machines::machine(&app.plane, &actor, id).await?;
    let newer = newer(&app, &machine).await?.map(|version| version.to_string());
    Ok(Json(OfferedUpdate { running: machine.facts.version, newer }))
}

/// Tells a machine that there is a newer release of its program. It fetches and verifies it itself,
/// and goes back to what it runs now if the new one does not work there.
#[utoipa::path(post, path = "/api/remote/machines/{machine_id}/update", tag = "machines",
    params(("machine_id" = MachineId, Path)), responses((status = 200, body = TakenUpdate)))]
pub(super) async fn announce(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<MachineId>,
) -> Answer<Json<TakenUpdate>> {
    let machine = machines::machine(&app.plane, &actor, id).await?;
    let version = newer(&app, &machine).await?.map(|version| version.to_string());
    let version = updates::machine_offer_update(&app.plane, &actor, id, version.as_deref()).await?;
    Ok(Json(TakenUpdate { success: true, version }))
}

/// What is offered to a machine, by what is written and not verified here.
async fn newer(app: &App, machine: &Machine) -> Answer<Option<Version>> {
    let offered =
        app.config.programs.offered(&machine.facts.target()).await.map_err(Error::internal)?;
    let runs = machine.facts.version.parse::<Version>().ok();
    Ok(offered.filter(|offered| runs.is_none_or(|runs| *offered > runs)))
}

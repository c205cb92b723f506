//! What the server counts and times, for those who watch it.

use ::metrics::{Exposition, Kind};
use model::Actor;
use policy::Action;

use crate::authorise::{acting_tenant, authorise_in};
use crate::{ControlPlane, Error};

/// Everything that the control plane and what lies below it know. It is about all tenants, so only
/// somebody may ask who may see them all.
pub async fn metrics_view(plane: &ControlPlane, actor: &Actor) -> Result<Exposition, Error> {
    authorise_in(actor, Action::MetricsView, acting_tenant(actor)?)?;
    let census = plane.store.census().await?;
    let mut into = Exposition::default();
    into.family(Kind::Gauge, "gantline_build_info", "Which release this is; always 1.")
        .count(&[("version", contract::VERSION)], 1);
    write_machines(plane, census.machines, &mut into);
    census.write_metrics(&mut into);
    plane.store.write_metrics(&mut into);
    write_process(plane, &mut into);
    Ok(into)
}

fn write_machines(plane: &ControlPlane, enrolled: u64, into: &mut Exposition) {
    let live = plane.relay.census();
    into.family(Kind::Gauge, "gantline_machines", "Enrolled machines, by whether they are online.")
        .count(&[("status", "online")], live.online)
        .count(&[("status", "offline")], enrolled.saturating_sub(live.online));
    into.family(
        Kind::Gauge,
        "gantline_links",
        "Connections of machines, by whether the link is up or its machine is still proving itself.",
    )
    .count(&[("state", "up")], live.links_up)
    .count(&[("state", "beginning")], live.links.saturating_sub(live.links_up));
    into.gauge(
        "gantline_link_queue_length",
        "Questions and orders of people that wait for a link to take them.",
        live.orders_waiting,
    );
    into.family(
        Kind::Gauge,
        "gantline_sessions_watched",
        "Sessions that somebody watches, by kind.",
    )
    .count(&[("kind", "chat")], live.chats)
    .count(&[("kind", "terminal")], live.terminals);
}

/// By the names that every Prometheus client library has for them.
#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are exact")]
fn write_process(plane: &ControlPlane, into: &mut Exposition) {
    let started_s = plane.started_at().as_millis() as f64 / 1_000.0;
    into.family(
        Kind::Gauge,
        "process_start_time_seconds",
        "When the server was started, in seconds since 1970.",
    )
    .sample(&[], started_s);
    let Some(usage) = host::process::usage() else { return };
    into.gauge(
        "process_resident_memory_bytes",
        "Memory that is really there.",
        usage.resident_bytes,
    );
    into.family(Kind::Counter, "process_cpu_seconds_total", "Time on processors.")
        .sample(&[], usage.cpu_seconds);
    into.gauge("process_open_fds", "Files and connections that are open.", usage.open_files);
    into.gauge("process_max_fds", "How many may be open.", usage.max_open_files);
}

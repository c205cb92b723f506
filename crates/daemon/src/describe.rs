//! What the server is told of this machine, at the start and whenever it changes.

use model::machine::MachineFacts;
use wire::report::{Fact, MachineDescribed};

use crate::admission::Standing;
use crate::context::Context;

/// Looks what this machine has, and tells the server what is new.
pub(crate) async fn keep_described(context: &Context) {
    let mut known = MachineFacts::default();
    loop {
        let facts = tokio::select! {
            () = context.stopping.cancelled() => return,
            facts = look(context) => facts,
        };
        if facts != known {
            // Writing JSON to memory fails only for keys that are not strings, and facts have none.
            let json = serde_json::to_vec(&facts).expect("facts can be written as JSON");
            let described = Fact::MachineDescribed(MachineDescribed { facts_json: json.into() });
            if context.commit(vec![context.report(described)]).await.is_ok() {
                known = facts;
            }
        }
        tokio::select! {
            () = context.stopping.cancelled() => return,
            () = context.looked.notified() => {}
        }
    }
}

async fn look(context: &Context) -> MachineFacts {
    let agents = match context.shelf.found() {
        Some(agents) => agents,
        None => context.shelf.look(&context.variables).await,
    };
    let computer = host::facts::facts();
    let Standing { policy, closed, .. } = context.admission.standing();
    MachineFacts {
        hostname: computer.hostname,
        os: computer.os.to_owned(),
        os_version: computer.os_version,
        arch: computer.arch.to_owned(),
        version: context.version.clone(),
        cpu_cores: computer.cpu_cores,
        memory_mib: computer.memory_mib,
        workspaces: policy.workspaces.iter().map(|path| path.display().to_string()).collect(),
        shell_allowed: policy.shell,
        agents: agents.into_iter().filter(|agent| policy.allows_agent(&agent.name)).collect(),
        closed,
    }
}

//! Finding what people mean by a name, an identifier or the end of one.

use client::{Client, JobFilter, SessionFilter};
use contract::machines::MachineView;
use contract::permissions::PermissionView;
use contract::policy::RuleView;
use contract::sessions::SessionView;
use contract::users::TenantView;
use model::machine::MachineStatus;
use model::{JobId, MachineId, SessionId};

use crate::exit::{Meaning, Refusal};
use crate::words::Words;

/// How much of the end of an identifier is shown, and enough to name it. The beginning is the time
/// at which it was made, which many share.
const SHORT_ID: usize = 8;

/// The least of an identifier's end that names it.
const LEAST_OF_ID: usize = 4;

/// Sessions that are looked through for a name.
const MOST_SESSIONS: usize = 2_000;

/// Which machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
pub(crate) struct MachineOption {
    /// Machine, by its name or identifier [default: the only one that is online].
    #[arg(long, short, value_name = "NAME|ID")]
    pub machine: Option<String>,
}

/// The end of an identifier, short enough for a list.
pub(crate) fn short(id: &impl ToString) -> String {
    let id = id.to_string();
    id[id.len().saturating_sub(SHORT_ID)..].to_owned()
}

/// The tenant with a number; one's own if there is none.
pub(crate) async fn tenant(
    client: &Client,
    number: Option<i64>,
    words: &dyn Words,
) -> anyhow::Result<TenantView> {
    let own = client.me().await?.tenant_id;
    let mut tenants = client.tenants().await?.tenants.into_iter();
    let meant = tenants.find(|tenant| match number {
        Some(number) => tenant.tenant_id == number,
        None => tenant.id == own,
    });
    let missing = || Refusal::new(Meaning::NotFound, words.no_such_tenant(number.unwrap_or(0)));
    Ok(meant.ok_or_else(missing)?)
}

/// The machine that is meant.
pub(crate) async fn machine(
    client: &Client,
    option: &MachineOption,
    words: &dyn Words,
) -> anyhow::Result<MachineView> {
    let machines = client.machines().await?;
    match &option.machine {
        Some(name) => named_machine(&machines, name, words),
        None => only_machine(&machines, words),
    }
}

fn named_machine(
    machines: &[MachineView],
    name: &str,
    words: &dyn Words,
) -> anyhow::Result<MachineView> {
    if let Ok(id) = name.parse::<MachineId>()
        && let Some(machine) = machines.iter().find(|machine| machine.machine_id == id)
    {
        return Ok(machine.clone());
    }
    let matches = |machine: &&MachineView| {
        machine.machine_name == name || ends_with(&machine.machine_id, name)
    };
    let found: Vec<&MachineView> = machines.iter().filter(matches).collect();
    match found.as_slice() {
        [machine] => Ok((*machine).clone()),
        [] => Err(no_machine(words.no_such_machine(name), machines, words)),
        several => {
            let list = machine_list(several.iter().copied());
            let refusal = Refusal::new(Meaning::Usage, words.several_machines(name));
            Err(refusal.with_hint(words.hint_choose_machine(&list)).into())
        }
    }
}

fn only_machine(machines: &[MachineView], words: &dyn Words) -> anyhow::Result<MachineView> {
    let is_online = |machine: &&MachineView| machine.status == MachineStatus::Online;
    let online: Vec<&MachineView> = machines.iter().filter(is_online).collect();
    match online.as_slice() {
        [machine] => Ok((*machine).clone()),
        [] if machines.is_empty() => {
            let refusal = Refusal::new(Meaning::NotFound, words.no_machine());
            Err(refusal.with_hint(words.hint_enrol()).into())
        }
        [] => {
            let list = machine_list(machines);
            let refusal = Refusal::new(Meaning::Unreachable, words.no_machine_online());
            Err(refusal.with_hint(words.hint_machines_offline(&list)).into())
        }
        several => {
            let list = machine_list(several.iter().copied());
            let refusal = Refusal::new(Meaning::Usage, words.which_machine());
            Err(refusal.with_hint(words.hint_choose_machine(&list)).into())
        }
    }
}

fn no_machine(message: String, machines: &[MachineView], words: &dyn Words) -> anyhow::Error {
    let refusal = Refusal::new(Meaning::NotFound, message);
    match machines {
        [] => refusal.with_hint(words.hint_enrol()).into(),
        some => refusal.with_hint(words.hint_choose_machine(&machine_list(some))).into(),
    }
}

fn machine_list<'a>(machines: impl IntoIterator<Item = &'a MachineView>) -> String {
    let name = |machine: &MachineView| {
        format!("{} ({}, {})", machine.machine_name, short(&machine.machine_id), machine.status)
    };
    machines.into_iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The session that is meant.
pub(crate) async fn session(
    client: &Client,
    name: &str,
    words: &dyn Words,
) -> anyhow::Result<SessionView> {
    if let Ok(id) = name.parse::<SessionId>() {
        return Ok(client.session(id).await?);
    }
    let mut found = sessions_named(client, name).await?;
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => {
            let refusal = Refusal::new(Meaning::NotFound, words.no_such_session(name));
            Err(refusal.with_hint(words.hint_list_sessions()).into())
        }
        _ => {
            let ids: Vec<String> = found.iter().map(|session| short(&session.session_id)).collect();
            let refusal = Refusal::new(Meaning::Usage, words.several_sessions(name));
            Err(refusal.with_hint(words.hint_choose_session(&ids.join(", "))).into())
        }
    }
}

/// Sessions with this title, or with an identifier that ends like this, the last active first.
/// One that still goes on is preferred to those that have ended, and those to what was put away.
pub(crate) async fn sessions_named(
    client: &Client,
    name: &str,
) -> anyhow::Result<Vec<SessionView>> {
    let matches =
        |session: &SessionView| session.title == name || ends_with(&session.session_id, name);
    let mut found = Vec::new();
    for archived in [false, true] {
        let filter = SessionFilter { archived, ..SessionFilter::default() };
        found.extend(sessions(client, filter, MOST_SESSIONS).await?.into_iter().filter(matches));
        if !found.is_empty() {
            break;
        }
    }
    if found.iter().any(|session| !session.status.is_final()) {
        return Ok(found.into_iter().filter(|session| !session.status.is_final()).collect());
    }
    Ok(found)
}

/// The sessions that were active last, at most so many.
pub(crate) async fn sessions(
    client: &Client,
    filter: SessionFilter,
    most: usize,
) -> anyhow::Result<Vec<SessionView>> {
    let mut all = Vec::new();
    let mut cursor = None;
    while all.len() < most {
        let left = u32::try_from(most - all.len()).unwrap_or(u32::MAX).min(200);
        let filter = SessionFilter { cursor, limit: Some(left), ..filter.clone() };
        let page = client.sessions(&filter).await?;
        all.extend(page.sessions);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    Ok(all)
}

/// The question that is meant.
pub(crate) async fn permission(
    client: &Client,
    name: &str,
    words: &dyn Words,
) -> anyhow::Result<PermissionView> {
    let open = client.permissions(None).await?;
    let mut found: Vec<PermissionView> = open
        .into_iter()
        .filter(|question| {
            let id = question.request_id.to_string();
            id == name || ends_with(&question.request_id, name)
        })
        .collect();
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => {
            let refusal = Refusal::new(Meaning::NotFound, words.no_such_question(name));
            Err(refusal.with_hint(words.hint_list_questions()).into())
        }
        _ => Err(Refusal::new(Meaning::Usage, words.several_questions(name)).into()),
    }
}

/// The rule that is meant.
pub(crate) async fn rule(
    client: &Client,
    name: &str,
    words: &dyn Words,
) -> anyhow::Result<RuleView> {
    let matches =
        |rule: &RuleView| rule.rule_id.to_string() == name || ends_with(&rule.rule_id, name);
    let mut found: Vec<RuleView> =
        client.policy_rules(None).await?.into_iter().filter(matches).collect();
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => {
            let refusal = Refusal::new(Meaning::NotFound, words.no_such_rule(name));
            Err(refusal.with_hint(words.hint_list_rules()).into())
        }
        _ => Err(Refusal::new(Meaning::Usage, words.several_rules(name)).into()),
    }
}

/// The job that is meant.
pub(crate) async fn job(client: &Client, name: &str, words: &dyn Words) -> anyhow::Result<JobId> {
    if let Ok(id) = name.parse::<JobId>() {
        return Ok(id);
    }
    let filter = JobFilter { limit: Some(200), ..JobFilter::default() };
    let jobs = client.jobs(&filter).await?.jobs;
    let found: Vec<JobId> =
        jobs.iter().map(|job| job.id).filter(|id| ends_with(id, name)).collect();
    match found.as_slice() {
        [job] => Ok(*job),
        [] => {
            let refusal = Refusal::new(Meaning::NotFound, words.no_such_job(name));
            Err(refusal.with_hint(words.hint_list_jobs()).into())
        }
        _ => Err(Refusal::new(Meaning::Usage, words.several_jobs(name)).into()),
    }
}

pub(crate) fn ends_with(id: &impl ToString, end: &str) -> bool {
    end.len() >= LEAST_OF_ID && id.to_string().ends_with(&end.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use contract::Time;
    use contract::machines::Capabilities;
    use model::Timestamp;
    use model::rng::CountingRng;

    use super::*;
    use crate::exit::meaning;
    use crate::words::{self, Language};

    fn machine(name: &str, seed: u64, status: MachineStatus) -> MachineView {
        MachineView {
            health: None,
            machine_id: MachineId::new(Timestamp::from_millis(5), &CountingRng::new(seed)),
            machine_name: name.to_owned(),
            labels: Vec::new(),
            hostname: name.to_owned(),
            os_type: "linux".to_owned(),
            os_version: String::new(),
            arch: "x86_64".to_owned(),
            status,
            connected: status == MachineStatus::Online,
            capabilities: Capabilities { cpu_cores: 2, memory_gb: 4.0, shell: true },
            agent_version: "0.1.0".to_owned(),
            workspaces: vec!["/srv/project".to_owned()],
            agents: vec![],
            enrolled_at: Time(Timestamp::from_millis(0)),
            key_since: Time(Timestamp::from_millis(0)),
            key_goes_since: None,
            last_seen_at: None,
            frozen: None,
            all_frozen: None,
            closed: None,
        }
    }

    fn words() -> &'static dyn Words {
        words::of(Language::English)
    }

    #[test]
    fn a_machine_is_found_by_name_identifier_or_the_end_of_it() {
        let all = || {
            vec![machine("a", 1, MachineStatus::Online), machine("b", 2, MachineStatus::Offline)]
        };
        let b = all()[1].machine_id;
        for name in ["b".to_owned(), b.to_string(), short(&b), short(&b).to_uppercase()] {
            let found = named_machine(&all(), &name, words()).unwrap();
            assert_eq!(found.machine_id, b, "{name}");
        }
        let error = named_machine(&all(), "c", words()).unwrap_err();
        assert_eq!(meaning(&error), Meaning::NotFound);
    }

    #[test]
    fn without_a_name_it_is_the_only_one_that_is_online() {
        let online = |name, seed| machine(name, seed, MachineStatus::Online);
        let offline = machine("b", 2, MachineStatus::Offline);
        let found = only_machine(&[online("a", 1), offline.clone()], words()).unwrap();
        assert_eq!(found.machine_name, "a");
        for (machines, expect) in [
            (vec![], Meaning::NotFound),
            (vec![offline], Meaning::Unreachable),
            (vec![online("a", 1), online("b", 3)], Meaning::Usage),
        ] {
            let error = only_machine(&machines, words()).unwrap_err();
            assert_eq!(meaning(&error), expect, "{error}");
        }
    }

    #[test]
    fn two_machines_of_one_name_are_told_apart() {
        let twins = [1, 2].map(|seed| machine("a", seed, MachineStatus::Online)).to_vec();
        let error = named_machine(&twins, "a", words()).unwrap_err();
        let hint = error.downcast_ref::<Refusal>().unwrap().hint.clone().unwrap();
        for twin in twins {
            assert!(hint.contains(&short(&twin.machine_id)), "{hint}");
        }
    }
}

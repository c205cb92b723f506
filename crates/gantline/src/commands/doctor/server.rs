//! The server, as it is seen from here.

use std::time::Duration;

use client::Client;
use contract::build::Health;
use contract::users::AccountView;
use host::SystemClock;
use model::user::{UserKind, UserState};
use model::{Clock, Role, Timestamp};

use super::Finding;
use crate::connection::Connection;
use crate::exit::Meaning;
use crate::words::Words;

/// By how much two clocks may differ before something expires too early or too late.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(5);

/// Settings of proxies that other programs heed.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy"];

/// Looks at the server. Where it cannot be reached, nothing more is asked of it.
pub(super) async fn look(
    connection: &Connection,
    words: &dyn Words,
) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let client = connection.anonymous_client()?;
    let clock = SystemClock::start();
    let began = clock.tick();
    let health = match client.health().await {
        Ok(health) => health,
        Err(error) => {
            findings.push(unreachable(&error, words));
            findings.extend(proxy(words));
            return Ok(findings);
        }
    };
    let took_ms = u64::try_from(clock.tick().since(began).as_millis()).unwrap_or(u64::MAX);
    findings.push(Finding::ok("server", words.reached(&connection.server.to_string(), took_ms)));
    findings.push(version(&client, words).await);
    findings.push(encryption(connection, words));
    findings.push(time(&health, clock.now(), words));
    findings.push(user(connection, words).await);
    findings.extend(second_factors(connection, words).await);
    findings.extend(proxy(words));
    Ok(findings)
}

fn unreachable(error: &client::Error, words: &dyn Words) -> Finding {
    let mut detail = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        detail = format!("{detail}: {cause}");
        source = cause.source();
    }
    Finding::fail("server", detail, Some(words.hint_unreachable().to_owned()))
        .meaning(Meaning::Unreachable)
}

async fn version(client: &Client, words: &dyn Words) -> Finding {
    match client.build().await {
        Ok(build) => {
            let detail = words.versions(&build.version, contract::VERSION);
            if build.version == contract::VERSION {
                return Finding::ok("version", detail);
            }
            Finding::warn("version", detail, words.versions_differ())
        }
        Err(error) => Finding::fail("version", error.to_string(), None),
    }
}

fn encryption(connection: &Connection, words: &dyn Words) -> Finding {
    if connection.server.is_encrypted() {
        return Finding::ok("encryption", words.encrypted());
    }
    if connection.server.is_loopback() {
        return Finding::ok("encryption", words.this_computer());
    }
    Finding::warn("encryption", words.readable_on_the_way(), words.hint_token_readable())
}

fn time(health: &Health, now: Timestamp, words: &dyn Words) -> Finding {
    let server = health.time.0;
    let difference = server.since(now).max(now.since(server));
    if difference <= CLOCK_TOLERANCE {
        return Finding::ok("clock", words.clock_agrees(CLOCK_TOLERANCE.as_secs()));
    }
    Finding::warn("clock", words.clock_differs(difference.as_secs()), words.set_the_clock())
}

async fn user(connection: &Connection, words: &dyn Words) -> Finding {
    let not_signed_in = |detail: String| {
        Finding::fail("signed in", detail, Some(words.hint_sign_in().to_owned()))
            .meaning(Meaning::NotSignedIn)
    };
    if connection.token.is_none() {
        return not_signed_in(words.not_signed_in().to_owned());
    }
    let client = match connection.client(words) {
        Ok(client) => client,
        Err(error) => {
            let advice = Some(words.hint_token_readable().to_owned());
            return Finding::fail("signed in", format!("{error:#}"), advice)
                .meaning(Meaning::Usage);
        }
    };
    match client.me().await {
        Ok(me) => {
            let detail = words.signed_in_as(&me.display_name, me.role.as_str());
            Finding::ok("signed in", detail)
        }
        Err(error) if error.is_unauthenticated() => not_signed_in(error.to_string()),
        Err(error) => Finding::fail("signed in", error.to_string(), None),
    }
}

/// Whether whoever administers accounts proves it with more than a password. Asked only by those who
/// may know.
async fn second_factors(connection: &Connection, words: &dyn Words) -> Option<Finding> {
    let client = connection.client(words).ok()?;
    // Who may not list accounts has nothing to do about them either.
    let users = client.users(None).await.ok()?.users;
    let without: Vec<&str> = users.iter().filter(|one| is_bare(one)).map(name_of).collect();
    if without.is_empty() {
        return Some(Finding::ok("factors", words.administrators_have_second_factors()));
    }
    let detail = words.administrators_without(&without.join(", "));
    Some(Finding::warn("factors", detail, words.hint_demand_second_factors()))
}

fn is_bare(account: &AccountView) -> bool {
    let user = &account.user;
    let administers = matches!(user.role, Role::SystemAdmin | Role::TenantAdmin);
    let signs_in = user.kind == UserKind::Person && user.state == UserState::Active;
    administers && signs_in && !account.has_second_factor
}

fn name_of(account: &AccountView) -> &str {
    &account.user.username
}

fn proxy(words: &dyn Words) -> Option<Finding> {
    let is_set = |name: &&str| std::env::var(name).is_ok_and(|value| !value.is_empty());
    let set: Vec<&str> = PROXY_VARIABLES.into_iter().filter(is_set).collect();
    if set.is_empty() {
        return None;
    }
    let detail = words.proxy_is_not_used(&set.join(", "));
    Some(Finding::warn("proxy", detail, words.reach_directly()))
}

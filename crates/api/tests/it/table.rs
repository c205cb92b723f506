//! What every endpoint asks of whoever calls it. A route that is not in here fails the matrix.

use policy::Action;
use serde_json::{Value, json};

use crate::cast::{Cast, DIGEST, PASSWORD, Who};
use crate::http::Request;

/// What an endpoint asks of whoever calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Who asks is not looked at; the request of the table gets this answer.
    Open(u16),
    /// An account, whichever.
    SignedIn,
    /// A browser that is signed in. Who has an account but no browser is refused.
    InBrowser,
    /// The same, about something of one's own of which the cast has nothing.
    NothingInBrowser,
    /// A right on something.
    Right(Action, Object),
    /// It is one's own, and the request is about the member's.
    Own,
    /// Whoever comes proves who they are later on; only a browser is turned away.
    Machine,
}

/// What a right is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Object {
    /// The caller's own tenant.
    OwnTenant,
    /// Something of the cast's tenant that is on no machine.
    InTenant,
    /// The machine.
    Machine,
    /// Something for everybody in the cast's tenant, of which one may have such things oneself.
    ForEverybody,
    /// A session of the member's.
    Session,
}

/// An endpoint: method, path, what it asks, and a request that would work.
pub(crate) struct Entry {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) rule: Rule,
    body: fn(&Cast) -> Option<Value>,
}

impl Entry {
    /// A request that would work.
    pub(crate) fn request(&self, cast: &Cast) -> Request {
        let session = if self.path.ends_with("/attach") { cast.terminal } else { cast.chat };
        let person =
            if self.path.contains("/shares/") { cast.borrower } else { cast.user(Who::Member) };
        let path = [
            ("{machine_id}", cast.machine.to_string()),
            ("{tenant_id}", cast.tenant.to_string()),
            ("{user_id}", person.to_string()),
            ("{session_id}", session.to_string()),
            ("{job_id}", cast.job.to_string()),
            ("{enrolment_id}", cast.enrolment.to_string()),
            ("{key_id}", cast.provider_key.to_string()),
            ("{request_id}", cast.question.to_string()),
            ("{login_id}", cast.login.to_string()),
            ("{identity_id}", cast.identity.to_string()),
            ("{passkey_id}", cast.identity.to_string()),
            ("{provider_name}", "company".to_owned()),
            ("{token_id}", cast.token.to_string()),
            ("{channel_id}", cast.channel.to_string()),
            ("{rule_id}", cast.rule.to_string()),
            ("{budget_request_id}", cast.budget_request.to_string()),
            ("{quota_id}", cast.quota.to_string()),
            ("{price_id}", cast.price.to_string()),
            ("{file_name}", "gantline-linux-x86_64".to_owned()),
            ("{preset_name}", "careful".to_owned()),
            ("{copy_id}", crate::copies::id()),
        ]
        .iter()
        .fold(self.path.to_owned(), |path, (name, id)| path.replace(name, id));
        assert!(!path.contains('{'), "the table knows every variable of {path}");
        if self.is_socket() {
            return Request::upgrade(path);
        }
        let is_about_a_file = ["/files/view", "/files/content", "/changes/diff"]
            .iter()
            .any(|end| path.ends_with(end));
        let path = if is_about_a_file { path + "?path=a" } else { path };
        let is_poll = path.ends_with("/poll");
        let request = Request::new(self.method, path);
        if is_poll {
            // Without a body it begins a link.
            return request.header("content-type", "application/octet-stream");
        }
        match (self.body)(cast) {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    pub(crate) fn is_socket(&self) -> bool {
        self.path.ends_with("/attach") || self.path.ends_with("/ws")
    }
}

const NO_BODY: fn(&Cast) -> Option<Value> = |_| None;

const fn entry(method: &'static str, path: &'static str, rule: Rule) -> Entry {
    Entry { method, path, rule, body: NO_BODY }
}

const fn with_body(
    method: &'static str,
    path: &'static str,
    rule: Rule,
    body: fn(&Cast) -> Option<Value>,
) -> Entry {
    Entry { method, path, rule, body }
}

use Object::{InTenant, Machine, OwnTenant, Session};
use Rule::{InBrowser, NothingInBrowser, Open, Own, Right, SignedIn};

/// A code that nobody's authenticator has made.
const CODE: fn(&Cast) -> Option<Value> = |_| Some(json!({ "code": "123456" }));

/// What no authenticator has made.
const NO_PASSKEY: fn(&Cast) -> Option<Value> = |_| {
    let made = json!({ "credential": "AA", "client_data": "AA", "attestation": "AA" });
    Some(json!({ "name": "Key", "made": made }))
};

const USERS: Rule = Right(Action::UserManage, InTenant);

pub(crate) const TABLE: &[Entry] = &[
    // The server itself
    entry("GET", "/health", Open(200)),
    entry("GET", "/api/build", Open(200)),
    entry("GET", "/api/openapi.json", Open(200)),
    entry("GET", "/api/audit", Right(Action::AuditView, OwnTenant)),
    entry("GET", "/api/audit/verify", Right(Action::AuditView, OwnTenant)),
    entry("GET", "/api/audit/export", Right(Action::AuditView, OwnTenant)),
    // Setting up and signing in: the secret is in the body
    entry("GET", "/api/auth/check", Open(200)),
    with_body("POST", "/api/setup", Open(403), |_| {
        let (secret, username) = ("no-link", "root");
        Some(json!({ "secret": secret, "username": username, "password": PASSWORD }))
    }),
    with_body("POST", "/api/auth/link", Open(403), |_| Some(json!({ "secret": "no-link" }))),
    with_body("POST", "/api/auth/login", Open(200), |cast| {
        Some(json!({ "username": cast.username, "password": PASSWORD }))
    }),
    with_body("POST", "/api/auth/link/password", Open(403), |_| {
        Some(json!({ "secret": "no-link", "password": PASSWORD }))
    }),
    // The provider of the tests cannot be reached
    entry("POST", "/api/auth/providers/{provider_name}/sign-in", Open(503)),
    entry("POST", "/api/auth/providers/{provider_name}/link", InBrowser),
    with_body("POST", "/api/auth/providers/return", Open(401), |_| {
        Some(json!({ "state": "none", "code": "none" }))
    }),
    // The second step of a sign-in that nobody has begun
    with_body("POST", "/api/auth/login/code", Open(401), |_| Some(json!({ "code": "123456" }))),
    entry("GET", "/api/auth/login/step", Open(401)),
    entry("POST", "/api/auth/login/passkey", Open(401)),
    with_body("POST", "/api/auth/login/passkey/confirm", Open(401), |_| {
        Some(crate::passkeys::nothing())
    }),
    entry("POST", "/api/auth/login/second-factor", Open(401)),
    with_body("POST", "/api/auth/login/second-factor/confirm", Open(401), |_| {
        Some(json!({ "code": "123456" }))
    }),
    entry("POST", "/api/auth/login/second-factor/passkey", Open(401)),
    with_body("POST", "/api/auth/login/second-factor/passkey/confirm", Open(401), NO_PASSKEY),
    with_body("POST", "/api/auth/verify", Open(401), |_| Some(json!({ "token": "no-token" }))),
    // One's own account
    entry("GET", "/api/auth/me", SignedIn),
    entry("POST", "/api/auth/ticket", SignedIn),
    entry("GET", "/api/auth/logins", SignedIn),
    entry("GET", "/api/auth/identities", SignedIn),
    entry("DELETE", "/api/auth/identities/{identity_id}", Own),
    entry("GET", "/api/auth/second-factor", SignedIn),
    with_body("POST", "/api/auth/second-factor", InBrowser, |_| {
        Some(json!({ "password": PASSWORD }))
    }),
    with_body("POST", "/api/auth/second-factor/confirm", InBrowser, CODE),
    with_body("POST", "/api/auth/second-factor/recovery-codes", InBrowser, CODE),
    with_body("POST", "/api/auth/second-factor/remove", InBrowser, CODE),
    entry("GET", "/api/auth/passkeys", SignedIn),
    with_body("POST", "/api/auth/passkeys", InBrowser, |_| Some(json!({ "password": PASSWORD }))),
    with_body("POST", "/api/auth/passkeys/confirm", InBrowser, NO_PASSKEY),
    entry("POST", "/api/auth/passkeys/challenge", InBrowser),
    with_body("PATCH", "/api/auth/passkeys/{passkey_id}", NothingInBrowser, |_| {
        Some(json!({ "name": "Key" }))
    }),
    with_body("POST", "/api/auth/passkeys/{passkey_id}/remove", NothingInBrowser, CODE),
    entry("GET", "/api/auth/tokens", SignedIn),
    with_body("POST", "/api/auth/tokens", Right(Action::CredentialManageOwn, OwnTenant), |_| {
        Some(json!({ "name": "new" }))
    }),
    entry("DELETE", "/api/auth/tokens/{token_id}", Own),
    with_body("POST", "/api/auth/tokens/{token_id}/rotate", Own, |_| Some(json!({}))),
    entry("DELETE", "/api/auth/logins/{login_id}", Own),
    entry("POST", "/api/auth/logout", SignedIn),
    with_body("POST", "/api/auth/password", InBrowser, |_| {
        Some(json!({ "current": PASSWORD, "new": "another horse" }))
    }),
    // Other people's accounts
    entry("GET", "/api/users", Right(Action::UserManage, OwnTenant)),
    with_body("POST", "/api/users", Right(Action::UserManage, OwnTenant), |cast| {
        Some(json!({ "username": format!("new-{}", cast.machine) }))
    }),
    entry("GET", "/api/users/{user_id}", USERS),
    with_body("PATCH", "/api/users/{user_id}", USERS, |_| Some(json!({ "display_name": "Ana" }))),
    entry("DELETE", "/api/users/{user_id}", USERS),
    entry("POST", "/api/users/{user_id}/password-link", USERS),
    entry("GET", "/api/users/{user_id}/logins", USERS),
    entry("DELETE", "/api/users/{user_id}/logins", USERS),
    entry("DELETE", "/api/users/{user_id}/logins/{login_id}", USERS),
    entry("DELETE", "/api/users/{user_id}/second-factor", USERS),
    entry("GET", "/api/users/{user_id}/tokens", USERS),
    with_body("POST", "/api/users/{user_id}/tokens", USERS, |_| Some(json!({ "name": "new" }))),
    entry("DELETE", "/api/users/{user_id}/tokens/{token_id}", USERS),
    with_body("POST", "/api/users/{user_id}/tokens/{token_id}/rotate", USERS, |_| Some(json!({}))),
    entry("GET", "/api/tenants", SignedIn),
    with_body(
        "PUT",
        "/api/tenants/{tenant_id}/second-factor",
        Right(Action::UserManage, Object::ForEverybody),
        |_| Some(json!({ "demand": "required" })),
    ),
    with_body(
        "PATCH",
        "/api/tenants/{tenant_id}/limits",
        Right(Action::SessionLimit, Object::ForEverybody),
        |_| Some(json!({ "max_turns": 100 })),
    ),
    entry(
        "GET",
        "/api/tenants/{tenant_id}/transcripts",
        Right(Action::TranscriptKeep, Object::ForEverybody),
    ),
    with_body(
        "PUT",
        "/api/tenants/{tenant_id}/transcripts",
        Right(Action::TranscriptKeep, Object::ForEverybody),
        |_| Some(json!({ "days": 30 })),
    ),
    with_body(
        "PATCH",
        "/api/tenants/{tenant_id}",
        Right(Action::TenantManage, Object::ForEverybody),
        |_| Some(json!({ "name": "Renamed" })),
    ),
    with_body("POST", "/api/tenants", Right(Action::TenantManage, OwnTenant), |_| {
        Some(json!({ "name": "Another" }))
    }),
    // Machines
    entry("GET", "/api/remote/machines", SignedIn),
    entry("GET", "/api/remote/machines/{machine_id}", Right(Action::MachineView, Machine)),
    entry("DELETE", "/api/remote/machines/{machine_id}", Right(Action::MachineDeregister, Machine)),
    with_body(
        "PATCH",
        "/api/remote/machines/{machine_id}",
        Right(Action::MachineManage, Machine),
        |_| Some(json!({ "machine_name": "renamed" })),
    ),
    entry("GET", "/api/remote/heartbeat-status", SignedIn),
    entry("GET", "/api/remote/machines/{machine_id}/commands", Right(Action::MachineView, Machine)),
    entry(
        "GET",
        "/api/remote/machines/{machine_id}/outside-sessions",
        Right(Action::MachineHistories, Machine),
    ),
    entry("GET", "/api/remote/machines/{machine_id}/copies", Right(Action::MachineCopies, Machine)),
    entry(
        "DELETE",
        "/api/remote/machines/{machine_id}/copies/{copy_id}",
        Right(Action::MachineManage, Machine),
    ),
    entry(
        "GET",
        "/api/remote/machines/{machine_id}/copies/{copy_id}/files",
        Right(Action::MachineCopies, Machine),
    ),
    entry(
        "GET",
        "/api/remote/machines/{machine_id}/copies/{copy_id}/files/view",
        Right(Action::MachineCopies, Machine),
    ),
    entry(
        "GET",
        "/api/remote/machines/{machine_id}/copies/{copy_id}/files/content",
        Right(Action::MachineCopies, Machine),
    ),
    entry(
        "GET",
        "/api/remote/machines/{machine_id}/copies/{copy_id}/archive",
        Right(Action::MachineCopies, Machine),
    ),
    entry("GET", "/api/remote/machines/{machine_id}/sessions", Right(Action::MachineView, Machine)),
    entry("PUT", "/api/remote/machines/{machine_id}/freeze", Right(Action::MachineManage, Machine)),
    entry(
        "DELETE",
        "/api/remote/machines/{machine_id}/freeze",
        Right(Action::MachineManage, Machine),
    ),
    entry(
        "PUT",
        "/api/tenants/{tenant_id}/freeze",
        Right(Action::MachineFreezeAll, Object::ForEverybody),
    ),
    entry(
        "DELETE",
        "/api/tenants/{tenant_id}/freeze",
        Right(Action::MachineFreezeAll, Object::ForEverybody),
    ),
    entry("POST", "/api/remote/machines/{machine_id}/detect", Right(Action::MachineView, Machine)),
    entry("GET", "/api/remote/machines/{machine_id}/update", Right(Action::MachineView, Machine)),
    entry(
        "POST",
        "/api/remote/machines/{machine_id}/update",
        Right(Action::MachineManage, Machine),
    ),
    entry(
        "POST",
        "/api/remote/machines/{machine_id}/rotate-key",
        Right(Action::MachineManage, Machine),
    ),
    entry("GET", "/api/remote/machines/available", SignedIn),
    entry("GET", "/api/remote/assignments", Right(Action::AssignmentManage, OwnTenant)),
    entry(
        "GET",
        "/api/remote/machines/{machine_id}/users",
        Right(Action::AssignmentManage, Machine),
    ),
    with_body(
        "POST",
        "/api/remote/machines/{machine_id}/assign",
        Right(Action::AssignmentManage, Machine),
        |cast| Some(json!({ "user_id": cast.user(Who::Newcomer), "permission": "user" })),
    ),
    entry(
        "DELETE",
        "/api/remote/machines/{machine_id}/assign/{user_id}",
        Right(Action::AssignmentManage, Machine),
    ),
    entry("POST", "/api/remote/machines/register", Right(Action::MachineEnrol, OwnTenant)),
    entry("GET", "/api/remote/enrolments", Right(Action::MachineEnrol, OwnTenant)),
    entry("DELETE", "/api/remote/enrolments/{enrolment_id}", Right(Action::MachineEnrol, InTenant)),
    // What machines call: the proof is in the body, or comes on the link
    with_body("POST", "/api/remote/agent/register", Open(400), |_| {
        Some(json!({ "registration_token": "x", "public_key": "no-key", "machine_name": "m" }))
    }),
    with_body("POST", "/api/remote/agent/unregister", Open(400), |cast| {
        Some(json!({ "machine_id": cast.machine, "at_ms": 0, "signature": "no-signature" }))
    }),
    entry("GET", "/api/remote/agent/ws", Rule::Machine),
    entry("POST", "/api/remote/agent/poll", Rule::Machine),
    // Installing: the same for everybody, and this server has no program to give
    entry("GET", "/api/remote/agent/install.sh", Open(200)),
    entry("GET", "/api/remote/agent/uninstall.sh", Open(200)),
    entry("GET", "/api/remote/agent/install.ps1", Open(200)),
    entry("GET", "/api/remote/agent/uninstall.ps1", Open(200)),
    entry("GET", "/api/remote/agent/files/{file_name}", Open(404)),
    // Sessions
    entry("GET", "/api/agents", SignedIn),
    entry("GET", "/api/sessions", SignedIn),
    entry("GET", "/api/sessions/archive", SignedIn),
    entry("GET", "/api/sessions/export/{session_id}", Right(Action::SessionView, Session)),
    with_body("POST", "/api/sessions/search", SignedIn, |_| Some(json!({ "words": "x" }))),
    with_body("POST", "/api/sessions/import", Right(Action::SessionStart, Machine), |cast| {
        Some(json!({ "machine_id": cast.machine, "data": crate::methods::export() }))
    }),
    with_body("POST", "/api/sessions", Right(Action::SessionStart, Machine), |cast| {
        Some(json!({ "machine_id": cast.machine, "kind": "terminal" }))
    }),
    entry("GET", "/api/sessions/{session_id}", Right(Action::SessionView, Session)),
    with_body("PATCH", "/api/sessions/{session_id}", Right(Action::SessionDrive, Session), |_| {
        Some(json!({ "title": "Another title" }))
    }),
    entry("DELETE", "/api/sessions/{session_id}", Right(Action::SessionStop, Session)),
    entry("POST", "/api/sessions/{session_id}/stop", Right(Action::SessionStop, Session)),
    entry("GET", "/api/sessions/{session_id}/presence", Right(Action::SessionView, Session)),
    entry("GET", "/api/sessions/{session_id}/shares", Right(Action::SessionView, Session)),
    with_body(
        "POST",
        "/api/sessions/{session_id}/shares",
        Right(Action::SessionShare, Session),
        |cast| Some(json!({ "username": format!("user-{}", cast.user(Who::Colleague)) })),
    ),
    entry(
        "DELETE",
        "/api/sessions/{session_id}/shares/{user_id}",
        Right(Action::SessionUnshare, Session),
    ),
    entry("POST", "/api/sessions/{session_id}/pause", Right(Action::SessionStop, Session)),
    entry("POST", "/api/sessions/{session_id}/resume", Right(Action::SessionStop, Session)),
    with_body(
        "POST",
        "/api/sessions/{session_id}/prompt",
        Right(Action::SessionDrive, Session),
        |_| Some(json!({ "content": "hello" })),
    ),
    entry("POST", "/api/sessions/{session_id}/cancel", Right(Action::SessionDrive, Session)),
    with_body(
        "PUT",
        "/api/sessions/{session_id}/model",
        Right(Action::SessionDrive, Session),
        |_| Some(json!({ "model": "m" })),
    ),
    with_body(
        "PUT",
        "/api/sessions/{session_id}/mode",
        Right(Action::SessionDrive, Session),
        |_| Some(json!({ "mode": "m" })),
    ),
    with_body(
        "PUT",
        "/api/sessions/{session_id}/option",
        Right(Action::SessionDrive, Session),
        |_| Some(json!({ "option": "o", "value": true })),
    ),
    entry("GET", "/api/sessions/{session_id}/turns", Right(Action::SessionView, Session)),
    entry("GET", "/api/sessions/{session_id}/updates", Right(Action::SessionView, Session)),
    entry("GET", "/api/sessions/{session_id}/usage", Right(Action::SessionView, Session)),
    entry("GET", "/api/sessions/{session_id}/attach", Right(Action::SessionView, Session)),
    // Files where a session works
    entry("GET", "/api/sessions/{session_id}/files", Right(Action::MachineFiles, Session)),
    entry("GET", "/api/sessions/{session_id}/files/view", Right(Action::MachineFiles, Session)),
    entry("GET", "/api/sessions/{session_id}/files/content", Right(Action::MachineFiles, Session)),
    // Without a body: an empty file.
    entry("PUT", "/api/sessions/{session_id}/files/content", Right(Action::SessionDrive, Session)),
    with_body(
        "POST",
        "/api/sessions/{session_id}/files/directories",
        Right(Action::SessionDrive, Session),
        |_| Some(json!({ "path": "a" })),
    ),
    entry("GET", "/api/sessions/{session_id}/changes", Right(Action::MachineFiles, Session)),
    entry("GET", "/api/sessions/{session_id}/changes/diff", Right(Action::MachineFiles, Session)),
    entry("GET", "/api/sessions/{session_id}/changes/log", Right(Action::MachineFiles, Session)),
    with_body(
        "POST",
        "/api/sessions/{session_id}/changes/discard",
        Right(Action::SessionDrive, Session),
        |_| Some(json!({ "path": "a" })),
    ),
    entry("DELETE", "/api/sessions/{session_id}/worktree", Right(Action::SessionDrive, Session)),
    entry(
        "DELETE",
        "/api/sessions/{session_id}/kept-transcript",
        Right(Action::SessionStop, Session),
    ),
    // Jobs
    entry("GET", "/api/jobs", SignedIn),
    with_body("POST", "/api/jobs", Right(Action::SessionStart, Machine), |cast| {
        let (machine, prompt) = (cast.machine, "hello");
        Some(json!({
            "machine_id": machine, "agent": "demo", "prompt": prompt, "machine_wait": 3600,
        }))
    }),
    entry("GET", "/api/jobs/{job_id}", Right(Action::SessionView, Session)),
    with_body("POST", "/api/jobs/{job_id}", Right(Action::SessionStop, Session), |_| {
        Some(json!({ "action": "cancel" }))
    }),
    entry("DELETE", "/api/jobs/{job_id}", Right(Action::SessionStop, Session)),
    entry("GET", "/api/jobs/{job_id}/logs", Right(Action::SessionView, Session)),
    entry("GET", "/api/webhook-secret", SignedIn),
    with_body("POST", "/api/webhook-secret", Right(Action::CredentialManageOwn, OwnTenant), |_| {
        Some(json!({}))
    }),
    entry("GET", "/api/notification-channels", SignedIn),
    with_body(
        "POST",
        "/api/notification-channels",
        Right(Action::CredentialManageOwn, OwnTenant),
        |_| {
            let (name, url) = ("hers", "https://8.8.8.8/services/T0/B0/path");
            let events = ["question"];
            Some(json!({ "name": name, "kind": "slack", "url": url, "events": events }))
        },
    ),
    with_body("PUT", "/api/notification-channels/browser", InBrowser, |_| {
        let (p256dh, auth) = (crate::push::P256DH, crate::push::AUTH);
        let endpoint = "https://8.8.8.8/push/of-the-table";
        Some(json!({ "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "name": "mine" }))
    }),
    with_body("PATCH", "/api/notification-channels/{channel_id}", Own, |_| {
        Some(json!({ "name": "his" }))
    }),
    entry("DELETE", "/api/notification-channels/{channel_id}", Own),
    entry("POST", "/api/notification-channels/{channel_id}/test", Own),
    // Questions
    entry("GET", "/api/permissions", SignedIn),
    with_body(
        "POST",
        "/api/permissions/{request_id}/answer",
        Right(Action::PermissionAnswer, Session),
        |_| Some(json!({ "answer": "allow_once", "digest": hex::encode(DIGEST) })),
    ),
    // What may be done without a person
    with_body("POST", "/api/policy/explain", SignedIn, |_| {
        Some(json!({ "permission_preset": "full-auto", "denied_tools": "Write,Bash" }))
    }),
    entry("GET", "/api/policy/rules", SignedIn),
    with_body("POST", "/api/policy/rules", Right(Action::SessionStart, Machine), |cast| {
        Some(json!({
            "effect": "allow", "tool": "Bash", "matches": { "kind": "prefix", "words": ["make"] },
            "machine_id": cast.machine,
        }))
    }),
    entry(
        "DELETE",
        "/api/policy/rules/{rule_id}",
        Right(Action::PolicyManage, Object::ForEverybody),
    ),
    entry("GET", "/api/policy/presets", SignedIn),
    with_body(
        "PUT",
        "/api/policy/presets/{preset_name}",
        Right(Action::PolicyManage, OwnTenant),
        |_| Some(json!({ "preset": "full-auto", "denied_tools": "Bash" })),
    ),
    entry("DELETE", "/api/policy/presets/{preset_name}", Right(Action::PolicyManage, InTenant)),
    // Provider keys
    entry("GET", "/api/remote/api-keys", Right(Action::ProviderKeyManage, OwnTenant)),
    with_body("POST", "/api/remote/api-keys", Right(Action::ProviderKeyManage, OwnTenant), |_| {
        Some(json!({ "provider": "openai", "key_name": "new", "api_key": "sk-0123456789" }))
    }),
    with_body(
        "PATCH",
        "/api/remote/api-keys/{key_id}",
        Right(Action::ProviderKeyManage, InTenant),
        |_| Some(json!({ "priority": 5 })),
    ),
    entry("DELETE", "/api/remote/api-keys/{key_id}", Right(Action::ProviderKeyManage, InTenant)),
    entry("POST", "/api/remote/api-keys/{key_id}/test", Right(Action::ProviderKeyManage, InTenant)),
    entry("GET", "/metrics", Right(Action::MetricsView, OwnTenant)),
    entry("POST", "/api/key-ring/rotate", Right(Action::KeyRingRotate, OwnTenant)),
    // What models cost
    entry("GET", "/api/prices", SignedIn),
    with_body("PUT", "/api/prices", Right(Action::BudgetManage, OwnTenant), |_| {
        let price = json!({ "input": 1.5, "output": 2 });
        Some(json!({ "provider": "local", "model": "*", "usd_per_million_tokens": price }))
    }),
    entry("DELETE", "/api/prices/{price_id}", Right(Action::BudgetManage, InTenant)),
    // What was used, and how much may be
    entry("GET", "/api/usage", SignedIn),
    entry("GET", "/api/quota/status", SignedIn),
    entry("GET", "/api/quotas", Right(Action::BudgetManage, OwnTenant)),
    with_body("PUT", "/api/quotas", Right(Action::BudgetManage, OwnTenant), |_| {
        let (subject, measure, period) = ("user", "cost", "month");
        Some(json!({ "subject": subject, "measure": measure, "period": period, "limit": 20.5 }))
    }),
    with_body(
        "POST",
        "/api/quotas/{quota_id}/raise",
        Right(Action::BudgetManage, InTenant),
        |_| Some(json!({ "amount": 5 })),
    ),
    entry("GET", "/api/quota/requests", SignedIn),
    with_body(
        "POST",
        "/api/quota/requests/{budget_request_id}/answer",
        Right(Action::SessionStop, Session),
        |_| Some(json!({ "answer": "stop" })),
    ),
    entry("DELETE", "/api/quotas/{quota_id}", Right(Action::BudgetManage, InTenant)),
    // What happens, as it happens
    entry("GET", "/ws", SignedIn),
    // What each method of it asks is in the table of methods
    with_body("POST", "/rpc", SignedIn, |_| {
        Some(json!({ "jsonrpc": "2.0", "id": 1, "method": "session.list" }))
    }),
];

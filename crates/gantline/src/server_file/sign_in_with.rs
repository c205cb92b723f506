//! The sections `[[sign_in_with]]`: OpenID providers with which people sign in.

use std::fmt;

use anyhow::bail;
use control::single_sign_on::{Admission, ProviderConfig, ProviderSettings, RoleOfGroup};
use http::Uri;
use model::Role;
use serde::Deserialize;

/// One provider.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInWith {
    /// By what it is named in addresses: small letters, digits and hyphens.
    id: String,
    /// What its button says; the identifier if nothing is said.
    name: Option<String>,
    /// Who it is, exactly as it says.
    issuer: String,
    /// Who the server is there.
    client_id: String,
    /// What proves that; none for a public client.
    client_secret: Option<ClientSecret>,
    /// What is asked for beside `openid`, `profile` and `email`.
    #[serde(default)]
    scopes: Vec<String>,
    /// The claim that holds groups.
    #[serde(default = "groups")]
    groups_claim: String,
    /// The number of the tenant whose people it knows.
    #[serde(default = "first")]
    tenant: i64,
    /// Domains whose people get an account, if the provider has verified their address.
    #[serde(default)]
    admit_domains: Vec<String>,
    /// Groups whose people do.
    #[serde(default)]
    admit_groups: Vec<String>,
    /// What groups may do; the first that fits counts.
    #[serde(default)]
    roles: Vec<GroupRole>,
    /// What the others may do; nothing if nothing is said.
    default_role: Option<Role>,
}

/// What a group may do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupRole {
    group: String,
    role: Role,
}

/// A secret that the file holds.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
struct ClientSecret(String);

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

fn groups() -> String {
    "groups".to_owned()
}

const fn first() -> i64 {
    1
}

impl SignInWith {
    /// Refuses what could never work.
    pub(super) fn check(all: &[Self]) -> anyhow::Result<()> {
        for (index, one) in all.iter().enumerate() {
            let id = &one.id;
            let is_word = !id.is_empty()
                && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            if !is_word || id.len() > 32 || id == "return" {
                bail!("sign_in_with: an id has 1 to 32 small letters, digits and hyphens: {id:?}");
            }
            if all[..index].iter().any(|other| other.id == *id || other.issuer == one.issuer) {
                bail!("sign_in_with: {id} is there twice, by its id or its issuer");
            }
            if !one.issuer.parse::<Uri>().is_ok_and(|uri| is_issuer(&uri)) {
                bail!("sign_in_with: the issuer of {id} is no address: {:?}", one.issuer);
            }
            if one.roles.is_empty() && one.default_role.is_none() {
                bail!("sign_in_with: {id} gives nobody a role; name some, or a default_role");
            }
        }
        Ok(())
    }

    /// As the control plane takes it.
    pub(crate) fn config(self) -> ProviderConfig {
        let roles = self.roles.into_iter();
        ProviderConfig {
            name: self.name.unwrap_or_else(|| self.id.clone()),
            id: self.id,
            settings: ProviderSettings {
                issuer: self.issuer,
                client_id: self.client_id,
                client_secret: self.client_secret.map(|secret| secret.0.into()),
                scopes: self.scopes,
                groups_claim: self.groups_claim,
            },
            tenant: self.tenant,
            admission: Admission {
                domains: self.admit_domains,
                groups: self.admit_groups,
                roles: roles.map(|it| RoleOfGroup { group: it.group, role: it.role }).collect(),
                default_role: self.default_role,
            },
        }
    }
}

/// An address with a host, and nothing behind its path (OpenID Connect Discovery 1.0 §3). A word alone
/// reads as a host as well.
fn is_issuer(uri: &Uri) -> bool {
    let is_web = matches!(uri.scheme_str(), Some("https" | "http"));
    is_web && uri.host().is_some() && uri.query().is_none()
}

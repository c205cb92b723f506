//! For whom a provider opens the house, and what they may do in it.

use model::Role;

/// Whom a provider brings in.
#[derive(Debug, Clone, Default)]
pub struct Admission {
    /// Whoever has a verified address in one of these domains gets an account.
    pub domains: Vec<String>,
    /// Whoever is in one of these groups does, too. With no domain and no group nobody does.
    pub groups: Vec<String>,
    /// What groups may do; the first that fits counts.
    pub roles: Vec<RoleOfGroup>,
    /// What the others may do; nothing if there is none.
    pub default_role: Option<Role>,
}

/// What a group may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleOfGroup {
    /// The group, as the provider names it.
    pub group: String,
    /// What its people may do.
    pub role: Role,
}

impl Admission {
    /// Whether somebody gets an account who has none.
    pub(super) fn admits(&self, somebody: &openid::Identity) -> bool {
        let domain = somebody.email.as_deref().and_then(|email| email.rsplit_once('@'));
        let is_of_domain = domain.is_some_and(|(_, domain)| {
            self.domains.iter().any(|known| known.eq_ignore_ascii_case(domain))
        });
        is_of_domain || somebody.groups.iter().any(|group| self.groups.contains(group))
    }

    /// What somebody in these groups may do.
    pub(super) fn role_of(&self, groups: &[String]) -> Option<Role> {
        let fitting = self.roles.iter().find(|known| groups.contains(&known.group));
        fitting.map(|known| known.role).or(self.default_role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn somebody(email: Option<&str>, groups: &[&str]) -> openid::Identity {
        openid::Identity {
            subject: "1".to_owned(),
            username: None,
            name: None,
            email: email.map(str::to_owned),
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        }
    }

    #[test]
    fn only_those_are_admitted_who_are_named() {
        let nobody = Admission::default();
        assert!(!nobody.admits(&somebody(Some("a@example.com"), &["staff"])));
        let admission = Admission {
            domains: vec!["example.com".to_owned()],
            groups: vec!["staff".to_owned()],
            ..Admission::default()
        };
        assert!(admission.admits(&somebody(Some("a@Example.com"), &[])));
        assert!(admission.admits(&somebody(None, &["others", "staff"])));
        for email in
            ["a@evil-example.com", "a@example.com.evil", "example.com", "a@example.com@evil"]
        {
            assert!(!admission.admits(&somebody(Some(email), &["Staff"])), "{email}");
        }
    }

    #[test]
    fn the_first_group_that_fits_counts() {
        let of = |group: &str, role| RoleOfGroup { group: group.to_owned(), role };
        let mut admission = Admission {
            roles: vec![of("heads", Role::TenantAdmin), of("staff", Role::User)],
            ..Admission::default()
        };
        let role = |admission: &Admission, groups: &[&str]| {
            let groups: Vec<_> = groups.iter().map(|group| (*group).to_owned()).collect();
            admission.role_of(&groups)
        };
        assert_eq!(role(&admission, &["staff", "heads"]), Some(Role::TenantAdmin));
        assert_eq!(role(&admission, &["Heads"]), None);
        admission.default_role = Some(Role::ReadOnly);
        assert_eq!(role(&admission, &[]), Some(Role::ReadOnly));
    }
}

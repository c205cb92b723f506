//! What is said when a machine is installed and removed.

/// What is said when a machine is installed and removed.
pub(crate) trait InstallWords {
    fn not_an_administrator(&self, user: &str) -> String;
    fn hint_sudo(&self) -> &'static str;
    #[cfg_attr(windows, expect(dead_code, reason = "an administrator there is the owner"))]
    fn whose_machine(&self) -> &'static str;
    #[cfg_attr(windows, expect(dead_code, reason = "an administrator there is the owner"))]
    fn hint_user(&self) -> &'static str;
    #[cfg_attr(windows, expect(dead_code, reason = "an administrator there is the owner"))]
    fn no_user_here(&self, user: &str) -> String;
    fn installed_for(&self, user: &str) -> String;
    fn hint_uninstall(&self) -> &'static str;
    fn cannot_write(&self) -> &'static str;
    fn installed(&self, name: &str, server: &str, user: &str) -> String;
    fn runs_in_background(&self) -> &'static str;
    fn runs_not_in_background(&self) -> &'static str;
    fn agent_not_installed(&self, agent: &str) -> String;
    fn package_manager_missing(&self, manager: &str, agent: &str) -> String;

    fn never_linked(&self, server: &str, reason: &str) -> String;
    fn hint_never_linked(&self) -> &'static str;

    fn nothing_installed(&self) -> &'static str;
    fn hint_install(&self) -> &'static str;
    fn uninstalled(&self) -> &'static str;
    fn no_log(&self) -> &'static str;
}

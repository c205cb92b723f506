//! 安装和卸载机器时说的话。

use super::Chinese;
use crate::words::install::InstallWords;

impl InstallWords for Chinese {
    fn not_an_administrator(&self, user: &str) -> String {
        format!("只有管理员才能为 {user} 这样做")
    }

    fn hint_sudo(&self) -> &'static str {
        "请以管理员身份运行，例如使用 `sudo`"
    }

    fn whose_machine(&self) -> &'static str {
        "没有说明这台机器属于谁，在其上运行的程序将拥有全部权限"
    }

    fn hint_user(&self) -> &'static str {
        "请从该用户的账户用 `sudo` 运行，或用 --user 指定用户；若确实如此，请用 --user root"
    }

    fn no_user_here(&self, user: &str) -> String {
        format!("本机没有用户 {user}")
    }

    fn installed_for(&self, user: &str) -> String {
        format!("本机已为 {user} 安装了机器")
    }

    fn hint_uninstall(&self) -> &'static str {
        "请先用 `gantline machine uninstall` 卸载"
    }

    fn cannot_write(&self) -> &'static str {
        "没有在此安装的权限；没有安装任何内容"
    }

    fn installed(&self, name: &str, server: &str, user: &str) -> String {
        format!("本机是 {server} 的 {name}，以 {user} 身份运行")
    }

    fn runs_in_background(&self) -> &'static str {
        "它在后台运行，开机自启；可用 `gantline machine status` 和 `logs` 查看"
    }

    fn runs_not_in_background(&self) -> &'static str {
        "本机没有可在后台启动它的服务管理器；请让 `gantline machine run` 保持运行"
    }

    fn agent_not_installed(&self, agent: &str) -> String {
        format!("智能体 {agent} 没有安装成功；机器仍可使用")
    }

    fn package_manager_missing(&self, manager: &str, agent: &str) -> String {
        format!("本机没有 {manager}，因此没有安装 {agent}；机器仍可使用")
    }

    fn never_linked(&self, server: &str, reason: &str) -> String {
        format!("没有连上 {server}：{reason}")
    }

    fn hint_never_linked(&self) -> &'static str {
        "本机已注册；请检查本机与服务端之间的网络"
    }

    fn nothing_installed(&self) -> &'static str {
        "本机没有安装机器"
    }

    fn hint_install(&self) -> &'static str {
        "请用 `gantline machine install --server URL` 安装"
    }

    fn uninstalled(&self) -> &'static str {
        "机器已卸载；工作区保持原样"
    }

    fn no_log(&self) -> &'static str {
        "此系统不保存机器的输出；请停止它并使用 `gantline machine run`"
    }
}

//! 机器更新版本时说的话。

use release::Version;

use super::Chinese;
use crate::words::update::UpdateWords;

impl UpdateWords for Chinese {
    fn program_is_tried(&self, version: Version) -> String {
        format!("首次运行版本 {version}")
    }

    fn program_is_kept(&self, version: Version) -> String {
        format!("版本 {version} 已重新连上服务端，予以保留")
    }

    fn program_given_up(&self, reason: &str) -> String {
        format!("放弃较新的版本，继续运行之前的版本：{reason}")
    }

    fn update_label(&self) -> &'static str {
        "更新"
    }

    fn key_replaced(&self, machine: &str) -> String {
        format!("{machine} 已使用新密钥重新连接，旧密钥不再有效")
    }

    fn key_not_replaced(&self, machine: &str) -> String {
        format!("{machine} 没有使用新密钥重新连接")
    }

    fn hint_key_not_replaced(&self) -> &'static str {
        "请查看 `gantline machine show`；它保留现有的密钥，可以重试"
    }

    fn update_offered(&self, machine: &str, version: &str) -> String {
        format!("{machine} 已验证版本 {version} 并开始更新；请查看 `gantline machine show`")
    }

    fn update_not_taken(&self, machine: &str, reason: &str) -> String {
        format!("{machine} 未更新：{reason}")
    }

    fn update_not_needed(&self, machine: &str, running: &str) -> String {
        format!("{machine} 运行版本 {running}，没有适用的更新版本")
    }

    fn version_and_newer(&self, running: &str, newer: &str) -> String {
        format!("{running}，有更新的版本 {newer}：`gantline machine offer-update`")
    }

    fn updates_not_here(&self) -> &'static str {
        "在此系统上，机器通过重新安装来更新"
    }

    fn no_release_key(&self) -> &'static str {
        "此程序构建时没有发布密钥，无法验证任何更新，因此不接受更新"
    }

    fn hint_install_again(&self) -> &'static str {
        "请重新运行服务端的安装脚本；已有的密钥和设置会保留"
    }

    fn nothing_newer(&self, running: Version, reason: &str) -> String {
        format!("本机运行 {running}，没有更新的版本：{reason}")
    }

    fn not_taken(&self, reason: &str) -> String {
        format!("未接受该版本，没有任何改动：{reason}")
    }

    fn hint_not_taken(&self) -> &'static str {
        "请告知服务端的管理者；签名不符的程序绝不会被启动"
    }

    fn no_release_there(&self, reason: &str) -> String {
        format!("无法取得任何版本，没有任何改动：{reason}")
    }

    fn newer_is_there(&self, version: Version, running: Version) -> String {
        format!("可更新到版本 {version}，已验证；本机运行 {running}")
    }

    fn hint_update(&self) -> &'static str {
        "用 `gantline machine update` 更新"
    }

    fn taken(&self, version: Version) -> String {
        format!("版本 {version} 已取得并验证；机器正在启动它")
    }

    fn tried_at_next_start(&self, version: Version) -> String {
        format!("版本 {version} 已取得并验证；机器下次启动时运行")
    }

    fn updated(&self, from: Version, to: Version) -> String {
        format!("机器现在运行版本 {to}，之前是 {from}")
    }

    fn not_updated(&self, to: Version, from: Version, reason: &str) -> String {
        format!("已放弃版本 {to}，重新运行 {from}：{reason}")
    }

    fn hint_not_updated(&self) -> &'static str {
        "请查看 `gantline machine logs`；要再试一次，请重新运行此命令"
    }

    fn update_not_seen(&self, version: Version) -> String {
        format!("尚不知道版本 {version} 的结果；请查看 `gantline machine status`")
    }
}

//! 关于服务端备份的话。

use control::restoring::Settled;

use super::Chinese;
use crate::words::backup::BackupWords;

impl BackupWords for Chinese {
    fn no_server_in(&self, path: &str) -> String {
        format!("{path} 中没有服务端的数据库")
    }

    fn hint_data_dir(&self) -> &'static str {
        "请用 --data-dir 指明目录"
    }

    fn file_is_there(&self, path: &str) -> String {
        format!("{path} 已存在；请换一个名称，或先将其删除")
    }

    fn backup_not_on_a_terminal(&self) -> &'static str {
        "备份不是文本；请给出文件名，或将其传给另一个程序"
    }

    fn passphrase_is_asked(&self) -> &'static str {
        "请输入备份的口令；输入内容不会显示。"
    }

    fn passphrase_again(&self) -> &'static str {
        "请再输入一次。"
    }

    fn passphrase_prompt(&self) -> &'static str {
        "口令："
    }

    fn passphrase_too_short(&self, least: usize) -> String {
        format!("口令至少要有 {least} 个字符")
    }

    fn passphrases_differ(&self) -> &'static str {
        "两次输入的口令不同；未写入任何内容"
    }

    fn passphrase_file_needed(&self) -> &'static str {
        "备份来自标准输入，因此请指明口令文件：--passphrase-file FILE"
    }

    fn backup_written(&self, path: &str, bytes: u64) -> String {
        format!("已写入加密备份：{path}（{} KiB）", bytes.div_ceil(1024))
    }

    fn backup_needs_its_passphrase(&self) -> &'static str {
        "没有口令就无法打开它，任何人都帮不上忙。工作区的副本不在其中。"
    }

    fn backup_does_not_open(&self, path: &str) -> String {
        format!("无法打开 {path}：口令不对，或文件开头已损坏")
    }

    fn backup_is_damaged(&self, path: &str) -> String {
        format!("{path} 已损坏或不完整；请使用它的另一份拷贝")
    }

    fn no_backup(&self, path: &str) -> String {
        format!("{path} 不是由 `gantline server backup` 写入的，或来自更新的版本")
    }

    fn backup_is_good(&self, taken_at: &str) -> String {
        format!("备份完好：可以打开，数据库完整，密钥相符。备份时间：{taken_at}。")
    }

    fn server_is_there(&self, path: &str, what: &str) -> String {
        format!("{path} 中已有服务端，或其留下的文件：{what}")
    }

    fn hint_restore_elsewhere(&self) -> &'static str {
        "请停止使用该目录的服务端并移走其中的内容，或用 --data-dir 指明另一个目录"
    }

    fn restored(&self, path: &str, taken_at: &str) -> String {
        format!("已恢复到 {path}，内容截至 {taken_at}")
    }

    fn restored_what_ended(&self, ended: &Settled) -> String {
        let Settled { credentials, work } = ended;
        format!(
            "已作废：{} 个登录、{} 个 API 令牌、{} 个注册令牌、{} 个登录链接；已放弃：{} 个回合、{} 个提问、{} 个作业",
            credentials.logins,
            credentials.api_tokens,
            credentials.registration_tokens,
            credentials.links,
            work.turns,
            work.questions,
            work.jobs.len(),
        )
    }

    fn restored_what_next(&self, path: &str) -> String {
        format!(
            "用 `gantline server --data-dir {path}` 启动。所有人需用密码和第二因素重新登录，脚本需要新的令牌，机器会自行重新连接。\
             备份之后收回的权限会重新生效：请检查用户和机器，并停用此后离开的人。"
        )
    }
}

//! 对机器所有者说的话，其决定为最终决定。

use daemon::local_policy::MayKnow;

use super::Chinese;
use crate::words::owner::{LocalPolicyLabels, OwnerWords};

impl OwnerWords for Chinese {
    fn local_policy_labels(&self) -> LocalPolicyLabels {
        LocalPolicyLabels {
            file: "策略文件",
            workspaces: "工作区",
            agents: "智能体",
            shell: "普通 Shell",
            highest_preset: "最高预设",
            updates: "服务端可更新",
            outside_sessions: "外部会话",
            halted: "已停机",
        }
    }

    fn may_know(&self, who: MayKnow) -> &'static str {
        match who {
            MayKnow::Nobody => "不对任何人开放",
            MayKnow::Admins => "对管理这台机器的人开放",
            MayKnow::Everyone => "对可以使用这台机器的所有人开放",
        }
    }

    fn policy_unusable(&self, problem: &str) -> String {
        format!("机器的策略无法使用，因此拒绝所有会话：{problem}")
    }

    fn hint_mend_policy(&self, path: &str) -> String {
        format!("请修正 {path}，或删除它并用 `gantline machine policy set` 重新制定")
    }

    fn no_policy_yet(&self) -> &'static str {
        "还没有策略，因此不允许任何工作区"
    }

    fn all_agents(&self) -> &'static str {
        "全部"
    }

    fn none_allowed(&self) -> &'static str {
        "无"
    }

    fn workspace_is_not_there(&self, path: &str) -> String {
        format!("{path} 不存在，因此其中的会话会被拒绝")
    }

    fn agent_is_not_known(&self, agent: &str) -> String {
        format!("本机不认识智能体 {agent}")
    }

    fn known_agents(&self, agents: &str) -> String {
        format!("可用的有 {agents}")
    }

    fn not_in_policy(&self, path: &str) -> String {
        format!("{path} 不是策略中的工作区")
    }

    fn policy_holds(&self) -> &'static str {
        "对此后开始的一切生效；正在运行的继续运行"
    }

    fn is_halted(&self, reason: &str) -> String {
        let text = "机器已停机，拒绝所有会话";
        if reason.is_empty() { text.to_owned() } else { format!("{text}（{reason}）") }
    }

    fn hint_resume(&self) -> &'static str {
        "可用 `gantline machine resume` 恢复"
    }

    fn halted_since(&self, ago: &str, reason: &str) -> String {
        let text = if ago.is_empty() { "是".to_owned() } else { format!("始于 {ago}") };
        if reason.is_empty() { text } else { format!("{text}：{reason}") }
    }

    fn halted_already(&self) -> &'static str {
        "机器此前已停机，原先的说明保持不变"
    }

    fn halted_with_nothing_left(&self, sessions: usize) -> String {
        let ended = match sessions {
            0 => "没有正在运行的会话".to_owned(),
            many => format!("已结束 {many} 个会话"),
        };
        format!("机器已停机：{ended}；在 `gantline machine resume` 之前不会开始任何工作")
    }

    fn still_ending(&self) -> &'static str {
        "机器已停机，不会开始任何工作，但仍有内容未能及时结束"
    }

    fn not_heeded(&self) -> &'static str {
        "已经写下，但正在运行的守护进程没有理会"
    }

    fn hint_not_heeded(&self) -> &'static str {
        "请用 `gantline machine status` 查看；停止守护进程会结束它运行的一切"
    }

    fn reason_too_long(&self, most: usize) -> String {
        format!("原因须在一行内，最多 {most} 个字符")
    }

    fn resumed(&self) -> &'static str {
        "机器重新接受工作，以其策略允许的范围为限"
    }

    fn was_not_halted(&self) -> &'static str {
        "机器没有停机"
    }

    fn takes_no_sessions(&self) -> &'static str {
        "机器只报告自身状况，拒绝所有会话（--no-tunnel）"
    }

    fn clock_is_off(&self) -> &'static str {
        "本机时钟偏差过大，因此服务端不相信它要离开"
    }

    fn hint_disk_full(&self) -> &'static str {
        "请在该磁盘上腾出空间后重试"
    }

    fn enrolment_undone(&self) -> &'static str {
        "注册信息无法保存，已撤销；令牌已被使用"
    }

    fn hint_clock(&self) -> &'static str {
        "请校准时钟后重试，或用 --force 只在本机注销"
    }
}

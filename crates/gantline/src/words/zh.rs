//! 用中文说的话。

mod audit;
mod backup;
mod budget;
mod care;
mod changes;
mod chat;
mod doctor;
mod files;
mod import;
mod install;
mod job;
mod key;
mod machine;
mod mirror;
mod notify;
mod outside;
mod owner;
mod pauses;
mod people;
mod policy;
mod prompt;
mod searching;
mod sharing;
mod terminal;
mod update;
mod worktrees;

use std::time::Duration;

use contract::policy::RuleWithin;
use model::machine::MachineStatus;
use model::permission::PermissionAnswer;
use model::session::{Containment, SessionKind, SessionState};
use model::turn::TurnState;

use crate::question::always::Always;

use super::{MachineLabels, SessionLabels, Unit, UserLabels, Words, in_units};

/// Chinese, in simplified characters.
pub(super) struct Chinese;

impl Words for Chinese {
    fn error(&self) -> &'static str {
        "错误"
    }

    fn because(&self) -> &'static str {
        "原因："
    }

    fn hint(&self) -> &'static str {
        "提示："
    }

    fn interrupted(&self) -> &'static str {
        "已中断"
    }

    fn hint_sign_in(&self) -> &'static str {
        "请用 `gantline login` 登录，或设置 GANTLINE_TOKEN"
    }

    fn hint_unreachable(&self) -> &'static str {
        "服务端在运行吗？--server 写对了吗？可用 `gantline up` 启动，用 `gantline doctor` 检查"
    }

    fn options_without_use(&self) -> &'static str {
        "这个命令用不到写在它前面的选项"
    }

    fn hint_options_without_use(&self) -> &'static str {
        "请把选项写在需要它的命令之后；`gantline COMMAND --help` 会列出可用的选项"
    }

    fn yes_or_no(&self) -> &'static str {
        "[y/N]"
    }

    fn means_yes(&self, answer: &str) -> bool {
        answer == "是" || ["y", "yes"].iter().any(|yes| answer.eq_ignore_ascii_case(yes))
    }

    fn nothing_done(&self) -> &'static str {
        "没有做任何更改"
    }

    fn ago(&self, since: Duration) -> String {
        match in_units(since) {
            (0..5, Unit::Second) => "刚刚".to_owned(),
            (count, Unit::Second) => format!("{count} 秒前"),
            (count, Unit::Minute) => format!("{count} 分钟前"),
            (count, Unit::Hour) => format!("{count} 小时前"),
            (count, Unit::Day) => format!("{count} 天前"),
        }
    }

    fn yes_no(&self, is_so: bool) -> &'static str {
        if is_so { "是" } else { "否" }
    }

    fn capacity(&self, cores: u32, memory_gb: f64) -> String {
        format!("{cores} 核，{memory_gb:.1} GB")
    }

    fn usage_sum(&self, calls: u64, tokens: u64, cost: &str) -> String {
        format!("{calls} 次调用，{tokens} 个 token，{cost}")
    }

    fn machine_status(&self, status: MachineStatus) -> &'static str {
        match status {
            MachineStatus::Online => "在线",
            MachineStatus::Offline => "离线",
        }
    }

    fn session_status(&self, status: SessionState) -> &'static str {
        match status {
            SessionState::Starting => "启动中",
            SessionState::Idle => "空闲",
            SessionState::Running => "运行中",
            SessionState::Waiting => "等待答复",
            SessionState::Paused => "已暂停",
            SessionState::Stopped => "已停止",
            SessionState::Failed => "失败",
        }
    }

    fn turn_state(&self, state: TurnState) -> &'static str {
        match state {
            TurnState::Sent => "已发送",
            TurnState::OnMachine => "已到机器",
            TurnState::Running => "运行中",
            TurnState::Done => "完成",
            TurnState::Cancelled => "已取消",
            TurnState::Failed => "失败",
            TurnState::Unknown => "未知",
        }
    }

    fn kind(&self, kind: SessionKind) -> &'static str {
        match kind {
            SessionKind::Chat => "对话",
            SessionKind::Terminal => "终端",
        }
    }

    fn token_readable(&self, server: &str) -> String {
        format!("令牌会不加密地发往 {server}，途中可能被他人读到")
    }

    fn hint_token_readable(&self) -> &'static str {
        "请使用 https://；若接受此风险，请加 --insecure-http"
    }

    fn where_to_get_a_token(&self, server: &str) -> String {
        format!("请在控制台的“设置”中创建 API 令牌：{server}/settings")
    }

    fn token_prompt(&self) -> &'static str {
        "令牌（不显示）："
    }

    fn no_token_given(&self) -> &'static str {
        "没有给出令牌"
    }

    fn signed_in(&self, name: &str, server: &str) -> String {
        format!("已以 {name} 的身份登录 {server}")
    }

    fn token_in_keychain(&self) -> &'static str {
        "令牌已存入系统钥匙串"
    }

    fn token_in_file(&self, path: &str, because: Option<&str>) -> String {
        match because {
            Some(because) => format!("令牌存于 {path}，仅你可读：{because}"),
            None => format!("令牌存于 {path}，仅你可读"),
        }
    }

    fn signed_out(&self, server: &str) -> String {
        format!("本机已忘记 {server} 的令牌。令牌本身在到期或于控制台撤销之前仍然有效。")
    }

    fn was_not_signed_in(&self, server: &str) -> String {
        format!("本机没有 {server} 的令牌")
    }

    fn user_labels(&self) -> UserLabels {
        UserLabels { name: "姓名", username: "用户", role: "角色", server: "服务端" }
    }

    fn no_machine(&self) -> &'static str {
        "没有您可以使用的机器"
    }

    fn hint_enrol(&self) -> &'static str {
        "请在控制台的“机器”中创建注册令牌，并在那台电脑上运行 `gantline machine enroll`"
    }

    fn no_machine_online(&self) -> &'static str {
        "没有在线的机器"
    }

    fn hint_machines_offline(&self, machines: &str) -> String {
        format!("请在其中一台上运行 `gantline machine run`：{machines}")
    }

    fn which_machine(&self) -> &'static str {
        "有多台机器在线"
    }

    fn no_such_machine(&self, name: &str) -> String {
        format!("没有您可以使用的机器 `{name}`")
    }

    fn several_machines(&self, name: &str) -> String {
        format!("有多台机器叫 `{name}`")
    }

    fn hint_choose_machine(&self, machines: &str) -> String {
        format!("请按名称或标识选择：{machines}")
    }

    fn machine_headings(&self) -> [&'static str; 6] {
        ["名称", "标识", "状态", "最近在线", "系统", "智能体"]
    }

    fn machine_labels(&self) -> MachineLabels {
        MachineLabels {
            name: "名称",
            id: "标识",
            status: "状态",
            last_seen: "最近在线",
            labels: "标签",
            frozen: "冻结",
            host: "主机",
            system: "系统",
            capacity: "配置",
            version: "版本",
            shell: "终端",
            workspaces: "工作区",
        }
    }

    fn agent_headings(&self) -> [&'static str; 4] {
        ["智能体", "名称", "版本", "安装命令"]
    }

    fn no_agent(&self, machine: &str) -> String {
        format!("{machine} 上没有安装智能体")
    }

    fn hint_install_agent(&self, commands: &str) -> String {
        format!("请在那里安装一个：{commands}")
    }

    fn relative_directory(&self, directory: &str) -> String {
        format!("`{directory}` 是相对路径，而机器是另一台电脑")
    }

    fn no_sessions(&self) -> &'static str {
        "没有会话。用 `gantline chat` 开始一个。"
    }

    fn no_such_session(&self, name: &str) -> String {
        format!("没有会话 `{name}`")
    }

    fn several_sessions(&self, name: &str) -> String {
        format!("有多个会话符合 `{name}`")
    }

    fn hint_list_sessions(&self) -> &'static str {
        "`gantline session list --all` 会列出全部会话"
    }

    fn hint_choose_session(&self, ids: &str) -> String {
        format!("请按标识选择：{ids}")
    }

    fn session_headings(&self) -> [&'static str; 7] {
        ["标识", "状态", "标题", "类型", "智能体", "机器", "最近活动"]
    }

    fn session_labels(&self) -> SessionLabels {
        SessionLabels {
            title: "标题",
            id: "标识",
            status: "状态",
            detail: "详情",
            kind: "类型",
            agent: "智能体",
            model: "模型",
            preset: "预设",
            paused: "暂停",
            containment: "只读保障",
            idle_limit: "空闲时限",
            machine: "机器",
            directory: "目录",
            owner: "所有者",
            created: "创建",
            active: "最近活动",
            usage: "用量",
        }
    }

    fn contained(&self, containment: Containment, detail: &str) -> String {
        let who = match containment {
            Containment::Kernel => "机器内核",
            Containment::Partly => "部分由内核,其余由策略",
            Containment::Policy => "仅策略",
        };
        if detail.is_empty() { who.to_owned() } else { format!("{who}({detail})") }
    }

    fn turn_headings(&self) -> [&'static str; 4] {
        ["轮次", "状态", "开始", "结果"]
    }

    fn session_renamed(&self, title: &str) -> String {
        format!("会话现在叫 {title}")
    }

    fn session_kept(&self, title: &str, tags: &str, archived: bool) -> String {
        let tags =
            if tags.is_empty() { "无标签".to_owned() } else { format!("标签：{tags}") };
        let place = if archived { "，已归档" } else { "" };
        format!("{title}（{tags}{place}）")
    }

    fn delete_session(&self, title: &str) -> String {
        format!("删除 {title} 及其全部记录？")
    }

    fn session_deleted(&self, title: &str) -> String {
        format!("已删除 {title}")
    }

    fn session_is_gone(&self) -> &'static str {
        "会话已被删除"
    }

    fn waiting_for_agent(&self) -> &'static str {
        "等待智能体…"
    }

    fn working(&self) -> &'static str {
        "工作中…"
    }

    fn thinking(&self) -> &'static str {
        "思考中…"
    }

    fn running_tool(&self, title: &str) -> String {
        format!("{title}…")
    }

    fn stopping(&self) -> &'static str {
        "正在停止…（再按 Ctrl-C 立即离开）"
    }

    fn not_stopped(&self, error: &str) -> String {
        format!("无法停止本轮：{error}")
    }

    fn machine_away(&self) -> &'static str {
        "机器离线，等待中…"
    }

    fn connection_lost(&self, retry_in: Duration) -> String {
        format!("无法连接服务端，{} 秒后重试…", retry_in.as_secs().max(1))
    }

    fn connection_back(&self) -> &'static str {
        "已重新连接"
    }

    fn transcript_restarted(&self) -> &'static str {
        "机器开始了另一份记录，以下从头显示"
    }

    fn plan_step(&self, done: usize, of: usize, now: Option<&str>) -> String {
        match now {
            Some(now) => format!("▸ 已完成 {done}/{of}，当前：{now}"),
            None => format!("▸ 已完成 {done}/{of}"),
        }
    }

    fn policy_refused(&self, title: &str, reason: &str) -> String {
        format!("{title}：被策略拒绝（{reason}）")
    }

    fn more_lines(&self, count: usize) -> String {
        format!("… 还有 {count} 行")
    }

    fn bytes_left_out(&self, bytes: u64) -> String {
        format!("此处省略了 {bytes} 字节")
    }

    fn no_questions(&self) -> &'static str {
        "没有待答复的权限请求"
    }

    fn no_such_question(&self, name: &str) -> String {
        format!("没有待答复的权限请求 `{name}`")
    }

    fn several_questions(&self, name: &str) -> String {
        format!("有多个权限请求符合 `{name}`")
    }

    fn hint_list_questions(&self) -> &'static str {
        "`gantline permission list` 会列出全部请求"
    }

    fn question_headings(&self) -> [&'static str; 4] {
        ["标识", "会话", "请求", "提出"]
    }

    fn permission_prompt(&self, may_always: bool, is_cut: bool) -> String {
        let always = if may_always { "  [a] 总是" } else { "" };
        let all = if is_cut { "  [v] 显示全部" } else { "" };
        format!("允许吗？[y] 一次  [s] 本会话内{always}  [n] 拒绝  [e] 拒绝并说明…{all}")
    }

    fn always_prompt(&self, always: &Always) -> String {
        let exact = if always.is_exact { "  [1] 此调用" } else { "" };
        let prefix = always.prefix().map(|words| format!("  [2] `{words} …`")).unwrap_or_default();
        let change = if always.can_change_words() { " [-+]" } else { "" };
        let tool = always.tool.as_ref().map(|tool| format!("  [3] 所有 {tool}"));
        let place = match always.within {
            RuleWithin::Workspace => "在此目录",
            RuleWithin::Machine => "在此机器上",
        };
        let tool = tool.unwrap_or_default();
        format!("总是允许{exact}{prefix}{change}{tool}  {place} [m]  [Esc] 返回")
    }

    fn always_noted(&self, title: &str, rule: &str) -> String {
        format!("不再询问：{title}。撤销：gantline policy revoke {rule}")
    }

    fn note_prompt(&self) -> &'static str {
        "拒绝，因为："
    }

    fn note_without_denial(&self) -> &'static str {
        "只有拒绝时才能附说明"
    }

    fn answer_missing(&self) -> &'static str {
        "这里无法询问：请在请求之后写 allow-once、allow-session 或 deny"
    }

    fn answering(&self) -> &'static str {
        "正在答复…"
    }

    fn not_answered(&self, error: &str) -> String {
        format!("! 答复没有送达：{error}")
    }

    fn answered(&self, answer: PermissionAnswer, by: Option<&str>) -> String {
        let what = match answer {
            PermissionAnswer::AllowOnce => "允许一次",
            PermissionAnswer::AllowSession => "本会话内允许",
            PermissionAnswer::Deny => "拒绝",
        };
        match by {
            Some(by) => format!("{by}：{what}"),
            None => what.to_owned(),
        }
    }

    fn waits_elsewhere(&self, title: &str) -> String {
        format!("等待在控制台答复：{title}")
    }
}

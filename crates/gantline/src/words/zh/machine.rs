//! 本机作为一台机器时说的话。

use std::time::Duration;

use daemon::Detour;

use super::Chinese;
use crate::words::Words;
use crate::words::machine::{MachineWords, OwnMachineLabels};

impl MachineWords for Chinese {
    fn where_to_get_an_enrolment_token(&self, server: &str) -> String {
        format!("请在控制台的“机器”中创建注册令牌：{server}/machines")
    }

    fn not_an_enrolment_token(&self) -> &'static str {
        "这不是注册令牌"
    }

    fn hint_enrolment_token(&self) -> &'static str {
        "注册令牌以 gle_ 开头，在控制台的“机器”中只显示一次；请完整复制"
    }

    fn enrolment_refused(&self) -> &'static str {
        "服务端不接受此注册令牌"
    }

    fn other_server(&self, server: &str) -> String {
        format!("{server} 不是创建此注册令牌的服务端")
    }

    fn hint_other_server(&self) -> &'static str {
        "中间可能有人冒充，因此本机没有保留任何内容。请检查地址；此令牌已用掉，请重新创建"
    }

    fn enrolled_already(&self, name: &str, server: &str) -> String {
        format!("本机已注册为 {server} 的 {name}")
    }

    fn hint_unenrol(&self) -> &'static str {
        "请先用 `gantline machine unenroll` 注销，或指定另一个 --data-dir"
    }

    fn enrolled(&self, name: &str, server: &str) -> String {
        format!("本机已注册为 {server} 的 {name}")
    }

    fn hint_run(&self) -> &'static str {
        "请用 `gantline machine run` 启动"
    }

    fn not_enrolled(&self) -> &'static str {
        "本机没有注册"
    }

    fn runs_already(&self, process_id: Option<u32>) -> String {
        match process_id {
            Some(id) => format!("此机器已在运行，进程 {id}"),
            None => "此机器已在运行".to_owned(),
        }
    }

    fn machine_starts(&self, name: &str, server: &str) -> String {
        format!("{server} 的机器 {name}")
    }

    fn link_up(&self, server: &str) -> String {
        format!("已连接 {server}")
    }

    fn link_down(&self, reason: &str) -> String {
        format!("未连接：{reason}。正在重试，会话不受影响。")
    }

    fn stop_with(&self) -> &'static str {
        "按 Ctrl-C 停止。"
    }

    fn machine_stopped(&self) -> &'static str {
        "正在停止…"
    }

    fn no_workspace(&self) -> &'static str {
        "策略没有允许任何工作区，因此无法开始会话；请用 `gantline machine policy set` 指定"
    }

    fn own_machine_labels(&self) -> OwnMachineLabels {
        OwnMachineLabels {
            server: "服务端",
            name: "机器",
            id: "标识",
            directory: "保存于",
            daemon: "守护进程",
            link: "链路",
            sessions: "会话",
            clock: "时钟",
            workspaces: "工作区",
            highest_preset: "最高预设",
        }
    }

    fn daemon_runs(&self, process_id: u32, version: &str) -> String {
        format!("运行中，进程 {process_id}，版本 {version}")
    }

    fn daemon_does_not_run(&self) -> &'static str {
        "没有运行；请用 `gantline machine run` 启动"
    }

    fn linked_since(&self, since: Duration) -> String {
        format!("已连接，始于 {}", self.ago(since))
    }

    fn by_long_poll(&self, detour: Detour) -> String {
        let why = match detour {
            Detour::Answered { status } => format!("WebSocket 请求得到的回答是 {status}"),
            Detour::Silent => "WebSocket 没有任何回音".to_owned(),
            Detour::Cut => "WebSocket 立即被切断".to_owned(),
        };
        format!("通过长轮询（{why}）")
    }

    fn not_linked(&self, reason: &str) -> String {
        format!("未连接：{reason}")
    }

    fn clock_difference(&self, server_ahead_ms: i64) -> String {
        match server_ahead_ms {
            -999..1000 => "与服务端一致".to_owned(),
            ahead if ahead > 0 => format!("比服务端慢 {} 秒", ahead / 1000),
            ahead => format!("比服务端快 {} 秒", -ahead / 1000),
        }
    }

    fn unenrolled(&self, name: &str, server: &str) -> String {
        format!("本机不再是 {server} 的 {name}，密钥已删除")
    }

    fn server_not_told(&self, server: &str) -> String {
        format!("未能通知 {server}；请在控制台中也删除此机器")
    }

    fn server_knows_not(&self, server: &str) -> String {
        format!("{server} 已不认识此机器")
    }

    fn hint_force(&self) -> &'static str {
        "请在能连接服务端时重试，或用 --force 只在本机注销"
    }

    fn stop_it_first(&self) -> &'static str {
        "请先停止它"
    }
}

//! 检查结果。

use super::Chinese;
use crate::words::doctor::DoctorWords;

impl DoctorWords for Chinese {
    fn reached(&self, server: &str, took_ms: u64) -> String {
        format!("{server} 已应答，用时 {took_ms} 毫秒")
    }

    fn versions(&self, server: &str, own: &str) -> String {
        format!("服务端 {server}，本程序 {own}")
    }

    fn versions_differ(&self) -> &'static str {
        "请在两边使用同一版本"
    }

    fn encrypted(&self) -> &'static str {
        "已加密，证书可信"
    }

    fn this_computer(&self) -> &'static str {
        "未加密，但不会离开本机"
    }

    fn readable_on_the_way(&self) -> &'static str {
        "未加密：令牌和内容途中可能被读到"
    }

    fn clock_agrees(&self, seconds: u64) -> String {
        format!("与服务端相差不超过 {seconds} 秒")
    }

    fn clock_differs(&self, seconds: u64) -> String {
        format!("与服务端相差 {seconds} 秒")
    }

    fn set_the_clock(&self) -> &'static str {
        "请用 NTP 校准两台电脑的时钟；令牌和注册的有效期依赖它"
    }

    fn signed_in_as(&self, name: &str, role: &str) -> String {
        format!("{name}，{role}")
    }

    fn not_signed_in(&self) -> &'static str {
        "未登录"
    }

    fn proxy_is_not_used(&self, variables: &str) -> String {
        format!("设置了 {variables}，但不会使用")
    }

    fn reach_directly(&self) -> &'static str {
        "必须能不经代理连接服务端"
    }

    fn no_machine_here(&self) -> &'static str {
        "本机没有注册；只有作为机器时才需要"
    }

    fn machine_here(&self, name: &str, server: &str) -> String {
        format!("已注册为 {server} 的 {name}")
    }

    fn key_is_there(&self, pinned: usize) -> String {
        format!("密钥完好，并固定了服务端的 {pinned} 个密钥")
    }

    fn daemon_linked(&self) -> &'static str {
        "运行中，已连接"
    }

    fn hint_let_websockets_through(&self) -> &'static str {
        "一切可用，只是个别操作稍慢。本机与服务端之间有设备（例如代理）不放行 WebSocket：\
         请让它在 /api/remote/agent/ws 上放行 `Upgrade: websocket`。守护进程会不时重试，并自行恢复"
    }

    fn workspaces_are_there(&self, count: usize) -> String {
        format!("{count} 个，均存在")
    }

    fn workspaces_missing(&self, paths: &str) -> String {
        format!("不存在：{paths}")
    }

    fn make_or_remove_them(&self) -> &'static str {
        "请创建这些目录，或从 policy.toml 中删除"
    }

    fn agents_found(&self, agents: &str) -> String {
        agents.to_owned()
    }

    fn no_agents_found(&self) -> &'static str {
        "一个也没有安装"
    }

    fn disk_free(&self, gib: u64) -> String {
        format!("剩余 {gib} GiB")
    }

    fn free_some_disk(&self) -> &'static str {
        "请腾出空间：没有空间就无法记录，会话会停止"
    }
}

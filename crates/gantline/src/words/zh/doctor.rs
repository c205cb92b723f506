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

    fn administrators_have_second_factors(&self) -> &'static str {
        "每位管理员都有第二因素"
    }

    fn administrators_without(&self, names: &str) -> String {
        format!("只用密码的管理员：{names}")
    }

    fn hint_demand_second_factors(&self) -> &'static str {
        "请他们在控制台添加（设置 → 登录），或要求所有人使用（设置 → 账户）"
    }

    fn policy_allows(&self, agents: &str, shell: bool, preset: &str) -> String {
        let shell = if shell { "允许 shell" } else { "不允许 shell" };
        format!("智能体 {agents}，{shell}，预设最高 {preset}")
    }

    fn hint_narrow_policy(&self) -> &'static str {
        "服务端可以在工作区内要求任何事情；用 `gantline machine policy set` 收紧"
    }

    fn updates_are_taken(&self) -> &'static str {
        "服务端公布的版本若由我们的密钥签名，就会安装"
    }

    fn updates_by_hand(&self) -> &'static str {
        "只手动安装新版本"
    }

    fn updates_cannot_be_verified(&self) -> &'static str {
        "本程序不含发布密钥，不会安装任何版本"
    }

    fn server_files_private(&self) -> &'static str {
        "数据目录和密钥只有其所有者可读"
    }

    fn switches_unknown(&self) -> &'static str {
        "服务端还没有用此版本启动过"
    }

    fn hint_start_server(&self) -> &'static str {
        "请启动后再检查"
    }

    fn listens_encrypted(&self, address: &str) -> String {
        format!("{address}，已加密")
    }

    fn listens_here(&self, address: &str) -> String {
        format!("{address}，仅限本机")
    }

    fn listens_in_the_clear(&self, address: &str) -> String {
        format!("{address}，未加密（--insecure-http）")
    }

    fn hint_encrypt(&self) -> &'static str {
        "只适用于前面有无法绕过的加密代理；否则请使用 --tls-cert 和 --tls-key"
    }

    fn shared_token_is_set(&self) -> &'static str {
        "一个令牌让脚本拥有管理员权限，并且不会过期"
    }

    fn no_shared_token(&self) -> &'static str {
        "无"
    }

    fn hint_shared_token(&self) -> &'static str {
        "请为每个脚本创建账户和令牌（`gantline user create --service`、`gantline token create`），\
         并在启动服务端时不使用 --token"
    }

    fn trusts(&self, hosts: &str) -> String {
        match hosts {
            "" => "没有代理，也没有内网地址".to_owned(),
            hosts => format!("代理和内网主机：{hosts}"),
        }
    }

    fn audit_is_kept(&self, days: Option<u64>) -> String {
        match days {
            None => "永久保留".to_owned(),
            Some(days) => format!("保留 {days} 天"),
        }
    }

    fn never_backed_up(&self) -> &'static str {
        "还没有备份"
    }

    fn backed_up(&self, days: u64) -> String {
        match days {
            0 => "最近一次备份不到一天".to_owned(),
            days => format!("最近一次备份在 {days} 天前"),
        }
    }

    fn hint_back_up(&self) -> &'static str {
        "`gantline server backup FILE`，服务端运行时也可以；文件和口令请分开存放在别处"
    }
}

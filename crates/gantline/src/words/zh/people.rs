//! What is said of accounts and tokens, in Chinese.

use model::user::{UserKind, UserState};

use super::Chinese;
use crate::words::people::PeopleWords;

impl PeopleWords for Chinese {
    fn user_headings(&self) -> [&'static str; 6] {
        ["编号", "用户名", "名称", "类型", "角色", "状态"]
    }

    fn user_kind(&self, kind: UserKind) -> &'static str {
        match kind {
            UserKind::Person => "个人",
            UserKind::Service => "服务账户",
        }
    }

    fn user_state(&self, state: UserState) -> &'static str {
        match state {
            UserState::Active => "正常",
            UserState::Invited => "已邀请",
            UserState::Disabled => "已停用",
            UserState::Deleted => "已删除",
        }
    }

    fn user_is(&self, name: &str, role: &str, state: &str) -> String {
        format!("{name}：{state}，角色 {role}")
    }

    fn no_such_user(&self, name: &str) -> String {
        format!("没有账户 {name}")
    }

    fn hint_list_users(&self) -> &'static str {
        "`gantline user list` 列出所有账户"
    }

    fn pass_link_on(&self, name: &str, until: &str) -> String {
        format!("请把此链接交给 {name}。它只能使用一次，有效期至 {until}，不会再次显示：")
    }

    fn service_account_made(&self, name: &str) -> String {
        format!("已创建 {name}；用 `gantline token create 名称 --user {name}` 为它创建令牌")
    }

    fn change_role(&self, name: &str) -> String {
        format!("更改 {name} 的角色？其所有登录都会退出，令牌都会失效。")
    }

    fn disable_user(&self, name: &str) -> String {
        format!("停用 {name}？其登录、令牌和正在运行的会话都会结束。")
    }

    fn delete_user(&self, name: &str) -> String {
        format!(
            "删除 {name}？其会话、任务、令牌、规则和设置都会删除，机器上的也一样。\
             用量和审计日志保留，并保留名称。此操作无法撤销。"
        )
    }

    fn user_deleted(&self, name: &str) -> String {
        format!("已删除 {name}")
    }

    fn no_logins(&self) -> &'static str {
        "没有登录"
    }

    fn login_headings(&self) -> [&'static str; 4] {
        ["标识", "上次使用", "始于", "浏览器"]
    }

    fn sign_user_out(&self, name: &str) -> String {
        format!("让 {name} 在所有浏览器中退出登录？")
    }

    fn user_signed_out(&self, name: &str) -> String {
        format!("{name} 已在所有浏览器中退出登录")
    }

    fn tenant_headings(&self) -> [&'static str; 5] {
        ["编号", "名称", "账户", "机器", "始于"]
    }

    fn tenant_made(&self, name: &str, number: i64) -> String {
        format!(
            "{name} 是租户 {number}；用 `gantline user create 名称 --role tenant_admin --tenant \
             {number}` 邀请其管理员"
        )
    }

    fn tenant_renamed(&self, before: &str, now: &str) -> String {
        format!("{before} 从现在起叫作 {now}")
    }

    fn session_limit_labels(&self) -> [&'static str; 4] {
        ["对话结束于", "每个会话的提示数", "每台机器的会话数", "每个用户的会话数"]
    }

    fn no_limit(&self) -> &'static str {
        "不限"
    }

    fn assignment_headings(&self) -> [&'static str; 4] {
        ["编号", "用户名", "权限", "始于"]
    }

    fn machine_assignment_headings(&self) -> [&'static str; 5] {
        ["机器", "编号", "名称", "权限", "始于"]
    }

    fn nobody_assigned_anywhere(&self) -> &'static str {
        "没有人被授予任何机器的权限"
    }

    fn nobody_assigned(&self) -> &'static str {
        "没有人被分配到这台机器"
    }

    fn assigned(&self, user: &str, permission: &str, machine: &str) -> String {
        format!("{user} 在 {machine} 上的权限为 {permission}")
    }

    fn unassign(&self, user: &str, machine: &str) -> String {
        format!("撤销 {user} 在 {machine} 上的权限？其在该机器上的会话都会结束。")
    }

    fn unassigned(&self, user: &str, machine: &str) -> String {
        format!("{user} 在 {machine} 上已没有权限")
    }

    fn no_tokens(&self) -> &'static str {
        "没有 API 令牌"
    }

    fn token_headings(&self) -> [&'static str; 5] {
        ["标识", "名称", "范围", "上次使用", "到期"]
    }

    fn token_once(&self) -> &'static str {
        "请把此令牌保存在只有使用者能读取的地方。它不会再次显示："
    }

    fn token_rotated(&self, name: &str, until: &str) -> String {
        format!("{name} 已更换；旧令牌在 {until} 前仍然有效")
    }

    fn no_such_token(&self, name: &str) -> String {
        format!("没有令牌 {name}")
    }

    fn several_tokens(&self, name: &str) -> String {
        format!("有多个令牌名为 {name}，请给出标识")
    }

    fn revoke_token(&self, name: &str) -> String {
        format!("吊销令牌 {name}？使用它的程序将无法继续工作。")
    }

    fn token_revoked(&self, name: &str) -> String {
        format!("令牌 {name} 已吊销")
    }
}

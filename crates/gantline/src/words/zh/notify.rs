//! 关于通知渠道的话。

use model::notification::{ChannelState, NoticeLanguage};

use super::Chinese;
use crate::words::notify::NotifyWords;

impl NotifyWords for Chinese {
    fn notice_language(&self) -> NoticeLanguage {
        NoticeLanguage::Zh
    }

    fn no_channels(&self) -> &'static str {
        "没有通知渠道；用 `gantline notify add` 添加"
    }

    fn channel_headings(&self) -> [&'static str; 7] {
        ["编号", "名称", "类型", "主机", "通知内容", "状态", "最近结果"]
    }

    fn no_such_channel(&self, name: &str) -> String {
        format!("没有通知渠道 `{name}`")
    }

    fn several_channels(&self, name: &str) -> String {
        format!("有多个通知渠道与 `{name}` 相符")
    }

    fn hint_list_channels(&self) -> &'static str {
        "用 `gantline notify list` 列出"
    }

    fn which_address(&self) -> &'static str {
        "地址会加密保存在服务端，不再显示"
    }

    fn address_prompt(&self) -> &'static str {
        "地址："
    }

    fn which_signing(&self) -> &'static str {
        "机器人用来验证消息来源的密钥"
    }

    fn signing_prompt(&self) -> &'static str {
        "密钥："
    }

    fn no_address_given(&self) -> &'static str {
        "没有给出地址或密钥；请输入，或从标准输入送入"
    }

    fn channel_added(&self, name: &str, id: &str) -> String {
        format!("已添加 {name}（{id}）；用 `gantline notify test {id}` 测试")
    }

    fn channel_changed(&self, name: &str) -> String {
        format!("已更改 {name}")
    }

    fn channel_state(&self, state: ChannelState) -> &'static str {
        match state {
            ChannelState::On => "已启用",
            ChannelState::Off => "已停用",
            ChannelState::PutOff => "已被暂停",
        }
    }

    fn channel_is(&self, name: &str, state: &str) -> String {
        format!("{name} {state}")
    }

    fn channel_took_it(&self, took_ms: u64) -> String {
        format!("已在 {took_ms} 毫秒内送达")
    }

    fn channel_did_not(&self, error: &str) -> String {
        format!("未送达：{error}")
    }

    fn channel_told(&self, ago: &str) -> String {
        format!("{ago}已通知")
    }

    fn channel_not_told(&self, ago: &str, error: &str) -> String {
        format!("{ago}通知失败：{error}")
    }

    fn remove_channel(&self, name: &str) -> String {
        format!("永久移除 {name}？")
    }

    fn channel_removed(&self, name: &str) -> String {
        format!("已移除 {name}")
    }
}

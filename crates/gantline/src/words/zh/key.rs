//! 关于提供商密钥的话。

use model::provider::KeyState;

use super::Chinese;
use crate::words::key::KeyWords;

impl KeyWords for Chinese {
    fn no_keys(&self) -> &'static str {
        "没有提供商密钥;用 `gantline key add` 添加"
    }

    fn key_headings(&self) -> [&'static str; 7] {
        ["编号", "提供商", "名称", "结尾", "状态", "上次测试", "地址"]
    }

    fn no_such_key(&self, name: &str) -> String {
        format!("没有提供商密钥 `{name}`")
    }

    fn several_keys(&self, name: &str) -> String {
        format!("有多个提供商密钥与 `{name}` 相符")
    }

    fn hint_list_keys(&self) -> &'static str {
        "用 `gantline key list` 列出"
    }

    fn which_key(&self, provider: &str) -> String {
        format!("{provider} 的密钥;它会加密保存在服务端,不再显示")
    }

    fn key_prompt(&self) -> &'static str {
        "密钥:"
    }

    fn no_key_given(&self) -> &'static str {
        "没有给出密钥;请输入,或从标准输入送入"
    }

    fn key_added(&self, name: &str, id: &str) -> String {
        format!("已保存 {name}({id});用 `gantline key test {id}` 测试")
    }

    fn key_models(&self, count: usize) -> String {
        format!("可用 {count} 个模型")
    }

    fn key_is_now(&self, name: &str, state: KeyState) -> String {
        match state {
            KeyState::Active => format!("{name} 已启用"),
            KeyState::Disabled => format!("{name} 已停用"),
        }
    }

    fn remove_key(&self, name: &str) -> String {
        format!("永久移除 {name}?")
    }

    fn key_removed(&self, name: &str) -> String {
        format!("已移除 {name}")
    }
}

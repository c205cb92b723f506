//! 窗口中的对话。

use super::Chinese;
use crate::words::chat::ChatWords;
use crate::words::thousands;

impl ChatWords for Chinese {
    fn chat_needs_a_window(&self) -> &'static str {
        "对话需要一个可以输入的窗口"
    }

    fn hint_one_prompt(&self) -> &'static str {
        "只问一句请用：gantline -p \"…\""
    }

    fn no_chat_to_continue(&self) -> &'static str {
        "没有可以继续的对话"
    }

    fn not_a_chat(&self, title: &str) -> String {
        format!("{title} 是终端，不是对话")
    }

    fn hint_attach(&self, id: &str) -> String {
        format!("连接它：gantline attach {id}")
    }

    fn chat_begins(&self, agent: &str, machine: &str, directory: &str) -> String {
        format!("{machine} 上的 {agent}，目录 {directory}")
    }

    fn chat_goes_on(&self, title: &str) -> String {
        format!("继续 {title}")
    }

    fn chat_keys(&self) -> &'static str {
        "回车发送，Alt-回车换行，Ctrl-C 停止智能体，/help 查看更多"
    }

    fn chat_help(&self) -> &'static str {
        "/new          开始另一个对话
/agent NAME   用此智能体开始另一个对话；不写名称则列出
/agents       列出机器上的智能体
/model ID     更换模型；不写则列出
/mode ID      更换模式；不写则列出
/session      显示当前会话
/show [N]     完整显示被折叠的内容：最近一项，或倒数第 N 项
/stop         结束会话
/quit、/exit  离开，会话保持打开
Tab 补全命令、智能体；本机即机器时还可补全 @文件。
其他命令会交给智能体。"
    }

    fn chat_left(&self, id: &str) -> String {
        format!("会话仍然打开。继续：gantline chat --session {id}")
    }

    fn new_chat(&self) -> &'static str {
        "下一条提示词将开始另一个对话"
    }

    fn no_chat_yet(&self) -> &'static str {
        "对话从第一条提示词开始"
    }

    fn chat_stopped(&self) -> &'static str {
        "会话已结束，下一条提示词将开始另一个"
    }

    fn agent_is_next(&self, agent: &str) -> String {
        format!("下一条提示词将与 {agent} 开始对话")
    }

    fn model_is(&self, model: &str) -> String {
        format!("模型为 {model}")
    }

    fn mode_is(&self, mode: &str) -> String {
        format!("模式为 {mode}")
    }

    fn command_needs(&self, command: &str, what: &str) -> String {
        format!("请写 {command} {what}")
    }

    fn offered(&self, names: &str) -> String {
        format!("智能体提供：{names}")
    }

    fn context_full(&self, percent: u64) -> String {
        format!("上下文 {percent} %")
    }

    fn tokens(&self, count: u64) -> String {
        format!("{} 个令牌", thousands(count))
    }

    fn no_such_agent(&self, agent: &str, machine: &str) -> String {
        format!("{machine} 上没有可对话的智能体 `{agent}`")
    }

    fn hint_list_agents(&self) -> &'static str {
        "/agents 会列出它们"
    }

    fn nothing_folded(&self) -> &'static str {
        "没有被折叠的内容"
    }

    fn folded(&self, more: usize) -> String {
        format!("… 还有 {more} 行，/show 查看")
    }

    fn thought(&self) -> &'static str {
        "思考"
    }
}

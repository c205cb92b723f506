//! What the model says to somebody who just says something.

use super::prompt::Language;

/// A friendly answer in Markdown that shows what a console can draw.
pub(super) fn answer(language: Language, asked: &str) -> String {
    let asked: String = asked.chars().take(120).collect();
    match language {
        Language::English => english(&asked),
        Language::Chinese => chinese(&asked),
    }
}

fn english(asked: &str) -> String {
    format!(
        "You said: *{asked}*\n\n\
         I am the **scripted model** of Gantline's demonstration: no key, no network, no bill. \
         I stream like a real one, so you can see how a session looks:\n\n\
         1. your prompt travels to the machine over its one outbound link,\n\
         2. the agent there calls me through the LLM gateway with a short-lived token,\n\
         3. the answer comes back to you piece by piece.\n\n\
         ```text\n\
         you → console → server ⇒ machine → agent → gateway → model\n\
         ```\n\n\
         To see an agent ask before it acts, send: `[[write hello.md Hello from Gantline]]`\n"
    )
}

fn chinese(asked: &str) -> String {
    format!(
        "你说的是:*{asked}*\n\n\
         我是 Gantline 演示用的**脚本模型**:不需要密钥,不联网,也不花钱。\
         我像真正的模型一样流式回答,方便你了解一次会话的样子:\n\n\
         1. 你的提示经由机器唯一的出站连接到达机器,\n\
         2. 机器上的智能体用短期令牌通过大模型网关调用我,\n\
         3. 回答一段一段地回到你面前。\n\n\
         ```text\n\
         你 → 控制台 → 服务端 ⇒ 机器 → 智能体 → 网关 → 模型\n\
         ```\n\n\
         想看智能体在动手之前先征求同意,请发送:`[[write hello.md 来自 Gantline 的问候]]`\n"
    )
}

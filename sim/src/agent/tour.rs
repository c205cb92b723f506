//! What a newcomer sees: a short tour that ends with a question, so that they meet everything that
//! matters in one minute.

use super::converse::{Conversed, converse};
use super::tools::Outcome;
use super::turn::{Step, Turn};

/// The file that the tour proposes to write.
const FILE: &str = "hello-gantline.md";

/// Directives of the scripted model begin like this; who writes them wants no tour.
const MODEL_DIRECTIVE: &str = "[[";

/// Answers somebody who just says something.
pub(super) async fn guide(turn: &Turn, prompt: &str) -> Step {
    let words = Words::of(prompt);
    let is_first = turn.session.history().entries.is_empty();
    if is_first {
        turn.entitle(&title(prompt)).await;
    }
    if prompt.contains(MODEL_DIRECTIVE) && converse(turn, prompt).await? != Conversed::Alone {
        return Ok(());
    }
    if is_first {
        look_around(turn, &words).await?;
    }
    match converse(turn, prompt).await? {
        Conversed::Acted => return Ok(()),
        Conversed::Spoke => turn.say("\n\n").await?,
        Conversed::Alone if is_first => turn.say(words.greeting).await?,
        Conversed::Alone => turn.say(words.again).await?,
    }
    if turn.session.cwd.join(FILE).exists() {
        return turn.say(words.more).await;
    }
    propose(turn, &words, prompt).await?;
    if turn.session.environment.model_access.is_none() {
        // About what was said and heard; a model would tell.
        turn.usage(1_200 + prompt.len() as u64 / 4, None).await;
    }
    Ok(())
}

async fn look_around(turn: &Turn, words: &Words) -> Step {
    turn.think(words.thought).await?;
    turn.plan(&words.steps, 0).await?;
    turn.read(".").await?;
    turn.plan(&words.steps, 1).await
}

async fn propose(turn: &Turn, words: &Words, prompt: &str) -> Step {
    turn.say(words.proposal).await?;
    turn.plan(&words.steps, 2).await?;
    let asked: String = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
    let asked: String = asked.chars().take(200).collect();
    let outcome = turn.write(FILE, &words.file.replace("{prompt}", &asked)).await?;
    turn.plan(&words.steps, words.steps.len()).await?;
    match outcome {
        Outcome::Done(_) => turn.say(words.allowed).await,
        Outcome::Denied => turn.say(words.denied).await,
        Outcome::Failed(problem) => turn.say(&words.failed.replace("{problem}", &problem)).await,
    }
}

/// The beginning of the prompt.
fn title(prompt: &str) -> String {
    let words: Vec<&str> = prompt.split_whitespace().collect();
    let title: String = words.join(" ").chars().take(48).collect();
    if title.is_empty() { "Demo".to_owned() } else { title }
}

/// What is said, in one language.
struct Words {
    thought: &'static str,
    steps: [&'static str; 3],
    greeting: &'static str,
    again: &'static str,
    proposal: &'static str,
    file: &'static str,
    allowed: &'static str,
    denied: &'static str,
    failed: &'static str,
    more: &'static str,
}

impl Words {
    fn of(prompt: &str) -> Self {
        let is_chinese = |character: char| matches!(character, '\u{4e00}'..='\u{9fff}');
        if prompt.chars().any(is_chinese) { CHINESE } else { ENGLISH }
    }
}

const ENGLISH: Words = Words {
    thought: "Somebody new, it seems. I will look around, say hello, and ask before I touch \
              anything.",
    steps: ["Look around the workspace", "Say hello", "Propose a small change, and ask first"],
    greeting: "Hello! I am the **demo agent**. I speak the same protocol as Claude Code, Codex or \
               Gemini CLI, so everything you see around me is the real thing. Only my ideas are \
               scripted.\n\n\
               What you are looking at:\n\n\
               - **This text** comes from a process on the machine, piece by piece, over the one \
               connection that the machine itself has opened.\n\
               - **The line above** is a tool call: I listed the files of the workspace. Open it to \
               see what I saw.\n\
               - **The plan** shows how far I am.\n\
               - **Stop** is always within reach; I will heed it.\n\n",
    again: "I have no model of my own to think with, only this script. But I can still show you how \
            I ask.\n\n",
    proposal: "Now the part that matters. I would like to write a small file, \
               `hello-gantline.md`. You see below exactly what would be in it, and **nothing \
               happens until you answer**: allow it once, allow it for this session, deny it, or \
               deny it with a note that I will read.\n\n",
    file: "# Hello from Gantline\n\n\
           This file was written by the demo agent after a person had allowed it.\n\n\
           You had said:\n\n\
           > {prompt}\n\n\
           Delete it whenever you like.\n",
    allowed: "Thank you. `hello-gantline.md` is now on the disk of this machine, and the diff above \
              is exactly what has changed.\n\n\
              Things to try next:\n\n\
              | send | to see |\n|---|---|\n\
              | `/run ls -l` | a command, with a question before it |\n\
              | `/slow 100 200ms` | a long answer, to try **Stop** and to send another prompt \
              meanwhile |\n\
              | `/crash` | what happens when an agent dies, and how it comes back |\n\n\
              Then start a session with a real agent: they work the same way.\n",
    denied: "Understood. The disk is as it was: a denied request changes nothing, here or with any \
             other agent.\n\n\
             Say something again and I will ask again, or try `/run ls -l`.\n",
    failed: "You had allowed it, but it did not work: {problem}\n",
    more: "`hello-gantline.md` is there already, so there is nothing left for me to propose. Send \
           `/write notes.txt hello` to be asked again, `/run ls -l` for a command, or \
           `/slow 100 200ms` to try stopping me.\n",
};

const CHINESE: Words = Words {
    thought: "看来是一位新朋友。我先看看这个目录,打个招呼,动手之前一定先问。",
    steps: ["看看工作区", "打个招呼", "提出一个小改动,并先征求同意"],
    greeting: "你好!我是**演示智能体**。我和 Claude Code、Codex、Gemini CLI 说的是同一种协议,\
               所以你在我周围看到的一切都是真的,只有我的想法是写好的脚本。\n\n\
               你现在看到的是:\n\n\
               - **这段文字**来自机器上的一个进程,经由机器自己打开的唯一一条连接,一段一段地传过来。\n\
               - **上面那一行**是一次工具调用:我列出了工作区里的文件。点开就能看到我看到了什么。\n\
               - **计划**显示我做到了哪一步。\n\
               - **停止**按钮随时都在,我会听从。\n\n",
    again: "我没有可以用来思考的模型,只有这份脚本。不过我仍然可以演示我是怎样征求同意的。\n\n",
    proposal: "接下来是最重要的部分。我想写一个小文件 `hello-gantline.md`。\
               下面就是它的全部内容,而且**在你回答之前什么都不会发生**:\
               可以只允许这一次、在本次会话中允许、拒绝,或者拒绝并附上一句话,我会读到。\n\n",
    file: "# 来自 Gantline 的问候\n\n\
           这个文件是演示智能体在得到一个人的允许之后写下的。\n\n\
           你当时说:\n\n\
           > {prompt}\n\n\
           随时可以删除它。\n",
    allowed: "谢谢。`hello-gantline.md` 已经写在这台机器的磁盘上,上面的差异就是全部改动。\n\n\
              接下来可以试试:\n\n\
              | 发送 | 可以看到 |\n|---|---|\n\
              | `/run ls -l` | 一条命令,执行之前会先询问 |\n\
              | `/slow 100 200ms` | 一个很长的回答,可以试试**停止**,或者趁这时再发一条提示 |\n\
              | `/crash` | 智能体进程崩溃时会怎样,又怎样恢复 |\n\n\
              然后用真正的智能体开始一个会话吧,用法完全一样。\n",
    denied: "明白了,磁盘上什么都没有变:被拒绝的请求不会产生任何改动,对别的智能体也是一样。\n\n\
             再说一句话,我会再问一次;也可以试试 `/run ls -l`。\n",
    failed: "你已经允许了,但是没有成功:{problem}\n",
    more: "`hello-gantline.md` 已经存在,我没有别的要提议了。\
           发送 `/write notes.txt hello` 可以让我再问一次,`/run ls -l` 运行一条命令,\
           `/slow 100 200ms` 可以试试停止我。\n",
};

//! 本窗口中的终端。

use super::Chinese;
use crate::words::terminal::TerminalWords;

impl TerminalWords for Chinese {
    fn needs_a_window(&self) -> &'static str {
        "终端需要一个窗口来显示；在别处可用 --watch 输出其内容"
    }

    fn not_a_terminal(&self, title: &str) -> String {
        format!("{title} 是对话，不是终端")
    }

    fn hint_go_on_chatting(&self, id: &str) -> String {
        format!("继续对话：gantline chat --session {id}")
    }

    fn attaching(&self, title: &str, prefix: &str) -> String {
        format!("正在连接 {title}；按 {prefix} d 离开，按 {prefix} ? 查看帮助")
    }

    fn detached(&self, id: &str) -> String {
        format!("已离开，终端仍在运行。再次连接：gantline attach {id}")
    }

    fn terminal_ended(&self, detail: &str) -> String {
        format!("终端已结束：{detail}")
    }

    fn terminal_started(&self, title: &str, id: &str) -> String {
        format!("已启动 {title}；连接：gantline attach {id}")
    }

    fn watching_only(&self) -> &'static str {
        "您正在观看，在此输入无效"
    }

    fn keyboard_is_theirs(&self, name: &str, prefix: &str) -> String {
        format!("{name} 正在输入；按 {prefix} t 接管键盘")
    }

    fn typing_given_up(&self, bytes: usize) -> String {
        format!("您输入的 {bytes} 字节可能没有送达；请先看清再重新输入")
    }

    fn typed_too_far_ahead(&self) -> &'static str {
        "程序没有读取输入，正在等待"
    }

    fn output_skipped(&self, bytes: u64) -> String {
        format!("跳过了 {bytes} 字节的输出；这是当前屏幕")
    }

    fn attach_help(&self, prefix: &str) -> String {
        format!("{prefix} 之后：d 离开，t 接管键盘，f 适应本窗口，{prefix} 输入该键本身")
    }
}

//! What is said of copies of workspaces on the server, in Chinese.

use model::mirror::LeftOut;

use super::Chinese;
use crate::words::mirror::{CopyLabels, MirrorWords, left_out};

impl MirrorWords for Chinese {
    fn mirror_is_on(&self) -> &'static str {
        "工作区的副本保存在服务端（--mirror-files），可在本机器上工作的人都能查看；停止并移除：gantline machine \
         mirror off"
    }

    fn mirror_is_off(&self) -> &'static str {
        "服务端不保持工作区的副本"
    }

    fn max_files_without_mirror(&self) -> &'static str {
        "没有文件会复制到服务端；只有使用 --mirror-files 时 --max-files 才起作用"
    }

    fn mirror_limits(&self, files: u32, mib: u64) -> String {
        format!("每个副本最多 {files} 个文件、{mib} MiB；其中每个文件最大 16 MiB")
    }

    fn mirror_progress(&self, files: u64, of: u64, bytes: u64, of_bytes: u64) -> String {
        format!("正在复制到服务端：{files}/{of} 个文件，{bytes}/{of_bytes} 字节")
    }

    fn mirror_problem(&self, problem: &str) -> String {
        format!("服务端的副本不是最新的：{problem}")
    }

    fn mirror_later(&self) -> &'static str {
        "机器没有连到服务端；连上后即会执行"
    }

    fn copy_labels(&self) -> CopyLabels {
        CopyLabels {
            workspace: "工作区",
            files: "文件",
            bytes: "字节",
            as_of: "截至",
            left_out: "未包含",
        }
    }

    fn copy_headings(&self) -> [&'static str; 5] {
        ["工作区", "文件", "字节", "截至", "未包含"]
    }

    fn no_copies(&self) -> &'static str {
        "服务端没有这台机器的文件"
    }

    fn several_copies(&self) -> &'static str {
        "有多个工作区的副本；请用 --workspace 指定一个"
    }

    fn files_are_on_the_server(&self) -> &'static str {
        "以下工作区的文件在服务端上："
    }

    fn left_out(&self, of: &LeftOut) -> String {
        let names = [
            "个超出文件数上限",
            "个超出总字节上限",
            "个过大",
            "个视为机密",
            "个链接或特殊文件",
            "个名称不可用",
            "个无法读取",
        ];
        left_out(of, names, "，")
    }

    fn remove_copy(&self, workspace: &str) -> String {
        format!("从服务端移除 {workspace} 的副本？")
    }

    fn copy_removed(&self, workspace: &str) -> String {
        format!("{workspace} 的副本已从服务端移除")
    }
}

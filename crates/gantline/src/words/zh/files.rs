//! What is said of files where sessions work, in Chinese.

use contract::files::FileKind;

use super::Chinese;
use crate::words::files::FileWords;

impl FileWords for Chinese {
    fn file_headings(&self) -> [&'static str; 4] {
        ["类型", "字节", "修改于", "名称"]
    }

    fn file_kind(&self, kind: FileKind) -> &'static str {
        match kind {
            FileKind::File => "文件",
            FileKind::Directory => "目录",
            FileKind::Link => "链接",
            FileKind::Other => "其他",
        }
    }

    fn no_files(&self) -> &'static str {
        "这个目录是空的"
    }

    fn file_put(&self, path: &str, bytes: u64) -> String {
        format!("已放入 {path}：{bytes} 字节")
    }

    fn file_too_large(&self) -> &'static str {
        "文件不能超过 1 GiB"
    }
}

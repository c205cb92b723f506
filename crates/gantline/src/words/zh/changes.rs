//! What is said of changes of files, in Chinese.

use contract::changes::{ChangeContent, ChangeStatus};

use super::Chinese;
use crate::words::changes::ChangesWords;

impl ChangesWords for Chinese {
    fn compared_with(&self, branch: Option<&str>, commit: Option<&str>) -> String {
        match (branch, commit) {
            (Some(branch), Some(commit)) => format!("与分支 {branch} 上的 {commit} 相比："),
            (Some(branch), None) => format!("分支 {branch} 上还没有提交："),
            (None, Some(commit)) => format!("与 {commit} 相比（不在任何分支上）："),
            (None, None) => "还没有提交：".to_owned(),
        }
    }

    fn no_changes(&self) -> &'static str {
        "没有更改"
    }

    fn more_changes(&self) -> &'static str {
        "更改太多，未全部显示。"
    }

    fn change_headings(&self) -> [&'static str; 4] {
        ["更改", "新增", "删除", "文件"]
    }

    fn change_status(&self, status: ChangeStatus) -> &'static str {
        match status {
            ChangeStatus::Added => "已添加",
            ChangeStatus::Untracked => "未跟踪",
            ChangeStatus::Deleted => "已删除",
            ChangeStatus::Modified => "已修改",
            ChangeStatus::Renamed => "已重命名",
            ChangeStatus::TypeChanged => "类型已变",
            ChangeStatus::Unmerged => "未合并",
        }
    }

    fn change_content(&self, content: ChangeContent) -> &'static str {
        match content {
            ChangeContent::Text => "（内容没有差异）",
            ChangeContent::Binary => "（不是文本）",
            ChangeContent::Repository => "（另一个仓库）",
            ChangeContent::Uncounted => "（未统计）",
        }
    }

    fn diff_is_cut(&self) -> &'static str {
        "此更改仅显示开头部分。"
    }

    fn discard_change(&self, path: &str) -> String {
        format!("将 {path} 恢复为提交时的内容？")
    }

    fn change_discarded(&self, path: &str, kept_at: Option<&str>) -> String {
        match kept_at {
            Some(place) => format!("{path} 已恢复为提交时的内容；原内容保留一周：{place}"),
            None => format!("{path} 已恢复为提交时的内容"),
        }
    }

    fn no_commits(&self) -> &'static str {
        "没有提交"
    }

    fn commit_headings(&self) -> [&'static str; 4] {
        ["提交", "时间", "作者", "说明"]
    }
}

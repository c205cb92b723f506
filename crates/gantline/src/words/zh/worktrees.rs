//! What is said of worktrees of sessions, in Chinese.

use contract::sessions::WorktreeView;
use model::session::WorktreeState;

use super::Chinese;
use crate::words::worktrees::WorktreeWords;

impl WorktreeWords for Chinese {
    fn worktree_label(&self) -> &'static str {
        "工作树"
    }

    fn worktree(&self, worktree: &WorktreeView) -> String {
        let WorktreeView { source, branch, files, commits, detail, .. } = worktree;
        let detail = detail.as_ref().map(|detail| format!("；{detail}")).unwrap_or_default();
        match worktree.state {
            WorktreeState::InUse => format!("属于 {source}，分支 {branch}"),
            WorktreeState::Kept => format!(
                "已保留，属于 {source}，分支 {branch}；未提交的文件：{files}，\
                未合并的提交：{commits}{detail}"
            ),
            WorktreeState::Removed => format!("已移除{detail}"),
        }
    }

    fn discard_worktree(&self, path: &str) -> String {
        format!("移除 {path}，连同其中别处没有的内容？")
    }

    fn worktree_removed(&self, path: &str, detail: Option<&str>) -> String {
        match detail {
            Some(detail) => format!("已移除 {path}；{detail}"),
            None => format!("已移除 {path}"),
        }
    }
}

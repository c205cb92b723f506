import type { Catalogue } from "../en";

export const worktree: Catalogue["worktree"] = {
  title: "工作树",
  own: "在独立的工作树中运行",
  own_text: "拥有自己的文件和分支，会话之间互不干扰。需要 Git 仓库。",
  branch: "分支",
  branch_placeholder: "以会话命名",
  base: "起点",
  base_placeholder: "最近一次提交",
  on_branch: (branch) => `分支 ${branch}。`,
  of: (source) => `属于 ${source}`,
  kept: "其工作树已保留。",
  removed: "其工作树已移除。",
  holds: (files, commits) => `其中有 ${files} 个未提交的文件、${commits} 个其他分支没有的提交。`,
  remove: "移除工作树",
  remove_title: "移除此工作树？",
  remove_text: "如果其中有别处没有的内容，会再次询问。",
  remove_all: "连同这些一起移除",
  lost: "其中有别处没有的内容。",
  branch_stays: "其分支上的提交会保留。",
};

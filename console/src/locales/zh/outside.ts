import type { Catalogue } from "../en";

export const outside: Catalogue["outside"] = {
  title: "在 Gantline 之外开始的会话",
  text: "在这台机器的工作区里，用智能体自己的程序开始的会话。谁可以看到由机器的所有者决定；每次查看都会被记录。",
  look: "在这台机器上查找",
  none: "这台机器的工作区里没有这样的会话。",
  more: "更早的还有。",
  unreadable: (count) => `有 ${count} 个智能体文件无法读取。`,
  prompts: (count) => `${count} 条提示`,
  may_be_open: "可能正打开着",
  continued: "已在此继续",
  open: "打开会话",
  go_on: "继续",
  go_on_title: (title) => `在此继续“${title}”？`,
  go_on_text: (directory) =>
    `新会话将在 ${directory} 中带着此前对话的副本继续，并在行动前先询问。智能体自己的文件保持不变。`,
  beside: "它刚刚还有变化，可能仍在那边打开着。此后在那边说的内容，这里不会知道。",
};

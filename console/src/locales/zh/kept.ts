import type { Catalogue } from "../en";

export const kept: Catalogue["kept"] = {
  title: "服务端的会话记录",
  text: "对话内容保存在机器上，也可以加密保留在服务端，以便在机器离线时阅读和搜索。",
  none: "会话记录只保存在机器上。",
  days: (days) => `会话记录在服务端保留 ${days} 天。`,
  change: "更改",
  change_title: "在服务端保留会话记录",
  change_text:
    "天数从会话最后一次活动算起。组织中的每个人都会在会话中看到提示。如果不再保留，已保留的内容会立即删除。",
  field: "天数",
  placeholder: "不保留",
  wrong: "1 到 3650 之间的数字，或留空。",
  save: "保存",
  session: (days) => `本组织的会话记录在服务端保留 ${days} 天。`,
};

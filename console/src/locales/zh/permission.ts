import type { Catalogue } from "../en";

export const permission: Catalogue["permission"] = {
  label: (title) => `权限请求：${title}`,
  agent: "智能体",
  asks: "请求",
  tool: (tool) => TOOLS[tool] ?? `使用 ${tool}`,
  waiting: "等待答复：",
  reason: "询问原因：",
  reasons: {
    "changes need a person's consent": "更改需要有人同意",
    "only a person can answer this": "只有人能回答这个问题",
  },
  given: (count) => `另有 ${count} 个参数`,
  cut: (size) => `有 ${size} 内容过大未显示，你的答复仍与完整请求绑定。`,
  allow_once: "允许一次",
  allow_session: "本次会话内允许",
  deny: "拒绝",
  deny_with_note: "拒绝并说明…",
  note_label: "要告诉智能体什么？",
  note_placeholder: "请改用预发布服务器。",
  send_denial: "拒绝并告知",
  may_not: "你的角色只能查看，不能答复。",
  scopes: {
    command: "本次会话内：仅限这条命令本身。",
    tool: "本次会话内：该工具的每次使用。",
    call: "本次会话内：仅限这次调用本身。",
  },
  answered: {
    allow_once: "已允许一次",
    allow_session: "本次会话内已允许",
    deny: "已拒绝",
  },
  withdrawn: "已不再需要：该轮次已结束。",
  steps: { sent: "已发送", delivered: "已到达机器", continued: "智能体已继续" },
  answered_by: "已由以下人员答复：",
  somebody: "其他人",
};

const TOOLS: Readonly<Record<string, string | undefined>> = {
  Bash: "运行命令",
  Edit: "更改文件",
  MultiEdit: "更改文件",
  NotebookEdit: "更改笔记本",
  Read: "读取文件",
  Write: "写入文件",
  WebFetch: "获取网页",
  WebSearch: "搜索网络",
  review: "按计划执行",
  other: "使用工具",
};

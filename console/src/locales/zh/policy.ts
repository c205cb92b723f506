import type { Catalogue } from "../en";

export const policy: Catalogue["policy"] = {
  in_detail: "详细设置",
  as_preset: "按预设",
  no_limit: "不限",
  idle_limit: (seconds: string) => `${seconds} 秒内无任何操作即结束。`,
  parts: {
    permission_preset: "预设",
    permissions: "未被禁止的操作",
    allowed_tools: "工具",
    denied_tools: "永不使用",
    auth_policy: "智能体要求登录时",
    non_interactive_permissions: "无人可问时",
    max_turns: "最多提示数",
  },
  modes: {
    "approve-reads": "读取直接执行，其余询问",
    "approve-all": "一切直接执行",
    "deny-all": "读取直接执行，其余拒绝",
  },
  auth: { fail: "失败", skip: "跳过登录继续" },
  unasked: { deny: "拒绝，轮次继续", fail: "轮次失败" },
  only_tools: "只用这些工具",
  only_tools_hint: "不选则按预设。",
  never_tools: "永不使用这些工具",
  never_tools_hint: "优先于其他一切设置。",
  effects: "各工具的处理方式",
  effect: { allow: "直接执行", ask: "询问", deny: "拒绝", fail: "轮次失败" },
  other_tools: "其他工具",
  origins: { asked: "为此会话选定", preset: "来自预设", default: "没有另选" },
  title: "它可以做什么",
  no_tool: "无",
  held: {
    kernel: "由机器的内核限定为只读",
    partly: "由机器的内核部分限定为只读，其余由策略负责",
    policy: "仅由策略限定为只读：不询问的智能体不会被拦下",
  },
};

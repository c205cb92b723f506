import type { Catalogue } from "../en";

export const search: Catalogue["search"] = {
  title: "会话内容",
  hint: "在各机器上搜索您可查看的对话中的提示、回答和工具调用。",
  look: (words) => `在会话内容中搜索“${words}”`,
  nothing: (sessions) => `在 ${sessions} 个会话的内容中没有找到。`,
  searched: (sessions) => `已搜索 ${sessions} 个会话的内容。`,
  said: { prompt: "提示", answer: "回答", tool: "工具调用" },
  more: (places) => `更早还有 ${places} 处`,
  earlier: "搜索更早的会话",
  not_searched: (machine, sessions) => `未搜索：${machine} 上的 ${sessions} 个会话。`,
  a_machine: "某台机器",
  why: {
    offline: "机器离线。",
    too_old: "其版本不支持搜索。",
    too_slow: "用时过长。",
    unreadable: "无法读取。",
  },
};

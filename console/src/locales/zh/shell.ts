import type { Catalogue } from "../en";

export const shell: Catalogue["shell"] = {
  brand_home: "Gantline 首页",
  skip: "跳到内容",
  pages: "页面",
  home: "首页",
  inbox: "收件箱",
  machines: "机器",
  settings: "设置",
  sessions: "会话",
  open_sessions: "显示会话",
  search_sessions: "搜索会话",
  waiting: (count) => `${count} 个待处理`,
  nothing_found: "没有找到。",
  no_machines: "添加机器后即可开始会话。",
  no_access: "你还没有任何机器的权限。",
  gone_machine: "已移除的机器",
  new_on: (name) => `在 ${name} 上新建会话`,
  shell: "shell",
  ended: (count) => `${count} 个已结束`,
  live: "实时",
  reconnecting: "重新连接中",
  offline: "离线",
  not_live: "暂时收不到新消息。",
  connecting: "正在连接……",
  retry_in: (seconds) => `${seconds} 秒后重试。`,
  no_network: "这台电脑没有网络。",
  retry_now: "立即重试",
};

export const palette: Catalogue["palette"] = {
  placeholder: "前往会话或机器，或执行操作……",
  results: "结果",
  nothing: "没有匹配项。",
  sessions: "会话",
  machines: "机器",
  actions: "操作",
};

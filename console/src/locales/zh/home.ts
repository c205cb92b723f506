import type { Catalogue } from "../en";

export const home: Catalogue["home"] = {
  title: "首页",
  needed: "有人在等你",
  greeting: (name) => `${name}，你好`,
  waiting: (count) => `${count} 个问题等你答复`,
  working: (count) => `${count} 个工作中`,
  unread: (count) => `${count} 个已完成未读`,
  offline: (count) => `${count} 台机器离线`,
  spent: (amount) => `今天用了 ${amount}`,
  all_quiet: "一切平静，没有需要你处理的事。",
  questions: "等待你的答复",
  all_questions: (count) => `收件箱中共 ${count} 个`,
  budgets: "即将用完的预算",
  all_budgets: (count) => `${count} 个预算已用超过 80%`,
  recent: "最近会话",
  machines: "机器",
  add: "添加",
  no_machines: "还没有机器",
  no_machines_text: "添加一台电脑，在上面运行智能体和终端。",
  no_access_text: "你还没有任何机器的权限，请联系管理员。",
  no_agents: "未发现智能体",
  sessions: (count) => `${count} 个打开的会话`,
  step_machine: "添加机器",
  step_machine_text: "在要运行智能体的电脑上执行一条命令。它只会向外连接。",
  step_session: "开始会话",
  step_session_text: "在该机器的工作区里与智能体对话，或打开终端。",
  step_key: "保存提供商密钥",
  step_key_text: "智能体通过本服务端调用模型，密钥永不离开服务端。",
  step_key_action: "提供商密钥",
};

export const inbox: Catalogue["inbox"] = {
  title: "收件箱",
  empty: "没有需要你处理的事",
  empty_text: "当智能体需要你的许可时，问题会出现在这里以及对应的会话中。",
};

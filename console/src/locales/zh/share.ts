import type { Catalogue } from "../en";

export const share: Catalogue["share"] = {
  action: "共享…",
  give_back: "退回共享",
  title: "共享此会话",
  username: "共享给谁",
  username_hint: "对方在此登录时使用的用户名。",
  level: "对方可以",
  levels: { watch: "观看", drive: "操作" },
  level_hints: {
    watch: "可以看到发生的一切，但不能改动任何东西。",
    drive: "还可以发送消息、输入和回答提问。对方必须已被分配到这台机器。",
  },
  lasts: "为期",
  hours: { 1: "1 小时", 8: "8 小时", 24: "1 天", 168: "1 周", 720: "30 天" },
  submit: "共享",
  lent: "共享给你的",
  with_whom: "已共享给",
  nobody: "没有共享给任何人。",
  until: (when) => `截止 ${when}`,
  take_back: "收回",
  of: (name) => `${name} 的会话`,
  watching: (name) => `你正在观看。${name} 可以将此会话共享给你操作。`,
};

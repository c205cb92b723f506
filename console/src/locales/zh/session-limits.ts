import type { Catalogue } from "../en";

export const session_limits: Catalogue["session_limits"] = {
  title: "会话限制",
  text: "对所有人的会话都有效。降低会话数不会结束已打开的会话。",
  none: "不限",
  names: {
    idle_limit_s: "空闲对话结束于",
    max_turns: "每个会话的提示数",
    max_sessions_per_machine: "每台机器上打开的会话",
    max_sessions_per_user: "每个人打开的会话",
  },
  hints: {
    idle_limit_s:
      "没有任何动静的对话会被停止。等待回答、已暂停或为任务工作的会话不算空闲；终端没有此限制。",
    max_turns: "达到之后，由其所有者另开会话。",
    max_sessions_per_machine: "不论属于谁，已暂停的也算。超出的任务会等待。",
    max_sessions_per_user: "包括所有机器上的会话和任务的会话。超出的任务会等待。",
  },
  fields: {
    idle_limit_s: "空闲对话结束于（分钟）",
    max_turns: "每个会话的提示数",
    max_sessions_per_machine: "每台机器上打开的会话",
    max_sessions_per_user: "每个人打开的会话",
  },
  wrong: "请输入大于 0 的数字，或留空",
  change: "更改",
  change_title: "更改会话限制",
  change_text: "留空表示不限。",
  save: "保存",
};

import type { Catalogue } from "../en";

export const notices: Catalogue["notices"] = {
  agent_exited: "智能体程序已结束，下一条消息会重新启动它。",
  agent_start_failed: "无法启动智能体。",
  agent_unresponsive: "智能体未及时响应，已被结束。",
  agent_error: "智能体返回了错误。",
  login_required: "需要先在机器上登录该智能体。",
  context_lost: "智能体已重新启动，但不记得这段对话。",
  context_compacted: "智能体压缩了它的记忆。",
  agent_never_asks: "该智能体不询问就行动，会话策略无法约束它。",
  mode_not_set: "无法设置会询问的模式。",
  mode_reset: "智能体离开了会询问的模式，已被恢复。",
  model_not_set: "无法设置模型。",
  option_not_set: "无法设置选项。",
  empty_turn: "智能体什么都没说就结束了轮次。",
  permission_unanswerable: "智能体的问题无法按决定答复。",
  too_much_open: "智能体同时打开的内容超过了保留上限。",
  daemon_restarted: "该轮次运行期间守护进程重启了，它做了什么不得而知。",
};

import type { Catalogue } from "../en";

export const budget: Catalogue["budget"] = {
  label: (whose) => `需要更多预算：${whose}`,
  asks: "需要更多预算才能继续",
  whose: {
    tenant: "全体",
    user: "此用户",
    machine: "此机器",
    session: "此会话",
    model: "此模型",
  },
  named: {
    user: (name) => `用户 ${name} `,
    machine: (name) => `机器 ${name} `,
    session: (name) => `会话 ${name} `,
    model: (name) => `模型 ${name} `,
  },
  within: { day: "今日", month: "本月", total: "总计" },
  used_up: (whose, within) => `${whose}的${within}预算不足以进行下一次调用，调用正在等待。`,
  meter: "预算已用比例",
  spent: (used, limit) => `已用或预留 ${used}，上限 ${limit}。`,
  needs: (amount) => `此次调用可能需要 ${amount}。`,
  model: "模型：",
  unit: {
    tokens: (_, shown) => `${shown} 个 token`,
    requests: (_, shown) => `${shown} 次调用`,
  },
  more: (amount) => `追加 ${amount}`,
  other: "其他数额……",
  how_much: {
    cost: "追加多少美元？",
    tokens: "追加多少 token？",
    requests: "追加多少次调用？",
  },
  grant: "追加",
  stop: "停止",
  waits: "管理员可以提高预算，届时智能体会自行继续。",
  granted: "已追加，智能体继续工作",
  declined: "未追加，已通知智能体停止",
  withdrawn: "不再需要：额度已足够。",
};

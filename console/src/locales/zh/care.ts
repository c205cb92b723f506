import type { Catalogue } from "../en";

export const care: Catalogue["care"] = {
  title: "名称、标签与新工作",
  rename: "改名与标签",
  name: "名称",
  labels: "标签",
  labels_hint: "用逗号分隔",
  no_labels: "没有标签",
  save: "保存",
  reason: "原因",
  reason_hint: "被拒绝的人会看到。",
  freeze: "冻结",
  freeze_title: (name) => `冻结 ${name}？`,
  freeze_text: "解除之前，这里不能开始任何会话、任务或终端。正在运行的继续运行，排队的任务等待。",
  unfreeze: "解除冻结",
  takes_work: "接受新工作",
  takes_none: "不接受新工作",
  frozen: (name) => `已被 ${name} 冻结：不接受新工作，正在运行的继续运行。`,
  all_frozen: (name) => `全部机器已被 ${name} 冻结：都不接受新工作。`,
  closed: {
    halt: "已被其所有者停机：没有任何内容在运行，也不会开始。只能由其所有者在该机器上解除。",
    policy: "无法读取其所有者允许的范围，因此不允许任何内容。只能由其所有者修正。",
    no_tunnel: "启动时仅供查看，不接受会话。",
  },
  release: (version) => `运行版本 ${version}`,
  newer_release: (running, newer) => `运行版本 ${running}；已有 ${newer}`,
  update: "更新",
  updating: (version) =>
    `版本 ${version} 已验证，正在更新。会话继续运行；如果不能正常工作，机器会回到之前的版本。`,
  key: "密钥创建于",
  key_goes: "它将使用另一个密钥重新连接。",
  rotate_key: "更换密钥",
  rotate_key_title: (name) => `更换 ${name} 的密钥？`,
  rotate_key_text:
    "机器会生成新密钥，并在几秒内用它重新连接；之后旧密钥不再有效。正在运行的继续运行。如果密钥被盗，请改为移除机器并重新注册。",
  freeze_all: "全部冻结",
  freeze_all_title: "冻结全部机器？",
  freeze_all_text: (count) =>
    `解除之前，${count} 台机器以及之后添加的机器都不能开始任何会话、任务或终端。`,
  freeze_all_running: (count) =>
    count === 0
      ? "目前没有正在运行的会话。"
      : `${count} 个打开的会话会继续；必须结束的请自行停止。`,
  freeze_all_type: (word) => `输入“${word}”以确认`,
  freeze_all_word: "冻结",
  unfreeze_all: "全部解除",
  unfreeze_all_title: "让全部机器恢复接受新工作？",
  unfreeze_all_text: "单独冻结的机器仍保持冻结。",
};

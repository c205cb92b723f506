import type { Catalogue } from "../en";

export const copies: Catalogue["copies"] = {
  title: "服务端上的文件",
  amount: (files, size) => `${files} 个文件，${size}`,
  on_server: (amount, at) =>
    `此工作区的文件在服务端上：${amount}，截至 ${at}。可在本机器上工作的人都能查看，机器离线时也可以。`,
  left_out: (reasons) => `工作区中未包含：${reasons}。`,
  reasons: {
    over_files: (count) => `${count} 个超出文件数上限`,
    over_bytes: (count) => `${count} 个超出总字节上限`,
    too_large: (count) => `${count} 个过大`,
    secret: (count) => `${count} 个视为机密`,
    special: (count) => `${count} 个链接或特殊文件`,
    unnameable: (count) => `${count} 个名称不可用`,
    unreadable: (count) => `${count} 个无法读取`,
  },
  files: "副本中的文件",
  browse: "浏览",
  close: "收起",
  archive: "全部下载（tar）",
  remove: "从服务端移除",
  remove_title: (workspace) => `移除 ${workspace} 的副本？`,
  remove_text:
    "文件将从服务端移除，机器上的文件不受影响。在机器所有者于机器上再次要求之前，不会产生新的副本。",
};

import type { Catalogue } from "../en";

export const common: Catalogue["common"] = {
  close: "关闭",
  cancel: "取消",
  copy: "复制",
  copied: "已复制",
  copy_failed: "复制失败",
  loading: "加载中",
  reload: "重新加载",
  try_again: "重试",
  new_version: "服务端已更新，请重新加载页面以使用新版本。",
  part_failed: "页面的一部分未能加载。",
  broken: "页面出错了",
  unreachable: "无法连接服务端。",
  unreachable_hint: "请检查网络后重试。",
  reference: (id) => `服务端日志编号：${id}`,
};

export const status: Catalogue["status"] = {
  needs_you: "等你处理",
  working: "工作中",
  starting: "启动中",
  unread: "已完成，未读",
  open: "已打开",
  idle: "空闲",
  failed: "失败",
  offline: "离线",
  ended: "已结束",
  online: "在线",
  link_lost: "链路中断",
};

export const not_found: Catalogue["not_found"] = {
  title: "这里什么都没有",
  text: "该地址没有对应的页面，可能输入有误，或内容已被删除。",
  home: "前往首页",
};

export const links: Catalogue["links"] = {
  title: "打开此链接？",
  text: "它由智能体或程序写出，将离开 Gantline。",
  host: "目标主机：",
  open: "在新标签页打开",
  punycode: "该域名含有其他字母表的字符，看起来可能与拉丁字母相似。",
};

export const diff: Catalogue["diff"] = {
  caption: "逐行更改",
  new_file: "新文件",
  counts: (added, removed) => `新增 ${added} 行，删除 ${removed} 行`,
  copy_path: "复制路径",
  wrap: "自动换行",
  split: "并排显示",
  unchanged: (count) => `${count} 行未更改`,
  show_more: (count) => `再显示 ${count} 行更改`,
  no_changes: "没有更改。",
  break_gained: "文件末尾新增了换行符。",
  break_lost: "文件末尾的换行符已去掉。",
  coarse: "两段文本差异过大，无法逐行比较。",
};

export const problems: Catalogue["problems"] = {
  bad_credentials: "用户名或密码错误。",
  machine_offline: "机器处于离线状态。",
  already_answered: "已有其他人答复。",
  digest_mismatch: "问题在显示之后发生了变化，请重新查看。",
  session_ended: "会话已结束。",
  queue_full: "排队的消息过多，请取消一条或稍候。",
};

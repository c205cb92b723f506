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
  empty_file: "空文件。",
  break_gained: "文件末尾新增了换行符。",
  break_missing: "文件末尾没有换行符。",
  break_lost: "文件末尾的换行符已去掉。",
  coarse: "两段文本差异过大，无法逐行比较。",
};

/** 服务端只说英文；这里为常见的代码给出中文，原文随后附上。 */
export const problems: Catalogue["problems"] = {
  agent_missing: "该机器上没有这个智能体。",
  agent_not_installed: "该智能体尚未安装在这台机器上。",
  agent_unknown: "没有这个智能体。",
  already_answered: "已有其他人答复。",
  already_set_up: "此服务端已完成设置。",
  disk_full: "磁盘已满。",
  empty_prompt: "消息是空的。",
  invalid_base_url: "地址无效。",
  invalid_name: "名称无效。",
  invalid_password: "密码不符合要求。",
  invalid_provider: "提供商名称无效。",
  kind_not_offered: "该智能体不支持这种会话。",
  link_invalid: "链接无效。",
  link_used: "链接已被使用。",
  machine_busy: "机器正忙。",
  machine_offline: "机器处于离线状态。",
  machine_refused: "机器拒绝了该操作。",
  machine_slow: "机器没有及时响应。",
  name_taken: "该名称已被使用。",
  not_signed_in: "请先登录。",
  note_too_long: "说明过长。",
  permission_denied: "你没有权限这样做。",
  preset_forbidden: "该机器不允许这一策略。",
  prompt_too_large: "消息过大。",
  queue_full: "排队的消息过多，请取消一条或稍候。",
  question_changed: "问题在显示之后发生了变化，请重新查看。",
  question_withdrawn: "该问题已被撤回。",
  session_ended: "会话已结束。",
  shell_forbidden: "该机器不允许普通 Shell。",
  too_many_attempts: "尝试次数过多，请稍候再试。",
  too_many_sessions: "会话数量已达上限。",
  workspace_forbidden: "该机器不允许这一工作区。",
  workspace_missing: "该工作区不存在。",
  wrong_credentials: "用户名或密码错误。",
  wrong_password: "当前密码错误。",
};

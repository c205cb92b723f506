import type { Catalogue } from "../en";

export const actions: Catalogue["actions"] = {
  new_session: "新建会话",
  new_terminal: "新建终端",
  new_job: "新建任务",
  add_machine: "添加机器",
  go_home: "前往首页",
  go_inbox: "前往收件箱",
  go_machines: "前往机器",
  go_jobs: "前往任务",
  go_usage: "前往用量",
  go_settings: "前往设置",
  next_session: "下一个会话",
  previous_session: "上一个会话",
  palette: "搜索与命令",
  shortcuts: "键盘快捷键",
  sign_out: "退出登录",
};

export const shortcuts: Catalogue["shortcuts"] = {
  everywhere: "全局",
  on_permission: "权限请求",
  in_chat: "对话",
  in_terminal: "终端",
  search: "搜索会话",
  allow_once: "允许一次",
  allow_session: "本次会话内允许",
  deny: "拒绝并说明",
  send: "发送",
  new_line: "换行",
  commands: "智能体的命令",
  stop: "停止智能体",
  copy: "复制",
  paste: "粘贴",
  find: "查找",
  larger: "放大字号",
  smaller: "缩小字号",
};

import type { Catalogue } from "../en";

export const told: Catalogue["told"] = {
  program_missing: (names) => `找不到程序 ${`${names}`.replaceAll(" or ", " 或 ")}。`,
  node_older: (wanted, is) => `需要 Node.js ${wanted} 或更新版本；当前是 ${is}。`,
  node_missing: (wanted) => `需要 Node.js ${wanted} 或更新版本。`,
  exit_status: (code) => `退出状态 ${code}`,
  signal: (number) => `信号 ${number}`,
  end_unseen: "程序已结束，无人看到是如何结束的",
  daemon_stopped: "该机器的守护进程已停止",
  holder_killed: "持有它的进程被终止",
  holder_gone: "持有它的进程已不存在",
  halted: "这台机器已被其所有者停机",
  halted_because: (reason) => `这台机器已被其所有者停机：${reason}`,
  idle: (seconds) => `${seconds} 秒内没有任何活动，达到其空闲时限`,
  idle_of_tenant: (seconds) => `${seconds} 秒内没有任何活动，达到租户的空闲时限`,
  job_ended: "其任务已结束",
  deleted: "会话已被删除",
  machine_removed: "这台机器已被移除",
};

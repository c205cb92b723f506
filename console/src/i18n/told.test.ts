import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { chooseLanguage } from "./index";
import { told } from "./told";

/** A sentence, the file in which it is said, how it stands there, and how it is told in Chinese. */
const SENTENCES: readonly (readonly [string, string, string, string])[] = [
  [
    "The program a or b was not found.",
    "crates/agents/src/detect.rs",
    "The program {} was not found.",
    "找不到程序 a 或 b。",
  ],
  [
    "Node.js 22 or newer is needed; this is 18.",
    "crates/agents/src/detect.rs",
    "Node.js {wanted} or newer is needed; this is {node}.",
    "需要 Node.js 22 或更新版本；当前是 18。",
  ],
  [
    "Node.js 22 or newer is needed.",
    "crates/agents/src/detect.rs",
    "Node.js {wanted} or newer is needed.",
    "需要 Node.js 22 或更新版本。",
  ],
  ["exit status 2", "crates/daemon/src/terminals.rs", "exit status {code}", "退出状态 2"],
  ["signal 9", "crates/daemon/src/terminals.rs", "signal {signal}", "信号 9"],
  ...same("crates/daemon/src/terminals.rs", [
    ["it ended, and nobody saw how", "程序已结束，无人看到是如何结束的"],
    ["the machine's daemon was stopped", "该机器的守护进程已停止"],
    ["the process that held it was killed", "持有它的进程被终止"],
    ["it was deleted", "会话已被删除"],
  ]),
  ...same("crates/daemon/src/recovery.rs", [
    ["the process that held it is gone", "持有它的进程已不存在"],
  ]),
  ...same("crates/daemon/src/halt.rs", [
    ["this machine was halted by its owner", "这台机器已被其所有者停机"],
  ]),
  [
    "this machine was halted by its owner: a leak",
    "crates/daemon/src/halt.rs",
    "{text}: {}",
    "这台机器已被其所有者停机：a leak",
  ],
  [
    "nothing happened for 60 s, its idle limit",
    "crates/control/src/idle_limits.rs",
    "nothing happened for {seconds} s, {whose}",
    "60 秒内没有任何活动，达到其空闲时限",
  ],
  [
    "nothing happened for 60 s, the idle limit of the tenant",
    "crates/control/src/idle_limits.rs",
    "the idle limit of the tenant",
    "60 秒内没有任何活动，达到租户的空闲时限",
  ],
  ...same("crates/control/src/jobs/ending.rs", [["its job has ended", "其任务已结束"]]),
  [
    "the receiver answered 200 with the code 19024",
    "crates/control/src/notifications/posting.rs",
    "the receiver answered {status} with the code {code}",
    "接收方返回 200，错误码 19024",
  ],
  [
    "the receiver answered 200 without a code",
    "crates/control/src/notifications/posting.rs",
    "the receiver answered {status} without a code",
    "接收方返回 200，但没有结果码",
  ],
  [
    "the receiver answered 404: it does not know this address any more",
    "crates/control/src/notifications/posting.rs",
    "the receiver answered {status}: it does not know this address any more",
    "接收方返回 404：该地址已失效",
  ],
  [
    "the receiver answered 500 Internal Server Error",
    "crates/control/src/webhooks/sending.rs",
    "the receiver answered {status}",
    "接收方返回 500 Internal Server Error",
  ],
  [
    "no answer within 15 s",
    "crates/control/src/webhooks/sending.rs",
    "no answer within {} s",
    "15 秒内没有响应",
  ],
  ...same("crates/control/src/webhooks/sending.rs", [
    [
      "the receiver redirects, which is not followed; give the last address",
      "接收方要求跳转，不会跟随；请填写最终地址",
    ],
    ["the host is not known", "找不到该主机"],
  ]),
  ...same("crates/control/src/notifications/posting.rs", [
    ["there is no secret to sign it with", "没有可用于签名的密钥"],
    ["its address cannot be opened", "无法解密其地址"],
  ]),
  ...same("crates/control/src/machines.rs", [["the machine was removed", "这台机器已被移除"]]),
];

function same(file: string, sentences: readonly (readonly [string, string])[]) {
  return sentences.map(([sentence, chinese]) => [sentence, file, sentence, chinese] as const);
}

test.each(SENTENCES)(
  "%j is told in the reader's words",
  async (sentence, file, source, chinese) => {
    expect(readFileSync(`../${file}`, "utf8")).toContain(source);
    await chooseLanguage("en");
    expect(told(sentence)).toBe(sentence);
    await chooseLanguage("zh");
    expect(told(sentence)).toBe(chinese);
  },
);

test("what is not known stays as it was told", async () => {
  await chooseLanguage("zh");
  expect(told("exit status 2, or so")).toBe("exit status 2, or so");
});

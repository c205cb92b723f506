import type { Catalogue } from "../en";

export const single_sign_on: Catalogue["single_sign_on"] = {
  or: "或",
  with_provider: (name) => `用 ${name} 登录`,
  linked: "已关联，今后可用它登录。",
  title: "其他登录方式",
  text: "把账户与你在别处的身份关联，用那里的身份登录。",
  none: "尚未关联。",
  link: (name) => `关联 ${name}`,
  unlink: "取消关联",
  unlink_title: (name) => `取消与 ${name} 的关联？`,
  unlink_text: "之后不能再用它登录。",
  role_from_there: "你的角色由它决定",
  since: "关联于",
};

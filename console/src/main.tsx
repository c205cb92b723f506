import { render } from "preact";

import "./styles/base.css";
import "./styles/tokens.css";
import { onUnauthorised } from "./api/request";
import { enter, signedOutElsewhere, takeSecret } from "./app/account";
import { App, followAccount, followVersion } from "./app/app";
import { comeBack, takeReturn } from "./app/coming-back";
import { followTab } from "./app/tab";
import { followTheme } from "./app/theme";
import { loadLanguage } from "./i18n";
import { followPushed } from "./push/follow";
import { startClock } from "./time/clock";

async function start(root: HTMLElement): Promise<void> {
  const secret = takeSecret();
  const brought = takeReturn();
  window.addEventListener("hashchange", () => {
    const another = takeSecret();
    if (another !== null) {
      void enter(another);
    }
  });
  followTheme();
  onUnauthorised(() => void signedOutElsewhere());
  await Promise.all([loadLanguage(), brought ? comeBack(brought) : enter(secret)]);
  startClock();
  followAccount();
  followVersion();
  followTab();
  followPushed();
  render(<App />, root);
}

const root = document.getElementById("app");
if (root) {
  void start(root);
}

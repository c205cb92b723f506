/** Coming back from a provider with which one signs in. */

import { signal } from "@preact/signals";

import { Refused } from "../api/request";
import { returnFromProvider } from "../api/single-sign-on";
import type { ReturnFromProvider } from "../api/types";
import { t } from "../i18n";
import { toast } from "../ui/toast";
import { account, checkAccount, stepAfter } from "./account";
import { toastProblem } from "./problem";
import { go, paths } from "./router";

/** Where providers send people back to. */
const RETURN = "/sign-in/return";

const PARTS = ["state", "code", "iss", "error", "error_description"] as const;

/** Why nobody was signed in who came back. */
export const comingBackProblem = signal<unknown>(null);

/** Takes what a provider has given out of the address, so that no history keeps it (S15). */
export function takeReturn(): ReturnFromProvider | null {
  if (location.pathname !== RETURN) {
    return null;
  }
  const given = new URLSearchParams(location.search);
  go("/", "replace");
  const found = PARTS.map((part) => [part, given.get(part)] as const);
  const brought = Object.fromEntries(found.filter(([, value]) => value !== null));
  return "state" in brought ? (brought as unknown as ReturnFromProvider) : null;
}

/** Signs in with it, or links; what goes wrong is said on the page that comes next. */
export async function comeBack(brought: ReturnFromProvider): Promise<void> {
  try {
    const { linked, user } = await returnFromProvider(brought);
    if (user) {
      account.value = { state: "signed_in", user };
    } else {
      await checkAccount();
    }
    if (linked) {
      go(paths.settings("account"), "replace");
      toast({ tone: "good", text: t().single_sign_on.linked });
    }
  } catch (error) {
    const step = error instanceof Refused ? stepAfter(error) : undefined;
    if (step) {
      account.value = { state: "second_step", step };
      return;
    }
    await checkAccount();
    if (account.value.state === "signed_in") {
      toastProblem(error);
    } else {
      comingBackProblem.value = error;
    }
  }
}

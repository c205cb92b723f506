/** Signing in and out: what the page shows before anything else can be shown. */

import { signal } from "@preact/signals";

import { authCheck, me, redeemLink, signOut } from "../api/auth";
import { Refused } from "../api/request";
import type { SignedIn, SignInProvider, UserView } from "../api/types";
import { t } from "../i18n";
import { toast } from "../ui/toast";

/** Why the page asks for a password, where there is something to say. */
export type Notice = "none" | "ended" | "bad_link" | "step_over";

export type Account =
  | { state: "checking" }
  /** The server does not answer. */
  | { state: "unreachable" }
  /** The link that the server printed was good; the first administrator can be made. */
  | { state: "set_up"; secret: string }
  /** An invitation, or a way back in: a password can be chosen. */
  | { state: "choose_password"; secret: string; username: string }
  /** The password was right, and more is asked. */
  | { state: "second_step"; step: SecondStep }
  /** Nobody is signed in; `notice` says why the page knows. */
  | { state: "signed_out"; setupRequired: boolean; notice: Notice }
  | { state: "signed_in"; user: UserView };

/** A code of one's authenticator, or setting one up because everybody must have one. */
export type SecondStep = "code" | "set_up";

/** What the server says when a password is not enough. */
const STEPS: Readonly<Record<string, SecondStep>> = {
  second_factor_needed: "code",
  second_factor_setup_needed: "set_up",
};

export const account = signal<Account>({ state: "checking" });

/** With which providers somebody may sign in who is asked for a password. */
export const providers = signal<readonly SignInProvider[]>([]);

/** What more is asked by a refusal, if that is what it says. */
export const stepAfter = (error: Refused): SecondStep | undefined => STEPS[error.code];

const WELCOME = "#/welcome/";

/** Takes the secret out of the address, so that neither history nor a glance keeps it (S15). */
export function takeSecret(): string | null {
  if (!location.hash.startsWith(WELCOME)) {
    return null;
  }
  const secret = decodeURIComponent(location.hash.slice(WELCOME.length));
  history.replaceState(null, "", location.pathname + location.search);
  return secret === "" ? null : secret;
}

/** Finds out who is signed in, with the link that this page was opened with if there is one. */
export async function enter(secret: string | null): Promise<void> {
  if (secret === null) {
    return checkAccount();
  }
  try {
    const link = await redeemLink(secret);
    if (link.setup) {
      account.value = { state: "set_up", secret };
    } else if (link.password && link.username) {
      account.value = { state: "choose_password", secret, username: link.username };
    } else if (link.user) {
      account.value = { state: "signed_in", user: link.user };
    } else {
      await checkAccount();
    }
  } catch (error) {
    await (error instanceof Refused ? afterBadLink() : lookAgain(error));
  }
}

/** Goes as far as a first step leads: in, or to the second. */
export async function passFirstStep(first: Promise<SignedIn>): Promise<void> {
  try {
    arrive(await first);
  } catch (error) {
    const step = error instanceof Refused ? stepAfter(error) : undefined;
    if (!step) {
      throw error;
    }
    account.value = { state: "second_step", step };
  }
}

/** Somebody is in, and is told what they should know. */
export function arrive({ user, second_factor_reset: reset }: SignedIn): void {
  account.value = { state: "signed_in", user };
  if (reset) {
    const words = t().second_factor;
    const text = words.reset_toast(reset.by_name);
    toast({ tone: "plain", text, detail: words.reset_toast_text, stays: true });
  }
}

/** Asks the server who is signed in. */
export async function checkAccount(): Promise<void> {
  try {
    account.value = { state: "signed_in", user: await me() };
  } catch (error) {
    await lookAgain(error);
  }
}

/** The server no longer knows this browser. */
export async function signedOutElsewhere(): Promise<void> {
  if (account.peek().state === "signed_in") {
    await askForPassword("ended");
  }
}

/** Signs out here. */
export async function leave(): Promise<void> {
  await signOut();
  await askForPassword("none");
}

async function afterBadLink(): Promise<void> {
  try {
    // The link is used up, but whoever used it may be here.
    account.value = { state: "signed_in", user: await me() };
  } catch (error) {
    await (error instanceof Refused ? askForPassword("bad_link") : lookAgain(error));
  }
}

async function lookAgain(error: unknown): Promise<void> {
  const before = account.peek();
  if (error instanceof Refused && error.status === 401) {
    await askForPassword(before.state === "signed_in" ? "ended" : "none");
  } else if (!["signed_in", "set_up", "choose_password", "second_step"].includes(before.state)) {
    account.value = { state: "unreachable" };
  }
}

/** The sign-in that is under way is given up, or has come to its end. */
export function startOver(notice: Notice): Promise<void> {
  return askForPassword(notice);
}

async function askForPassword(notice: Notice): Promise<void> {
  try {
    const check = await authCheck();
    providers.value = check.providers ?? [];
    account.value = { state: "signed_out", setupRequired: check.setup_required, notice };
  } catch {
    account.value = { state: "unreachable" };
  }
}

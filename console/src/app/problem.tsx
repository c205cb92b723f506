/** What went wrong, said to people: what it was, what to do about it, how to find it in the log. */

import { Refused, Unreachable } from "../api/request";
import { t } from "../i18n";
import { PasskeyStopped } from "../second-factor/browser-passkey";
import { oneLine, someLines } from "../text/visible";
import { Banner } from "../ui/bits";
import { toast } from "../ui/toast";

export interface Words {
  text: string;
  hint: string | null;
}

/** The words for an error. */
export function wordsFor(error: unknown): Words {
  if (error instanceof Refused) {
    const { problem, code } = error;
    const known = t().problems[code];
    const detail = sentence(someLines(problem.detail));
    const reference = problem.request_id ? t().common.reference(oneLine(problem.request_id)) : "";
    const more = [known ? detail : "", sentence(someLines(problem.hint ?? "")), reference];
    const hint = more.filter((part) => part !== "").join(" · ");
    return { text: known ?? detail, hint: hint || null };
  }
  if (error instanceof Unreachable) {
    return { text: t().common.unreachable, hint: t().common.unreachable_hint };
  }
  if (error instanceof PasskeyStopped) {
    return { text: t().passkeys.stopped[error.stop], hint: null };
  }
  // Not an answer of the server but a bug of this page: people must see that something broke.
  return { text: t().common.broken, hint: error instanceof Error ? oneLine(error.message) : null };
}

/** The server's fragments begin with a small letter. */
function sentence(fragment: string): string {
  return fragment.charAt(0).toUpperCase() + fragment.slice(1);
}

export function toastProblem(error: unknown): void {
  const { text, hint } = wordsFor(error);
  toast({ tone: "bad", text, ...(hint === null ? {} : { detail: hint }) });
}

/** Runs something that may fail, and says so if it does. Answers whether it went well. */
export async function attempt(run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    toastProblem(error);
    return false;
  }
}

export function ProblemNote({ error }: { error: unknown }) {
  if (error === null || error === undefined) {
    return null;
  }
  const { text, hint } = wordsFor(error);
  return (
    <Banner tone="error">
      <p>{text}</p>
      {hint && <p class="small faint">{hint}</p>}
    </Banner>
  );
}

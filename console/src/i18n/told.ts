/** What machines and the server tell in English sentences, in the language of whoever reads. */

import type { Catalogue } from "../locales/en";
import { t } from "./index";

type Told = Catalogue["told"];

/** Known sentences: what they look like, and in which words they are told. The first one counts. */
const KNOWN: readonly (readonly [RegExp, keyof Told])[] = [
  [/^The program (.+) was not found\.$/, "program_missing"],
  [/^Node\.js (\d+) or newer is needed; this is (\d+)\.$/, "node_older"],
  [/^Node\.js (\d+) or newer is needed\.$/, "node_missing"],
  [/^exit status (-?\d+)$/, "exit_status"],
  [/^signal (\d+)$/, "signal"],
  [/^it ended, and nobody saw how$/, "end_unseen"],
  [/^the machine's daemon was stopped$/, "daemon_stopped"],
  [/^the process that held it was killed$/, "holder_killed"],
  [/^the process that held it is gone$/, "holder_gone"],
  [/^this machine was halted by its owner$/, "halted"],
  [/^this machine was halted by its owner: (.+)$/s, "halted_because"],
  [/^nothing happened for (\d+) s, its idle limit$/, "idle"],
  [/^nothing happened for (\d+) s, the idle limit of the tenant$/, "idle_of_tenant"],
  [/^the receiver answered (\d+) with the code (-?\d+)$/, "receiver_code"],
  [/^the receiver answered (\d+) without a code$/, "receiver_no_code"],
  [/^the receiver answered (\d+): it does not know this address any more$/, "receiver_gone"],
  [/^the receiver answered (.+)$/, "receiver_answered"],
  [/^the receiver redirects, which is not followed; give the last address$/, "receiver_redirects"],
  [/^no answer within (\d+) s$/, "receiver_silent"],
  [/^the host is not known$/, "receiver_unknown"],
  [/^there is no secret to sign it with$/, "receiver_unsigned"],
  [/^its address cannot be opened$/, "receiver_sealed"],
  [/^the branch (.+) stays$/, "branch_stays"],
  [/^something is half done in it, as a merge, or a repository lies in it$/, "half_done"],
  [
    /^the worktree .+ holds what is nowhere else: files that were not committed: (?:more than )?(\d+), commits that no other branch has: (\d+)/,
    "holds_work",
  ],
  [/^its job has ended$/, "job_ended"],
  [/^it was deleted$/, "deleted"],
  [/^the machine was removed$/, "machine_removed"],
];

/** The sentence in the reader's language; one that is not known stays as it was told. */
export function told(sentence: string): string {
  for (const [pattern, name] of KNOWN) {
    const found = pattern.exec(sentence);
    if (found) {
      const words = t().told[name];
      const [, first = "", second = ""] = found;
      return typeof words === "string" ? words : words(first, second);
    }
  }
  return sentence;
}

import type { ClosureView } from "../api/types";
import { oneLine } from "../text/visible";
import { Ago } from "../ui/bits";

/** Why a machine itself takes no work, in the words of its owner, and since when. */
export function ClosureFacts({ closure }: { closure: ClosureView }) {
  return (
    <span class="faint">
      {closure.reason && <bdi>{oneLine(closure.reason, 200)}</bdi>}
      {closure.reason && closure.since && " · "}
      {closure.since && <Ago at={closure.since} />}
    </span>
  );
}

import type { FreezeView } from "../api/types";
import { oneLine } from "../text/visible";
import { Ago } from "../ui/bits";

/** Why and since when nothing new begins. */
export function FreezeFacts({ freeze }: { freeze: FreezeView }) {
  return (
    <span class="faint">
      {freeze.reason && (
        <>
          <bdi>{oneLine(freeze.reason, 200)}</bdi> ·{" "}
        </>
      )}
      <Ago at={freeze.at} />
    </span>
  );
}

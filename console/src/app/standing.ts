/**
 * How somebody stands to a session that they see: whether it is theirs, and what its owner has lent
 * to them. The server decides; this only keeps from being offered what it would refuse.
 */

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { shares } from "../api/sessions";
import type { SessionView, ShareView } from "../api/types";
import { isOperator, mayWork, user } from "./state";

/** What was lent to whoever looks at this page, by session; null where nothing was. */
const held = signal<ReadonlyMap<string, ShareView | null>>(new Map());

export function owns(session: SessionView): boolean {
  return session.owner.user_id === user.value?.user_id;
}

/** Whether they may prompt and type. */
export function drives(session: SessionView): boolean {
  const share = held.value.get(session.session_id);
  return mayWork(user.value) && (owns(session) || share?.may_drive === true);
}

/** Whether they see it only because it was lent to them. */
export function onlyHolds(session: SessionView): boolean {
  const share = held.value.get(session.session_id);
  return !owns(session) && !isOperator(user.value) && share != null;
}

/** Asks what of another person's session was lent, whenever it has changed. */
export function useStanding(session: SessionView): void {
  const isOwn = owns(session);
  useEffect(() => {
    if (isOwn) {
      return;
    }
    const id = session.session_id;
    let isOver = false;
    // Who cannot ask has nothing lent, and is told so by what they try.
    shares(id).then(
      (known) => {
        const own = known.shares.find((share) => share.user_id === user.value?.user_id);
        if (!isOver) {
          held.value = new Map(held.value).set(id, own ?? null);
        }
      },
      () => {},
    );
    return () => {
      isOver = true;
    };
  }, [isOwn, session]);
}

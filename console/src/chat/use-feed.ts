/** A chat's records, for as long as something on the page needs them. */

import { useEffect, useState } from "preact/hooks";

import { live } from "../app/state";
import type { Feed } from "../live/feeds";

export function useFeed(sessionId: string | null): Feed | null {
  const [feed, setFeed] = useState<Feed | null>(null);
  useEffect(() => {
    if (sessionId === null) {
      setFeed(null);
      return;
    }
    setFeed(live.feeds.hold(sessionId));
    return () => live.feeds.release(sessionId);
  }, [sessionId]);
  return feed;
}

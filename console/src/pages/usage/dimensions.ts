/** By what usage is added up, and can be narrowed down to one. */

import type { UsageGroup } from "../../api/types";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";

export const DIMENSIONS = ["model", "user", "machine", "session"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** What people call one of them. */
export function groupName(dimension: Dimension, group: UsageGroup): string {
  const words = t().usage;
  if (dimension === "model") {
    return oneLine(group.key) || words.no_name;
  }
  return oneLine(group.name, 60) || words.gone;
}

/** What a list is narrowed down to; a press widens it again. */

import type { ComponentChildren } from "preact";

import "./chip.css";
import { Icon } from "./icon";

interface ChipProps {
  /** What the press does. */
  label: string;
  onWiden: () => void;
  children: ComponentChildren;
}

export function Chip({ label, onWiden, children }: ChipProps) {
  return (
    <button type="button" class="chip" aria-label={label} onClick={onWiden}>
      {children}
      <Icon name="close" size={13} />
    </button>
  );
}

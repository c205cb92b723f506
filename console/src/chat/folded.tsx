import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { Icon } from "../ui/icon";

interface FoldedProps {
  label: ComponentChildren;
  children: ComponentChildren;
  isOpen?: boolean;
}

/** More, for those who want it; not even made before. */
export function Folded({ label, children, isOpen = false }: FoldedProps) {
  const [open, setOpen] = useState(isOpen);
  return (
    <div class="folded">
      <button
        type="button"
        class="folded-button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name={open ? "chevron_down" : "chevron_right"} size={14} />
        {label}
      </button>
      {open && children}
    </div>
  );
}

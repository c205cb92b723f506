/** A line across the page that says what is out of the ordinary for as long as it is. */

import type { ComponentChildren } from "preact";

import "./strip.css";
import { Icon, type IconName } from "./icon";

interface StripProps {
  icon: IconName;
  /** What it is about, as a class. */
  about: string;
  says: ComponentChildren;
  /** What can be done about it. */
  children?: ComponentChildren;
}

export function Strip({ icon, about, says, children }: StripProps) {
  return (
    <div class={`strip ${about}-strip`} role="status">
      <Icon name={icon} />
      <p>{says}</p>
      {children}
    </div>
  );
}

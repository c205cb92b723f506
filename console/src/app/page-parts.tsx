/** The parts of a page, each with an address of its own, in a row above them. */

import { useEffect, useRef } from "preact/hooks";

import "./page-parts.css";
import { Link } from "./router";

export interface Part {
  to: string;
  name: string;
}

interface PagePartsProps {
  label: string;
  parts: readonly Part[];
  /** The address of the part that is shown. */
  here: string;
}

export function PageParts({ label, parts, here }: PagePartsProps) {
  const nav = useRef<HTMLElement>(null);
  // On a phone not all of them have room.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another part is another link
  useEffect(() => {
    const link = nav.current?.querySelector<HTMLElement>('[aria-current="page"]');
    link?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [here]);
  return (
    <nav ref={nav} class="page-parts" aria-label={label}>
      {parts.map((part) => (
        <Link key={part.to} to={part.to} class="page-part">
          {part.name}
        </Link>
      ))}
    </nav>
  );
}

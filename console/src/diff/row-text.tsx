/** What a line says, with what differs in it marked, and what deceives made visible. */

import { stretches } from "../text/visible";
import type { Row } from "./rows";

export function RowText({ row }: { row: Row }) {
  return (
    <>
      {row.parts.map((part, index) => {
        const text = stretches(part.text).map((stretch) =>
          stretch.isMark ? <mark class="deceptive">{stretch.text}</mark> : stretch.text,
        );
        return part.isChanged ? (
          <span key={index} class="diff-word">
            {text}
          </span>
        ) : (
          text
        );
      })}
      {row.parts.every((part) => part.text === "") && "\n"}
    </>
  );
}

/** A text as a picture that a telephone reads. Drawn here: what it says is a secret. */

import { useMemo } from "preact/hooks";
import encodeQR from "qr";

/** Light modules around it (ISO/IEC 18004 §9.1). */
const QUIET = 4;

export function QrPicture({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => drawn(text), [text]);
  return (
    <svg
      class="qr-picture"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <path class="qr-ground" d={`M0 0h${size}v${size}H0z`} />
      <path class="qr-modules" d={path} />
    </svg>
  );
}

/** Each run of dark modules as one line. */
function drawn(text: string): { size: number; path: string } {
  const rows = encodeQR(text, "raw", { border: QUIET });
  let path = "";
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      const from = x;
      while (row[x]) {
        x += 1;
      }
      if (x > from) {
        path += `M${from} ${y}h${x - from}v1H${from}z`;
      }
    }
  });
  return { size: rows.length, path };
}

/** Pieces of a message: text, pictures, files. */

import { useMemo, useState } from "preact/hooks";

import "./content.css";
import { t } from "../i18n";
import { bytes } from "../i18n/format";
import { Markdown } from "../markdown/markdown";
import { oneLine, someLines } from "../text/visible";
import type { Content } from "../transcript/update";
import { Icon } from "../ui/icon";
import { Folded } from "./folded";

interface PiecesProps {
  content: readonly Content[];
  isOpen?: boolean;
  /** Text as it was typed, for what people wrote. */
  isPlain?: boolean;
}

export function ContentPieces({ content, isOpen = false, isPlain = false }: PiecesProps) {
  return (
    <>
      {content.map((piece, index) => (
        <Piece
          key={index}
          piece={piece}
          isOpen={isOpen && index === content.length - 1}
          isPlain={isPlain}
        />
      ))}
    </>
  );
}

interface PieceProps {
  piece: Content;
  isOpen: boolean;
  isPlain: boolean;
}

function Piece({ piece, isOpen, isPlain }: PieceProps) {
  switch (piece.kind) {
    case "text":
      return isPlain ? <Typed text={piece.text} /> : <Markdown text={piece.text} isOpen={isOpen} />;
    case "image":
      return <Picture data={piece.data} mimeType={piece.mimeType} />;
    case "resource_link":
      return <FileName name={piece.name || piece.uri} detail={piece.uri} />;
    case "resource":
      return (
        <Folded label={<FileName name={piece.uri} />}>
          <pre class="content-file">{someLines(piece.text, 200_000)}</pre>
        </Folded>
      );
    case "audio":
    case "blob":
      return (
        <FileName
          name={piece.kind === "blob" ? piece.uri : t().chat.sound}
          detail={bytes((piece.data.length * 3) / 4)}
        />
      );
    case "omitted":
      return (
        <FileName
          name={t().chat.omitted}
          detail={`${oneLine(piece.what)} · ${bytes(piece.bytes)}`}
        />
      );
    case "unknown":
      return (
        <Folded label={t().chat.unknown}>
          <pre class="content-file">{someLines(JSON.stringify(piece.raw, null, 2), 20_000)}</pre>
        </Folded>
      );
  }
}

const LONG_LETTERS = 1600;
const LONG_LINES = 18;

/** What a person typed; a long text is folded to its beginning. */
function Typed({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false);
  const isLong = text.length > LONG_LETTERS || text.split("\n").length > LONG_LINES;
  const beginning = text.slice(0, LONG_LETTERS).split("\n").slice(0, LONG_LINES).join("\n");
  return (
    <div class="typed">
      <InlineCode text={isLong && !isWhole ? `${beginning}…` : text} />
      {isLong && (
        <button type="button" class="typed-more" onClick={() => setWhole(!isWhole)}>
          {isWhole ? t().chat.less : t().chat.more}
        </button>
      )}
    </div>
  );
}

/** Text as it is, with what stands in backticks set as code. */
function InlineCode({ text }: { text: string }) {
  const parts = text.split(/`([^`\n]+)`/);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <code>{part}</code> : part))}</>;
}

/** Kinds of pictures that browsers draw and that cannot run anything. */
const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);

/** A picture that came with the message itself; nothing is fetched for it. */
function Picture({ data, mimeType }: { data: string; mimeType: string }) {
  const isSafe = PICTURES.has(mimeType) && /^[A-Za-z0-9+/=\s]*$/.test(data);
  const source = useMemo(
    () => (isSafe ? `data:${mimeType};base64,${data}` : null),
    [isSafe, data, mimeType],
  );
  const [isLarge, setLarge] = useState(false);
  if (source === null) {
    return <FileName name={t().chat.picture} detail={oneLine(mimeType)} />;
  }
  return (
    <button
      type="button"
      class={`content-picture ${isLarge ? "picture-large" : ""}`}
      aria-label={isLarge ? t().chat.smaller : t().chat.larger}
      onClick={() => setLarge(!isLarge)}
    >
      <img src={source} alt={t().chat.picture} />
    </button>
  );
}

function FileName({ name, detail }: { name: string; detail?: string }) {
  return (
    <span class="content-name">
      <Icon name="paperclip" size={15} />
      <bdi class="mono">{oneLine(name)}</bdi>
      {detail && detail !== name && <span class="small faint cut">{oneLine(detail)}</span>}
    </span>
  );
}

/** A button that copies, and says that it has. */

import { useEffect, useState } from "preact/hooks";

import { t } from "../i18n";
import { IconButton } from "./button";
import { copy } from "./clipboard";
import "./copy.css";

const SAID_MS = 1600;

type Said = "copied" | "failed" | null;

/** What came of the last attempt, for a moment. */
export function useCopy(): [Said, (text: string) => void] {
  const [said, say] = useState<Said>(null);
  useEffect(() => {
    if (!said) {
      return;
    }
    const timer = setTimeout(() => say(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const run = (text: string) => {
    void copy(text).then((done) => say(done ? "copied" : "failed"));
  };
  return [said, run];
}

interface CopyButtonProps {
  text: string;
  label?: string;
  size?: "s" | "m";
}

export function CopyButton({ text, label, size = "s" }: CopyButtonProps) {
  const [said, run] = useCopy();
  const words = t().common;
  const shown = said === "copied" ? words.copied : said === "failed" ? words.copy_failed : null;
  return (
    <>
      <IconButton
        icon={said === "copied" ? "check" : "copy"}
        label={shown ?? label ?? words.copy}
        size={size}
        onClick={() => run(text)}
      />
      <span class="unseen" role="status">
        {shown}
      </span>
    </>
  );
}

interface SecretBlockProps {
  label: string;
  text: string;
}

/** Something to take away: a command, or a secret that is shown once. */
export function CopyBlock({ label, text }: SecretBlockProps) {
  return (
    <figure class="copy-block">
      <figcaption>{label}</figcaption>
      <div class="copy-line">
        <code class="foreign">{text}</code>
        <CopyButton text={text} />
      </div>
    </figure>
  );
}

/** All comments as one prompt, looked at before it is sent. */

import { useId, useState } from "preact/hooks";

import type { SessionView } from "../../../api/types";
import { go, paths } from "../../../app/router";
import { mayWork, user } from "../../../app/state";
import { MOST_PER_SESSION, post } from "../../../chat/outbox";
import { t } from "../../../i18n";
import { Button } from "../../../ui/button";
import { CopyButton } from "../../../ui/copy";
import { Dialog } from "../../../ui/dialog";
import { toast } from "../../../ui/toast";
import { type Comment, promptOf } from "./comments";

interface SendCommentsProps {
  session: SessionView;
  comments: readonly Comment[];
  /** Those about lines that are no longer there. */
  gone: ReadonlySet<string>;
  onDone: () => void;
}

export function SendComments(props: SendCommentsProps) {
  const words = t().changes;
  const [isOpen, setOpen] = useState(false);
  const count = props.comments.length;
  const isDriven = mayDrive(props.session);
  return (
    <footer class="changes-foot">
      <Button look="primary" icon={isDriven ? "send" : "copy"} onClick={() => setOpen(true)}>
        {isDriven ? words.review(count) : words.take(count)}
      </Button>
      {isOpen && <Review {...props} isDriven={isDriven} onClose={() => setOpen(false)} />}
    </footer>
  );
}

/** Only a chat takes prompts, while it is open, and only from its owner. */
function mayDrive({ kind, status, owner }: SessionView): boolean {
  const isOpen = status !== "stopped" && status !== "failed";
  const isOwn = mayWork(user.value) && owner.user_id === user.value?.user_id;
  return kind === "chat" && isOpen && isOwn;
}

interface ReviewProps extends SendCommentsProps {
  isDriven: boolean;
  onClose: () => void;
}

function Review({ session, comments, gone, isDriven, onDone, onClose }: ReviewProps) {
  const words = t().changes;
  const id = useId();
  const [text, setText] = useState(() => promptOf(comments, gone, words));
  const [isSure, setSure] = useState(false);
  const send = () => {
    if (!post(session.session_id, [{ type: "text", text: text.trim() }], "queue")) {
      toast({ tone: "bad", text: t().chat.too_many_waiting(MOST_PER_SESSION) });
      return;
    }
    toast({ tone: "good", text: words.sent });
    onDone();
    go(paths.session(session.session_id));
  };
  return (
    <Dialog
      title={words.send_title}
      onClose={onClose}
      width="l"
      footer={
        <>
          <Button
            look="ghost"
            onClick={() => {
              if (!isSure) {
                setSure(true);
                return;
              }
              onClose();
              onDone();
            }}
          >
            {isSure ? words.forget_surely(comments.length) : words.forget_all}
          </Button>
          {isDriven ? (
            <Button look="primary" icon="send" disabled={text.trim() === ""} onClick={send}>
              {words.send}
            </Button>
          ) : (
            <CopyButton text={text} size="m" />
          )}
        </>
      }
    >
      <label class="changes-prompt-label" for={id}>
        {words.prompt}
      </label>
      <textarea
        id={id}
        class="input changes-prompt"
        data-first
        rows={16}
        aria-describedby={`${id}-hint`}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <p id={`${id}-hint`} class="small faint">
        {isDriven ? words.prompt_hint : words.take_hint}
      </p>
    </Dialog>
  );
}

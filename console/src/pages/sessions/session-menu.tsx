/** What can be done with a session, wherever it is shown. */

import { useState } from "preact/hooks";

import {
  changeSession,
  deleteSession,
  type ExportFormat,
  exportSession,
  stopSession,
  unshareSession,
} from "../../api/sessions";
import type { ChangeSession, SessionView } from "../../api/types";
import { attempt } from "../../app/problem";
import { drives, onlyHolds, owns } from "../../app/standing";
import { isOperator, isPaused, mayWork, store, user } from "../../app/state";
import { t } from "../../i18n";
import { Confirm } from "../../ui/dialog";
import { Menu, type MenuItem } from "../../ui/menu";
import { saveAs } from "../../ui/save-as";
import { toast } from "../../ui/toast";
import { canPause, turnOver } from "../session/pause";
import { RenameDialog } from "./rename-dialog";
import { ShareDialog } from "./share-dialog";
import { TagDialog } from "./tag-dialog";

interface SessionMenuProps {
  session: SessionView;
  onDeleted?: () => void;
  size?: "s" | "m";
}

type Question = "rename" | "tags" | "share" | "stop" | "delete";

export function SessionMenu({ session, onDeleted, size = "m" }: SessionMenuProps) {
  const words = t().session;
  const [asks, setAsks] = useState<Question | null>(null);
  const close = () => setAsks(null);
  const remove = () => {
    close();
    void attempt(() => deleteSession(session.session_id)).then((done) => {
      if (done) {
        onDeleted?.();
        store.dropSession(session.session_id);
        toast({ tone: "good", text: words.deleted });
      }
    });
  };
  const stop = () => {
    close();
    void attempt(() => stopSession(session.session_id));
  };
  return (
    <>
      <Menu label={words.more} size={size} items={menuItems(session, setAsks)} />
      {asks === "rename" && <RenameDialog session={session} onClose={close} />}
      {asks === "tags" && <TagDialog session={session} onClose={close} />}
      {asks === "share" && <ShareDialog session={session} onClose={close} />}
      {asks === "stop" && (
        <Confirm
          title={words.stop_title}
          confirm={words.stop}
          danger
          onConfirm={stop}
          onClose={close}
        >
          <p>{session.kind === "chat" ? words.stop_chat : words.stop_terminal}</p>
        </Confirm>
      )}
      {asks === "delete" && (
        <Confirm
          title={words.delete_title}
          confirm={words.delete}
          danger
          onConfirm={remove}
          onClose={close}
        >
          <p>{words.delete_text}</p>
        </Confirm>
      )}
    </>
  );
}

function menuItems(session: SessionView, ask: (question: Question) => void) {
  const words = t().session;
  const isOver = session.status === "stopped" || session.status === "failed";
  const exports: (MenuItem | "line")[] = [
    {
      label: words.export_markdown,
      icon: "download",
      onSelect: () => save(session, "markdown"),
    },
    { label: words.export_json, icon: "download", onSelect: () => save(session, "json") },
  ];
  const shown = session.kind === "chat" ? exports : [];
  if (!mayWork(user.value)) {
    return shown;
  }
  if (onlyHolds(session)) {
    const giveBack: MenuItem = {
      label: t().share.give_back,
      icon: "close",
      onSelect: () =>
        void attempt(() => unshareSession(session.session_id, user.value?.user_id ?? "")),
    };
    return shown.length > 0 ? [...shown, "line" as const, giveBack] : [giveBack];
  }
  const labels: MenuItem[] = [
    { label: words.rename, icon: "edit", onSelect: () => ask("rename") },
    { label: words.tags, icon: "tag", onSelect: () => ask("tags") },
    {
      label: session.archived ? words.unarchive : words.archive,
      icon: "archive",
      onSelect: () => archive(session),
    },
  ];
  const share: MenuItem = {
    label: t().share.action,
    icon: "users",
    onSelect: () => ask("share"),
  };
  const items: (MenuItem | "line")[] = [
    ...(drives(session) ? labels : []),
    ...(owns(session) || isOperator(user.value) ? [share] : []),
    ...(shown.length > 0 ? (["line", ...shown] as const) : []),
    "line",
    isPaused(session)
      ? {
          label: words.resume,
          icon: "play",
          disabled: !canPause(session),
          onSelect: () => void turnOver(session),
        }
      : {
          label: words.pause,
          icon: "pause",
          disabled: !canPause(session),
          onSelect: () => void turnOver(session),
        },
    { label: words.stop, icon: "stop", disabled: isOver, onSelect: () => ask("stop") },
    { label: words.delete, icon: "trash", danger: true, onSelect: () => ask("delete") },
  ];
  return items;
}

/** Changes a session, and shows what became of it. */
export async function change(session: SessionView, wanted: ChangeSession): Promise<void> {
  store.putSession((await changeSession(session.session_id, wanted)).session);
}

function archive(session: SessionView): void {
  const words = t().session;
  const isBack = session.archived;
  void attempt(() => change(session, { archived: !isBack })).then((done) => {
    if (done) {
      toast({
        tone: "good",
        text: isBack ? words.unarchived : words.archived,
        ...(isBack
          ? {}
          : {
              action: {
                label: words.undo,
                run: () => void attempt(() => change(session, { archived: false })),
              },
            }),
      });
    }
  });
}

function save(session: SessionView, format: ExportFormat): void {
  void attempt(async () => {
    const { name, content } = await exportSession(session.session_id, format);
    const ending = format === "json" ? "json" : "md";
    saveAs(name ?? `session-${session.session_id}.${ending}`, content);
  });
}

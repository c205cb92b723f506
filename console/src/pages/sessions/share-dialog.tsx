/** With whom a session is shared: to watch it, or to drive it, and until when. */

import { useCallback, useState } from "preact/hooks";

import "./share-dialog.css";
import { shareSession, shares, unshareSession } from "../../api/sessions";
import type { SessionView, ShareLevel, ShareView } from "../../api/types";
import { useAnswer, useAttempt } from "../../app/answer";
import { attempt, ProblemNote } from "../../app/problem";
import { owns } from "../../app/standing";
import { t } from "../../i18n";
import { dateTime } from "../../i18n/format";
import { Badge, Foreign } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { SelectField, TextField } from "../../ui/field";
import { Icon } from "../../ui/icon";

interface ShareDialogProps {
  session: SessionView;
  onClose: () => void;
}

export function ShareDialog({ session, onClose }: ShareDialogProps) {
  const words = t().share;
  const id = session.session_id;
  const { value, error, reload } = useAnswer(useCallback(() => shares(id), [id]));
  return (
    <Dialog title={words.title} onClose={onClose} width="m">
      <div class="share">
        {owns(session) && <NewShare session={session} onShared={reload} />}
        <ProblemNote error={error} />
        {value && value.shares.length > 0 && (
          <ul class="card settings-rows" aria-label={words.with_whom}>
            {value.shares.map((share) => (
              <ShareRow key={share.user_id} session={session} share={share} onGone={reload} />
            ))}
          </ul>
        )}
        {value?.shares.length === 0 && <p class="small faint">{words.nobody}</p>}
      </div>
    </Dialog>
  );
}

interface ShareRowProps {
  session: SessionView;
  share: ShareView;
  onGone: () => void;
}

function ShareRow({ session, share, onGone }: ShareRowProps) {
  const words = t().share;
  return (
    <li>
      <Icon name="user" />
      <span class="settings-row-words">
        <span class="settings-row-title">
          <Foreign text={share.display_name} />
          <Badge tone={share.may_drive ? "brand" : "idle"}>
            {share.may_drive ? words.levels.drive : words.levels.watch}
          </Badge>
        </span>
        <span class="small faint">
          <Foreign text={share.username} /> · {words.until(dateTime(share.expires_at))}
        </span>
      </span>
      <Button
        size="s"
        look="danger"
        onClick={() =>
          void attempt(() => unshareSession(session.session_id, share.user_id)).then(onGone)
        }
      >
        {words.take_back}
      </Button>
    </li>
  );
}

const HOUR_S = 3600;

/** For how long, in hours. */
const LIFETIMES = ["1", "8", "24", "168", "720"] as const;

function NewShare({ session, onShared }: { session: SessionView; onShared: () => void }) {
  const words = t().share;
  const [username, setUsername] = useState("");
  const [level, setLevel] = useState<ShareLevel>("watch");
  const [hours, setHours] = useState<(typeof LIFETIMES)[number]>("24");
  const sending = useAttempt(async () => {
    await shareSession(session.session_id, {
      username: username.trim(),
      level,
      expires_in: Number(hours) * HOUR_S,
    });
    setUsername("");
    onShared();
  });
  return (
    <form
      class="confirm"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        sending.run();
      }}
    >
      <ProblemNote error={sending.error} />
      <TextField
        label={words.username}
        hint={words.username_hint}
        value={username}
        onChange={setUsername}
        maxLength={200}
        required
        first
      />
      <SelectField
        label={words.level}
        hint={words.level_hints[level]}
        value={level}
        onChange={setLevel}
        choices={(["watch", "drive"] as const).map((value) => ({
          value,
          label: words.levels[value],
        }))}
      />
      <SelectField
        label={words.lasts}
        value={hours}
        onChange={setHours}
        choices={LIFETIMES.map((value) => ({ value, label: words.hours[value] }))}
      />
      <div class="share-send">
        <Button
          look="primary"
          type="submit"
          busy={sending.isBusy}
          disabled={username.trim() === ""}
        >
          {words.submit}
        </Button>
      </div>
    </form>
  );
}

/** What exactly would happen: the whole command, the whole change, everything that is given. */

import { useState } from "preact/hooks";

import { lazy } from "../app/lazy";
import { t } from "../i18n";
import { bytes } from "../i18n/format";
import { oneLine } from "../text/visible";
import { Banner, Skeleton } from "../ui/bits";
import { CopyButton } from "../ui/copy";
import { Icon } from "../ui/icon";
import type { Details } from "./details";
import { Visible } from "./visible-text";

const DiffView = lazy(
  () => import("../diff/diff-view").then((module) => module.DiffView),
  () => <Skeleton lines={3} />,
);

export function RequestBody({ details, title }: { details: Details; title: string }) {
  const words = t().permission;
  const reasons = words.reasons as Record<string, string | undefined>;
  const { call, command, cwd, diffs, rest } = details;
  const paths = (call.locations ?? []).filter(
    (place) => !diffs.some((diff) => diff.path === place.path),
  );
  const hasBody = command !== null || diffs.length > 0 || rest.length > 0 || paths.length > 0;
  return (
    <div class="permission-body">
      {call.title && command !== null && !call.title.includes(command) && (
        <p class="permission-title">{oneLine(call.title)}</p>
      )}
      {command !== null && <Command command={command} cwd={cwd} />}
      {diffs.map((diff) => (
        <DiffView key={diff.path} path={diff.path} oldText={diff.oldText} newText={diff.newText} />
      ))}
      {paths.length > 0 && (
        <ul class="permission-paths">
          {paths.map((place) => (
            <li key={place.path}>
              <Icon name="file" size={15} />
              <code>
                <Visible text={place.path} />
              </code>
            </li>
          ))}
        </ul>
      )}
      {!hasBody && <p class="permission-title">{oneLine(title)}</p>}
      {rest.length > 0 && <Rest rest={rest} isOpen={command === null && diffs.length === 0} />}
      {call.cutBytes !== undefined && (
        <Banner tone="warning">{words.cut(bytes(call.cutBytes))}</Banner>
      )}
      {details.reason && (
        <p class="permission-reason">
          {words.reason} {reasons[details.reason] ?? oneLine(details.reason)}
        </p>
      )}
    </div>
  );
}

function Command({ command, cwd }: { command: string; cwd: string | null }) {
  return (
    <div class="permission-command">
      {cwd !== null && (
        <p class="permission-cwd mono">
          <Icon name="folder" size={14} />
          <Visible text={cwd} />
        </p>
      )}
      <div class="permission-line">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long command scrolls by key */}
        <pre tabIndex={0}>
          <Visible text={command} />
        </pre>
        <CopyButton text={command} />
      </div>
    </div>
  );
}

function Rest({ rest, isOpen }: { rest: Details["rest"]; isOpen: boolean }) {
  const [shown, setShown] = useState(isOpen);
  return (
    <div class="permission-rest">
      <button type="button" aria-expanded={shown} onClick={() => setShown(!shown)}>
        <Icon name={shown ? "chevron_down" : "chevron_right"} size={14} />
        {t().permission.given(rest.length)}
      </button>
      {shown && (
        <dl>
          {rest.map(([name, value]) => (
            <div key={name}>
              <dt class="mono">{oneLine(name)}</dt>
              <dd class="mono">
                <Visible text={value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

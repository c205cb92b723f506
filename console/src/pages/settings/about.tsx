/** Which server this is. */

import { build } from "../../api/house";
import { useAnswer } from "../../app/answer";
import { ProblemNote } from "../../app/problem";
import { live } from "../../app/state";
import { t } from "../../i18n";
import { duration } from "../../i18n/format";
import { oneLine } from "../../text/visible";
import { Foreign, Section, Skeleton } from "../../ui/bits";
import { CopyButton } from "../../ui/copy";
import { Logo } from "../../ui/logo";

/** Below this nobody's clock is wrong, only the network is slow. */
const CLOCK_MATTERS_MS = 5000;

export function AboutSettings() {
  const words = t().settings;
  const { value, error } = useAnswer(build);
  const ahead = live.clockAheadMs.value;
  return (
    <Section title={words.sections.about}>
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={3} />}
      {value && (
        <dl class="card settings-facts">
          <dt>
            <Logo size={22} />
          </dt>
          <dd>{words.about_text}</dd>
          <dt>{words.version}</dt>
          <dd>
            <Foreign text={value.version} mono />{" "}
            <CopyButton text={`gantline ${value.version} ${value.commit}`.trim()} />
          </dd>
          {value.commit && (
            <>
              <dt>{words.commit}</dt>
              <dd>
                <Foreign text={value.commit} mono />
              </dd>
            </>
          )}
          {value.time && (
            <>
              <dt>{words.built}</dt>
              <dd>{oneLine(value.time)}</dd>
            </>
          )}
          {Math.abs(ahead) > CLOCK_MATTERS_MS && (
            <>
              <dt>{words.clock}</dt>
              <dd>{words.clock_differs(duration(Math.abs(ahead)))}</dd>
            </>
          )}
        </dl>
      )}
    </Section>
  );
}

/** Whether the log is as it was written, asked on a press: it is read from its beginning. */

import { useState } from "preact/hooks";

import { type AuditLog, verifyAudit } from "../../../api/audit";
import type { AuditVerification } from "../../../api/types";
import { useAttempt } from "../../../app/answer";
import { ProblemNote } from "../../../app/problem";
import { t } from "../../../i18n";
import { dateTime } from "../../../i18n/format";
import { Banner } from "../../../ui/bits";
import { Button } from "../../../ui/button";
import { CopyBlock } from "../../../ui/copy";

interface Checked {
  at: number;
  came: AuditVerification;
}

export function AuditCheck({ log }: { log: AuditLog }) {
  const [checked, setChecked] = useState<Checked | null>(null);
  const check = useAttempt(async () => {
    const came = await verifyAudit(log);
    setChecked({ at: Date.now(), came });
  });
  return (
    <>
      {checked && <Came {...checked} />}
      <ProblemNote error={check.error} />
      <div>
        <Button size="s" icon="shield" disabled={check.isBusy} onClick={check.run}>
          {t().audit.check}
        </Button>
      </div>
    </>
  );
}

function Came({ at, came }: Checked) {
  const words = t().audit;
  if (came.broken_at != null) {
    const said = came.problem === "missing" ? words.missing : words.changed;
    return <Banner tone="error">{said(came.broken_at)}</Banner>;
  }
  return (
    <>
      <Banner tone="info">
        {words.whole(came.position, dateTime(at))}
        {came.dropped > 0 && ` ${words.dropped(came.dropped)}`}
      </Banner>
      <CopyBlock label={words.keep} text={`${came.position}:${came.hash}`} />
    </>
  );
}

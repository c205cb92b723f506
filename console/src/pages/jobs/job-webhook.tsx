/** Who is told of the end of a job, and what was tried. */

import { sendWebhook } from "../../api/jobs";
import type { JobView, WebhookAttemptView, WebhookDeliveryView } from "../../api/types";
import { attempt } from "../../app/problem";
import { mayWork, store, user } from "../../app/state";
import { t } from "../../i18n";
import { dateTime } from "../../i18n/format";
import { oneLine } from "../../text/visible";
import { Ago, Badge, Foreign, Section, type Tone } from "../../ui/bits";
import { Button } from "../../ui/button";

const TONES: Readonly<Record<WebhookDeliveryView["status"], Tone>> = {
  pending: "working",
  delivered: "idle",
  failed: "failed",
  refused: "failed",
};

export function JobWebhook({ job }: { job: JobView }) {
  const words = t().jobs.webhook;
  const { webhook } = job;
  if (!webhook) {
    return null;
  }
  const deliveries = webhook.deliveries ?? [];
  const isOwn = mayWork(user.value) && job.owner.user_id === user.value?.user_id;
  return (
    <Section
      title={words.title}
      aside={
        isOwn &&
        deliveries.length > 0 && (
          <Button
            size="s"
            icon="refresh"
            onClick={() => void attempt(async () => store.jobs.put([await sendWebhook(job.id)]))}
          >
            {words.again}
          </Button>
        )
      }
    >
      <div class="card job-webhook">
        <p>
          <Foreign text={webhook.url} mono />
        </p>
        {deliveries.length === 0 && <p class="small faint">{words.later}</p>}
        {deliveries.map((delivery) => (
          <Delivery key={delivery.id} delivery={delivery} />
        ))}
      </div>
    </Section>
  );
}

function Delivery({ delivery }: { delivery: WebhookDeliveryView }) {
  const words = t().jobs.webhook;
  return (
    <div class="job-delivery" data-status={delivery.status}>
      <p class="job-delivery-head">
        <Badge tone={TONES[delivery.status]}>{words.states[delivery.status]}</Badge>
        <span class="mono small">{oneLine(delivery.type, 40)}</span>
        {delivery.next_attempt_at && (
          <span class="small faint">{words.next(dateTime(delivery.next_attempt_at))}</span>
        )}
      </p>
      <ol>
        {(delivery.attempts ?? []).map((one) => (
          <Attempt key={one.attempt} one={one} />
        ))}
      </ol>
    </div>
  );
}

function Attempt({ one }: { one: WebhookAttemptView }) {
  return (
    <li class="small">
      <Ago at={one.at} />
      {one.status && <span class="mono">{one.status}</span>}
      {one.error && <span class="faint">{oneLine(one.error, 400)}</span>}
    </li>
  );
}

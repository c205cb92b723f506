/** One job: what was asked, what came of it, and everything that happened on the way. */

import { useEffect, useState } from "preact/hooks";

import "./jobs.css";
import { cancelJob, deleteJob, oneJob, retryJob } from "../../api/jobs";
import type { JobSummary, JobView } from "../../api/types";
import { Page } from "../../app/page";
import { attempt, ProblemNote } from "../../app/problem";
import { go, Link, paths } from "../../app/router";
import { live, mayWork, store, user } from "../../app/state";
import { presetTitle } from "../../chat/policy-facts";
import { t } from "../../i18n";
import { compact, number } from "../../i18n/format";
import { Markdown } from "../../markdown/markdown";
import { LinkQuestion } from "../../markdown/open-link";
import { oneLine, someLines } from "../../text/visible";
import { Ago, Banner, Foreign, Section, Skeleton } from "../../ui/bits";
import { Button, IconButton } from "../../ui/button";
import { CopyButton } from "../../ui/copy";
import { Cost } from "../../ui/cost";
import { Confirm } from "../../ui/dialog";
import { Menu } from "../../ui/menu";
import { toast } from "../../ui/toast";
import { Effects } from "../start/policy-fields";
import { isOver, JobBadge } from "./job-badge";
import { JobLog } from "./job-log";
import { JobWebhook } from "./job-webhook";
import { agentOf, firstLine, Took } from "./job-words";

export function JobPage({ id }: { id: string }) {
  const words = t().jobs;
  const isGone = store.jobs.gone.value.has(id);
  const { job, error } = useJob(id, isGone);
  if (job && !isGone) {
    return <KnownJob job={job} />;
  }
  return (
    <Page title={words.one}>
      {error === null && !isGone ? (
        <Skeleton lines={6} />
      ) : (
        <>
          {isGone ? <Banner tone="info">{words.deleted}</Banner> : <ProblemNote error={error} />}
          <div>
            <Button icon="arrow_left" onClick={() => go(paths.jobs)}>
              {words.back}
            </Button>
          </div>
        </>
      )}
    </Page>
  );
}

/** The whole job, asked for again whenever it is heard to have changed. */
function useJob(id: string, isGone: boolean) {
  const [job, setJob] = useState<JobView | null>(null);
  const [error, setError] = useState<unknown>(null);
  const news = store.jobs.all.value.get(id);
  const isOpen = live.isOpen.value;
  // biome-ignore lint/correctness/useExhaustiveDependencies: news and a new connection ask again
  useEffect(() => {
    if (isGone) {
      return;
    }
    let isOld = false;
    oneJob(id).then(
      (answer) => {
        if (!isOld) {
          setJob(answer);
          setError(null);
        }
      },
      (problem: unknown) => {
        if (!isOld) {
          setError(problem);
        }
      },
    );
    return () => {
      isOld = true;
    };
  }, [id, news, isOpen, isGone]);
  return { job, error };
}

function KnownJob({ job }: { job: JobView }) {
  const words = t().jobs;
  return (
    <Page
      title={`${firstLine(job.prompt)} · ${words.one}`}
      heading={
        <div class="job-head">
          <IconButton icon="arrow_left" label={words.back} onClick={() => go(paths.jobs)} />
          <h1 class="cut">
            <bdi>{firstLine(job.prompt)}</bdi>
          </h1>
          <JobBadge state={job.status} />
        </div>
      }
      actions={mayWork(user.value) && <JobActions job={job} />}
    >
      <Outcome job={job} />
      <Section title={words.prompt} aside={<CopyButton text={job.prompt} />}>
        <div class="card job-text foreign">{someLines(job.prompt)}</div>
      </Section>
      <Facts job={job} />
      <JobPolicy job={job} />
      <JobWebhook job={job} />
      <JobLog job={job} />
      {(job.attempts ?? []).length > 0 && <Attempts job={job} />}
      <LinkQuestion />
    </Page>
  );
}

function Outcome({ job }: { job: JobView }) {
  const words = t().jobs;
  if (job.status === "failed" || (job.status === "canceled" && job.error)) {
    const reason = job.error_code ? words.failures[job.error_code] : words.states[job.status];
    return (
      <Banner tone={job.status === "failed" ? "error" : "info"}>
        <p>{reason}</p>
        {job.error && <p class="small faint">{oneLine(job.error, 2000)}</p>}
      </Banner>
    );
  }
  if (!job.result) {
    return null;
  }
  return (
    <Section title={words.result} aside={<CopyButton text={job.result} />}>
      <div class="card job-result">
        <Markdown text={job.result} />
        {job.result_is_longer && <p class="small faint">{words.result_cut}</p>}
      </div>
    </Section>
  );
}

/** What can be done with it now. */
function JobActions({ job }: { job: JobSummary }) {
  const words = t().jobs;
  const [asks, setAsks] = useState<"cancel" | "delete" | null>(null);
  const done = isOver(job.status);
  const cancel = () => {
    setAsks(null);
    void attempt(async () => store.jobs.put([await cancelJob(job.id)]));
  };
  const remove = () => {
    setAsks(null);
    void attempt(async () => {
      const { outcome, job: left } = await deleteJob(job.id);
      if (outcome === "deleted") {
        go(paths.jobs);
        store.jobs.drop(job.id);
        toast({ tone: "good", text: words.deleted });
      } else {
        store.jobs.put([left]);
      }
    });
  };
  return (
    <>
      {!done && (
        <Button icon="stop" onClick={() => setAsks("cancel")}>
          {words.cancel}
        </Button>
      )}
      {job.status === "failed" && (
        <Button
          icon="refresh"
          onClick={() => void attempt(async () => store.jobs.put([await retryJob(job.id)]))}
        >
          {words.retry}
        </Button>
      )}
      {done && (
        <Menu
          label={t().session.more}
          items={[
            {
              label: words.delete,
              icon: "trash",
              danger: true,
              onSelect: () => setAsks("delete"),
            },
          ]}
        />
      )}
      {asks === "cancel" && (
        <Confirm
          title={words.cancel_title}
          confirm={words.cancel}
          danger
          onConfirm={cancel}
          onClose={() => setAsks(null)}
        >
          <p>{words.cancel_text}</p>
        </Confirm>
      )}
      {asks === "delete" && (
        <Confirm
          title={words.delete_title}
          confirm={words.delete}
          danger
          onConfirm={remove}
          onClose={() => setAsks(null)}
        >
          <p>{words.delete_text}</p>
        </Confirm>
      )}
    </>
  );
}

function Facts({ job }: { job: JobView }) {
  const words = t().jobs;
  const machine = store.machines.value.get(job.machine_id);
  const facts = [
    [
      words.machine,
      machine ? (
        <Link to={paths.machine(machine.machine_id)}>
          <Foreign text={machine.machine_name} />
        </Link>
      ) : (
        t().shell.gone_machine
      ),
    ],
    [words.agent, <Foreign key="a" text={agentOf(job)} />],
    job.project_path && [words.workspace, <Foreign key="w" text={job.project_path} mono />],
    job.model && [words.model, <Foreign key="m" text={job.model} mono />],
    [
      words.session,
      job.session_id ? <Link to={paths.session(job.session_id)}>{words.open_session}</Link> : "–",
    ],
    [words.submitted_at, <Ago key="c" at={job.created_at} />],
    [words.took, <Took key="t" job={job} />],
    job.timeout && [words.limit, words.span(job.timeout)],
    [words.wait, job.machine_wait === 0 ? words.no_wait : words.span(job.machine_wait)],
    job.priority !== 0 && [words.priority, number(job.priority)],
    [words.cost, job.usage.calls > 0 ? <Cost key="p" totals={job.usage} /> : "–"],
    [words.tokens, job.usage.calls > 0 ? compact(job.usage.total_tokens) : "–"],
    [words.owner, <Foreign key="o" text={job.owner.display_name} />],
  ].filter((fact) => Array.isArray(fact));
  return (
    <dl class="card job-facts">
      {facts.map(([name, value]) => (
        <div key={String(name)}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What it may do, as it was submitted. */
function JobPolicy({ job }: { job: JobView }) {
  const policy = job.policy ?? {};
  return (
    <Section title={t().policy.title}>
      <div class="card job-policy">
        <strong>{presetTitle(policy.permission_preset ?? "dev-default")}</strong>
        <Effects options={policy} interactive={job.interactive ?? false} />
      </div>
    </Section>
  );
}

function Attempts({ job }: { job: JobView }) {
  const words = t().jobs;
  return (
    <Section title={words.attempts}>
      <ul class="card job-attempts">
        {(job.attempts ?? []).map((one) => (
          <li key={one.attempt}>
            <span class="job-attempt-number">{number(one.attempt)}</span>
            <JobBadge state={one.status} />
            <span class="job-attempt-words small faint">
              {one.error ? oneLine(one.error, 400) : null}
            </span>
            <span class="small faint">
              <Ago at={one.started_at} />
            </span>
            <Link to={paths.session(one.session_id)}>{words.open_session}</Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Unattended work: what waits, what runs, what came of it. */

import { useEffect, useState } from "preact/hooks";

import "./jobs/jobs.css";
import { jobsAfter } from "../api/jobs";
import type { JobState, JobSummary } from "../api/types";
import { Page } from "../app/page";
import { ProblemNote } from "../app/problem";
import { Link, paths } from "../app/router";
import { live, mayWork, overlay, store, user } from "../app/state";
import { t } from "../i18n";
import { relative } from "../i18n/format";
import { now } from "../time/clock";
import { Empty, Foreign, Skeleton } from "../ui/bits";
import { Button } from "../ui/button";
import { Cost } from "../ui/cost";
import { Segmented } from "../ui/field";
import { Icon } from "../ui/icon";
import { JobBadge } from "./jobs/job-badge";
import { agentOf, firstLine, Took } from "./jobs/job-words";

/** What the list can be narrowed to, and the states that belong to it. */
const FILTERS = {
  all: null,
  active: ["queued", "running"],
  completed: ["completed"],
  failed: ["failed"],
  canceled: ["canceled"],
} as const satisfies Record<string, readonly JobState[] | null>;

type Filter = keyof typeof FILTERS;

const NAMES = Object.keys(FILTERS) as Filter[];

export function JobsPage() {
  const words = t().jobs;
  const [filter, setFilter] = useState<Filter>("all");
  return (
    <Page title={words.title} fit="wide" actions={mayWork(user.value) && <NewJobButton />}>
      <div class="job-filter">
        <Segmented
          label={words.show}
          value={filter}
          onChange={setFilter}
          choices={NAMES.map((value) => ({ value, label: words.filters[value] }))}
        />
      </div>
      <JobList key={filter} filter={filter} />
    </Page>
  );
}

function NewJobButton() {
  return (
    <Button
      look="primary"
      icon="plus"
      onClick={() => {
        overlay.value = { kind: "new_job" };
      }}
    >
      {t().actions.new_job}
    </Button>
  );
}

function JobList({ filter }: { filter: Filter }) {
  const words = t().jobs;
  const { jobs, error, isLoading, more } = useJobs(FILTERS[filter]);
  if (jobs.length === 0 && isLoading) {
    return <Skeleton lines={6} />;
  }
  return (
    <>
      <ProblemNote error={error} />
      {jobs.length === 0 && error === null && (
        <Empty
          icon="jobs"
          title={filter === "all" ? words.none : words.none_such}
          action={filter === "all" && mayWork(user.value) && <NewJobButton />}
        >
          {filter === "all" ? words.none_text : null}
        </Empty>
      )}
      {jobs.length > 0 && (
        <ul class="card job-rows">
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </ul>
      )}
      {more && (
        <div class="job-more">
          <Button look="ghost" busy={isLoading} onClick={more}>
            {words.older}
          </Button>
        </div>
      )}
    </>
  );
}

function JobRow({ job }: { job: JobSummary }) {
  const machine = store.machines.value.get(job.machine_id);
  return (
    <li>
      <Link to={paths.job(job.id)} class="job-row" data-job-id={job.id} data-status={job.status}>
        <Icon name="jobs" />
        <span class="job-row-words">
          <span class="job-row-title cut">
            <bdi>{firstLine(job.prompt)}</bdi>
          </span>
          <span class="small faint cut">
            <Foreign text={agentOf(job)} />
            {" · "}
            <Foreign text={machine?.machine_name ?? t().shell.gone_machine} />
            {job.usage.calls > 0 && (
              <>
                {" · "}
                <Cost totals={job.usage} />
              </>
            )}
            {job.error && (
              <>
                {" · "}
                <span class="job-row-error">
                  <Foreign text={job.error} />
                </span>
              </>
            )}
          </span>
        </span>
        <JobBadge state={job.status} />
        <span class="job-row-time small">
          <Took job={job} />
          <span class="faint">{relative(job.created_at, now.value)}</span>
        </span>
      </Link>
    </li>
  );
}

interface Listing {
  jobs: readonly JobSummary[];
  error: unknown;
  isLoading: boolean;
  /** Loads older ones; null where there are none. */
  more: (() => void) | null;
}

/** How far the jobs of one state were read. */
interface Reach {
  state: JobState | null;
  /** Null where everything was read. */
  cursor: string | null;
  /** The oldest that was read. */
  oldest: string;
}

/** Jobs in some states, page by page, with all news of them. */
function useJobs(states: readonly JobState[] | null): Listing {
  const [reaches, setReaches] = useState<readonly Reach[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [isLoading, setLoading] = useState(true);
  const isOpen = live.isOpen.value;

  const load = (pages: readonly Promise<Reach>[]) => {
    setLoading(true);
    Promise.all(pages)
      .then((reached) => {
        setReaches(reached);
        setError(null);
      }, setError)
      .finally(() => setLoading(false));
  };
  // Once more after every cut: nobody tells what was missed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter is another list
  useEffect(() => {
    load((states ?? [null]).map((state) => read(state, null)));
  }, [isOpen]);

  const open = reaches.filter((reach) => reach.cursor !== null);
  // Below the oldest job of a state that has more there would be holes.
  const from =
    open
      .map((reach) => reach.oldest)
      .sort()
      .at(-1) ?? "";
  const jobs = [...store.jobs.all.value.values()]
    .filter((job) => (states === null || states.includes(job.status)) && job.created_at >= from)
    .sort((one, other) => other.created_at.localeCompare(one.created_at));
  const more = () =>
    load(
      reaches.map((reach) =>
        reach.cursor === null ? Promise.resolve(reach) : read(reach.state, reach.cursor),
      ),
    );
  return { jobs, error, isLoading, more: open.length > 0 ? more : null };
}

async function read(state: JobState | null, cursor: string | null): Promise<Reach> {
  const page = await jobsAfter(state, cursor);
  store.jobs.put(page.jobs);
  return {
    state,
    cursor: page.next_cursor ?? null,
    oldest: page.jobs.at(-1)?.created_at ?? "",
  };
}

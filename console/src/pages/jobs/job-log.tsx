/** What happened to a job, line by line, as it happens. */

import { useEffect, useRef, useState } from "preact/hooks";

import { jobLogs } from "../../api/jobs";
import type { JobLogEntry, JobView } from "../../api/types";
import { toastProblem } from "../../app/problem";
import { live, store } from "../../app/state";
import { t } from "../../i18n";
import { dateTime, time } from "../../i18n/format";
import { oneLine } from "../../text/visible";
import { Section } from "../../ui/bits";
import { merged } from "./merged";

export function JobLog({ job }: { job: JobView }) {
  const words = t().jobs;
  const lines = useLog(job);
  const box = useRef<HTMLOListElement>(null);
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines move the end
  useEffect(() => {
    if (box.current && isAtEnd.current) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [lines]);
  return (
    <Section title={words.log}>
      <ol
        ref={box}
        class="card job-log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by key
        tabIndex={0}
        aria-label={words.log}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < 32;
        }}
      >
        {lines.map((line, index) => (
          <Line key={line.seq} line={line} before={lines[index - 1]} />
        ))}
        {lines.length === 0 && <li class="faint">{words.log_empty}</li>}
      </ol>
    </Section>
  );
}

interface LineProps {
  line: JobLogEntry;
  before: JobLogEntry | undefined;
}

function Line({ line, before }: LineProps) {
  const words = t().jobs;
  const dropped = line.seq - (before?.seq ?? 0) - 1;
  return (
    <>
      {dropped > 0 && <li class="job-log-gap">{words.dropped(dropped)}</li>}
      <li class={`job-log-line job-log-${line.level}`}>
        <time dateTime={line.timestamp} title={dateTime(line.timestamp)}>
          {time(line.timestamp)}
        </time>
        <span class="job-log-level">{words.levels[line.level]}</span>
        <span class="foreign">{oneLine(line.message, 4000)}</span>
      </li>
    </>
  );
}

/** The lines that came with the job, and those that are written while one looks. */
function useLog(job: JobView): readonly JobLogEntry[] {
  const [heard, setHeard] = useState<readonly JobLogEntry[]>([]);
  const lines = merged(job.logs ?? [], heard);
  const last = useRef(0);
  last.current = lines.at(-1)?.seq ?? 0;
  const isOpen = live.isOpen.value;
  useEffect(
    () => store.jobs.follow(job.id, (entry) => setHeard((before) => merged(before, [entry]))),
    [job.id],
  );
  useEffect(() => {
    if (!isOpen) {
      return;
    }
    let isOver = false;
    const catchUp = async (after: number): Promise<void> => {
      const { logs } = await jobLogs(job.id, after);
      const reached = logs.at(-1)?.seq;
      if (!isOver && reached !== undefined) {
        setHeard((before) => merged(before, logs));
        await catchUp(reached);
      }
    };
    // What was written while nothing was heard.
    catchUp(last.current).catch(toastProblem);
    return () => {
      isOver = true;
    };
  }, [job.id, isOpen]);
  return lines;
}

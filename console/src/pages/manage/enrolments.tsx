/** Registration tokens: each lets one computer become a machine. */

import { useState } from "preact/hooks";

import { enrolments, revokeEnrolment } from "../../api/machines";
import type { AccountView, EnrolmentState, EnrolmentView } from "../../api/types";
import { users } from "../../api/users";
import { useAnswer, useFreshAnswer } from "../../app/answer";
import { attempt, ProblemNote } from "../../app/problem";
import { Link, paths } from "../../app/router";
import { enrolmentsSeen, overlay, store } from "../../app/state";
import { t } from "../../i18n";
import { dateTime } from "../../i18n/format";
import { oneLine } from "../../text/visible";
import { Ago, Badge, Empty, Foreign, Section, Skeleton, type Tone } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { Segmented } from "../../ui/field";
import { Icon } from "../../ui/icon";
import { useTold } from "./told";

type Shown = "open" | "all";

export function EnrolmentList() {
  const words = t().enrolments;
  const { value, error, reload } = useFreshAnswer(enrolments, useTold() + enrolmentsSeen.value);
  const { value: people } = useAnswer(users);
  const [shown, setShown] = useState<Shown>("open");
  const [doomed, setDoomed] = useState<EnrolmentView | null>(null);
  const all = value?.enrolments ?? [];
  const listed = shown === "all" ? all : all.filter((one) => one.state === "open");
  const add = (
    <Button
      size="s"
      look="primary"
      icon="plus"
      onClick={() => {
        overlay.value = { kind: "enrol" };
      }}
    >
      {t().actions.add_machine}
    </Button>
  );
  return (
    <Section title={t().manage.sections["registration-tokens"]} aside={add}>
      <p class="faint">{words.text}</p>
      <ProblemNote error={error} />
      <div class="manage-filters">
        <Segmented
          label={words.show}
          value={shown}
          onChange={setShown}
          choices={(["open", "all"] as const).map((one) => ({ value: one, label: words[one] }))}
        />
      </div>
      {!value && !error && <Skeleton lines={4} />}
      {value && listed.length === 0 && (
        <div class="card" data-no-tokens>
          <Empty icon="link" title={all.length > 0 ? words.none_open : words.none}>
            {words.none_text}
          </Empty>
        </div>
      )}
      {listed.length > 0 && (
        <ul class="card settings-rows">
          {listed.map((one) => (
            <Row
              key={one.enrolment_id}
              enrolment={one}
              people={people?.users ?? []}
              onRevoke={() => setDoomed(one)}
            />
          ))}
        </ul>
      )}
      {doomed && (
        <Confirm
          title={words.revoke_title}
          confirm={words.revoke}
          danger
          onClose={() => setDoomed(null)}
          onConfirm={() => {
            setDoomed(null);
            void attempt(() => revokeEnrolment(doomed.enrolment_id)).then(reload);
          }}
        >
          <p>{words.revoke_text}</p>
        </Confirm>
      )}
    </Section>
  );
}

const TONES: Readonly<Record<EnrolmentState, Tone>> = {
  open: "needs",
  used: "working",
  revoked: "failed",
  expired: "idle",
};

interface RowProps {
  enrolment: EnrolmentView;
  people: readonly AccountView[];
  onRevoke: () => void;
}

function Row({ enrolment, people, onRevoke }: RowProps) {
  const words = t().enrolments;
  const maker = people.find((one) => one.user_id === enrolment.created_by)?.display_name;
  const isOpen = enrolment.state === "open";
  return (
    <li data-enrolment={enrolment.state}>
      <Icon name="link" />
      <span class="settings-row-words">
        <span class="settings-row-title">
          {words.name} …{enrolment.enrolment_id.slice(-8)}
          <Badge tone={TONES[enrolment.state]}>{words.states[enrolment.state]}</Badge>
        </span>
        <span class="small faint">
          {words.made_by(oneLine(maker ?? words.somebody, 60))}, <Ago at={enrolment.created_at} />
          {(isOpen || enrolment.state === "expired") && (
            <>
              {" · "}
              {isOpen ? words.ends : words.ended} {dateTime(enrolment.expires_at)}
            </>
          )}
          {enrolment.machine_id && (
            <>
              {" · "}
              {words.became} <Became id={enrolment.machine_id} />
            </>
          )}
        </span>
      </span>
      {isOpen && (
        <Button size="s" look="danger" onClick={onRevoke}>
          {words.revoke}
        </Button>
      )}
    </li>
  );
}

function Became({ id }: { id: string }) {
  const machine = store.machines.value.get(id);
  return machine ? (
    <Link to={paths.machine(id)}>
      <Foreign text={machine.machine_name} />
    </Link>
  ) : (
    <span>{t().enrolments.removed}</span>
  );
}

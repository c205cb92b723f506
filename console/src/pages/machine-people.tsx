/** Who may work on a machine, for those who look after it. */

import { useCallback, useState } from "preact/hooks";

import { machineOf } from "../api/machines";
import type { Assignments, AssignmentView, MachineView } from "../api/types";
import { assignments, unassign } from "../api/users";
import { useAnswer } from "../app/answer";
import { attempt, ProblemNote } from "../app/problem";
import { isOperator, user as me } from "../app/state";
import { t } from "../i18n";
import { oneLine } from "../text/visible";
import { Badge, Foreign, Section } from "../ui/bits";
import { Button } from "../ui/button";
import { Confirm } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { Assign } from "./assign";

export function MachinePeople({ machine }: { machine: MachineView }) {
  const words = t().people;
  const id = machine.machine_id;
  const { value, error, reload } = useAnswer(useCallback(() => peopleOf(id), [id]));
  const [isAdding, setAdding] = useState(false);
  const [doomed, setDoomed] = useState<AssignmentView | null>(null);
  if (!value && !isOperator(me.value)) {
    return null;
  }
  return (
    <Section
      title={words.on_machine}
      aside={
        <Button size="s" icon="plus" onClick={() => setAdding(true)}>
          {words.assign}
        </Button>
      }
    >
      <p class="small faint">{words.on_machine_text}</p>
      <ProblemNote error={error} />
      <ul class="card settings-rows">
        {value?.users.map((one) => (
          <li key={one.user_id}>
            <Icon name="user" />
            <span class="settings-row-words">
              <span class="settings-row-title">
                <Foreign text={one.display_name} />
                {one.permission === "admin" && (
                  <Badge tone="brand">{words.permissions.admin}</Badge>
                )}
              </span>
              <span class="small faint">
                <Foreign text={one.username} /> · {words.number(one.number)}
              </span>
            </span>
            {(one.permission === "user" || isOperator(me.value)) && (
              <Button size="s" look="danger" onClick={() => setDoomed(one)}>
                {words.revoke}
              </Button>
            )}
          </li>
        ))}
        {value?.users.length === 0 && <li class="faint">{words.nobody}</li>}
      </ul>
      {isAdding && (
        <Assign
          machine={machine}
          onClose={() => {
            setAdding(false);
            reload();
          }}
        />
      )}
      {doomed && (
        <Confirm
          title={words.revoke_title(oneLine(doomed.username))}
          confirm={words.revoke}
          danger
          onClose={() => setDoomed(null)}
          onConfirm={() => {
            setDoomed(null);
            void attempt(() => unassign(id, doomed.user_id)).then(reload);
          }}
        >
          <p>{words.revoke_text}</p>
        </Confirm>
      )}
    </Section>
  );
}

/** Who may work on the machine; nobody's business but of those who look after it. */
async function peopleOf(id: string): Promise<Assignments | null> {
  const mayAsk = isOperator(me.value) || (await machineOf(id)).current_user_permission === "admin";
  return mayAsk ? assignments(id) : null;
}

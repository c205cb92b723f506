/** Who may work where, over all machines of the tenant. */

import { useCallback, useState } from "preact/hooks";

import type {
  AccountView,
  AssignmentView,
  MachineAssignmentView,
  TenantAssignments,
} from "../../api/types";
import { type AssignmentQuery, assign, tenantAssignments, unassign, users } from "../../api/users";
import { useAnswer, useAttempt, useFreshAnswer } from "../../app/answer";
import { attempt, ProblemNote } from "../../app/problem";
import { Link, paths } from "../../app/router";
import { machines, store } from "../../app/state";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { Ago, Badge, Empty, Foreign, Section, Skeleton } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { SelectField } from "../../ui/field";
import { Icon } from "../../ui/icon";
import { Menu } from "../../ui/menu";
import { Assign } from "../assign";
import { useTold } from "./told";

export function AssignmentList() {
  const words = t().assignments;
  const { value: people } = useAnswer(users);
  const accounts = people?.users ?? [];
  const [query, setQuery] = useState<AssignmentQuery>({});
  const [isGiving, setGiving] = useState(false);
  const [given, setGiven] = useState(0);
  return (
    <Section
      title={t().manage.sections.assignments}
      aside={
        <Button size="s" look="primary" icon="plus" onClick={() => setGiving(true)}>
          {words.give}
        </Button>
      }
    >
      <p class="faint">{words.text}</p>
      <Filters query={query} onChange={setQuery} accounts={accounts} />
      <Found key={JSON.stringify(query)} query={query} accounts={accounts} given={given} />
      {isGiving && (
        <Assign
          machine={null}
          onClose={() => {
            setGiving(false);
            setGiven(given + 1);
          }}
        />
      )}
    </Section>
  );
}

interface FiltersProps {
  query: AssignmentQuery;
  onChange: (query: AssignmentQuery) => void;
  accounts: readonly AccountView[];
}

function Filters({ query, onChange, accounts }: FiltersProps) {
  const words = t().assignments;
  const narrow = (name: keyof AssignmentQuery) => (id: string) => {
    const { [name]: _, ...rest } = query;
    onChange(id === "" ? rest : { ...rest, [name]: id });
  };
  return (
    <div class="manage-filters">
      <SelectField
        label={words.person}
        value={query.user_id ?? ""}
        onChange={narrow("user_id")}
        choices={[
          { value: "", label: words.everybody },
          ...accounts.map((one) => ({
            value: one.user_id,
            label: `${oneLine(one.display_name, 60)} (${oneLine(one.username, 60)})`,
          })),
        ]}
      />
      <SelectField
        label={words.machine}
        value={query.machine_id ?? ""}
        onChange={narrow("machine_id")}
        choices={[
          { value: "", label: words.every_machine },
          ...machines.value.map((one) => ({
            value: one.machine_id,
            label: oneLine(one.machine_name, 60),
          })),
        ]}
      />
    </div>
  );
}

interface FoundProps {
  query: AssignmentQuery;
  accounts: readonly AccountView[];
  /** Grows when something was given. */
  given: number;
}

/** The pages that were asked for so far; all of them are asked again when one has changed. */
function Found({ query, accounts, given }: FoundProps) {
  const words = t().assignments;
  const [pages, setPages] = useState(1);
  const ask = useCallback(() => firstPages(query, pages), [query, pages]);
  // A right that was given or taken elsewhere is told of as a change of its machine.
  const { value, error, isLoading, reload } = useFreshAnswer(ask, useTold() + given);
  const [doomed, setDoomed] = useState<MachineAssignmentView | null>(null);
  if (!value) {
    return error ? <ProblemNote error={error} /> : <Skeleton lines={6} />;
  }
  const isNarrowed = Object.keys(query).length > 0;
  return (
    <>
      <ProblemNote error={error} />
      {value.assignments.length === 0 && (
        <div class="card" data-no-assignments>
          <Empty icon="users" title={isNarrowed ? words.none_found : words.none}>
            {isNarrowed ? words.none_found_text : words.none_text}
          </Empty>
        </div>
      )}
      {byMachine(value.assignments).map((group) => (
        <Group
          key={group[0]?.machine_id}
          group={group}
          accounts={accounts}
          onRevoke={setDoomed}
          onChanged={reload}
        />
      ))}
      {value.next_cursor && (
        <Button busy={isLoading} onClick={() => setPages(pages + 1)}>
          {words.more}
        </Button>
      )}
      {doomed && (
        <Confirm
          title={words.revoke_title(
            oneLine(doomed.display_name, 60),
            oneLine(doomed.machine_name, 60),
          )}
          confirm={words.revoke}
          danger
          onClose={() => setDoomed(null)}
          onConfirm={() => {
            setDoomed(null);
            void attempt(() => unassign(doomed.machine_id, doomed.user_id)).then(reload);
          }}
        >
          <p>{t().people.revoke_text}</p>
        </Confirm>
      )}
    </>
  );
}

async function firstPages(query: AssignmentQuery, pages: number): Promise<TenantAssignments> {
  let found = await tenantAssignments(query);
  for (let page = 1; page < pages && found.next_cursor; page++) {
    const more = await tenantAssignments(query, found.next_cursor);
    found = { ...more, assignments: [...found.assignments, ...more.assignments] };
  }
  return found;
}

/** They come machine by machine. */
function byMachine(all: readonly MachineAssignmentView[]): MachineAssignmentView[][] {
  const groups: MachineAssignmentView[][] = [];
  for (const one of all) {
    const last = groups.at(-1);
    if (last?.[0]?.machine_id === one.machine_id) {
      last.push(one);
    } else {
      groups.push([one]);
    }
  }
  return groups;
}

interface GroupProps {
  group: readonly MachineAssignmentView[];
  accounts: readonly AccountView[];
  onRevoke: (one: MachineAssignmentView) => void;
  onChanged: () => void;
}

function Group({ group, accounts, onRevoke, onChanged }: GroupProps) {
  const [first] = group;
  if (!first) {
    return null;
  }
  const isThere = store.machines.value.has(first.machine_id);
  return (
    <section class="assignment-group" data-assignments={first.machine_id}>
      <h3>
        <Icon name="machine" size={16} />
        {isThere ? (
          <Link to={paths.machine(first.machine_id)}>
            <Foreign text={first.machine_name} />
          </Link>
        ) : (
          <Foreign text={first.machine_name} />
        )}
      </h3>
      <ul class="card settings-rows">
        {group.map((one) => (
          <Row
            key={one.user_id}
            one={one}
            accounts={accounts}
            onRevoke={() => onRevoke(one)}
            onChanged={onChanged}
          />
        ))}
      </ul>
    </section>
  );
}

interface RowProps {
  one: MachineAssignmentView;
  accounts: readonly AccountView[];
  onRevoke: () => void;
  onChanged: () => void;
}

function Row({ one, accounts, onRevoke, onChanged }: RowProps) {
  const words = t().assignments;
  const named = (id: string) => accounts.find((account) => account.user_id === id);
  const giver = named(one.granted_by)?.display_name;
  const other: AssignmentView["permission"] = one.permission === "admin" ? "user" : "admin";
  const changing = useAttempt(async () => {
    await assign(one.machine_id, { user_id: one.user_id, permission: other });
    onChanged();
  });
  return (
    <li data-assigned={one.username}>
      <Icon name={named(one.user_id)?.kind === "service" ? "bot" : "user"} />
      <span class="settings-row-words">
        <span class="settings-row-title">
          <Foreign text={one.display_name} />
          <Badge tone={one.permission === "admin" ? "brand" : "idle"}>
            {t().people.permissions[one.permission]}
          </Badge>
          {named(one.user_id)?.state === "disabled" && (
            <Badge tone="failed">{words.disabled}</Badge>
          )}
        </span>
        <span class="small faint">
          <Foreign text={one.username} /> · {t().people.number(one.number)} ·{" "}
          {giver && <>{words.by(oneLine(giver, 60))}, </>}
          <Ago at={one.granted_at} />
        </span>
        <ProblemNote error={changing.error} />
      </span>
      <Menu
        size="s"
        label={words.actions(oneLine(one.display_name, 60), oneLine(one.machine_name, 60))}
        disabled={changing.isBusy}
        items={[
          {
            label: other === "admin" ? words.make_admin : words.make_user,
            icon: "swap",
            onSelect: changing.run,
          },
          "line",
          { label: words.revoke, icon: "trash", danger: true, onSelect: onRevoke },
        ]}
      />
    </li>
  );
}

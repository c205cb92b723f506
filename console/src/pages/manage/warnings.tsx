/** What an administrator should know of, and does not see elsewhere at a glance. */

import type { ComponentChildren } from "preact";

import type { MachineView } from "../../api/types";
import { Link, paths } from "../../app/router";
import { machines, store } from "../../app/state";
import { t } from "../../i18n";
import { now } from "../../time/clock";
import { Ago, Foreign, Section, Skeleton } from "../../ui/bits";
import { Icon, type IconName } from "../../ui/icon";
import { whose } from "../usage/quota-words";
import { type Facts, isActivePerson } from "./facts";

const MOST = 8;

/** A machine that was switched off over night is no news. */
const LONG_MS = 24 * 60 * 60 * 1000;

interface Warning {
  id: string;
  icon: IconName;
  to: string;
  /** Of what. */
  name: string;
  text: ComponentChildren;
}

export function Warnings({ facts }: { facts: Facts }) {
  const words = t().manage;
  const all = [
    ...machines.value.flatMap(ofMachine),
    ...ofKeys(facts),
    ...ofBudgets(facts),
    ...ofPeople(facts),
  ];
  const isKnown = store.ready.value && facts.people !== null && facts.keys !== null;
  return (
    <Section title={words.warnings}>
      {all.length === 0 && !isKnown && facts.error === null && <Skeleton lines={2} />}
      {all.length === 0 && isKnown && (
        <p class="manage-fine">
          <Icon name="check" size={17} />
          {words.no_warnings}
        </p>
      )}
      {all.length > 0 && (
        <ul class="card manage-rows">
          {all.slice(0, MOST).map((one) => (
            <li key={one.id} data-warning={one.id}>
              <Link to={one.to} class="manage-row manage-warning">
                <Icon name={one.icon} />
                <span class="manage-row-words">
                  <span>
                    <strong>
                      <Foreign text={one.name} />
                    </strong>{" "}
                    {one.text}
                  </span>
                </span>
                <Icon name="chevron_right" size={16} />
              </Link>
            </li>
          ))}
        </ul>
      )}
      {all.length > MOST && <p class="small faint">{words.more_warnings(all.length - MOST)}</p>}
    </Section>
  );
}

function ofMachine(machine: MachineView): Warning[] {
  const words = t().manage;
  const { machine_id: id, machine_name: name, last_seen_at: seen } = machine;
  const say = (what: string, icon: IconName, text: ComponentChildren): Warning => ({
    id: `${what} ${id}`,
    icon,
    to: paths.machine(id),
    name,
    text,
  });
  const isAway = machine.status !== "online";
  return [
    ...(machine.frozen ? [say("frozen", "freeze", words.is_frozen)] : []),
    ...(machine.closed
      ? [say("closed", "stop", machine.closed.by === "halt" ? words.is_halted : words.is_closed)]
      : []),
    ...(isAway && seen && now.value - Date.parse(seen) > LONG_MS
      ? [
          say(
            "offline",
            "cloud_off",
            <>
              {words.long_offline} <Ago at={seen} />
            </>,
          ),
        ]
      : []),
    ...(isAway && !seen ? [say("never", "cloud_off", words.never_seen)] : []),
  ];
}

function ofKeys({ keys }: Facts): Warning[] {
  const refused = keys?.filter((one) => one.last_test?.result === "rejected") ?? [];
  return refused.map((one) => ({
    id: `key ${one.id}`,
    icon: "key",
    to: paths.settings("keys"),
    name: `${one.provider} ${one.key_name}`,
    text: t().manage.key_refused,
  }));
}

function ofBudgets({ budgets }: Facts): Warning[] {
  const gone = budgets?.atLine.filter((one) => one.left <= 0) ?? [];
  return gone.map((one) => ({
    id: `budget ${one.quota_id} ${one.of}`,
    icon: "gauge",
    to: paths.usage("quotas"),
    name: whose(one),
    text: t().manage.budget_gone,
  }));
}

function ofPeople({ people }: Facts): Warning[] {
  const words = t().manage;
  const all = people ?? [];
  const administers = (role: string) => role === "system_admin" || role === "tenant_admin";
  const bare = all.filter(
    (one) => isActivePerson(one) && administers(one.role) && !one.has_second_factor,
  );
  const late = all.filter(
    (one) =>
      one.state === "invited" &&
      one.link_expires_at != null &&
      Date.parse(one.link_expires_at) < now.value,
  );
  const say = (what: string, icon: IconName, text: string) => (one: (typeof all)[number]) => ({
    id: `${what} ${one.user_id}`,
    icon,
    to: paths.settings("people"),
    name: one.display_name,
    text,
  });
  return [
    ...bare.map(say("factor", "shield", words.admin_without_factor)),
    ...late.map(say("invitation", "clock", words.invitation_over)),
  ];
}

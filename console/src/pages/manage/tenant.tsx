/** One tenant: its people and machines, and what holds for it. */

import { useCallback, useState } from "preact/hooks";

import "../settings.css";
import "./manage.css";
import { unfreezeAll } from "../../api/machines";
import { machinesOf, renameTenant, tenants } from "../../api/tenants";
import type { MachineView, TenantView } from "../../api/types";
import { useAttempt, useFreshAnswer } from "../../app/answer";
import { FormDialog } from "../../app/form-dialog";
import { Page } from "../../app/page";
import { attempt, ProblemNote } from "../../app/problem";
import { go, paths } from "../../app/router";
import { store, user } from "../../app/state";
import { t } from "../../i18n";
import { dateTime } from "../../i18n/format";
import { FreezeFacts } from "../../shell/freeze-facts";
import { oneLine } from "../../text/visible";
import { Banner, Empty, Foreign, Section, Skeleton } from "../../ui/bits";
import { Button, IconButton } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { Icon } from "../../ui/icon";
import { ForAdministrators } from "../for-administrators";
import { FreezeAll } from "../freeze-all";
import { MachineBadge } from "../machine-badge";
import { People } from "../settings/people";
import { KeptTranscripts } from "../settings/policy/kept-transcripts";
import { SessionLimits } from "../settings/policy/session-limits";
import { TenantBadges } from "./tenants";
import { useTold } from "./told";

export function TenantPage({ number: wanted }: { number: number }) {
  if (user.value?.role === "system_admin") {
    return <Asked wanted={wanted} />;
  }
  const words = t().manage;
  return (
    <Page title={words.title} fit="wide">
      <ForAdministrators />
    </Page>
  );
}

function Asked({ wanted }: { wanted: number }) {
  const words = t().tenants;
  const ask = useCallback(async () => (await tenants()).tenants, []);
  const { value, error, reload } = useFreshAnswer(ask, useTold());
  const tenant = value?.find((one) => one.tenant_id === wanted);
  if (tenant) {
    return <Known tenant={tenant} reload={reload} />;
  }
  return (
    <Page title={t().manage.sections.tenants} fit="wide">
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={6} />}
      {value && (
        <Empty
          icon="globe"
          title={words.gone}
          action={<Button onClick={() => go(paths.manage("tenants"))}>{words.back}</Button>}
        >
          {words.gone_text}
        </Empty>
      )}
    </Page>
  );
}

type Doing = "renaming" | "freezing" | "unfreezing" | null;

function Known({ tenant, reload }: { tenant: TenantView; reload: () => void }) {
  const words = t().tenants;
  const [doing, setDoing] = useState<Doing>(null);
  const name = oneLine(tenant.name, 60);
  const done = () => {
    setDoing(null);
    reload();
  };
  return (
    <Page
      title={name}
      fit="wide"
      heading={
        <span class="tenant-head">
          <IconButton
            icon="arrow_left"
            label={words.back}
            onClick={() => go(paths.manage("tenants"))}
          />
          <h1 class="cut">
            <Foreign text={tenant.name} />
          </h1>
        </span>
      }
    >
      <div class="manage-tenant" data-tenant-page={tenant.tenant_id}>
        {tenant.frozen && (
          <Banner tone="warning">
            <p>{words.frozen_by(oneLine(tenant.frozen.by_name, 60))}</p>
            <FreezeFacts freeze={tenant.frozen} />
          </Banner>
        )}
        <Glance tenant={tenant} act={setDoing} />
        <People of={tenant} onChanged={reload} />
        <TenantMachines number={tenant.tenant_id} />
        <KeptTranscripts of={tenant.id} onChanged={reload} />
        <SessionLimits of={tenant.id} onChanged={reload} />
      </div>
      {doing === "renaming" && <Rename tenant={tenant} onClose={done} />}
      {doing === "freezing" && <FreezeAll of={tenant} onClose={done} />}
      {doing === "unfreezing" && (
        <Confirm
          title={words.unfreeze_title(name)}
          confirm={words.unfreeze}
          onClose={() => setDoing(null)}
          onConfirm={() => {
            void attempt(() => unfreeze(tenant)).then(done);
          }}
        >
          <p>{t().care.unfreeze_all_text}</p>
        </Confirm>
      )}
    </Page>
  );
}

/** Of one's own tenant the machines are known here, too. */
async function unfreeze(tenant: TenantView): Promise<void> {
  const { machines } = await unfreezeAll(tenant.id);
  if (tenant.id === user.value?.tenant_id) {
    for (const machine of machines) {
      store.apply({ method: "machine.updated", params: machine });
    }
  }
}

function Glance({ tenant, act }: { tenant: TenantView; act: (doing: Doing) => void }) {
  const words = t().tenants;
  return (
    <Section
      title={words.facts}
      aside={
        <span class="settings-row-actions">
          <Button size="s" icon="edit" onClick={() => act("renaming")}>
            {words.rename}
          </Button>
          {tenant.frozen ? (
            <Button size="s" icon="freeze" onClick={() => act("unfreezing")}>
              {words.unfreeze}
            </Button>
          ) : (
            <Button size="s" look="danger" icon="freeze" onClick={() => act("freezing")}>
              {words.freeze}
            </Button>
          )}
        </span>
      }
    >
      <div class="card tenant-glance">
        <span class="manage-row-title">
          <Foreign text={tenant.name} />
          <TenantBadges tenant={tenant} />
        </span>
        <span class="small faint">
          {words.number(tenant.tenant_id)} · {words.people(tenant.users)} ·{" "}
          {words.machines(tenant.machines)} · {words.made} {dateTime(tenant.created_at)}
        </span>
      </div>
    </Section>
  );
}

/** More than these are for its own administrators. */
const MOST_MACHINES = 50;

function TenantMachines({ number: wanted }: { number: number }) {
  const words = t().tenants;
  const { value, error } = useFreshAnswer(
    useCallback(() => machinesOf(wanted), [wanted]),
    useTold(),
  );
  const more = (value?.length ?? 0) - MOST_MACHINES;
  return (
    <Section title={words.machine_list}>
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={2} />}
      {value?.length === 0 && <p class="faint">{words.no_machines}</p>}
      {value && value.length > 0 && (
        <ul class="card settings-rows">
          {value.slice(0, MOST_MACHINES).map((machine) => (
            <Machine key={machine.machine_id} machine={machine} />
          ))}
        </ul>
      )}
      {more > 0 && <p class="small faint">{t().manage.more_warnings(more)}</p>}
    </Section>
  );
}

function Machine({ machine }: { machine: MachineView }) {
  const usable = machine.agents.filter((agent) => agent.missing === undefined).length;
  return (
    <li>
      <Icon name="machine" />
      <span class="settings-row-words">
        <span class="settings-row-title">
          <Foreign text={machine.machine_name} />
          <MachineBadge machine={machine} />
        </span>
        <span class="small faint">
          <Foreign text={machine.os_version} /> · {t().machines.agents_found(usable)}
        </span>
      </span>
    </li>
  );
}

function Rename({ tenant, onClose }: { tenant: TenantView; onClose: () => void }) {
  const words = t().tenants;
  const [name, setName] = useState(tenant.name);
  const saving = useAttempt(async () => {
    await renameTenant(tenant.id, name.trim());
    onClose();
  });
  return (
    <FormDialog
      id="tenant-name"
      title={words.rename_title(oneLine(tenant.name, 60))}
      submit={words.save}
      attempt={saving}
      isComplete={name.trim() !== "" && name.trim() !== tenant.name}
      onClose={onClose}
      width="s"
    >
      <TextField
        label={words.name}
        value={name}
        onChange={setName}
        maxLength={100}
        autoComplete="off"
        required
        first
      />
    </FormDialog>
  );
}

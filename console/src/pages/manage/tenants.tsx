/** The tenants that share this server, for who runs it. */

import { useState } from "preact/hooks";

import { tenants } from "../../api/tenants";
import type { TenantView } from "../../api/types";
import { useFreshAnswer } from "../../app/answer";
import { ProblemNote } from "../../app/problem";
import { Link, paths } from "../../app/router";
import { user } from "../../app/state";
import { t } from "../../i18n";
import { Ago, Badge, Foreign, Section, Skeleton } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { NewTenant } from "./new-tenant";
import { useTold } from "./told";

export function TenantList() {
  const words = t().tenants;
  const { value, error, reload } = useFreshAnswer(tenants, useTold());
  const [isMaking, setMaking] = useState(false);
  return (
    <Section
      title={t().manage.sections.tenants}
      aside={
        <Button size="s" look="primary" icon="plus" onClick={() => setMaking(true)}>
          {words.create}
        </Button>
      }
    >
      <p class="faint">{words.text}</p>
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={4} />}
      {value && (
        <ul class="card manage-rows">
          {value.tenants.map((tenant) => (
            <Row key={tenant.id} tenant={tenant} />
          ))}
        </ul>
      )}
      {isMaking && (
        <NewTenant
          onClose={() => {
            setMaking(false);
            reload();
          }}
        />
      )}
    </Section>
  );
}

function Row({ tenant }: { tenant: TenantView }) {
  const words = t().tenants;
  return (
    <li data-tenant={tenant.tenant_id}>
      <Link to={paths.tenant(tenant.tenant_id)} class="manage-row">
        <Icon name="globe" />
        <span class="manage-row-words">
          <span class="manage-row-title">
            <Foreign text={tenant.name} />
            <TenantBadges tenant={tenant} />
          </span>
          <span class="small faint">
            {words.number(tenant.tenant_id)} · {words.people(tenant.users)} ·{" "}
            {words.machines(tenant.machines)} · {words.made} <Ago at={tenant.created_at} />
          </span>
        </span>
        <Icon name="chevron_right" size={16} />
      </Link>
    </li>
  );
}

/** What is not as in every tenant. */
export function TenantBadges({ tenant }: { tenant: TenantView }) {
  const words = t().tenants;
  const isLimited = Object.values(tenant.limits ?? {}).some((limit) => limit != null);
  return (
    <>
      {tenant.id === user.value?.tenant_id && <Badge tone="brand">{words.own}</Badge>}
      {tenant.frozen && <Badge tone="needs">{words.frozen}</Badge>}
      {tenant.second_factor === "required" && <Badge tone="working">{words.factor}</Badge>}
      {tenant.transcripts_kept_days != null && (
        <Badge>{words.kept(tenant.transcripts_kept_days)}</Badge>
      )}
      {isLimited && <Badge>{words.limited}</Badge>}
    </>
  );
}

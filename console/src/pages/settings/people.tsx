/** The accounts of the tenant, for those who administer it. */

import { useCallback, useState } from "preact/hooks";
import { resetSecondFactor } from "../../api/second-factor";
import type { AccountView, TenantView } from "../../api/types";
import { changeUser, passwordLink, signUserOut, users, usersOf } from "../../api/users";
import { useAnswer } from "../../app/answer";
import { attempt, ProblemNote, toastProblem } from "../../app/problem";
import { user as me } from "../../app/state";
import { t } from "../../i18n";
import { dateTime } from "../../i18n/format";
import { oneLine } from "../../text/visible";
import { now } from "../../time/clock";
import { Badge, Empty, Foreign, Section, Skeleton, type Tone } from "../../ui/bits";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/dialog";
import { Icon } from "../../ui/icon";
import { Menu, type MenuItem } from "../../ui/menu";
import { NewToken } from "./new-token";
import { DemandSecondFactor } from "./people/demand-second-factor";
import { LinkDialog } from "./people/link-dialog";
import { NewUser } from "./people/new-user";
import { RemoveDialog } from "./people/remove-dialog";
import { RoleDialog } from "./people/role-dialog";

/** What is being done, and to whom. */
type Doing =
  | { kind: "inviting" }
  | {
      kind: "role" | "disabling" | "removing" | "signing_out" | "resetting" | "token";
      account: AccountView;
    }
  | { kind: "link"; name: string; link: string; until: string };

export function PeopleSettings() {
  return <People of={null} />;
}

/** Those of one's own tenant, or of another for who runs the installation. */
export function People({ of, onChanged }: { of: TenantView | null; onChanged?: () => void }) {
  const words = t().people;
  const number = of?.tenant_id;
  const ask = useCallback(() => (number === undefined ? users() : usersOf(number)), [number]);
  const { value, error, reload } = useAnswer(ask);
  const [doing, setDoing] = useState<Doing | null>(null);
  const done = () => {
    setDoing(null);
    reload();
    onChanged?.();
  };
  return (
    <Section
      title={t().settings.sections.people}
      aside={
        <Button size="s" icon="plus" onClick={() => setDoing({ kind: "inviting" })}>
          {words.invite}
        </Button>
      }
    >
      <p class="faint">{of ? t().tenants.people_text : words.text}</p>
      <DemandSecondFactor {...(of ? { of: of.id } : {})} {...(onChanged ? { onChanged } : {})} />
      <ProblemNote error={error} />
      {!value && !error && <Skeleton lines={4} />}
      {value?.users.length === 0 && (
        <div class="card">
          <Empty icon="users" title={t().tenants.nobody}>
            {t().tenants.nobody_text}
          </Empty>
        </div>
      )}
      {value && value.users.length > 0 && (
        <ul class="card settings-rows">
          {value.users.map((account) => (
            <Row key={account.user_id} account={account} act={setDoing} reload={reload} />
          ))}
        </ul>
      )}
      {doing?.kind === "inviting" && (
        <NewUser of={of} isFirst={value?.users.length === 0} onClose={done} />
      )}
      {doing?.kind === "role" && <RoleDialog account={doing.account} onClose={done} />}
      {doing?.kind === "removing" && <RemoveDialog account={doing.account} onClose={done} />}
      {doing?.kind === "token" && <NewToken owner={doing.account} onClose={done} />}
      {doing?.kind === "link" && (
        <LinkDialog name={doing.name} link={doing.link} until={doing.until} onClose={done} />
      )}
      {doing?.kind === "disabling" && (
        <Confirm
          title={words.disable_title(oneLine(doing.account.username))}
          confirm={words.disable}
          danger
          onClose={() => setDoing(null)}
          onConfirm={() => {
            const { account } = doing;
            void attempt(() => changeUser(account.user_id, { enabled: false })).then(done);
          }}
        >
          <p>{words.disable_text}</p>
        </Confirm>
      )}
      {doing?.kind === "signing_out" && (
        <Confirm
          title={words.sign_out_title(oneLine(doing.account.username))}
          confirm={words.sign_out}
          danger
          onClose={() => setDoing(null)}
          onConfirm={() => {
            const { account } = doing;
            void attempt(() => signUserOut(account.user_id)).then(done);
          }}
        >
          <p>{words.sign_out_text}</p>
        </Confirm>
      )}
      {doing?.kind === "resetting" && (
        <Confirm
          title={t().second_factor.reset_title(oneLine(doing.account.username))}
          confirm={t().second_factor.reset}
          danger
          onClose={() => setDoing(null)}
          onConfirm={() => {
            const { account } = doing;
            void attempt(() => resetSecondFactor(account.user_id)).then(done);
          }}
        >
          <p>{t().second_factor.reset_text}</p>
        </Confirm>
      )}
    </Section>
  );
}

interface RowProps {
  account: AccountView;
  act: (doing: Doing) => void;
  reload: () => void;
}

const TONES: Readonly<Record<AccountView["state"], Tone>> = {
  active: "working",
  invited: "needs",
  disabled: "idle",
  deleted: "idle",
};

function Row({ account, act, reload }: RowProps) {
  const words = t().people;
  const isOwn = account.user_id === me.value?.user_id;
  const isAbove = account.role === "system_admin" && me.value?.role !== "system_admin";
  const until = account.link_expires_at;
  return (
    <li data-user={account.number}>
      <Icon name={account.kind === "service" ? "bot" : "user"} />
      <span class="settings-row-words">
        <span class="settings-row-title">
          <Foreign text={account.display_name} />
          {account.state !== "active" && (
            <Badge tone={TONES[account.state]}>{words.states[account.state]}</Badge>
          )}
          {isOwn && <Badge tone="brand">{words.you}</Badge>}
        </span>
        <span class="small faint">
          <Foreign text={account.username} /> · {t().settings.roles[account.role]} ·{" "}
          {words.number(account.number)}
          {account.kind === "service" && ` · ${words.service}`}
          {account.has_second_factor && ` · ${t().second_factor.has}`}
          {until &&
            ` · ${Date.parse(until) < now.value ? words.link_over : words.link_until(dateTime(until))}`}
        </span>
      </span>
      {!isOwn && !isAbove && (
        <Menu
          label={words.actions(oneLine(account.username))}
          size="s"
          items={actions(account, act, reload)}
        />
      )}
    </li>
  );
}

function actions(
  account: AccountView,
  act: (doing: Doing) => void,
  reload: () => void,
): (MenuItem | "line")[] {
  const words = t().people;
  const isPerson = account.kind === "person";
  const isDisabled = account.state === "disabled";
  const link = () => {
    passwordLink(account.user_id).then(({ invitation }) => {
      if (invitation) {
        const { link, expires_at: until } = invitation;
        act({ kind: "link", name: account.username, link, until });
      }
    }, toastProblem);
  };
  const enable = () => {
    void attempt(() => changeUser(account.user_id, { enabled: true })).then(reload);
  };
  return [
    { label: words.change_role, icon: "shield", onSelect: () => act({ kind: "role", account }) },
    ...(isPerson
      ? [
          {
            label: account.state === "invited" ? words.invite_again : words.reset_password,
            icon: "link" as const,
            onSelect: link,
            disabled: isDisabled,
          },
          {
            label: words.sign_out,
            icon: "sign_out" as const,
            onSelect: () => act({ kind: "signing_out", account }),
            disabled: account.state !== "active",
          },
          {
            label: t().second_factor.reset,
            icon: "key" as const,
            onSelect: () => act({ kind: "resetting", account }),
            disabled: !account.has_second_factor,
          },
        ]
      : [
          {
            label: t().settings.new_token,
            icon: "key" as const,
            onSelect: () => act({ kind: "token", account }),
            disabled: isDisabled,
          },
        ]),
    "line",
    isDisabled
      ? { label: words.enable, icon: "check", onSelect: enable }
      : {
          label: words.disable,
          icon: "ban",
          onSelect: () => act({ kind: "disabling", account }),
          danger: true,
        },
    {
      label: words.remove,
      icon: "trash",
      onSelect: () => act({ kind: "removing", account }),
      danger: true,
    },
  ];
}

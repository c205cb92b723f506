/** What can be set, in sections. */

import "./settings.css";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { Page } from "../app/page";
import { Link, paths, SETTINGS, type SettingsSection } from "../app/router";
import { isOperator, user } from "../app/state";
import { t } from "../i18n";
import { Icon, type IconName } from "../ui/icon";
import { ForAdministrators } from "./for-administrators";
import { AboutSettings } from "./settings/about";
import { AccountSettings } from "./settings/account";
import { AppearanceSettings } from "./settings/appearance";
import { AuditSettings } from "./settings/audit";
import { KeySettings } from "./settings/keys";
import { LoginSettings } from "./settings/logins";
import { NotificationSettings } from "./settings/notifications";
import { PeopleSettings } from "./settings/people";
import { PolicySettings } from "./settings/policy";
import { TokenSettings } from "./settings/tokens";

const ICONS: Readonly<Record<SettingsSection, IconName>> = {
  account: "user",
  logins: "globe",
  tokens: "key",
  notifications: "send",
  people: "users",
  keys: "shield",
  policy: "steer",
  audit: "list",
  appearance: "eye",
  about: "info",
};

const SECTIONS: Readonly<Record<SettingsSection, () => JSX.Element>> = {
  account: AccountSettings,
  logins: LoginSettings,
  tokens: TokenSettings,
  notifications: NotificationSettings,
  people: PeopleSettings,
  keys: KeySettings,
  policy: PolicySettings,
  audit: AuditSettings,
  appearance: AppearanceSettings,
  about: AboutSettings,
};

/** What only those see who administer the tenant. */
const FOR_OPERATORS: ReadonlySet<SettingsSection> = new Set(["people", "keys", "audit"]);

export function SettingsPage({ section }: { section: SettingsSection }) {
  const words = t().settings;
  const Section = SECTIONS[section];
  const nav = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another section is another link
  useEffect(() => {
    const here = nav.current?.querySelector<HTMLElement>('[aria-current="page"]');
    here?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [section]);
  const open = SETTINGS.filter((one) => !FOR_OPERATORS.has(one) || isOperator(user.value));
  return (
    <Page
      title={`${words.sections[section]} · ${words.title}`}
      heading={<h1>{words.title}</h1>}
      fit="wide"
    >
      <div class="settings">
        <nav ref={nav} class="settings-nav" aria-label={words.title}>
          {open.map((one) => (
            <Link
              key={one}
              to={paths.settings(one)}
              class={`nav-link ${one === section ? "nav-here" : ""}`}
            >
              <Icon name={ICONS[one]} />
              <span>{words.sections[one]}</span>
            </Link>
          ))}
        </nav>
        <div class="settings-body">
          {open.includes(section) ? <Section /> : <ForAdministrators />}
        </div>
      </div>
    </Page>
  );
}

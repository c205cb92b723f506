/** What administrators see of everything at once, and what has no page of its own elsewhere. */

import "./settings.css";
import "./manage/manage.css";
import type { JSX } from "preact";

import { Page } from "../app/page";
import { PageParts } from "../app/page-parts";
import { MANAGE, type ManageSection, paths } from "../app/router";
import { isOperator, user } from "../app/state";
import { t } from "../i18n";
import { ForAdministrators } from "./for-administrators";
import { AssignmentList } from "./manage/assignments";
import { EnrolmentList } from "./manage/enrolments";
import { ManageOverview } from "./manage/overview";
import { TenantList } from "./manage/tenants";

const SECTIONS: Readonly<Record<ManageSection, () => JSX.Element>> = {
  overview: ManageOverview,
  "registration-tokens": EnrolmentList,
  assignments: AssignmentList,
  tenants: TenantList,
};

export function ManagePage({ section }: { section: ManageSection }) {
  const words = t().manage;
  const account = user.value;
  const Section = SECTIONS[section];
  const open = MANAGE.filter((one) => one !== "tenants" || account?.role === "system_admin");
  const isFor = isOperator(account) && open.includes(section);
  return (
    <Page
      title={`${words.sections[section]} · ${words.title}`}
      heading={<h1>{words.title}</h1>}
      fit="wide"
    >
      {isOperator(account) && (
        <PageParts
          label={words.parts}
          parts={open.map((one) => ({ to: paths.manage(one), name: words.sections[one] }))}
          here={paths.manage(section)}
        />
      )}
      {isFor ? <Section /> : <ForAdministrators />}
    </Page>
  );
}

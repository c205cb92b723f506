/** What was used and what it cost, how much may be used, and what models cost. */

import "./usage/usage.css";
import type { JSX } from "preact";

import { Page } from "../app/page";
import { PageParts } from "../app/page-parts";
import { paths, USAGE, type UsageSection } from "../app/router";
import { t } from "../i18n";
import { Overview } from "./usage/overview";
import { PriceList } from "./usage/prices";
import { QuotaList } from "./usage/quotas";

const SECTIONS: Readonly<Record<UsageSection, () => JSX.Element>> = {
  overview: Overview,
  quotas: QuotaList,
  prices: PriceList,
};

export function UsagePage({ section }: { section: UsageSection }) {
  const words = t().usage;
  const Section = SECTIONS[section];
  return (
    <Page title={words.sections[section]} heading={<h1>{words.title}</h1>} fit="wide">
      <PageParts
        label={words.parts}
        parts={USAGE.map((one) => ({ to: paths.usage(one), name: words.sections[one] }))}
        here={paths.usage(section)}
      />
      <Section />
    </Page>
  );
}

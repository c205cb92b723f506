/** What was used and what it cost, how much may be used, and what models cost. */

import "./usage/usage.css";
import type { JSX } from "preact";

import { Page } from "../app/page";
import { Link, paths, USAGE, type UsageSection } from "../app/router";
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
      <nav class="usage-parts" aria-label={words.parts}>
        {USAGE.map((one) => (
          <Link key={one} to={paths.usage(one)} class="usage-part">
            {words.sections[one]}
          </Link>
        ))}
      </nav>
      <Section />
    </Page>
  );
}

/** Machines, people, sessions and money in numbers, who waits, and what was done last. */

import { ProblemNote } from "../../app/problem";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { Cards } from "./cards";
import { useFacts } from "./facts";
import { LastLines } from "./last-lines";
import { Places } from "./places";
import { Waiting } from "./waiting";
import { Warnings } from "./warnings";

export function ManageOverview() {
  const facts = useFacts();
  return (
    <div class="manage">
      {facts.error !== null && (
        <div class="manage-failed">
          <ProblemNote error={facts.error} />
          <Button size="s" icon="refresh" onClick={facts.reload}>
            {t().common.try_again}
          </Button>
        </div>
      )}
      <Cards facts={facts} />
      <div class="manage-columns">
        <Waiting people={facts.people} />
        <Warnings facts={facts} />
        <LastLines people={facts.people} />
        <Places />
      </div>
    </div>
  );
}

/** What stands in the place of a page that only administrators have. */

import { go, paths } from "../app/router";
import { isOperator, user } from "../app/state";
import { t } from "../i18n";
import { Empty } from "../ui/bits";
import { Button } from "../ui/button";

/** Says for whom it is, and where to go instead. */
export function ForAdministrators() {
  const words = t().manage;
  const operates = isOperator(user.value);
  const [to, label] = operates
    ? [paths.manage(), words.to_overview]
    : [paths.machines, words.to_machines];
  return (
    <div data-for-administrators>
      <Empty
        icon="shield"
        title={operates ? words.for_installation : words.for_administrators}
        action={<Button onClick={() => go(to)}>{label}</Button>}
      >
        {operates ? words.for_installation_text : words.for_administrators_text}
      </Empty>
    </div>
  );
}

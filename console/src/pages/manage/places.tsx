/** The pages on which the rest is managed. */

import { Link, paths } from "../../app/router";
import { t } from "../../i18n";
import { Section } from "../../ui/bits";
import { Icon, type IconName } from "../../ui/icon";

interface Place {
  to: string;
  icon: IconName;
  name: string;
  text: string;
}

export function Places() {
  const words = t().manage;
  return (
    <Section title={words.everything}>
      <ul class="card manage-rows">
        {places().map((place) => (
          <li key={place.to}>
            <Link to={place.to} class="manage-row">
              <Icon name={place.icon} />
              <span class="manage-row-words">
                <span class="manage-row-title">{place.name}</span>
                <span class="small faint">{place.text}</span>
              </span>
              <Icon name="chevron_right" size={16} />
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function places(): readonly Place[] {
  const words = t().manage;
  const says = words.places;
  return [
    { to: paths.machines, icon: "machine", name: words.machines, text: says.machines },
    { to: paths.sessions, icon: "list", name: words.all_sessions, text: says.sessions },
    { to: paths.jobs, icon: "jobs", name: words.jobs, text: says.jobs },
    { to: paths.settings("people"), icon: "users", name: words.people, text: says.people },
    { to: paths.settings("keys"), icon: "key", name: words.keys, text: says.keys },
    { to: paths.usage("quotas"), icon: "gauge", name: words.quotas, text: says.quotas },
    { to: paths.settings("policy"), icon: "steer", name: words.policy, text: says.policy },
    { to: paths.settings("audit"), icon: "shield", name: words.audit, text: says.audit },
  ];
}

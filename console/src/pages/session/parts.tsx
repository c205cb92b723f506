/** The parts of a session's page: what is said in it, what it has changed, and the files where it works. */

import "./parts.css";
import { Link, paths, SESSION_PARTS } from "../../app/router";
import { t } from "../../i18n";

export function SessionParts({ id }: { id: string }) {
  const words = t().session;
  return (
    <nav class="session-parts" aria-label={words.parts}>
      {SESSION_PARTS.map((part) => (
        <Link key={part} to={paths.session(id, part)} class="session-part">
          {words.part[part]}
        </Link>
      ))}
    </nav>
  );
}

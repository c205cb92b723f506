/** The roles that somebody may give. */

import type { Role, UserView } from "../../../api/types";

const ROLES: readonly Role[] = ["user", "read_only", "tenant_admin", "system_admin"];

/** Nobody gives a role above their own. */
export function rolesFor(account: UserView | null): readonly Role[] {
  return ROLES.filter((role) => role !== "system_admin" || account?.role === "system_admin");
}

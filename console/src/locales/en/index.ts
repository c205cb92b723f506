/** English. The shape of these files is the shape of every other language. */

import { actions, shortcuts } from "./actions";
import { audit } from "./audit";
import { budget } from "./budget";
import { care } from "./care";
import { changes } from "./changes";
import { chat, rail } from "./chat";
import { common, diff, links, not_found, problems, status } from "./common";
import { copies } from "./copies";
import { entrance } from "./entrance";
import { files } from "./files";
import { home, inbox } from "./home";
import { jobs } from "./jobs";
import { kept } from "./kept";
import { keys } from "./keys";
import { enrol, machines } from "./machines";
import { assignments, enrolments, manage, tenants } from "./manage";
import { notices } from "./notices";
import { notifications } from "./notifications";
import { outside } from "./outside";
import { passkeys } from "./passkeys";
import { people } from "./people";
import { permission } from "./permission";
import { policy } from "./policy";
import { rules } from "./rules";
import { search } from "./search";
import { second_factor } from "./second-factor";
import { new_session, session, sessions } from "./session";
import { session_limits } from "./session-limits";
import { settings } from "./settings";
import { share } from "./share";
import { palette, shell } from "./shell";
import { single_sign_on } from "./single-sign-on";
import { terminal } from "./terminal";
import { told } from "./told";
import { prices, quotas, usage } from "./usage";
import { worktree } from "./worktree";

const en = {
  actions,
  assignments,
  audit,
  budget,
  care,
  changes,
  chat,
  common,
  copies,
  diff,
  enrol,
  enrolments,
  entrance,
  files,
  home,
  inbox,
  jobs,
  kept,
  keys,
  links,
  machines,
  manage,
  new_session,
  not_found,
  notices,
  notifications,
  palette,
  passkeys,
  outside,
  people,
  permission,
  policy,
  prices,
  problems,
  quotas,
  rail,
  rules,
  search,
  second_factor,
  session,
  session_limits,
  sessions,
  settings,
  single_sign_on,
  share,
  shell,
  shortcuts,
  status,
  tenants,
  terminal,
  told,
  usage,
  worktree,
};

export type Catalogue = typeof en;

export default en;

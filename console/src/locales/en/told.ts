/** Sentences of machines and the server, as they say them; see `i18n/told`. */
export const told = {
  program_missing: (names: string) => `The program ${names} was not found.`,
  node_older: (wanted: string, is: string) =>
    `Node.js ${wanted} or newer is needed; this is ${is}.`,
  node_missing: (wanted: string) => `Node.js ${wanted} or newer is needed.`,
  exit_status: (code: string) => `exit status ${code}`,
  signal: (number: string) => `signal ${number}`,
  end_unseen: "it ended, and nobody saw how",
  daemon_stopped: "the machine's daemon was stopped",
  holder_killed: "the process that held it was killed",
  holder_gone: "the process that held it is gone",
  halted: "this machine was halted by its owner",
  halted_because: (reason: string) => `this machine was halted by its owner: ${reason}`,
  idle: (seconds: string) => `nothing happened for ${seconds} s, its idle limit`,
  idle_of_tenant: (seconds: string) =>
    `nothing happened for ${seconds} s, the idle limit of the tenant`,
  receiver_code: (status: string, code: string) =>
    `the receiver answered ${status} with the code ${code}`,
  receiver_no_code: (status: string) => `the receiver answered ${status} without a code`,
  receiver_gone: (status: string) =>
    `the receiver answered ${status}: it does not know this address any more`,
  receiver_answered: (status: string) => `the receiver answered ${status}`,
  receiver_redirects: "the receiver redirects, which is not followed; give the last address",
  receiver_silent: (seconds: string) => `no answer within ${seconds} s`,
  receiver_unknown: "the host is not known",
  receiver_unsigned: "there is no secret to sign it with",
  receiver_sealed: "its address cannot be opened",
  branch_stays: (branch: string) => `the branch ${branch} stays`,
  half_done: "something is half done in it, as a merge, or a repository lies in it",
  holds_work: (files: string, commits: string) =>
    `Files that were not committed: ${files}. Commits that no other branch has: ${commits}.`,
  job_ended: "its job has ended",
  deleted: "it was deleted",
  machine_removed: "the machine was removed",
};

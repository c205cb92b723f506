/** Giving somebody a right on a machine: on this one, or on one that is chosen. */

import { useState } from "preact/hooks";

import type { AssignmentView, MachineView } from "../api/types";
import { assign, users } from "../api/users";
import { useAnswer, useAttempt } from "../app/answer";
import { FormDialog } from "../app/form-dialog";
import { ProblemNote } from "../app/problem";
import { isOperator, machines, user as me } from "../app/state";
import { t } from "../i18n";
import { oneLine } from "../text/visible";
import { SelectField, TextField } from "../ui/field";

interface AssignProps {
  /** Null where it is to be chosen, which only administrators are asked. */
  machine: MachineView | null;
  onClose: () => void;
}

export function Assign({ machine, onClose }: AssignProps) {
  const words = t().people;
  const [place, setPlace] = useState(machine?.machine_id ?? "");
  const [account, setAccount] = useState("");
  const [permission, setPermission] = useState<AssignmentView["permission"]>("user");
  const sending = useAttempt(async () => {
    await assign(place, { user_id: account.trim(), permission });
    onClose();
  });
  const canGiveAdmin = isOperator(me.value);
  return (
    <FormDialog
      id="assign"
      title={words.assign}
      submit={words.assign_submit}
      attempt={sending}
      isComplete={account.trim() !== "" && place !== ""}
      onClose={onClose}
      width="s"
    >
      {canGiveAdmin ? (
        <AccountField value={account} onChange={setAccount} />
      ) : (
        <TextField
          label={words.account_number}
          hint={words.account_number_hint}
          value={account}
          onChange={setAccount}
          autoComplete="off"
          required
          first
        />
      )}
      {machine === null && (
        <SelectField
          label={t().assignments.machine}
          value={place}
          onChange={setPlace}
          choices={[
            { value: "", label: "…" },
            ...machines.value.map((one) => ({
              value: one.machine_id,
              label: oneLine(one.machine_name, 60),
            })),
          ]}
        />
      )}
      {canGiveAdmin && (
        <SelectField
          label={words.permission}
          value={permission}
          onChange={setPermission}
          hint={words.permission_hints[permission]}
          choices={(["user", "admin"] as const).map((value) => ({
            value,
            label: words.permissions[value],
          }))}
        />
      )}
    </FormDialog>
  );
}

/** Chooses among the accounts that there are, which only administrators may list. */
function AccountField(props: { value: string; onChange: (value: string) => void }) {
  const words = t().people;
  const { value, error } = useAnswer(users);
  const accounts = value?.users.filter((one) => one.state !== "disabled") ?? [];
  return (
    <>
      <ProblemNote error={error} />
      <SelectField
        label={words.account}
        value={props.value}
        onChange={props.onChange}
        choices={[
          { value: "", label: "…" },
          ...accounts.map((one) => ({
            value: one.user_id,
            label: `${oneLine(one.display_name)} (${oneLine(one.username)})`,
          })),
        ]}
      />
    </>
  );
}

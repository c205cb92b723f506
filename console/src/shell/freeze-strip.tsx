/** A strip above every page while no machine takes new work. */

import { computed } from "@preact/signals";
import { useState } from "preact/hooks";

import { unfreezeAll } from "../api/machines";
import { attempt } from "../app/problem";
import { isOperator, store, user } from "../app/state";
import { t } from "../i18n";
import { oneLine } from "../text/visible";
import { Button } from "../ui/button";
import { Confirm } from "../ui/dialog";
import { Strip } from "../ui/strip";
import { FreezeFacts } from "./freeze-facts";

const held = computed(() => {
  const machines = [...store.machines.value.values()];
  return machines.find((machine) => machine.all_frozen)?.all_frozen ?? null;
});

export function FreezeStrip() {
  const words = t().care;
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const freeze = held.value;
  if (!freeze) {
    return null;
  }
  const lift = async () => {
    setBusy(true);
    await attempt(async () => {
      const answer = await unfreezeAll(user.value?.tenant_id ?? "");
      for (const machine of answer.machines) {
        store.apply({ method: "machine.updated", params: machine });
      }
    });
    setBusy(false);
    setAsking(false);
  };
  return (
    <Strip
      icon="freeze"
      about="freeze"
      says={
        <>
          <strong>{words.all_frozen(oneLine(freeze.by_name))}</strong>{" "}
          <FreezeFacts freeze={freeze} />
        </>
      }
    >
      {isOperator(user.value) && (
        <Button size="s" onClick={() => setAsking(true)}>
          {words.unfreeze_all}
        </Button>
      )}
      {isAsking && (
        <Confirm
          title={words.unfreeze_all_title}
          confirm={words.unfreeze_all}
          busy={isBusy}
          onConfirm={() => void lift()}
          onClose={() => setAsking(false)}
        >
          <p>{words.unfreeze_all_text}</p>
        </Confirm>
      )}
    </Strip>
  );
}

/** An answer once and for all: to how much of what is asked, where, and for how long. */

import { useState } from "preact/hooks";

import type { AlwaysAnswer, PermissionAnswer } from "../api/types";
import { t } from "../i18n";
import { oneLine } from "../text/visible";
import { Button } from "../ui/button";
import { type Choice, SelectField } from "../ui/field";
import type { RuleOffer } from "./details";
import { DURATIONS, type Lasting, secondsOf } from "./lasting";

interface AlwaysFormProps {
  offer: RuleOffer;
  tool: string;
  onAnswer: (answer: PermissionAnswer, always: AlwaysAnswer) => void;
  onClose: () => void;
}

export function AlwaysForm({ offer, tool, onAnswer, onClose }: AlwaysFormProps) {
  const words = t().permission;
  const reaches = choices(offer, tool);
  const [reach, setReach] = useState(reaches[0]?.value ?? "tool");
  const [within, setWithin] = useState<AlwaysAnswer["within"]>("workspace");
  const [lasting, setLasting] = useState<Lasting>("ever");
  const always = (): AlwaysAnswer => {
    const seconds = secondsOf(lasting);
    return {
      ...reachOf(reach),
      within,
      ...(seconds === null ? {} : { expires_in_s: seconds }),
    };
  };
  return (
    <form
      class="permission-always"
      onSubmit={(event) => {
        event.preventDefault();
        onAnswer("allow_once", always());
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          onClose();
        }
      }}
    >
      <div class="permission-always-fields">
        <SelectField
          label={words.always_what}
          value={reach}
          onChange={setReach}
          choices={reaches}
        />
        <SelectField
          label={words.always_where}
          value={within}
          onChange={setWithin}
          choices={[
            { value: "workspace", label: words.within.workspace },
            { value: "machine", label: words.within.machine },
          ]}
        />
        <SelectField
          label={words.always_long}
          value={lasting}
          onChange={setLasting}
          choices={DURATIONS.map((value) => ({ value, label: words.lasting[value] }))}
        />
      </div>
      <p class="permission-scope">{words.always_text}</p>
      <div class="permission-answers">
        <Button look="primary" type="submit" data-action="always_allow">
          {words.always_allow}
        </Button>
        <Button look="danger" data-action="always_deny" onClick={() => onAnswer("deny", always())}>
          {words.always_deny}
        </Button>
        <Button look="ghost" onClick={onClose}>
          {t().common.cancel}
        </Button>
      </div>
    </form>
  );
}

/** The narrowest first: `exact`, `prefix <number of words>`, `tool`. */
function choices(offer: RuleOffer, tool: string): readonly Choice<string>[] {
  const words = t().permission;
  const prefixes = offer.words.slice(0, -1).map((_, index) => index + 1);
  return [
    ...(offer.isExact ? [{ value: "exact", label: words.reach.exact }] : []),
    ...prefixes.reverse().map((count) => ({
      value: `prefix ${count}`,
      label: words.reach.prefix(oneLine(offer.words.slice(0, count).join(" "), 60)),
    })),
    { value: "tool", label: words.reach.tool(oneLine(tool, 40)) },
  ];
}

export function reachOf(choice: string): Pick<AlwaysAnswer, "reach" | "first_words"> {
  const [reach, count] = choice.split(" ");
  if (reach === "prefix") {
    return { reach, first_words: Number(count) };
  }
  return { reach: reach === "exact" ? "exact" : "tool" };
}

import type { MachineView } from "../api/types";
import { t } from "../i18n";
import { Badge } from "../ui/bits";

/** Whether a machine can be worked on and takes new work; an open link that was lost is said, not hidden. */
export function MachineBadge({ machine }: { machine: MachineView }) {
  const words = t().status;
  if (machine.frozen || machine.all_frozen) {
    return (
      <>
        <LinkBadge machine={machine} />
        <Badge tone="needs">{words.frozen}</Badge>
      </>
    );
  }
  if (machine.closed) {
    return (
      <>
        <LinkBadge machine={machine} />
        <Badge tone="needs">{machine.closed.by === "halt" ? words.halted : words.closed}</Badge>
      </>
    );
  }
  return <LinkBadge machine={machine} />;
}

function LinkBadge({ machine }: { machine: MachineView }) {
  const words = t().status;
  if (machine.status !== "online") {
    return <Badge>{words.offline}</Badge>;
  }
  return machine.connected ? (
    <Badge tone="working">{words.online}</Badge>
  ) : (
    <Badge tone="needs">{words.link_lost}</Badge>
  );
}

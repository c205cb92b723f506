import { Page } from "../app/page";
import { go, paths } from "../app/router";
import { t } from "../i18n";
import { Empty } from "../ui/bits";
import { Button } from "../ui/button";

export function NotFoundPage() {
  const words = t().not_found;
  return (
    <Page title={words.title}>
      <Empty
        icon="question"
        title={words.title}
        action={<Button onClick={() => go(paths.home)}>{words.home}</Button>}
      >
        {words.text}
      </Empty>
    </Page>
  );
}

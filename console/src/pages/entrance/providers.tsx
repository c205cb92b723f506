/** Signing in elsewhere: a button for each provider. */

import { signInWith } from "../../api/single-sign-on";
import type { SignInProvider } from "../../api/types";
import { providers } from "../../app/account";
import { useAttempt } from "../../app/answer";
import { ProblemNote } from "../../app/problem";
import { t } from "../../i18n";
import { oneLine } from "../../text/visible";
import { Button } from "../../ui/button";

export function Providers() {
  if (providers.value.length === 0) {
    return null;
  }
  return (
    <div class="entrance-providers">
      <p class="entrance-or faint">
        <span>{t().single_sign_on.or}</span>
      </p>
      {providers.value.map((one) => (
        <Provider key={one.provider_id} provider={one} />
      ))}
    </div>
  );
}

function Provider({ provider }: { provider: SignInProvider }) {
  const going = useAttempt(async () => {
    const { url } = await signInWith(provider.provider_id);
    location.assign(url);
  });
  return (
    <>
      <ProblemNote error={going.error} />
      <Button icon="globe" busy={going.isBusy} onClick={going.run}>
        {t().single_sign_on.with_provider(oneLine(provider.name))}
      </Button>
    </>
  );
}

/** A page that breaks must not take the others with it. */

import { Component, type ComponentChildren } from "preact";

import { t } from "../i18n";
import { oneLine } from "../text/visible";
import { Empty } from "../ui/bits";
import { Button } from "../ui/button";

interface State {
  error: Error | null;
}

export class Boundary extends Component<{ children: ComponentChildren }, State> {
  override state: State = { error: null };

  static override getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    const { error } = this.state;
    if (!error) {
      return this.props.children;
    }
    const words = t().common;
    return (
      <div class="page-body page-column" role="alert">
        <Empty
          icon="alert"
          title={words.broken}
          action={
            <Button look="primary" onClick={() => this.setState({ error: null })}>
              {words.try_again}
            </Button>
          }
        >
          {oneLine(error.message)}
        </Empty>
      </div>
    );
  }
}

/** A component that is drawn again only when what it shows has changed. */

import { Component, createElement, type FunctionComponent } from "preact";

export function memo<Props extends object>(
  draw: FunctionComponent<Props>,
  isSame: (before: Props, after: Props) => boolean,
): FunctionComponent<Props> {
  class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Props): boolean {
      return !isSame(this.props as Props, next);
    }

    override render() {
      return createElement(draw, this.props as Props);
    }
  }
  return Memo as unknown as FunctionComponent<Props>;
}

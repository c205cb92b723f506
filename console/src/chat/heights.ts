/**
 * How high the lines of a long list are, measured or guessed: where each begins, and which one is
 * at a place. Both in the logarithm of their number (a Fenwick tree of heights).
 */
export class Heights {
  #tree: number[] = [0];
  #heights: number[] = [];

  get length(): number {
    return this.#heights.length;
  }

  /** The height of everything. */
  get total(): number {
    return this.top(this.length);
  }

  /** Adds a line at the end. */
  push(height: number): void {
    const index = this.#heights.push(height);
    // What the new node sums up: its own height and the nodes below it.
    let sum = height;
    for (let child = index - 1; child > index - lowestBit(index); child -= lowestBit(child)) {
      sum += this.#tree[child] ?? 0;
    }
    this.#tree.push(sum);
  }

  /** Changes the height of a line and answers by how much. */
  set(index: number, height: number): number {
    const change = height - (this.#heights[index] ?? height);
    if (change !== 0) {
      this.#heights[index] = height;
      for (let node = index + 1; node < this.#tree.length; node += lowestBit(node)) {
        this.#tree[node] = (this.#tree[node] ?? 0) + change;
      }
    }
    return change;
  }

  /** Where a line begins. */
  top(index: number): number {
    let sum = 0;
    for (let node = Math.min(index, this.length); node > 0; node -= lowestBit(node)) {
      sum += this.#tree[node] ?? 0;
    }
    return sum;
  }

  /** The line that covers a place; the last one where the place is below all of them. */
  at(place: number): number {
    let index = 0;
    let rest = place;
    for (let step = highestPower(this.length); step > 0; step >>= 1) {
      const node = index + step;
      const sum = this.#tree[node];
      if (sum !== undefined && node <= this.length && sum <= rest) {
        index = node;
        rest -= sum;
      }
    }
    return Math.max(0, Math.min(index, this.length - 1));
  }

  clear(): void {
    this.#tree = [0];
    this.#heights = [];
  }
}

function lowestBit(value: number): number {
  return value & -value;
}

function highestPower(length: number): number {
  return length === 0 ? 0 : 2 ** Math.floor(Math.log2(length));
}

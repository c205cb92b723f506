/** The title itself, or with the next number where others have it: two rows must not look alike. */
export function distinctTitle(title: string, others: Iterable<string>): string {
  const numbers = [...others]
    .filter((other) => other === title || other.startsWith(`${title} `))
    .map((other) => (other === title ? 1 : Number(other.slice(title.length + 1))))
    .filter((number) => Number.isInteger(number) && number > 0);
  return numbers.length === 0 ? title : `${title} ${Math.max(...numbers) + 1}`;
}

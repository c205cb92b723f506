/** How well a text fits what was typed: 0 where a letter is missing, more the better it fits. */
export function score(text: string, query: string): number {
  const hay = text.toLowerCase();
  const needle = query.toLowerCase().trim();
  if (needle === "" || hay === "") {
    return 0;
  }
  const at = hay.indexOf(needle);
  if (at >= 0) {
    const beginsWord = at === 0 || /[\s/\-_.·]/.test(hay[at - 1] ?? "");
    return 100 + (beginsWord ? 50 : 0) + (at === 0 ? 25 : 0) - Math.min(24, hay.length / 8);
  }
  return scattered(hay, needle);
}

/** The letters in their order, with others between them. */
function scattered(hay: string, needle: string): number {
  let at = -1;
  let points = 60;
  for (const letter of needle) {
    if (letter === " ") {
      continue;
    }
    const next = hay.indexOf(letter, at + 1);
    if (next < 0) {
      return 0;
    }
    const beginsWord = next === 0 || /[\s/\-_.·]/.test(hay[next - 1] ?? "");
    points -= next === at + 1 || beginsWord ? 0 : 8;
    at = next;
  }
  return Math.max(0, points);
}

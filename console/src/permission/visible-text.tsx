import { stretches } from "../text/visible";

/** Text in which nothing is hidden: characters that could deceive stand out, written out. */
export function Visible({ text }: { text: string }) {
  return (
    <bdi>
      {stretches(text).map((stretch) =>
        stretch.isMark ? <mark class="deceptive">{stretch.text}</mark> : stretch.text,
      )}
    </bdi>
  );
}

import { useEffect, useState } from "preact/hooks";

/** Whether something has been so for a while: what mends itself at once is not worth a word. */
export function useLasting(isSo: boolean, afterMs: number): boolean {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    if (!isSo) {
      setLong(false);
      return;
    }
    const timer = setTimeout(() => setLong(true), afterMs);
    return () => clearTimeout(timer);
  }, [isSo, afterMs]);
  return isSo && isLong;
}

import { useEffect, useRef, useState } from "preact/hooks";

/** A value, once it has stayed the same for a while. */
export function useLater<Value>(value: Value, afterMs: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return settled;
}

/** A value that changes often, looked at once in a while. */
export function useNowAndThen<Value>(value: Value, everyMs: number): Value {
  const [seen, setSeen] = useState(value);
  const latest = useRef(value);
  latest.current = value;
  const isBehind = seen !== value;
  useEffect(() => {
    if (!isBehind) {
      return;
    }
    const timer = setTimeout(() => setSeen(latest.current), everyMs);
    return () => clearTimeout(timer);
  }, [isBehind, everyMs]);
  return seen;
}

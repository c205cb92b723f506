/** The answer to a question to the server, as a page holds it: none yet, the answer, or an error. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<Value> {
  value: Value | null;
  error: unknown;
  isLoading: boolean;
  reload: () => void;
}

/** Asks when the page appears, and again on `reload`. `ask` must stay the same function. */
export function useAnswer<Value>(ask: () => Promise<Value>): Loaded<Value> {
  const [value, setValue] = useState<Value | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isLoading, setLoading] = useState(true);
  const latest = useRef(0);

  const reload = useCallback(() => {
    const mine = ++latest.current;
    setLoading(true);
    ask()
      .then((answer) => {
        if (mine === latest.current) {
          setValue(answer);
          setError(null);
        }
      })
      .catch((problem: unknown) => {
        if (mine === latest.current) {
          setError(problem);
        }
      })
      .finally(() => {
        if (mine === latest.current) {
          setLoading(false);
        }
      });
  }, [ask]);

  useEffect(() => {
    reload();
    return () => {
      latest.current += 1;
    };
  }, [reload]);

  return { value, error, isLoading, reload };
}

/** The same, and again whenever a number has changed that stands for what is asked about. */
export function useFreshAnswer<Value>(ask: () => Promise<Value>, version: number): Loaded<Value> {
  const loaded = useAnswer(ask);
  const { reload } = loaded;
  const asked = useRef(version);
  useEffect(() => {
    if (asked.current !== version) {
      asked.current = version;
      reload();
    }
  }, [version, reload]);
  return loaded;
}

export interface Attempt {
  isBusy: boolean;
  error: unknown;
  run: () => void;
}

/** Something that is done on a press and may fail; the failure stays until the next press. */
export function useAttempt(act: () => Promise<unknown>): Attempt {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = () => {
    setBusy(true);
    setError(null);
    act()
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return { isBusy, error, run };
}

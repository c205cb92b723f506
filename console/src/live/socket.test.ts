import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Socket, type SocketEvents, socketUrl } from "./socket";

/** A connection that does what the test says. */
class FakeSocket {
  static all: FakeSocket[] = [];
  static get last(): FakeSocket {
    const last = FakeSocket.all.at(-1);
    if (!last) {
      throw new Error("nothing was opened");
    }
    return last;
  }
  static readonly OPEN = 1;
  binaryType = "";
  readyState = 0;
  sent: (string | ArrayBuffer)[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }

  send(data: string): void {
    this.sent.push(data);
  }

  close(): void {
    this.readyState = 3;
  }

  opens(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  breaks(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code, reason: "" });
  }
}

let socket: Socket;
let lost: { code: number; wasOpen: boolean }[];
let heard: unknown[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.all = [];
  lost = [];
  heard = [];
  const events: SocketEvents = {
    opened: () => {},
    heard: (data) => heard.push(data),
    lost: (event) => lost.push(event),
  };
  socket = new Socket(() => "ws://here/ws", events);
});

afterEach(() => {
  socket.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function pauseNow(): number {
  const now = socket.connection.value;
  return now.state === "waiting" ? now.retryAt - Date.now() : Number.NaN;
}

test("a connection that breaks is opened again after a pause", () => {
  socket.open();
  FakeSocket.last.opens();
  expect(socket.connection.value.state).toBe("open");
  FakeSocket.last.breaks();
  expect(lost).toEqual([{ code: 1006, reason: "", wasOpen: true }]);
  expect(socket.connection.value.state).toBe("waiting");
  vi.advanceTimersByTime(249);
  expect(FakeSocket.all).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(FakeSocket.all).toHaveLength(2);
});

test("pauses grow while it cannot be opened, and begin anew after a good while", () => {
  socket.open();
  const pauses: number[] = [];
  for (let attempt = 0; attempt < 4; attempt++) {
    FakeSocket.last.breaks();
    const pause = pauseNow();
    pauses.push(pause);
    vi.advanceTimersByTime(pause);
  }
  expect(pauses).toEqual([250, 500, 1000, 2000]);
  FakeSocket.last.opens();
  vi.advanceTimersByTime(11_000);
  FakeSocket.last.breaks();
  expect(pauseNow()).toBe(250);
});

test("a connection that never opens is given up", () => {
  socket.open();
  vi.advanceTimersByTime(15_000);
  expect(lost).toHaveLength(1);
  expect(socket.connection.value.state).toBe("waiting");
});

test("looking at the page again ends the pause", () => {
  socket.open();
  FakeSocket.last.breaks();
  document.dispatchEvent(new Event("visibilitychange"));
  expect(FakeSocket.all).toHaveLength(2);
  FakeSocket.last.breaks();
  window.dispatchEvent(new Event("online"));
  expect(FakeSocket.all).toHaveLength(3);
});

test("what was closed for good stays closed", () => {
  socket.open();
  const { last } = FakeSocket;
  last.opens();
  socket.close();
  last.breaks();
  vi.advanceTimersByTime(60_000);
  expect(FakeSocket.all).toHaveLength(1);
  expect(socket.connection.value.state).toBe("closed");
});

test("nothing is heard of a connection that was replaced", () => {
  socket.open();
  const { last: first } = FakeSocket;
  first.opens();
  socket.replace();
  first.onmessage?.({ data: "late" });
  vi.advanceTimersByTime(1000);
  FakeSocket.last.opens();
  FakeSocket.last.onmessage?.({ data: "now" });
  expect(heard).toEqual(["now"]);
});

test("nothing is sent while it is not open", () => {
  socket.open();
  expect(socket.send("early")).toBe(false);
  FakeSocket.last.opens();
  expect(socket.send("now")).toBe(true);
  expect(FakeSocket.last.sent).toEqual(["now"]);
});

test("the address has the scheme of the page", () => {
  expect(socketUrl("/ws")).toBe("ws://localhost:3000/ws");
});

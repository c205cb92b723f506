import { afterEach, expect, test, vi } from "vitest";

import { onUnauthorised, Refused, request, requestFile, Unreachable } from "./request";

afterEach(() => vi.unstubAllGlobals());

function answering(response: () => Response | Promise<Response>) {
  const fetched = vi.fn(async (_path: string, _init: RequestInit) => response());
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

test("unsafe requests are JSON, with a body or without", async () => {
  const fetched = answering(() => Response.json({}));
  await request("DELETE", "/api/x");
  await request("GET", "/api/x");
  const [unsafe, safe] = fetched.mock.calls.map(([, init]) => init);
  expect(unsafe).toMatchObject({ body: "{}", headers: { "content-type": "application/json" } });
  expect(safe?.body).toBeUndefined();
  expect(safe?.headers).not.toHaveProperty("content-type");
});

test("a problem keeps its words", async () => {
  const problem = { title: "t", code: "machine_offline", detail: "gone", hint: "wait", error: "" };
  answering(() => Response.json(problem, { status: 409 }));
  const error = await request("GET", "/api/x").catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Refused);
  expect((error as Refused).problem).toMatchObject({ ...problem, status: 409 });
});

test("an error page of something in between is a problem too", async () => {
  answering(() => new Response("<html>bad gateway</html>", { status: 502, statusText: "Bad" }));
  const error = await request("GET", "/api/x").catch((caught: unknown) => caught);
  expect((error as Refused).problem).toMatchObject({ code: "http_502", detail: "Bad" });
});

test("no answer, and an answer of somebody else, mean that nothing is known", async () => {
  answering(() => Promise.reject(new TypeError("failed to fetch")));
  await expect(request("GET", "/api/x")).rejects.toBeInstanceOf(Unreachable);
  answering(() => new Response("<html>a hotel's sign-in page</html>"));
  await expect(request("GET", "/api/x")).rejects.toBeInstanceOf(Unreachable);
});

test("a login that has ended is told, a wrong password is not that", async () => {
  const ended = vi.fn();
  onUnauthorised(ended);
  answering(() => Response.json({ detail: "no" }, { status: 401 }));
  await request("POST", "/api/auth/login").catch(() => {});
  expect(ended).not.toHaveBeenCalled();
  await request("GET", "/api/usage").catch(() => {});
  expect(ended).toHaveBeenCalledOnce();
});

test("a file comes under its name, and a refusal is a refusal", async () => {
  const headers = { "content-disposition": 'attachment; filename="notes.md"' };
  answering(() => new Response("# Notes", { headers }));
  const { name, content } = await requestFile("/api/x");
  expect([name, content.size]).toEqual(["notes.md", 7]);
  const problem = { title: "t", code: "machine_offline", detail: "gone", error: "gone" };
  answering(() => Response.json(problem, { status: 409 }));
  await expect(requestFile("/api/x")).rejects.toBeInstanceOf(Refused);
});

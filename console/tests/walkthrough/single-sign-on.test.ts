import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import Provider from "oidc-provider";
import type { Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import {
  ADMINISTRATOR,
  fillIn,
  KNOWN_HOSTS,
  live,
  press,
  reads,
  visit,
  visitor,
  withHouse,
  words,
} from "./visitor";

const house = withHouse();

const SECRET = "what the server and its provider know";

/** Groups of the people whom the provider knows. */
const groups = new Map([
  ["ana", ["engineers"]],
  ["bo", ["guests"]],
]);

let server: Server;

/** A provider by people who certify theirs, and a server that is told of it. */
beforeAll(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  KNOWN_HOSTS.add(host);
  const provider = new Provider(`http://${host}`, {
    clients: [
      {
        client_id: "gantline",
        client_secret: SECRET,
        redirect_uris: [`${house().url}/sign-in/return`],
      },
    ],
    claims: { openid: ["sub"], profile: ["preferred_username", "name"], groups: ["groups"] },
    scopes: ["openid", "profile", "email", "groups"],
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({
        sub: accountId,
        preferred_username: accountId,
        name: `${accountId} of the company`,
        groups: groups.get(accountId) ?? [],
      }),
    }),
    cookies: { keys: ["for a test"] },
  });
  server.on("request", provider.callback());
  await house().interrupt();
  const file = `trusted_upstreams = ["${host}"]

[[sign_in_with]]
id = "company"
name = "Company"
issuer = "http://${host}"
client_id = "gantline"
client_secret = "${SECRET}"
scopes = ["groups"]
admit_groups = ["engineers"]
roles = [{ group = "engineers", role = "user" }]
`;
  writeFileSync(join(house().place, "data", "server.toml"), file, { mode: 0o600 });
  await house().start();
});

afterAll(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Says who one is on the provider's own pages, and agrees to be known. */
async function beAtProvider(page: Page, name: string): Promise<void> {
  await page.waitForSelector('input[name="login"]');
  await page.type('input[name="login"]', name);
  await page.type('input[name="password"]', "anything");
  await page.click('button[type="submit"]');
  await page.waitForSelector('form input[name="prompt"][value="consent"]');
  await page.click('button[type="submit"]');
}

test("somebody of the company signs in, and others are told why not", async () => {
  const page = await visitor();
  await page.goto(house().url);
  await press(page, "Sign in with Company");
  await beAtProvider(page, "ana");
  await live(page);
  expect(page.url()).toBe(`${house().url}/`);
  await visit(page, "/settings/account", "[data-identities]");
  await reads(page, ".settings-facts", "ana of the company");
  await reads(page, "[data-identities]", "your role comes from there");

  const other = await visitor({ isPhone: true, theme: "dark" });
  await other.goto(house().url);
  await press(other, "Sign in with Company");
  await beAtProvider(other, "bo");
  await reads(other, "form.entrance-form", "no account here");
  expect(other.url()).toBe(`${house().url}/`);
});

test("an account that is there is linked by its owner, and opened that way", async () => {
  const page = await visitor();
  await page.goto(house().url);
  await fillIn(page, ADMINISTRATOR);
  await live(page);
  await visit(page, "/settings/account", "[data-identities]");
  await press(page, "Link Company");
  await beAtProvider(page, "bo");
  await reads(page, "[data-identities]", "bo");
  expect(await words(page, "[data-identities]")).not.toContain("your role comes");

  const other = await visitor();
  await other.goto(house().url);
  await press(other, "Sign in with Company");
  await beAtProvider(other, "bo");
  await live(other);
  await visit(other, "/settings/account", ".settings-facts");
  await reads(other, ".settings-facts", ADMINISTRATOR.username);
});

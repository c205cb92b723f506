/** A browser's push service, by the programs of Node: it takes what a server sends, verifies who that is, and opens it as only the browser can. */

import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  hkdfSync,
  randomBytes,
  verify,
} from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A message as the browser reads it, with what the service has learned of it. */
export interface Passed {
  message: { body: string; path: string; tag: string };
  ttl: string;
  urgency: string;
  topic: string;
  /** For whom the sender has signed. */
  audience: string;
}

export interface PassingOn {
  host: string;
  /** What the browser's subscription says. */
  subscription: { endpoint: string; keys: { p256dh: string; auth: string } };
  /** What a server has to have signed with. */
  subscribedWith: string;
  /** The next message. */
  next(): Promise<Passed>;
  close(): void;
}

export async function pushService(): Promise<PassingOn> {
  const keys = createECDH("prime256v1");
  const point = keys.generateKeys();
  const auth = randomBytes(16);
  const passed: Passed[] = [];
  const waiting: ((one: Passed) => void)[] = [];
  const server: Server = createServer(async (request, response) => {
    const body = await whole(request);
    const token = tokenOf(request, service.subscribedWith);
    if (request.url !== "/push/secret-path" || token === null) {
      response.writeHead(403).end();
      return;
    }
    const one = {
      message: JSON.parse(opened(body, keys, point, auth).toString("utf8")),
      ttl: String(request.headers.ttl),
      urgency: String(request.headers.urgency),
      topic: String(request.headers.topic),
      audience: token.aud,
    };
    response.writeHead(201).end();
    const taker = waiting.shift();
    if (taker) {
      taker(one);
    } else {
      passed.push(one);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const service: PassingOn = {
    host,
    subscription: {
      endpoint: `http://${host}/push/secret-path`,
      keys: { p256dh: point.toString("base64url"), auth: auth.toString("base64url") },
    },
    subscribedWith: "",
    next: async () => passed.shift() ?? new Promise((resolve) => waiting.push(resolve)),
    close: () => server.close(),
  };
  return service;
}

async function whole(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) {
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

/** What the sender has signed (RFC 8292); null where it is not the one that was subscribed with. */
function tokenOf(request: IncomingMessage, subscribedWith: string): { aud: string } | null {
  const found = /^vapid t=(\S+\.(\S+))\.(\S+), k=(\S+)$/.exec(request.headers.authorization ?? "");
  const [, signed = "", claims = "", signature = "", key = ""] = found ?? [];
  if (key !== subscribedWith) {
    return null;
  }
  const bytes = Buffer.from(key, "base64url");
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: bytes.subarray(1, 33).toString("base64url"),
    y: bytes.subarray(33).toString("base64url"),
  };
  const isGenuine = verify(
    "sha256",
    Buffer.from(signed),
    { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  return isGenuine ? JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) : null;
}

/** RFC 8291, in the form of RFC 8188. */
function opened(
  body: Buffer,
  keys: ReturnType<typeof createECDH>,
  point: Buffer,
  auth: Buffer,
): Buffer {
  const salt = body.subarray(0, 16);
  const sender = body.subarray(21, 21 + (body[20] ?? 0));
  const sealed = body.subarray(21 + sender.length);
  const expand = (secret: Buffer, with_: Buffer, info: Buffer | string, bytes: number) =>
    Buffer.from(hkdfSync("sha256", secret, with_, info, bytes));
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), point, sender]);
  const material = expand(keys.computeSecret(sender), auth, info, 32);
  const key = expand(material, salt, "Content-Encoding: aes128gcm\0", 16);
  const nonce = expand(material, salt, "Content-Encoding: nonce\0", 12);
  const decipher = createDecipheriv("aes-128-gcm", key, nonce);
  decipher.setAuthTag(sealed.subarray(-16));
  const text = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  return text.subarray(0, text.lastIndexOf(2));
}

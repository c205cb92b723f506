/** Channels of the pretended server, and receivers that are pretended too. */

import type { ChannelView } from "../src/api/types";
import { ok, type Route, refuse } from "./answer";
import { at, HOUR, nextId, type World } from "./world";

const AT_MOST = 5;
const MOST_BROWSERS = 10;

/** A public key, whose other half is nowhere. */
const KEY =
  "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const MINUTE = HOUR / 60;

/** One that works, and one whose receiver takes nothing. */
export function addChannels(world: World): void {
  world.channels.push(
    {
      id: nextId(),
      name: "Team chat",
      kind: "slack",
      host: "hooks.slack.com",
      events: ["question", "budget"],
      shortest_turn_s: 60,
      language: "en",
      state: "on",
      created_at: at(72 * HOUR),
      attempts: [{ event: "question", at: at(4 * MINUTE), took_ms: 210, status: 200 }],
    },
    {
      id: nextId(),
      name: "<b>值班群</b>",
      kind: "dingtalk",
      host: "oapi.dingtalk.com",
      events: ["session_failed", "machine_offline"],
      shortest_turn_s: 60,
      language: "zh",
      state: "put_off",
      put_off_because: "the receiver answered 200 with the code 310000",
      created_at: at(48 * HOUR),
      attempts: [
        {
          event: "machine_offline",
          at: at(HOUR),
          took_ms: 95,
          status: 200,
          error: "the receiver answered 200 with the code 310000",
        },
      ],
    },
  );
}

export function notificationRoutes(world: World): Record<string, Route> {
  const find = (id: string) => world.channels.find((one) => one.id === id);
  const gone = refuse(404, "channel_not_found", "there is no such channel");
  return {
    "GET /api/notification-channels": () => {
      const here = world.channels.find((one) => one.id === world.browser);
      const browsers = { application_server_key: KEY, at_most: MOST_BROWSERS };
      return ok({
        channels: world.channels,
        at_most: AT_MOST,
        browsers: here ? { ...browsers, this_one: here.id } : browsers,
      });
    },
    "PUT /api/notification-channels/browser": ({ body }) => {
      const channel: ChannelView = find(world.browser ?? "") ?? {
        id: nextId(),
        name: String(body.name),
        kind: "browser",
        host: "",
        events: ["question", "budget"],
        shortest_turn_s: 60,
        language: (body.language as ChannelView["language"] | undefined) ?? "en",
        state: "on",
        created_at: at(),
      };
      channel.host = new URL(String(body.endpoint)).hostname;
      channel.state = "on";
      if (world.browser !== channel.id) {
        world.browser = channel.id;
        world.channels.push(channel);
      }
      return ok(channel);
    },
    "POST /api/notification-channels": ({ body }) => {
      if (!String(body.url).startsWith("https://")) {
        return refuse(400, "invalid_webhook", "the address is refused: it is not encrypted");
      }
      const channel: ChannelView = {
        id: nextId(),
        name: String(body.name),
        kind: body.kind as ChannelView["kind"],
        host: new URL(String(body.url)).hostname,
        events: body.events as ChannelView["events"],
        shortest_turn_s: Number(body.shortest_turn_s ?? 60),
        language: (body.language as ChannelView["language"] | undefined) ?? "en",
        state: "on",
        created_at: at(),
      };
      world.channels.push(channel);
      return ok(channel);
    },
    "PATCH /api/notification-channels/:id": ({ body }, id) => {
      const channel = find(id);
      if (!channel) {
        return gone;
      }
      const { enabled, url, secret: _, ...rest } = body;
      Object.assign(channel, rest);
      if (typeof url === "string") {
        channel.host = new URL(url).hostname;
      }
      if (typeof enabled === "boolean") {
        channel.state = enabled ? "on" : "off";
        delete channel.put_off_because;
      }
      return ok(channel);
    },
    "DELETE /api/notification-channels/:id": (_, id) => {
      const index = world.channels.findIndex((one) => one.id === id);
      if (index < 0) {
        return gone;
      }
      world.channels.splice(index, 1);
      return ok({ success: true });
    },
    "POST /api/notification-channels/:id/test": (_, id) => {
      const channel = find(id);
      if (!channel) {
        return gone;
      }
      const error = channel.attempts?.[0]?.error;
      const tried = { took_ms: 120, status: 200, ...(error ? { error } : {}) };
      channel.attempts = [{ at: at(), ...tried }, ...(channel.attempts ?? [])];
      return ok({ delivered: !error, ...tried });
    },
  };
}

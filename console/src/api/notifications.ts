/** Where one is told of what waits for one. */

import { request } from "./request";
import type {
  ChangeChannel,
  ChannelList,
  ChannelTested,
  ChannelView,
  CreateChannel,
  PutBrowser,
} from "./types";

const PATH = "/api/notification-channels";

export const channels = () => request<ChannelList>("GET", PATH);

export const createChannel = (body: CreateChannel) => request<ChannelView>("POST", PATH, { body });

/** Tells in this browser from now on, or at its new address. */
export const putBrowser = (body: PutBrowser) =>
  request<ChannelView>("PUT", `${PATH}/browser`, { body });

export const changeChannel = (id: string, body: ChangeChannel) =>
  request<ChannelView>("PATCH", `${PATH}/${id}`, { body });

/** Sends a test now; the answer may take a quarter of a minute. */
export const testChannel = (id: string) =>
  request<ChannelTested>("POST", `${PATH}/${id}/test`, { body: {} });

export const deleteChannel = (id: string) => request<unknown>("DELETE", `${PATH}/${id}`);

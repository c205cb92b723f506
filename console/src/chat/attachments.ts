/** Pictures that go with a prompt. */

import { signal } from "@preact/signals";

import type { ContentBlock } from "../api/types";
import { shrunk } from "./shrink";

export interface Attachment {
  id: number;
  name: string;
  mimeType: string;
  /** Base64. */
  data: string;
  bytes: number;
}

export type Unfit = "not_a_picture" | "too_large" | "too_many" | "unreadable";

/** One prompt carries 4 MiB; Base64 makes three bytes four, and there must be room for text. */
export const LARGEST_BYTES = 2_800_000;
export const MOST = 6;

/** Pictures above this are made smaller before they are added. */
const SHRUNK_FROM_BYTES = 700_000;

const TYPES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** Kept while the page lives; too large for what a browser remembers. */
const bySession = new Map<string, ReturnType<typeof make>>();

function make() {
  return signal<readonly Attachment[]>([]);
}

export function attachmentsOf(sessionId: string) {
  const known = bySession.get(sessionId) ?? make();
  bySession.set(sessionId, known);
  return known;
}

let nextId = 1;

/** Adds files; answers why one could not be added, for the first of them. */
export async function attach(sessionId: string, files: readonly File[]): Promise<Unfit | null> {
  const list = attachmentsOf(sessionId);
  for (const file of files) {
    if (!TYPES.has(file.type)) {
      return "not_a_picture";
    }
    const picture = file.size > SHRUNK_FROM_BYTES ? await shrunk(file) : file;
    const unfit = unfitness(picture, list.peek());
    if (unfit) {
      return unfit;
    }
    const data = await base64(picture);
    if (data === null) {
      return "unreadable";
    }
    const { type: mimeType, size: bytes } = picture;
    list.value = [...list.peek(), { id: nextId++, name: file.name, mimeType, data, bytes }];
  }
  return null;
}

export function detach(sessionId: string, id: number): void {
  const list = attachmentsOf(sessionId);
  list.value = list.peek().filter((one) => one.id !== id);
}

/** The prompt as content blocks; only the text where there are no pictures. */
export function blocks(text: string, attachments: readonly Attachment[]): ContentBlock[] {
  const images = attachments.map(
    (one): ContentBlock => ({ type: "image", data: one.data, mimeType: one.mimeType }),
  );
  return text.trim() === "" ? images : [...images, { type: "text", text }];
}

function unfitness(picture: Blob, before: readonly Attachment[]): Unfit | null {
  const together = before.reduce((sum, one) => sum + one.bytes, picture.size);
  if (together > LARGEST_BYTES) {
    return "too_large";
  }
  return before.length >= MOST ? "too_many" : null;
}

function base64(file: Blob): Promise<string | null> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onerror = () => resolve(null);
    reader.onload = () => {
      const url = String(reader.result);
      resolve(url.slice(url.indexOf(",") + 1));
    };
    reader.readAsDataURL(file);
  });
}

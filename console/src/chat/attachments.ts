/** Pictures that go with a prompt. */

import { signal } from "@preact/signals";

import type { ContentBlock } from "../api/types";

export interface Attachment {
  id: number;
  name: string;
  mimeType: string;
  /** Base64. */
  data: string;
  bytes: number;
}

export type Unfit = "not_a_picture" | "too_large" | "too_many" | "unreadable";

/** What one request may carry, with room for the text. */
export const LARGEST_BYTES = 5 * 1024 * 1024;
export const MOST = 6;
const LARGEST_TOGETHER_BYTES = 12 * 1024 * 1024;

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
    const unfit = unfitness(file, list.peek());
    if (unfit) {
      return unfit;
    }
    const data = await base64(file);
    if (data === null) {
      return "unreadable";
    }
    const { name, type: mimeType, size: bytes } = file;
    list.value = [...list.peek(), { id: nextId++, name, mimeType, data, bytes }];
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

function unfitness(file: File, before: readonly Attachment[]): Unfit | null {
  if (!TYPES.has(file.type)) {
    return "not_a_picture";
  }
  const together = before.reduce((sum, one) => sum + one.bytes, file.size);
  if (file.size > LARGEST_BYTES || together > LARGEST_TOGETHER_BYTES) {
    return "too_large";
  }
  return before.length >= MOST ? "too_many" : null;
}

function base64(file: File): Promise<string | null> {
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

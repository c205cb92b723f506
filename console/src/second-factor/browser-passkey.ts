/**
 * Passkeys, as the browser knows them: from what the server asks for to what goes back to it. Browsers
 * differ in which of the standard's own conversions they have, so the few fields are converted here.
 */

import type { MadePasskey, SignedByPasskey } from "../api/types";

/** Why nothing came of asking for a passkey. */
export type Stop =
  /** It was cancelled, or nobody answered in time; browsers do not say which. */
  | "cancelled"
  /** This browser, or this address, knows no passkeys. */
  | "unsupported"
  /** This page is not at the address for which the passkey is. */
  | "elsewhere"
  /** The authenticator has a passkey of this account already. */
  | "known"
  /** The authenticator cannot make what is asked for. */
  | "unable";

export class PasskeyStopped extends Error {
  override readonly name = "PasskeyStopped";

  constructor(
    readonly stop: Stop,
    options?: ErrorOptions,
  ) {
    super(`no passkey: ${stop}`, options);
  }
}

/** Whether this browser knows passkeys at this address. */
export const knowsPasskeys = (): boolean =>
  window.isSecureContext && typeof window.PublicKeyCredential === "function";

/** The standard's names for errors, by what they mean here. */
const STOPS: Readonly<Record<string, Stop>> = {
  NotAllowedError: "cancelled",
  AbortError: "cancelled",
  SecurityError: "elsewhere",
  InvalidStateError: "known",
  NotSupportedError: "unable",
  ConstraintError: "unable",
};

interface Descriptor {
  id: string;
  type: "public-key";
  transports?: AuthenticatorTransport[];
}

interface CreationOptions
  extends Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: Descriptor[];
}

interface RequestOptions
  extends Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> {
  challenge: string;
  allowCredentials?: Descriptor[];
}

/** Lets the browser make a passkey. */
export async function makePasskey(options: unknown): Promise<MadePasskey> {
  const asked = options as CreationOptions;
  const publicKey: PublicKeyCredentialCreationOptions = {
    ...asked,
    challenge: bytes(asked.challenge),
    user: { ...asked.user, id: bytes(asked.user.id) },
    excludeCredentials: (asked.excludeCredentials ?? []).map(descriptor),
  };
  const made = await answered(() => navigator.credentials.create({ publicKey }));
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    credential: text(made.rawId),
    client_data: text(response.clientDataJSON),
    attestation: text(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  };
}

/** Lets the browser sign with a passkey. */
export async function signWithPasskey(options: unknown): Promise<SignedByPasskey> {
  const asked = options as RequestOptions;
  const publicKey: PublicKeyCredentialRequestOptions = {
    ...asked,
    challenge: bytes(asked.challenge),
    allowCredentials: (asked.allowCredentials ?? []).map(descriptor),
  };
  const signed = await answered(() => navigator.credentials.get({ publicKey }));
  const response = signed.response as AuthenticatorAssertionResponse;
  return {
    credential: text(signed.rawId),
    client_data: text(response.clientDataJSON),
    authenticator_data: text(response.authenticatorData),
    signature: text(response.signature),
    ...(response.userHandle ? { user_handle: text(response.userHandle) } : {}),
  };
}

async function answered(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!knowsPasskeys()) {
    throw new PasskeyStopped("unsupported");
  }
  let answer: Credential | null;
  try {
    answer = await ask();
  } catch (cause) {
    const stop = cause instanceof DOMException ? STOPS[cause.name] : undefined;
    throw stop === undefined ? cause : new PasskeyStopped(stop, { cause });
  }
  if (answer === null) {
    throw new PasskeyStopped("cancelled");
  }
  return answer as PublicKeyCredential;
}

const descriptor = (known: Descriptor): PublicKeyCredentialDescriptor => ({
  ...known,
  id: bytes(known.id),
});

/** From base64url without padding. */
export function bytes(encoded: string): Uint8Array<ArrayBuffer> {
  const binary = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

/** To base64url without padding. */
export function text(raw: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(raw), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

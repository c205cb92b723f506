/** Passkeys: one's own, and in the second step of signing in. */

import { request } from "./request";
import type {
  AddedPasskey,
  AskPasskey,
  BeginPasskey,
  MadePasskey,
  Passkeys,
  PasskeyView,
  SecondStepView,
  ShowSecondFactor,
  SignedByPasskey,
  SignedIn,
  SignedInWithSecondFactor,
} from "./types";

const OWN = "/api/auth/passkeys";
const STEP = "/api/auth/login/passkey";

const one = (id: string) => `${OWN}/${encodeURIComponent(id)}`;

export const secondStep = () => request<SecondStepView>("GET", "/api/auth/login/step");

export const askOnTheWayIn = () => request<AskPasskey>("POST", STEP);

export const showPasskey = (body: SignedByPasskey) =>
  request<SignedIn>("POST", `${STEP}/confirm`, { body });

export const beginPasskeyOnTheWayIn = () =>
  request<AskPasskey>("POST", "/api/auth/login/second-factor/passkey");

export const addPasskeyOnTheWayIn = (name: string, made: MadePasskey) =>
  request<SignedInWithSecondFactor>("POST", "/api/auth/login/second-factor/passkey/confirm", {
    body: { name, made },
  });

export const passkeys = () => request<Passkeys>("GET", OWN);

export const beginPasskey = (body: BeginPasskey) => request<AskPasskey>("POST", OWN, { body });

export const addPasskey = (name: string, made: MadePasskey) =>
  request<AddedPasskey>("POST", `${OWN}/confirm`, { body: { name, made } });

export const askAgain = () => request<AskPasskey>("POST", `${OWN}/challenge`);

export const renamePasskey = (id: string, name: string) =>
  request<PasskeyView>("PATCH", one(id), { body: { name } });

export const removePasskey = (id: string, body: ShowSecondFactor) =>
  request<unknown>("POST", `${one(id)}/remove`, { body });

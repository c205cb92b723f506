/**
 * Questions that programs ask of a terminal: what it is, where its cursor stands, which colours it
 * has. The answer arrives as if it had been typed, so it is given only while the one who asks can
 * be waiting for it, and never with text that the program itself has set (S101).
 */

import type { IDisposable, Terminal } from "@xterm/xterm";

/** Answers nothing unless `mayAnswer` says so at that moment. Titles are never told. */
export function guardReports(terminal: Terminal, mayAnswer: () => boolean): IDisposable[] {
  const { parser } = terminal;
  const swallow = () => !mayAnswer();
  const colour = (data: string) => data.includes("?") && !mayAnswer();
  return [
    // Device attributes, device status, modes, version.
    parser.registerCsiHandler({ final: "c" }, swallow),
    parser.registerCsiHandler({ prefix: ">", final: "c" }, swallow),
    parser.registerCsiHandler({ prefix: "=", final: "c" }, swallow),
    parser.registerCsiHandler({ final: "n" }, swallow),
    parser.registerCsiHandler({ prefix: "?", final: "n" }, swallow),
    parser.registerCsiHandler({ intermediates: "$", final: "p" }, swallow),
    parser.registerCsiHandler({ prefix: "?", intermediates: "$", final: "p" }, swallow),
    parser.registerCsiHandler({ prefix: ">", final: "q" }, swallow),
    // Settings: the answer repeats nothing that was not parsed first.
    parser.registerDcsHandler({ intermediates: "$", final: "q" }, swallow),
    // Colours, where they are asked for and not set.
    parser.registerOscHandler(4, colour),
    parser.registerOscHandler(10, colour),
    parser.registerOscHandler(11, colour),
    parser.registerOscHandler(12, colour),
    // The window: its title, its size in pixels, its place on the screen.
    parser.registerCsiHandler({ final: "t" }, () => true),
  ];
}

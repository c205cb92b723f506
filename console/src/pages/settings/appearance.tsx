/** How the console looks and behaves in this browser. */

import type { ComponentChildren } from "preact";

import {
  DIFF_LAYOUTS,
  diffLayout,
  SEND_KEYS,
  sendKey,
  TERMINAL_FONT_SIZES,
  THEMES,
  terminalFontSize,
  theme,
  wrapLines,
} from "../../app/preferences";
import { attempt } from "../../app/problem";
import { chooseLanguage, LANGUAGE_NAMES, LANGUAGES, language, t } from "../../i18n";
import { MOD } from "../../keyboard/keys";
import { Section } from "../../ui/bits";
import { Segmented, Select, Switch } from "../../ui/field";

export function AppearanceSettings() {
  const words = t().settings;
  return (
    <Section title={words.sections.appearance}>
      <div class="card">
        <Row title={words.language}>
          <Segmented
            label={words.language}
            value={language.value}
            choices={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
            onChange={(value) => void attempt(() => chooseLanguage(value))}
          />
        </Row>
        <Row title={words.theme}>
          <Segmented
            label={words.theme}
            value={theme.value}
            choices={THEMES.map((value) => ({ value, label: words.themes[value] }))}
            onChange={(value) => {
              theme.value = value;
            }}
          />
        </Row>
        <Row title={words.send_key} text={words.send_key_text}>
          <Segmented
            label={words.send_key}
            value={sendKey.value}
            choices={SEND_KEYS.map((value) => ({
              value,
              label: value === "enter" ? "Enter" : `${MOD} + Enter`,
            }))}
            onChange={(value) => {
              sendKey.value = value;
            }}
          />
        </Row>
        <Row title={words.diff_layout} text={words.diff_layout_text}>
          <Segmented
            label={words.diff_layout}
            value={diffLayout.value}
            choices={DIFF_LAYOUTS.map((value) => ({ value, label: words.diff_layouts[value] }))}
            onChange={(value) => {
              diffLayout.value = value;
            }}
          />
        </Row>
        <Row title={words.wrap_lines}>
          <Switch
            label={<span class="unseen">{words.wrap_lines}</span>}
            checked={wrapLines.value}
            onChange={(value) => {
              wrapLines.value = value;
            }}
          />
        </Row>
        <Row title={words.terminal_font_size}>
          <Select
            aria-label={words.terminal_font_size}
            value={String(terminalFontSize.value)}
            choices={TERMINAL_FONT_SIZES.map((size) => ({
              value: String(size),
              label: `${size} px`,
            }))}
            onChange={(value) => {
              const size = TERMINAL_FONT_SIZES.find((one) => String(one) === value);
              terminalFontSize.value = size ?? terminalFontSize.value;
            }}
          />
        </Row>
      </div>
      <p class="small faint">{words.appearance_text}</p>
    </Section>
  );
}

function Row({
  title,
  text,
  children,
}: {
  title: string;
  text?: string;
  children: ComponentChildren;
}) {
  return (
    <div class="settings-choice">
      <div class="settings-choice-words">
        <h3>{title}</h3>
        {text && <p>{text}</p>}
      </div>
      {children}
    </div>
  );
}

/** Before anything else: making the first account, or signing in. */

import { useEffect, useLayoutEffect, useState } from "preact/hooks";

import "./entrance.css";
import { choosePassword, setUp, signIn } from "../api/auth";
import { account, checkAccount, type Notice, passFirstStep } from "../app/account";
import { useAttempt } from "../app/answer";
import { comingBackProblem } from "../app/coming-back";
import { pageTitle } from "../app/page";
import { ProblemNote } from "../app/problem";
import { chooseLanguage, LANGUAGE_NAMES, LANGUAGES, language, t } from "../i18n";
import { Banner } from "../ui/bits";
import { Button, Spinner } from "../ui/button";
import { TextField } from "../ui/field";
import { Icon } from "../ui/icon";
import { Logo } from "../ui/logo";
import { Providers } from "./entrance/providers";
import { SetUpStep, ShowStep } from "./entrance/second-step";

const SHORTEST_PASSWORD = 8;
const LONGEST_PASSWORD = 256;
const RETRY_MS = 3000;

export function Entrance() {
  const words = t().entrance;
  useEffect(() => {
    pageTitle.value = words.page;
  }, [words]);
  const gate = account.value.state;
  // Before anything is drawn: later it would take the keyboard from whoever types already.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each gate has a first field
  useLayoutEffect(() => {
    document.querySelector<HTMLElement>("[data-first]")?.focus();
  }, [gate]);
  return (
    <div class="entrance">
      <div class="entrance-art" aria-hidden="true">
        <Rigging />
      </div>
      <main class="entrance-main">
        <div class="entrance-card">
          <p class="entrance-brand">
            <Logo size={32} />
            <span>Gantline</span>
          </p>
          <Gate />
        </div>
        <LanguageLine />
      </main>
    </div>
  );
}

function Gate() {
  const state = account.value;
  switch (state.state) {
    case "set_up":
      return <SetUp secret={state.secret} />;
    case "choose_password":
      return <ChoosePassword secret={state.secret} username={state.username} />;
    case "second_step":
      return state.step === "code" ? <ShowStep /> : <SetUpStep />;
    case "signed_out":
      return state.setupRequired ? (
        <NeedsLink isBad={state.notice === "bad_link"} />
      ) : (
        <SignIn notice={state.notice} />
      );
    case "unreachable":
      return <Unreachable />;
    case "checking":
    case "signed_in":
      return <Spinner />;
  }
}

function SetUp({ secret }: { secret: string }) {
  const words = t().entrance;
  const [username, setUsername] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [password, setPassword] = useState("");
  const tooShort = password.length > 0 && password.length < SHORTEST_PASSWORD;
  const { isBusy, error, run } = useAttempt(async () => {
    const display_name = displayName.trim();
    const { user } = await setUp({
      secret,
      username: username.trim(),
      password,
      ...(display_name === "" ? {} : { display_name }),
    });
    account.value = { state: "signed_in", user };
  });
  return (
    <form
      class="entrance-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!tooShort) {
          run();
        }
      }}
    >
      <h1>{words.welcome}</h1>
      <p class="faint">{words.welcome_text}</p>
      <ProblemNote error={error} />
      <TextField
        label={words.username}
        hint={words.username_hint}
        value={username}
        onChange={setUsername}
        autoComplete="username"
        maxLength={64}
        required
        first
      />
      <TextField
        label={words.display_name}
        value={displayName}
        onChange={setDisplayName}
        autoComplete="name"
        maxLength={100}
        placeholder={words.display_name_placeholder}
      />
      <PasswordField
        label={words.new_password}
        value={password}
        onChange={setPassword}
        hint={words.password_hint}
        error={tooShort ? words.password_short : null}
        autoComplete="new-password"
      />
      <Button look="primary" type="submit" busy={isBusy}>
        {words.create}
      </Button>
    </form>
  );
}

/** For somebody who was invited, or who has forgotten their password. */
function ChoosePassword({ secret, username }: { secret: string; username: string }) {
  const words = t().entrance;
  const [password, setPassword] = useState("");
  const tooShort = password.length > 0 && password.length < SHORTEST_PASSWORD;
  const { isBusy, error, run } = useAttempt(async () => {
    await passFirstStep(choosePassword({ secret, password }));
  });
  return (
    <form
      class="entrance-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!tooShort) {
          run();
        }
      }}
    >
      <h1>{words.choose_password}</h1>
      <p class="faint">{words.choose_password_text(username)}</p>
      <ProblemNote error={error} />
      {/* By which the browser knows what the password is for. */}
      <input type="text" autocomplete="username" value={username} readOnly hidden />
      <PasswordField
        label={words.new_password}
        value={password}
        onChange={setPassword}
        hint={words.password_hint}
        error={tooShort ? words.password_short : null}
        autoComplete="new-password"
        first
      />
      <Button look="primary" type="submit" busy={isBusy}>
        {words.choose}
      </Button>
    </form>
  );
}

function SignIn({ notice }: { notice: Notice }) {
  const words = t().entrance;
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const { isBusy, error, run } = useAttempt(async () => {
    comingBackProblem.value = null;
    await passFirstStep(signIn({ username: username.trim(), password }));
  });
  return (
    <form
      class="entrance-form"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <h1>{words.sign_in}</h1>
      {notice === "ended" && !error && <Banner tone="info">{words.ended}</Banner>}
      {notice === "bad_link" && !error && <Banner tone="warning">{words.bad_link}</Banner>}
      {notice === "step_over" && !error && <Banner tone="warning">{words.step_over}</Banner>}
      <ProblemNote error={error ?? comingBackProblem.value} />
      <TextField
        label={words.username}
        value={username}
        onChange={setUsername}
        autoComplete="username"
        required
        first
      />
      <PasswordField
        label={words.password}
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
      />
      <Button look="primary" type="submit" busy={isBusy}>
        {words.sign_in}
      </Button>
      <Providers />
      <p class="small faint">{words.link_hint}</p>
    </form>
  );
}

interface PasswordFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  autoComplete: string;
  hint?: string;
  error?: string | null;
  first?: boolean;
}

function PasswordField(props: PasswordFieldProps) {
  const { label, value, onChange, autoComplete, hint, error, first } = props;
  const [isShown, setShown] = useState(false);
  const words = t().entrance;
  return (
    <TextField
      label={label}
      value={value}
      onChange={onChange}
      type={isShown ? "text" : "password"}
      autoComplete={autoComplete}
      maxLength={LONGEST_PASSWORD}
      required
      hint={hint}
      error={error}
      first={first}
      aside={
        <button
          type="button"
          class="entrance-show"
          aria-pressed={isShown}
          onClick={() => setShown(!isShown)}
        >
          <Icon name="eye" size={15} />
          {isShown ? words.hide : words.show}
        </button>
      }
    />
  );
}

/** No administrator, and no link to make one with. */
function NeedsLink({ isBad }: { isBad: boolean }) {
  const words = t().entrance;
  return (
    <div class="entrance-form">
      <h1>{words.needs_link}</h1>
      {isBad && <Banner tone="warning">{words.bad_link}</Banner>}
      <p>{words.needs_link_text}</p>
      <pre class="entrance-example">
        {location.origin}
        {"/#/welcome/…"}
      </pre>
      <p class="small faint">{words.needs_link_hint}</p>
    </div>
  );
}

function Unreachable() {
  const words = t().entrance;
  useEffect(() => {
    const timer = setInterval(() => void checkAccount(), RETRY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <div class="entrance-form">
      <h1>{words.unreachable}</h1>
      <p class="faint">{words.unreachable_text}</p>
      <Button icon="refresh" onClick={() => void checkAccount()}>
        {t().common.try_again}
      </Button>
    </div>
  );
}

function LanguageLine() {
  return (
    <p class="entrance-languages">
      {LANGUAGES.map((one) => (
        <button
          key={one}
          type="button"
          lang={one}
          aria-pressed={language.value === one}
          onClick={() => void chooseLanguage(one)}
        >
          {LANGUAGE_NAMES[one]}
        </button>
      ))}
    </p>
  );
}

/** From aloft to the block, over it, down to the load and to the hands that haul. */
const ROPE = "M200 0v84M120 900V208a80 80 0 0 1 160 0v250M280 560v92a44 44 0 0 0 88 0V-20";

/** A block, a rope, and what hangs from it. */
function Rigging() {
  return (
    <svg viewBox="0 0 400 900" preserveAspectRatio="xMidYMin slice" aria-hidden="true">
      <path
        class="rigging-block"
        d="M200 84c-66 0-112 56-112 124s46 118 112 118 112-50 112-118S266 84 200 84Z"
      />
      <g class="rigging-rope">
        <path d={ROPE} />
      </g>
      <g class="rigging-twist">
        <path d={ROPE} />
      </g>
      <circle class="rigging-sheave" cx="200" cy="208" r="72" />
      <circle class="rigging-pin" cx="200" cy="208" r="15" />
      <rect class="rigging-load" x="232" y="458" width="96" height="102" rx="16" />
      <path class="rigging-prompt" d="M258 492l20 17-20 17M288 528h20" />
    </svg>
  );
}

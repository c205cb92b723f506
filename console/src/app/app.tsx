/** What is on the page: first whoever wants in, then the page that the address means. */

import { effect } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { t } from "../i18n";
import { HomePage } from "../pages/home";
import { NotFoundPage } from "../pages/not-found";
import { Frame } from "../shell/frame";
import { Tips } from "../ui/tip";
import { Toasts, toast } from "../ui/toast";
import { account } from "./account";
import { Boundary } from "./boundary";
import { lazy } from "./lazy";
import { path, routeOf } from "./router";
import { live, overlay, store, user } from "./state";

const Entrance = lazy(
  () => import("../pages/entrance").then((module) => module.Entrance),
  () => null,
);
const InboxPage = lazy(() => import("../pages/inbox").then((module) => module.InboxPage));
const MachinesPage = lazy(() => import("../pages/machines").then((module) => module.MachinesPage));
const MachinePage = lazy(() => import("../pages/machine").then((module) => module.MachinePage));
const SessionsPage = lazy(() => import("../pages/sessions").then((module) => module.SessionsPage));
const SessionPage = lazy(() => import("../pages/session").then((module) => module.SessionPage));
const JobsPage = lazy(() => import("../pages/jobs").then((module) => module.JobsPage));
const JobPage = lazy(() => import("../pages/jobs/job").then((module) => module.JobPage));
const UsagePage = lazy(() => import("../pages/usage").then((module) => module.UsagePage));
const SettingsPage = lazy(() => import("../pages/settings").then((module) => module.SettingsPage));
const ManagePage = lazy(() => import("../pages/manage").then((module) => module.ManagePage));
const TenantPage = lazy(() => import("../pages/manage/tenant").then((module) => module.TenantPage));
const NewSession = lazy(
  () => import("../pages/new-session").then((module) => module.NewSession),
  () => null,
);
const NewJob = lazy(
  () => import("../pages/jobs/new-job").then((module) => module.NewJob),
  () => null,
);
const Enrol = lazy(
  () => import("../pages/enrol").then((module) => module.Enrol),
  () => null,
);

export function App() {
  const state = account.value.state;
  return (
    <>
      {state === "signed_in" ? <House /> : <Entrance />}
      <Toasts />
      <Tips />
    </>
  );
}

function House() {
  useEffect(() => {
    // What most people look at next is there when they do.
    const timer = setTimeout(() => {
      SessionPage.preload();
      NewSession.preload();
    }, 1500);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Frame dialogs={<Dialogs />}>
      <Boundary key={path.value}>
        <RoutedPage />
      </Boundary>
    </Frame>
  );
}

function RoutedPage() {
  const route = routeOf(path.value);
  switch (route.page) {
    case "home":
      return <HomePage />;
    case "inbox":
      return <InboxPage />;
    case "machines":
      return <MachinesPage />;
    case "machine":
      return <MachinePage id={route.id} />;
    case "sessions":
      return <SessionsPage />;
    case "session":
      return <SessionPage key={route.id} id={route.id} part={route.part} />;
    case "jobs":
      return <JobsPage />;
    case "job":
      return <JobPage key={route.id} id={route.id} />;
    case "usage":
      return <UsagePage section={route.section} />;
    case "settings":
      return <SettingsPage section={route.section} />;
    case "manage":
      return <ManagePage section={route.section} />;
    case "tenant":
      return <TenantPage key={route.number} number={route.number} />;
    case "not_found":
      return <NotFoundPage />;
  }
}

function Dialogs() {
  const open = overlay.value;
  const close = () => {
    overlay.value = null;
  };
  if (open?.kind === "new_session") {
    return <NewSession {...open} onClose={close} />;
  }
  if (open?.kind === "new_job") {
    return <NewJob onClose={close} />;
  }
  return open?.kind === "enrol" ? <Enrol onClose={close} /> : null;
}

/** The connection lives as long as somebody is signed in. */
export function followAccount(): void {
  effect(() => {
    const state = account.value;
    if (state.state === "signed_in") {
      user.value = state.user;
      live.open();
    } else {
      user.value = null;
      overlay.value = null;
      live.close();
      store.clear();
    }
  });
}

/** A page that came from another release of the server should be loaded anew. */
export function followVersion(): void {
  let loaded: string | null = null;
  effect(() => {
    const version = live.serverVersion.value;
    loaded ??= version;
    if (version !== loaded) {
      toast({
        tone: "plain",
        name: "version",
        stays: true,
        text: t().common.new_version,
        action: { label: t().common.reload, run: () => location.reload() },
      });
    }
  });
}

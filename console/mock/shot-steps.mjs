// How to get to what there is to take pictures of.

/** Goes to a page of the console without loading anew. */
export async function visit(page, path) {
  await page.evaluate((to) => {
    history.pushState(null, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);
}

export async function settled(page, selector) {
  await page.waitForSelector(selector, { timeout: 15_000 });
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 450))),
  );
}

export function sessionNamed(mock, title) {
  return [...mock.world.sessions.values()].find((session) => session.title === title).session_id;
}

export async function openSession(page, mock, title, selector) {
  await visit(page, `/sessions/${sessionNamed(mock, title)}`);
  await settled(page, selector);
}

/** Gives name and password as a person does. */
export async function signInOnPage(page, mock) {
  await page.goto(mock.url);
  await settled(page, "form");
  await page.type('input[autocomplete="username"]', mock.world.user.username);
  await page.type('input[type="password"]', mock.world.password);
  await page.keyboard.press("Enter");
}

/** The browser lets the page notify, and its push service takes it, or has a reason why not. */
export async function letNotify(page, mock, why = "") {
  await page.browserContext().overridePermissions(mock.url, ["notifications"]);
  await page.evaluate((reason) => {
    const endpoint = "https://updates.push.services.mozilla.com/wpush/v2/secret-path";
    const subscription = { endpoint, toJSON: () => ({ endpoint, keys: {} }) };
    let held = null;
    Object.assign(PushManager.prototype, {
      getSubscription: () => Promise.resolve(held),
      subscribe: () => {
        held = reason === "" ? subscription : null;
        return held ? Promise.resolve(held) : Promise.reject(new Error(reason));
      },
    });
  }, why);
}

/* Brings the outbox to the office. Only an answer of the contract with our own nonce counts; whatever else comes back
   (a captive portal's page, half an answer, somebody else's JSON) means: not sent, try again. One tab sends at a time. */
(() => {
  "use strict";

  const field = globalThis.lianhuField;
  const { vault, items, pictures, pack } = field;
  const PATIENCE = 60_000;
  const BATCH = 20;
  const LARGEST = 60_000;
  const STEPS = [5, 10, 20, 40, 80, 160, 300]; // seconds until the next try
  const status = { offline: false, login: false, unreachable: false, slow: false };
  let timer = 0;

  const page = () => document.getElementById("field-frame")?.dataset || {};

  const csrf = () => {
    const name = `${page().csrfCookie || "csrftoken"}=`;
    const found = document.cookie.split("; ").find((cookie) => cookie.startsWith(name));
    return found ? decodeURIComponent(found.slice(name.length)) : "";
  };

  class Failed extends Error {
    constructor(words, { final = false, after = 0 } = {}) {
      super(words);
      this.final = final;
      this.after = after;
    }
  }

  /* One request: {status, body} with a JSON object that calls itself ours; throws Failed for everything else. */
  const ask = async (address, { method, json = null, headers = {}, body = null, keepalive = false }) => {
    const account = await pack.current();
    const stop = new AbortController();
    const clock = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const response = await fetch(address, {
        method,
        keepalive,
        signal: stop.signal,
        credentials: "same-origin",
        redirect: "error",
        cache: "no-store",
        headers: {
          Accept: "application/json",
          "X-Lianhu-Account": account || "",
          ...(method === "GET" ? {} : { "X-CSRFToken": csrf() }),
          ...(json ? { "Content-Type": "application/json" } : {}),
          ...headers,
        },
        body: json ? JSON.stringify(json) : body,
      });
      const answer = await response.json().catch(() => null);
      if (!answer || typeof answer.lianhu !== "string") {
        throw new Failed("not ours", { after: Number(response.headers.get("Retry-After")) || 0 });
      }
      if (response.status === 401 && answer.lianhu === "login") {
        await setStatus({ login: true });
        throw new Failed("login", { final: true });
      }
      if (response.status === 403 && answer.lianhu === "closed") {
        await field.leaving.closed(account, answer.why);
        throw new Failed("closed", { final: true });
      }
      if (response.status >= 500) throw new Failed("busy", { after: Number(response.headers.get("Retry-After")) || 0 });
      await setStatus({ slow: false, login: false });
      return { status: response.status, body: answer };
    } finally {
      clearTimeout(clock);
    }
  };

  const setStatus = async (changes) => {
    if (Object.keys(changes).every((name) => status[name] === changes[name])) return;
    Object.assign(status, changes);
    items.tell();
  };

  const asSent = (item) => ({
    id: item.id,
    kind: item.kind,
    made_at: new Date(item.made_at).toISOString(),
    pack_made_at: item.pack_made_at,
    payload: item.payload,
  });

  /* Work under one lock over all tabs of this browser; null when another tab is at it, unless `patient`. */
  const alone = async (work, patient) => {
    if (navigator.locks) {
      return navigator.locks.request("lianhu-courier", { ifAvailable: !patient }, (held) => (held ? work() : null));
    }
    const mine = crypto.randomUUID();
    const took = await vault.run("meta", "readwrite", async ({ meta }) => {
      const lease = await vault.settled(meta.get("lease"));
      if (lease && lease.until > Date.now()) return false;
      meta.put({ mine, until: Date.now() + 2 * PATIENCE }, "lease");
      return true;
    });
    if (!took) return null;
    try {
      return await work();
    } finally {
      await vault.meta.drop("lease");
    }
  };

  const STATES = { applied: "office", held: "office", conflict: "needs", refused: "needs" };

  /* What the office said about one item. */
  const take = async (item, result) => {
    const state = STATES[result.state];
    if (!state) return;
    const { message = "", url = "", mine = null, theirs = null, choices = [] } = result;
    await items.change(
      item.id,
      {
        state: state === "office" && item.pictures ? "sending" : state,
        delivered: true,
        delivered_at: Date.now(),
        held: result.state === "held",
        verdict: result.state,
        choice: null,
      },
      { contents: { message, url, mine, theirs, choices } },
    );
  };

  const isSync = (body, nonce) => body.lianhu === "sync" && body.nonce === nonce && Array.isArray(body.results);

  const deliver = async (account, due, options) => {
    const nonce = crypto.randomUUID();
    const sent = due.map(asSent);
    await Promise.all(due.map((item) => items.change(item.id, { state: "sending" }, { may: items.isUnsent })));
    const { status: code, body } = await ask("/field/sync/", {
      method: "POST",
      keepalive: options.keepalive,
      json: { lianhu: "sync", nonce, account, device: await vault.device(), sent_at: new Date().toISOString(), items: sent },
    });
    if (code !== 200 || !isSync(body, nonce)) throw new Failed("no answer");
    let taken = 0;
    for (const item of due) {
      const result = body.results.find((one) => one.id === item.id);
      if (!result || !STATES[result.state]) continue;
      await take(item, result);
      taken += 1;
    }
    if (!taken) throw new Failed("no answer");
  };

  const resolve = async (account, item) => {
    const nonce = crypto.randomUUID();
    const { status: code, body } = await ask("/field/resolve/", {
      method: "POST",
      json: { lianhu: "resolve", nonce, account, id: item.id, choice: item.choice },
    });
    if (code === 400 || code === 404) {
      // The office does not take this choice: its sender is asked again, instead of trying it for ever.
      await items.change(item.id, { choice: null }, { contents: { message: body.message || item.message } });
      return;
    }
    const result = body.lianhu === "sync" || body.lianhu === "resolve" ? body.results?.[0] || body.result || body : null;
    if (!result || body.nonce !== nonce || !STATES[result.state]) throw new Failed("no answer");
    await take({ ...item, pictures: (await pictures.of(item.id)).length }, result);
  };

  /* What was decided on a page of the office in the meantime. */
  const askStanding = async (open) => {
    if (!open.length) return;
    const ids = open.slice(0, 50).map((item) => item.id).join(",");
    const { body } = await ask(`/field/standing/?ids=${ids}`, { method: "GET" });
    if (body.lianhu !== "standing" || !Array.isArray(body.results)) return;
    for (const item of open) {
      const result = body.results.find((one) => one.id === item.id);
      if (result && result.state !== "conflict") await take(item, result);
    }
  };

  /* The next items whose time to undo is over, as many as fit into one request. */
  const dueOf = (all, options) => {
    const due = [];
    let size = 0;
    for (const item of all.sort((one, other) => one.made_at - other.made_at)) {
      if (!items.isUnsent(item) || item.delivered) continue;
      if (item.until > Date.now() && !options.keepalive && !options.all) continue;
      size += JSON.stringify(asSent(item)).length * 2;
      if (due.length === BATCH || (due.length && size > LARGEST)) break;
      due.push(item);
    }
    return due;
  };

  const sendAll = async (account, options) => {
    for (;;) {
      const due = dueOf(await items.list(account), options);
      if (!due.length) break;
      await deliver(account, due, options);
      if (options.keepalive) return;
    }
    const open = (await items.list(account)).filter((item) => item.state === "needs" && item.verdict === "conflict");
    for (const item of open.filter((one) => one.choice)) await resolve(account, item);
    await askStanding(open.filter((one) => !one.choice));
    for (const row of await items.rows(account)) {
      if (!row.delivered) continue;
      for (const picture of await pictures.of(row.id)) await pictures.send(picture, ask);
      if (row.state === "sending") {
        const left = (await pictures.of(row.id)).length;
        if (!left) await items.change(row.id, { state: "office", pictures: 0 }, { may: (one) => one.state === "sending" });
      }
    }
  };

  const plan = (milliseconds) => {
    clearTimeout(timer);
    timer = setTimeout(() => send(), Math.max(200, milliseconds));
  };

  /* When the next item may go: the moment at which its undo time is over. */
  const planNext = async (account) => {
    const waiting = (await items.rows(account)).filter((row) => row.state === "phone" && !row.delivered);
    if (waiting.length) plan(Math.min(...waiting.map((row) => Math.max(row.until - Date.now(), 0))));
  };

  /* Send what is due. `force`: at once, whatever failed before. `all`: also what could still be undone.
     Resolves to the number of records that are still unsent. */
  const send = async ({ force = false, all = false, keepalive = false } = {}) => {
    const account = await pack.current();
    if (!account || (page().account && page().account !== account)) return 0;
    const trouble = (await vault.meta.get("trouble")) || { failures: 0, until: 0 };
    if (!force && !keepalive && trouble.until > Date.now()) {
      plan(trouble.until - Date.now());
      return (await items.counts(account)).unsent;
    }
    const outcome = await alone(async () => {
      try {
        await sendAll(account, { all, keepalive });
        if (trouble.failures) await vault.meta.drop("trouble");
        await setStatus({ offline: !navigator.onLine, unreachable: false });
        return "sent";
      } catch (problem) {
        if (problem.final) return "final";
        const failures = trouble.failures + 1;
        const seconds = Math.max(problem.after || 0, STEPS[Math.min(failures, STEPS.length) - 1]);
        const wait = seconds * 1000 * (0.8 + 0.4 * Math.random());
        await vault.meta.put("trouble", { failures, until: Date.now() + wait });
        for (const row of await items.rows(account)) {
          if (row.state === "sending" && !row.delivered) await items.change(row.id, { state: "phone" });
        }
        await setStatus({ offline: !navigator.onLine, unreachable: true });
        plan(wait);
        return "failed";
      }
    }, force && all);
    items.tell();
    if (outcome === null) plan(2000);
    if (outcome === "sent") {
      await planNext(account);
      await items.tidy(account);
    }
    return (await items.counts(account)).unsent;
  };

  const refresh = async (options) => {
    const account = await pack.current();
    if (!account) return;
    try {
      await pack.refresh(account, ask, options);
    } catch (problem) {
      if (!problem.final) await setStatus({ offline: !navigator.onLine });
    }
  };

  field.courier = { ask, send, refresh, plan, planNext, asSent, status, setStatus, csrf };
})();

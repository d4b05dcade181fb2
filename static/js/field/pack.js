/* The list that the phone takes along: today's doors of this account, for a day. Nothing of it is kept longer. */
(() => {
  "use strict";

  const field = globalThis.lianhuField;
  const { vault, items } = field;
  const FRESH = 5 * 60 * 1000;
  const READY = "/field/ready";
  const STATE = "lianhu-state";
  let remembered = null;

  /* Tells the worker whether there is anything to fall back on. */
  const setReady = async (ready) => {
    if (!globalThis.caches) return;
    const state = await caches.open(STATE);
    await (ready ? state.put(READY, new Response("")) : state.delete(READY));
  };

  const current = () => vault.meta.get("current");

  /* Tells the portal's pages whose work this phone keeps (residents/offline/frame.py); "" that it keeps none. */
  const mark = (account) => {
    const life = account ? 365 * 24 * 3600 : 0;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `field=${account}; path=/; max-age=${life}; samesite=lax${secure}`;
  };

  const drop = async (account) => {
    if (remembered?.account === account) remembered = null;
    await vault.run("packs", "readwrite", ({ packs }) => vault.settled(packs.delete(account)));
    await setReady(false);
  };

  /* This page belongs to `account`. What another account left here in readable form goes at once; its unsent work
     stays locked under its own key until it logs in again. */
  const settle = async (account) => {
    const former = await current();
    mark(account);
    if (former === account) return;
    if (former) {
      await drop(former);
      for (const row of await items.rows(former)) {
        if (row.state === "office") await items.remove(row.id);
      }
    }
    await vault.meta.put("current", account);
    items.tell();
  };

  const read = async (account) => {
    const row = await vault.run("packs", "readonly", ({ packs }) => vault.settled(packs.get(account)));
    if (!row) return null;
    if (Date.parse(row.expires_at) <= Date.now()) {
      await drop(account);
      await vault.meta.put("expired", account);
      return null;
    }
    if (remembered?.account !== account || remembered.made_at !== row.made_at) {
      remembered = await vault.unlock(account, "pack", row).catch(() => null);
    }
    return remembered;
  };

  const isPack = (body, account) =>
    body?.lianhu === "pack" && body.version === 1 && body.account === account && Array.isArray(body.doors);

  /* Fetch today's list unless it was fetched minutes ago. `ask` as in courier.js. */
  const refresh = async (account, ask, { force = false } = {}) => {
    const last = await vault.run("packs", "readonly", ({ packs }) => vault.settled(packs.get(account)));
    if (!force && last && Date.now() - Date.parse(last.fetched_at) < FRESH) return;
    const { status, body } = await ask("/field/pack/", { method: "GET" });
    if (status !== 200 || !isPack(body, account)) return;
    const day = Date.now() + 24 * 3600 * 1000;
    const row = {
      ...(await vault.lock(account, "pack", body)),
      made_at: body.made_at,
      fetched_at: new Date().toISOString(),
      // The clock of the phone may be wrong; a day by either clock is the most.
      expires_at: new Date(Math.min(day, Date.parse(body.expires_at) || day)).toISOString(),
    };
    if ((await current()) !== account) return;
    await vault.run("packs", "readwrite", ({ packs }) => vault.settled(packs.put(row, account)));
    // The office's key stays known when the list itself is gone: it is public.
    await vault.meta.put(`seal:${account}`, body.seal_key);
    await vault.meta.drop("expired");
    await vault.meta.drop(`closed:${account}`);
    await setReady(true);
    navigator.storage?.persist?.().catch(() => {});
    items.tell();
  };

  const doorOf = async (account, household) =>
    (await read(account))?.doors.find((door) => door.id === Number(household)) || null;

  field.pack = { current, mark, settle, read, refresh, drop, doorOf };
})();

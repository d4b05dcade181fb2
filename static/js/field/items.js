/* The outbox: what was written on this phone, and where each record is. An item counts as saved only when the
   transaction that holds it has ended. States: draft, phone, sending, office, needs (ux.md 10). */
(() => {
  "use strict";

  const field = globalThis.lianhuField;
  const { vault } = field;
  const UNDO_TIME = 10_000;
  const KEPT_AT_OFFICE = 24 * 3600 * 1000;
  // What is typed, and therefore kept as a draft when it is taken back.
  const DRAFTED = ["visit.log", "door.note"];
  const wire = "BroadcastChannel" in globalThis ? new BroadcastChannel("lianhu-field") : null;
  const listeners = new Set();

  const told = () => listeners.forEach((listener) => listener());
  if (wire) wire.onmessage = told;
  /* Tell this page and the other tabs that something changed. */
  const tell = () => {
    wire?.postMessage("changed");
    told();
  };

  const rows = (account) =>
    vault.run("items", "readonly", ({ items }) => vault.settled(items.index("account").getAll(account)));

  const opened = async (row) => ({ ...row, ...(await vault.unlock(row.account, row.id, row)) });

  /* All items of the account with their contents, the newest first; one that cannot be read is left out. */
  const list = async (account) => {
    const found = (await rows(account)).sort((one, other) => other.made_at - one.made_at);
    const read = await Promise.allSettled(found.map(opened));
    return read.filter((one) => one.status === "fulfilled").map((one) => one.value);
  };

  const isUnsent = (row) => row.state === "phone" || row.state === "sending";

  const counts = async (account) => {
    const found = await rows(account);
    const unsent = found.filter(isUnsent);
    return {
      unsent: unsent.length,
      needs: found.filter((row) => row.state === "needs" && !row.choice).length,
      conflicts: found.filter((row) => row.state === "needs" && row.verdict === "conflict" && !row.choice).length,
      sending: found.filter((row) => row.state === "sending").length,
      oldest: Math.min(...unsent.map((row) => row.made_at), Infinity),
      fresh: unsent.filter((row) => row.until > Date.now()).sort((a, b) => b.made_at - a.made_at)[0] || null,
    };
  };

  /* Store one record and its photos, all or nothing; its draft goes with it. `words` says for the person what it is. */
  const add = async (account, { kind, payload, words, pictures = [], packMadeAt = null }) => {
    const id = crypto.randomUUID();
    const made_at = Date.now();
    const row = {
      id, account, kind, made_at,
      state: "phone",
      until: made_at + UNDO_TIME,
      delivered: false,
      pictures: pictures.length,
      ...(await vault.lock(account, id, { payload, words, pack_made_at: packMadeAt })),
    };
    const kept = await Promise.all(pictures.map((bytes) => field.pictures.prepare(account, id, bytes)));
    await vault.run(["items", "pictures"], "readwrite", ({ items, pictures: table }) => {
      items.add(row);
      kept.forEach((picture) => table.add(picture));
      if (DRAFTED.includes(kind)) items.delete(draftId(account, payload.household, kind));
    });
    tell();
    return row;
  };

  /* Change the clear columns of an item, and its contents when `contents` is given, if `may(row)` still allows it. */
  const change = async (id, columns, { contents = null, may = () => true } = {}) => {
    const before = await vault.run("items", "readonly", ({ items }) => vault.settled(items.get(id)));
    if (!before) return null;
    const locked = contents
      ? await vault.lock(before.account, id, { ...(await vault.unlock(before.account, id, before)), ...contents })
      : {};
    const after = await vault.run("items", "readwrite", async ({ items }) => {
      const row = await vault.settled(items.get(id));
      if (!row || !may(row)) return null;
      const changed = { ...row, ...columns, ...locked };
      await vault.settled(items.put(changed));
      return changed;
    });
    tell();
    return after;
  };

  const remove = async (id, may = () => true) => {
    const gone = await vault.run(["items", "pictures"], "readwrite", async ({ items, pictures }) => {
      const row = await vault.settled(items.get(id));
      if (!row || !may(row)) return null;
      items.delete(id);
      (await vault.settled(pictures.index("item").getAllKeys(id))).forEach((key) => pictures.delete(key));
      return row;
    });
    tell();
    return gone;
  };

  /* Take back what was saved a moment ago; null when it is on its way already. What was typed stays as a draft. */
  const undo = async (id) => {
    const gone = await remove(id, (row) => row.state === "phone" && row.until > Date.now());
    if (!gone) return null;
    const item = await opened(gone);
    if (DRAFTED.includes(item.kind)) {
      await saveDraft(item.account, item.payload.household, item.payload, item.words, item.kind);
    }
    return item;
  };

  const draftId = (account, household, kind) => `draft:${account}:${household}${kind === "visit.log" ? "" : `:${kind}`}`;

  const saveDraft = async (account, household, payload, words, kind = "visit.log") => {
    const id = draftId(account, household, kind);
    const locked = await vault.lock(account, id, { payload, words });
    const row = { id, account, kind, state: "draft", made_at: Date.now(), until: 0, pictures: 0, ...locked };
    await vault.run("items", "readwrite", ({ items }) => vault.settled(items.put(row)));
    tell();
  };

  const draftOf = async (account, household, kind = "visit.log") => {
    const id = draftId(account, household, kind);
    const row = await vault.run("items", "readonly", ({ items }) => vault.settled(items.get(id)));
    return row ? opened(row).catch(() => null) : null;
  };

  const dropDraft = (account, household, kind = "visit.log") => remove(draftId(account, household, kind));

  /* Of `all` (as `list` gives them) the records of a kind that say more than what the office said at `since`: those on
     the phone or on their way, and those that arrived there later. */
  const standing = (all, kind, since) =>
    all.filter((item) => {
      const arrived = item.state === "office" && !item.held && item.delivered_at > since;
      return item.kind === kind && (isUnsent(item) || arrived);
    });

  /* Yesterday's finished records leave the phone. */
  const tidy = async (account) => {
    const limit = Date.now() - KEPT_AT_OFFICE;
    for (const row of await rows(account)) {
      if (row.state === "office" && row.made_at < limit) await remove(row.id);
    }
  };

  field.items = {
    UNDO_TIME, DRAFTED, add, list, rows, counts, change, remove, undo, isUnsent, saveDraft, draftOf, dropDraft, standing, tidy,
    tell,
    onChange: (listener) => listeners.add(listener),
  };
})();

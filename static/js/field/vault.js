/* What the phone keeps, and how it is locked: everything that says something about anybody is encrypted with a key of
   this browser that no script can read out. In clear are only ids, states, times and the opaque mark of the account. */
(() => {
  "use strict";

  const field = (globalThis.lianhuField = globalThis.lianhuField || {});
  const NAME = "lianhu-field";
  const TABLES = ["meta", "packs", "items", "pictures"];
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let opening = null;
  let isWiped = false;
  const keys = new Map();

  const open = () => {
    // After a wipe this page only waits for its end: nothing may come back into being.
    if (isWiped) return new Promise(() => {});
    opening ??= new Promise((done, fail) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        const db = request.result;
        db.createObjectStore("meta");
        db.createObjectStore("packs");
        db.createObjectStore("items", { keyPath: "id" }).createIndex("account", "account");
        db.createObjectStore("pictures", { keyPath: "id" }).createIndex("item", "item");
      };
      request.onsuccess = () => {
        const db = request.result;
        const forget = () => {
          db.close();
          opening = null;
          keys.clear();
        };
        db.onversionchange = forget; // another tab logs out: let it wipe
        db.onclose = forget;
        done(db);
      };
      request.onerror = () => {
        opening = null;
        fail(request.error);
      };
    });
    return opening;
  };

  const settled = (request) =>
    new Promise((done, fail) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });

  /* One transaction: `act(tables)` may await requests of the same transaction only. Resolves when it is stored. */
  const run = async (names, mode, act) => {
    const db = await open();
    const transaction = db.transaction(names, mode, { durability: "strict" });
    const stored = new Promise((done, fail) => {
      transaction.oncomplete = done;
      transaction.onabort = () => fail(transaction.error || new Error("not stored"));
    });
    const tables = Object.fromEntries([].concat(names).map((name) => [name, transaction.objectStore(name)]));
    let result;
    try {
      result = await act(tables);
    } catch (problem) {
      stored.catch(() => {});
      try {
        transaction.abort();
      } catch {
        // It has ended by itself.
      }
      throw problem;
    }
    await stored;
    return result;
  };

  const meta = {
    get: (name) => run("meta", "readonly", ({ meta: table }) => settled(table.get(name))),
    put: (name, value) => run("meta", "readwrite", ({ meta: table }) => settled(table.put(value, name))),
    drop: (name) => run("meta", "readwrite", ({ meta: table }) => settled(table.delete(name))),
    names: () => run("meta", "readonly", ({ meta: table }) => settled(table.getAllKeys())),
  };

  /* The account's key on this phone; made at the first use. Two tabs may make one at once: the first one stays. */
  const keyOf = async (account) => {
    if (keys.has(account)) return keys.get(account);
    const name = `key:${account}`;
    let key = await meta.get(name);
    if (!key) {
      const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
      key = await run("meta", "readwrite", async ({ meta: table }) => {
        const present = await settled(table.get(name));
        if (!present) await settled(table.put(made, name));
        return present || made;
      });
    }
    keys.set(account, key);
    return key;
  };

  /* What was locked under the account's key can be read no more; the next record gets a new one. */
  const forgetKey = async (account) => {
    await meta.drop(`key:${account}`);
    keys.delete(account);
  };

  const lockBytes = async (account, about, bytes) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const algorithm = { name: "AES-GCM", iv, additionalData: encoder.encode(about) };
    return { iv, box: await crypto.subtle.encrypt(algorithm, await keyOf(account), bytes) };
  };

  const unlockBytes = async (account, about, { iv, box }) =>
    crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: encoder.encode(about) }, await keyOf(account), box);

  const lock = (account, about, value) => lockBytes(account, about, encoder.encode(JSON.stringify(value)));

  const unlock = async (account, about, locked) =>
    JSON.parse(decoder.decode(await unlockBytes(account, about, locked)));

  const isAvailable = () => Boolean(globalThis.indexedDB && globalThis.crypto?.subtle);

  /* The mark of this phone: no number of the device, drawn by lot. */
  const device = async () => {
    let mark = await meta.get("device");
    if (!mark) {
      mark = crypto.randomUUID();
      await meta.put("device", mark);
    }
    return mark;
  };

  /* Everything away: contents first (a tab that holds the database open cannot prevent that), then the database. */
  const wipe = async () => {
    await run(TABLES, "readwrite", (tables) => Promise.all(TABLES.map((name) => settled(tables[name].clear()))));
    keys.clear();
    const db = await opening;
    db?.close();
    isWiped = true;
    await new Promise((done) => {
      const request = indexedDB.deleteDatabase(NAME);
      request.onsuccess = request.onerror = request.onblocked = done;
    });
    await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  };

  field.vault = { run, settled, meta, forgetKey, lock, unlock, lockBytes, unlockBytes, isAvailable, device, wipe };
})();

/* A sealed file of what was not sent: only the office's key opens it. It can be carried to a computer on a stick. */
(() => {
  "use strict";

  const field = globalThis.lianhuField;
  const { vault, items, pictures, pack } = field;
  const INFO = "lianhu sealed export 1";

  const base64 = (buffer) => {
    const bytes = new Uint8Array(buffer);
    let text = "";
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return btoa(text);
  };
  const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  /* Seal any value to the office: a one-time key on this side, AES-256-GCM, nothing that this phone could open again. */
  const seal = async (value, key) => {
    const curve = { name: "ECDH", namedCurve: "P-256" };
    const office = await crypto.subtle.importKey("spki", fromBase64(key.spki), curve, false, []);
    const once = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
    const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: office }, once.privateKey, 256);
    const secret = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
    const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: new TextEncoder().encode(INFO) };
    const locker = await crypto.subtle.deriveKey(derivation, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(value));
    const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, locker, plain);
    const ephemeral = await crypto.subtle.exportKey("spki", once.publicKey);
    return { lianhu: "sealed", version: 1, key: key.id, ephemeral: base64(ephemeral), iv: base64(iv), box: base64(box) };
  };

  const officeKey = (account) => vault.meta.get(`seal:${account}`);

  /* The sealed text of everything unsent (also of what needs a decision); null when nothing is, or without a key. */
  const unsentSealed = async (account) => {
    const key = await officeKey(account);
    const open = (await items.list(account)).filter((item) => items.isUnsent(item) || item.state === "needs");
    if (!key || !open.length) return null;
    const photos = [];
    for (const item of open) {
      for (const picture of await pictures.of(item.id)) {
        const { id, size, sha256 } = picture;
        photos.push({ id, item: item.id, size, sha256, data: base64(await pictures.bytesOf(picture)) });
      }
    }
    const content = {
      lianhu: "export",
      account,
      proof: key.proof,
      device: await vault.device(),
      sent_at: new Date().toISOString(),
      items: open.map(field.courier.asSent),
      photos,
    };
    return JSON.stringify(await seal(content, key));
  };

  const KEPT = "sealed:";

  /* Keep a sealed text until somebody carries it over; beside earlier ones, of whichever account. */
  const keep = (account, text) => vault.meta.put(`${KEPT}${account}:${Date.now()}`, { text, handed: false });

  /* The names of what is kept: of this account, or of whichever. */
  const keptNames = async (account = "") => {
    const start = account ? `${KEPT}${account}:` : KEPT;
    return (await vault.meta.names()).filter((name) => String(name).startsWith(start));
  };

  /* How many of the account's were not saved as a file yet. */
  const unhanded = async (account) => {
    const kept = await Promise.all((await keptNames(account)).map((name) => vault.meta.get(name)));
    return kept.filter((one) => one && !one.handed).length;
  };

  /* Save every kept text as a file; how many there were. */
  const handKept = async () => {
    const names = await keptNames();
    for (const name of names) {
      const one = await vault.meta.get(name);
      hand(one.text);
      await vault.meta.put(name, { ...one, handed: true });
    }
    return names.length;
  };

  const hand = (text) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
    link.download = `lianhu-${new Date().toISOString().slice(0, 16).replace(/[:T]/g, "-")}.sealed`;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  field.sealing = { unsentSealed, officeKey, hand, keep, keptNames, unhanded, handKept };
})();

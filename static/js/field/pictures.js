/* Photos: made smaller on the phone (which also frees them of the place where they were taken), kept encrypted, sent in
   pieces. A piece that got lost is sent again from where the office stands. */
(() => {
  "use strict";

  const field = globalThis.lianhuField;
  const { vault } = field;
  const SIDE = 1600;
  const SMALL_ENOUGH = 400 * 1024;
  const PIECE = 32 * 1024;
  const TRIES = 8;

  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const pause = (time) => new Promise((done) => setTimeout(done, time));

  const drawn = async (picture, side, quality) => {
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
  };

  /* The photo as a JPEG of at most 1600 px and 400 kB, redrawn: nothing of the camera's own notes is left in it. */
  const shrink = async (file) => {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    let blob = null;
    for (const [side, quality] of [[SIDE, 0.82], [SIDE, 0.65], [1280, 0.6], [960, 0.55]]) {
      blob = await drawn(picture, side, quality);
      if (blob && blob.size <= SMALL_ENOUGH) break;
    }
    picture.close();
    if (!blob) throw new Error("no picture");
    return blob.arrayBuffer();
  };

  /* The row of one photo, encrypted, before it is stored together with its item. */
  const prepare = async (account, item, bytes) => {
    const id = crypto.randomUUID();
    const sha256 = hex(await crypto.subtle.digest("SHA-256", bytes));
    const locked = await vault.lockBytes(account, id, bytes);
    return { id, item, account, size: bytes.byteLength, sha256, sent: 0, ...locked };
  };

  const of = (item) =>
    vault.run("pictures", "readonly", ({ pictures }) => vault.settled(pictures.index("item").getAll(item)));

  const bytesOf = (picture) => vault.unlockBytes(picture.account, picture.id, picture);

  const isAnswer = (answer) => answer?.lianhu === "photo" && Number.isInteger(answer.offset);

  const note = (picture, sent) =>
    vault.run("pictures", "readwrite", async ({ pictures }) => {
      const row = await vault.settled(pictures.get(picture.id));
      if (row) pictures.put({ ...row, sent });
    });

  /* Send one photo to its end. `ask(address, options)` answers {status, body} or throws when nothing came back. */
  const send = async (picture, ask) => {
    const bytes = await bytesOf(picture);
    const { id, item, size, sha256, account } = picture;
    const address = `/field/photos/${id}/`;
    let offset = null;
    let failures = 0;
    while (offset === null || offset < size) {
      try {
        const answer =
          offset === null
            ? await ask("/field/photos/", { method: "POST", json: { id, item, size, sha256, account } })
            : await ask(address, {
                method: "PUT",
                headers: { "Content-Range": `bytes ${offset}-${Math.min(offset + PIECE, size) - 1}/${size}` },
                body: bytes.slice(offset, Math.min(offset + PIECE, size)),
              });
        if (!isAnswer(answer.body)) throw new Error("no answer");
        failures = 0;
        offset = answer.body.offset;
        await note(picture, offset);
        field.items.tell();
      } catch (problem) {
        failures += 1;
        if (problem.final || failures >= TRIES) throw problem;
        await pause(Math.min(250 * 2 ** failures, 8000));
        offset = null; // where does the office stand?
      }
    }
    await vault.run(["pictures", "items"], "readwrite", async ({ pictures, items }) => {
      const row = await vault.settled(items.get(item));
      pictures.delete(id);
      if (!row) return;
      const left = Math.max(0, row.pictures - 1);
      items.put({ ...row, pictures: left, state: left === 0 && row.delivered ? "office" : row.state });
    });
  };

  field.pictures = { shrink, prepare, of, bytesOf, send };
})();

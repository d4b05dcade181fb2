/* Starts the field work of a page: takes the list along, shows where the records are, sends what waits. */
(() => {
  "use strict";

  const field = globalThis.lianhuField;
  const { vault, items, pack, courier, frame, visit, note, board, outbox, shell, leaving } = field;
  const EVERY = 60_000;

  /* Language, theme and letter size of this page: when they change, the kept shell is fetched anew. */
  const looks = () => {
    const { lang, dataset } = document.documentElement;
    return [lang, dataset.theme, dataset.care].join(" ");
  };

  const registerWorker = async () => {
    if (!navigator.serviceWorker) return;
    const registration = await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
    if (shell.isShell() || (await vault.meta.get("looks")) === looks()) return;
    await navigator.serviceWorker.ready;
    registration.active?.postMessage({ act: "shell" });
    await vault.meta.put("looks", looks());
  };

  const wake = (force) => {
    courier.setStatus({ offline: !navigator.onLine });
    courier.send({ force }).then(() => courier.refresh());
  };

  const listen = () => {
    items.onChange(frame.draw);
    window.addEventListener("online", () => wake(true));
    window.addEventListener("offline", () => courier.setStatus({ offline: true }));
    window.addEventListener("focus", () => wake(false));
    window.addEventListener("pageshow", (event) => event.persisted && wake(false));
    document.addEventListener("visibilitychange", () => {
      // Whoever puts the phone away is done: what could be undone goes as well.
      if (document.hidden) courier.send({ keepalive: true }).catch(() => {});
      else wake(false);
    });
    setInterval(() => wake(false), EVERY);
  };

  const begin = async () => {
    const own = document.getElementById("field-frame");
    if (!own) return;
    if (!vault.isAvailable()) {
      outbox.enhance("");
      return;
    }
    if (own.dataset.account) {
      await pack.settle(own.dataset.account);
      leaving.bind(own.dataset.account);
    }
    listen();
    if (shell.isShell()) {
      await shell.start();
      if (navigator.onLine) courier.setStatus({ slow: true });
    } else {
      await visit.enhance(own.dataset.account);
      await note.enhance(own.dataset.account);
      await board.enhance(own.dataset.account);
      await outbox.enhance(own.dataset.account);
    }
    await frame.draw();
    document.documentElement.dataset.field = "ready";
    registerWorker().catch(() => {});
    const account = await pack.current();
    if (account) {
      // Who has no doors any more is told at once, whenever his list was fetched.
      if ("closed" in own.dataset) await courier.refresh({ force: true });
      await courier.planNext(account);
      wake(false);
    }
  };

  begin().catch((problem) => {
    // Storage that cannot be opened (a private window, a full disk): the page works as without this script.
    document.documentElement.dataset.field = "unavailable";
    if (problem?.name === "TypeError" || problem?.name === "ReferenceError") throw problem;
  });
})();

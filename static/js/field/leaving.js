/* Leaving: what was not sent is sent first, or handed over as a sealed file; only then everything is wiped. */
(() => {
  "use strict";

  const field = globalThis.lianhuField;
  const { vault, items, pack, courier, sealing } = field;

  const wipeAll = async () => {
    await vault.wipe();
    const registration = await navigator.serviceWorker?.getRegistration?.();
    await registration?.unregister();
    try {
      sessionStorage.clear();
      localStorage.clear();
    } catch {
      // Not allowed here: then there is nothing in it.
    }
  };

  const wipe = async (account) => {
    const own = new Set((await items.rows(account)).map((row) => row.id));
    const all = await vault.run("items", "readonly", ({ items: table }) => vault.settled(table.getAll()));
    if (!all.some((row) => !own.has(row.id) && items.isUnsent(row))) {
      await wipeAll();
      return;
    }
    // Another account's unsent work stays, locked under its own key.
    for (const id of own) await items.remove(id);
    await pack.drop(account);
    await vault.meta.drop(`key:${account}`);
    await vault.meta.drop("current");
  };

  const isOpen = (row) => items.isUnsent(row) || row.state === "needs" || row.state === "draft";

  const openRows = async (account) => (await items.rows(account)).filter(isOpen);

  /* The question with its three ways on; resolves to true when it is fine to leave. */
  const askBefore = (account, count) =>
    new Promise((answer) => {
      const box = field.frame.part("leave");
      const text = box.querySelector('[data-slot="leave"]');
      text.textContent = field.frame.say("leave", { n: count });
      const end = (decided) => {
        box.close();
        answer(decided);
      };
      box.querySelector('[data-act="stay"]').onclick = () => end(false);
      box.querySelector('[data-act="send"]').onclick = async (event) => {
        const button = event.currentTarget;
        button.setAttribute("aria-busy", "true");
        await courier.send({ force: true, all: true });
        button.removeAttribute("aria-busy");
        const left = (await openRows(account)).filter(items.isUnsent).length;
        if (!left) end(true);
        else text.textContent = field.frame.say("leave", { n: left });
      };
      box.querySelector('[data-act="seal"]').onclick = async () => {
        const sealed = await sealing.unsentSealed(account);
        if (!sealed) {
          text.textContent = field.frame.say("no_key");
          return;
        }
        sealing.hand(sealed);
        end(true);
      };
      box.oncancel = (event) => {
        event.preventDefault();
        end(false);
      };
      box.showModal();
    });

  /* Called by the log-out button: send, ask if something is left, wipe, then log out. */
  const leave = async (form, account) => {
    await courier.send({ force: true, all: true }).catch(() => {});
    const unsent = (await openRows(account)).filter((row) => items.isUnsent(row) || row.state === "needs");
    const left = unsent.filter((row) => !(row.delivered && row.state === "needs"));
    if (left.length && !(await askBefore(account, left.length))) {
      delete form.dataset.leaving;
      form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
      return;
    }
    await wipe(account).catch(() => {});
    form.submit();
  };

  const bind = (account) => {
    document.querySelectorAll('form[action="/logout/"]').forEach((form) => {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        event.stopPropagation();
        if (form.dataset.leaving) return;
        form.dataset.leaving = "1";
        form.querySelector("button")?.setAttribute("aria-busy", "true");
        leave(form, account);
      });
    });
  };

  /* The office says that this account does no field work any more: the list goes at once, what is unsent is sealed so
     that not even this phone can read it, and waits for somebody to carry it over. */
  const closed = async (account) => {
    const sealed = await sealing.unsentSealed(account).catch(() => null);
    await pack.drop(account);
    if (!sealed && (await openRows(account)).some(items.isUnsent)) return;
    for (const row of await items.rows(account)) await items.remove(row.id);
    await vault.meta.drop(`key:${account}`);
    await vault.meta.drop("current");
    if (sealed) await vault.meta.put(`sealed:${account}`, sealed);
    items.tell();
    field.frame?.notice(field.frame.say("gone"));
  };

  field.leaving = { bind, leave, closed, wipe };
})();

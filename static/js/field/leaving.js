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
    const sealed = await sealing.keptNames(account);
    const isOnlyOwn = sealed.length === (await sealing.keptNames()).length;
    if (isOnlyOwn && !all.some((row) => !own.has(row.id) && items.isUnsent(row))) {
      await wipeAll();
      pack.mark("");
      return;
    }
    // Another account's unsent work stays, locked under its own key or sealed to the office.
    for (const id of own) await items.remove(id);
    for (const name of sealed) await vault.meta.drop(name);
    await pack.drop(account);
    await vault.forgetKey(account);
    await vault.meta.drop(`closed:${account}`);
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
        if (sealed) await sealing.keep(account, sealed);
        if (await sealing.handKept()) end(true);
        else text.textContent = field.frame.say("no_key");
      };
      box.oncancel = (event) => {
        event.preventDefault();
        end(false);
      };
      box.showModal();
    });

  // What only its writer can still do something about: half typed, taken back, or not taken by the office.
  const isTyped = (row) => row.state === "draft" || (row.state === "needs" && row.verdict === "refused");

  /* Resolves to true when what was typed may go with the phone's storage. */
  const askTyped = (count) =>
    new Promise((answer) => {
      const box = field.frame.part("leave-typed");
      box.querySelector('[data-slot="leave"]').textContent = field.frame.say("leave_typed", { n: count });
      const end = (decided) => {
        box.close();
        answer(decided);
      };
      box.querySelector('[data-act="look"]').onclick = () => {
        end(false);
        location.assign(field.frame.part("line").dataset.outbox);
      };
      box.querySelector('[data-act="drop"]').onclick = () => end(true);
      box.querySelector('[data-act="stay"]').onclick = () => end(false);
      box.oncancel = (event) => {
        event.preventDefault();
        end(false);
      };
      box.showModal();
    });

  const mayLeave = async (account, count) => {
    if (count && !(await askBefore(account, count))) return false;
    const typed = (await openRows(account)).filter(isTyped).length;
    return !typed || askTyped(typed);
  };

  /* Called by the log-out button: send, ask if something is left, wipe, then log out. */
  const leave = async (form, account) => {
    await courier.send({ force: true, all: true }).catch(() => {});
    const unsent = (await openRows(account)).filter((row) => items.isUnsent(row) || row.state === "needs");
    const left = unsent.filter((row) => !(row.delivered && row.state === "needs"));
    const kept = await sealing.unhanded(account);
    if (!(await mayLeave(account, left.length + kept))) {
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

  /* The office says that this account does no field work any more: the list of doors goes at once. `why` is "work" when
     it still takes what was recorded before (and holds it for the secretary), "account" when it takes nothing: then what
     is unsent is sealed, so that not even this phone can read it, and waits for somebody to carry it over. */
  const closed = async (account, why) => {
    if (why === "work") await courier.send({ force: true, all: true });
    const open = (await items.rows(account)).filter((row) => items.isUnsent(row) || row.state === "needs");
    const sealed = why === "work" ? null : await sealing.unsentSealed(account).catch(() => null);
    await pack.drop(account);
    if (sealed) await sealing.keep(account, sealed);
    const kept = new Set(sealed ? [] : open.map((row) => row.id));
    for (const row of await items.rows(account)) if (!kept.has(row.id)) await items.remove(row.id);
    if (!kept.size) await vault.forgetKey(account);
    const words = kept.size ? "gone_kept" : (await sealing.keptNames(account)).length ? "gone" : "gone_sent";
    const told = await vault.meta.get(`closed:${account}`);
    await vault.meta.put(`closed:${account}`, { words, n: kept.size });
    // With nothing left here, the pages need not ask again.
    if (words === "gone_sent") pack.mark("");
    items.tell();
    if (field.shell.isShell()) await field.shell.redraw();
    if (told?.words !== words) field.frame.notice(field.frame.say(words, { n: kept.size }));
  };

  field.leaving = { bind, leave, closed, wipe };
})();

/* Somebody must go there at once: told without network too. The portal's own page tells it directly; this is the form
   that the shell draws in its place. */
(() => {
  "use strict";

  const field = globalThis.lianhuField;
  const { items, pack, visit } = field;
  const PATH = /^\/households\/(\d+)\/must-arrive\/$/;

  /* Make `form` save into the outbox; `done` is called once it is stored. */
  const bind = (form, { account, household, words, done }) => {
    let saving = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      const data = new FormData(form);
      const [trigger, note] = ["trigger", "note"].map((name) => String(data.get(name) ?? "").trim());
      if (saving) return;
      if (!trigger) {
        visit.complain(form, field.frame.say("trigger"));
        return;
      }
      if (!visit.mayKeep(form, note)) return;
      saving = true;
      try {
        const payload = { household: Number(household), trigger, note };
        const packMadeAt = (await pack.read(account))?.made_at ?? null;
        await items.add(account, { kind: "task.raise", payload, words, packMadeAt });
        done();
      } catch (problem) {
        saving = false;
        visit.complain(form, visit.problemOf(problem));
      }
    });
    form.dataset.fieldBound = "1";
  };

  field.raise = { PATH, bind };
})();

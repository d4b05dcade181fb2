// Comforts of the import page: a dropped, chosen or pasted roster is sent at once. Without script there is a button.
(() => {
  "use strict";

  const form = document.querySelector("form[data-import]");
  if (!form) return;
  const file = form.querySelector("[data-import-file]");
  const paste = form.querySelector("[data-import-paste]");
  const drop = form.querySelector("[data-import-drop]");
  const tooBig = form.querySelector("[data-import-too-big]");
  const roster = form.querySelector('select[name="grid"]');

  const send = () => {
    const chosen = file.files[0];
    // A file that would be refused is not even sent.
    const big = Boolean(chosen) && chosen.size > Number(file.dataset.importFile);
    tooBig.hidden = !big;
    if (big) {
      file.value = "";
      return;
    }
    if (roster && !roster.value) {
      roster.focus();
      return;
    }
    form.requestSubmit();
  };

  file.addEventListener("change", () => {
    if (file.files.length) send();
  });

  ["dragenter", "dragover"].forEach((name) =>
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      drop.classList.add("is-over");
    }),
  );
  ["dragleave", "drop"].forEach((name) =>
    document.addEventListener(name, (event) => {
      if (name === "dragleave" && event.relatedTarget) return;
      drop.classList.remove("is-over");
    }),
  );
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    file.files = event.dataTransfer.files;
    send();
  });

  // Ctrl+V anywhere on the page: a block of cells, or a copied file.
  document.addEventListener("paste", (event) => {
    const target = event.target;
    if (target instanceof HTMLElement && target !== paste && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
    const data = event.clipboardData;
    if (data?.files.length) {
      event.preventDefault();
      file.files = data.files;
      send();
      return;
    }
    const text = data?.getData("text/plain") ?? "";
    if (!text.includes("\n") && !text.includes("\t")) return;
    event.preventDefault();
    paste.value = text;
    send();
  });
})();

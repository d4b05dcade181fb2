// A revealed value leaves the page by itself: when its time is over, and when the page is left.
(() => {
  "use strict";

  document.querySelectorAll("[data-reveal-seconds]").forEach((holder) => {
    const clock = holder.querySelector("[data-reveal-clock]");
    const ends = Date.now() + Number(holder.dataset.revealSeconds) * 1000;

    const hide = () => {
      clearInterval(ticking);
      const mask = document.createElement("span");
      mask.className = "masked-value";
      mask.textContent = holder.dataset.mask;
      const words = document.createElement("span");
      words.className = "hint";
      words.textContent = holder.dataset.after;
      words.setAttribute("role", "status");
      holder.replaceChildren(mask, " ", words);
    };

    const tick = () => {
      const left = Math.ceil((ends - Date.now()) / 1000);
      if (left <= 0) hide();
      else if (clock) clock.textContent = String(left);
    };

    const ticking = setInterval(tick, 250);
    tick();
    // The browser may keep the page for its back button, and a sleeping phone stops the clock.
    window.addEventListener("pagehide", hide);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) tick();
    });
  });
})();

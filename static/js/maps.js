// "Where I am": fills the point from the device and asks at once. The page works without it.
(() => {
  "use strict";

  const button = document.querySelector("[data-locate]");
  const note = document.querySelector("[data-locate-problem]");
  if (!button) return;
  const complain = () => {
    button.removeAttribute("aria-busy");
    note.textContent = note.dataset.locateProblem;
  };
  button.addEventListener("click", () => {
    if (!navigator.geolocation) {
      complain();
      return;
    }
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const form = button.form;
        form.elements.lon.value = coords.longitude.toFixed(7);
        form.elements.lat.value = coords.latitude.toFixed(7);
        form.elements.coordinates.value = "wgs84";
        form.requestSubmit();
      },
      complain,
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
})();

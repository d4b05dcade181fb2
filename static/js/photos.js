/* Photos are made smaller on the phone before they are sent: a stairwell has little network.
   Without this script, or where the browser cannot, the whole photo is sent and the portal makes it smaller. */
"use strict";

const SMALL_ENOUGH = 400 * 1024;
const QUALITY = 0.82;

async function shrink(file, side) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  return blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
}

document.addEventListener("change", async (event) => {
  const input = event.target;
  const side = Number(input.dataset?.shrink);
  const file = side && input.files?.[0];
  if (!file || file.size <= SMALL_ENOUGH) return;
  try {
    const carrier = new DataTransfer();
    carrier.items.add(await shrink(file, side));
    // Somebody may have chosen another photo meanwhile.
    if (input.files[0] === file) input.files = carrier.files;
  } catch {
    // No picture that this browser reads: the portal says so, or reads it.
  }
});

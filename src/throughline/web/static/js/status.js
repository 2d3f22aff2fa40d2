// The page's one polite live region.
const region = document.getElementById("status");
let fading;

export function say(text, { seconds = 5 } = {}) {
  if (!region) return;
  clearTimeout(fading);
  region.textContent = text;
  fading = setTimeout(() => { region.textContent = ""; }, seconds * 1000);
}

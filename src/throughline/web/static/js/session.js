// Warns before an idle session ends, extends it with one key, and leaves when it has ended.
// Idle time is counted from the last answer the server gave to something the person did.
const dialog = document.getElementById("session-warning");
if (dialog) watch(dialog);

function watch(box) {
  const idle = Number(box.dataset.idle);
  const warn = Number(box.dataset.warn);
  const words = box.querySelector("[data-countdown]");
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("throughline-session") : null;
  let last = Date.now();
  let spoken = null;

  function alive({ tell = true } = {}) {
    last = Date.now();
    spoken = null;
    if (box.open) box.close();
    if (tell && channel) channel.postMessage("alive");
  }
  if (channel) channel.addEventListener("message", () => alive({ tell: false }));
  // An exchange that the person did not cause (a heartbeat, a poll) is marked passive and does not count.
  document.addEventListener("htmx:afterRequest", (event) => {
    const passive = event.detail.elt.closest("[data-passive]");
    if (event.detail.successful && !passive) alive();
  });

  async function stay(event) {
    if (event) event.preventDefault();
    const token = box.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(box.dataset.extend, {
      method: "POST", redirect: "manual", headers: { "X-CSRFToken": token },
    }).catch(() => null);
    if (answer && answer.status === 204) alive();
    else if (answer) leave();
    else words.textContent = "The service cannot be reached. Trying again when you press Enter.";
  }
  box.querySelector("form").addEventListener("submit", stay);
  box.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });

  function leave() {
    const next = encodeURIComponent(location.pathname);
    location.assign(`${box.dataset.login}?ended=idle&next=${next}`);
  }

  function look() {
    const left = idle - (Date.now() - last) / 1000;
    if (left <= 0) return leave();
    if (left > warn) return undefined;
    if (!box.open) { box.showModal(); box.querySelector("[data-stay]").focus(); }
    const step = Math.ceil(left / 15) * 15;
    if (step !== spoken) { spoken = step; words.textContent = remaining(step); }
    return undefined;
  }
  setInterval(look, 1000);
}

export function remaining(seconds) {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  const parts = [];
  if (minutes) parts.push(`${minutes} minute${minutes === 1 ? "" : "s"}`);
  if (rest) parts.push(`${rest} seconds`);
  return `You will be signed out in ${parts.join(" and ")}.`;
}
